"""Where work runs: this process, processes of this machine, or a Dask cluster."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from contextlib import contextmanager

from qattention.errors import ResourceError, SpecError, bad

MOST_WORKERS = 4096  # each takes some 400 MB
LOST_WORKER = (
    "`workers`: a process was killed or ran out of memory (some 400 MB each); what was finished is kept: "
    "run the same again, with fewer workers if memory is short"
)
LOST_CLUSTER = (
    "a cluster that stays: it or its workers were lost, what was finished is kept: run the same again"
)


@contextmanager
def executor(n_workers: int | None = None, scheduler: str | None = None) -> Iterator[Executor]:
    """An executor that is shut down at the end.

    Args:
        n_workers: processes here; one a core unless given.
        scheduler: address of a Dask scheduler, such as tcp://host:8786; then its workers are used.
    Raises:
        SpecError: both given, fewer than one process, Dask is not installed, or no scheduler answers.
        ResourceError: a process, the scheduler or one of its workers was lost while work was under way.
    """
    if scheduler is not None:
        if n_workers is not None:
            raise SpecError(bad("workers", n_workers, "absent with --scheduler: the cluster decides"))
        with _dask(scheduler) as cluster:
            yield cluster
        return
    if n_workers is not None and not 1 <= n_workers <= MOST_WORKERS:
        raise SpecError(bad("workers", n_workers, f"in 1..{MOST_WORKERS}"))
    with _processes(n_workers) as pool:
        yield pool


@contextmanager
def _processes(n_workers: int | None) -> Iterator[Executor]:
    from qattention.cli.workers import Workers

    pool = Workers(n_workers)
    try:
        yield pool
    except BrokenExecutor:
        raise ResourceError(LOST_WORKER) from None
    except BaseException:
        pool.cut()  # nobody waits for what is under way
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _dask(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client, KilledWorker
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
    _quiet()
    try:
        with client:
            yield client.get_executor()
    except (asyncio.CancelledError, CancelledError, KilledWorker, OSError) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise  # a file of this process; a lost connection has no name
        raise ResourceError(bad("scheduler", scheduler, LOST_CLUSTER)) from None


def _quiet() -> None:
    """Dask's loggers tell of lost connections in pages; one line here says it."""
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
