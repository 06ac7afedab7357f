"""Where work runs: this process, processes of this machine, or a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from qattention.errors import SpecError, bad


@contextmanager
def executor(n_workers: int | None = None, scheduler: str | None = None) -> Iterator[Executor]:
    """An executor that is shut down at the end.

    Args:
        n_workers: processes here; one a core unless given.
        scheduler: address of a Dask scheduler, such as tcp://host:8786; then its workers are used.
    Raises:
        SpecError: both given, fewer than one process, Dask is not installed, or no scheduler answers.
    """
    if scheduler is not None:
        if n_workers is not None:
            raise SpecError(bad("workers", n_workers, "absent with --scheduler: the cluster decides"))
        with _dask(scheduler) as cluster:
            yield cluster
        return
    if n_workers is not None and n_workers < 1:
        raise SpecError(bad("workers", n_workers, "at least 1"))
    from multiprocessing import get_context

    # A forked child would inherit the locks of this process's threads (BLAS, Numba).
    pool = ProcessPoolExecutor(n_workers or os.cpu_count(), mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _dask(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        raise SpecError(
            bad("scheduler", scheduler, "absent without Dask: pip install 'qattention[dask]'")
        ) from None
    try:
        get_address_host_port(scheduler)  # a client that failed half way complains once more when it goes
        client = Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise SpecError(bad("scheduler", scheduler, f"the address of a scheduler ({reason})")) from None
    with client:
        yield client.get_executor()
