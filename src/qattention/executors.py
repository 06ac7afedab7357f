"""Where work runs: processes of this machine, or a Dask cluster.

Each process imports this module before it watches whoever began it, so that it rests on next to nothing.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, ParamSpec, TypeVar

from qattention.errors import ResourceError, SpecError, bad

MOST_WORKERS = 4096  # each takes some 400 MB
LOST_WORKER = (
    "`workers`: a process was killed or ran out of memory (some 400 MB each); what was finished is kept: "
    "run the same again, with fewer workers if memory is short"
)
LOST_CLUSTER = (
    "a cluster that stays: it or its workers were lost, what was finished is kept: run the same again"
)
P = ParamSpec("P")
T = TypeVar("T")
# What a terminal sends to all of its processes. They are this process's to act on; its workers end with it.
OF_THE_TERMINAL = {getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)}
# The tracker removes the semaphores of a process that ended at once; it need not tell of them, too.
UNTOLD = "ignore:resource_tracker:UserWarning"
WARNINGS = "PYTHONWARNINGS"


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


class Workers(ProcessPoolExecutor):
    """A pool whose processes hold one end of a pipe that nobody writes to.

    When the other end closes, as `cut` does and as the system does when this process is killed, they end,
    whatever they are at.
    """

    def __init__(self, n_workers: int | None) -> None:
        # A forked child would inherit the locks of this process's threads (BLAS, Numba).
        context = get_context("spawn")
        _ensure_tracker()  # before anything here begins it in its own way
        reader, self._lifeline = context.Pipe(duplex=False)
        super().__init__(
            n_workers or os.cpu_count(), mp_context=context, initializer=_live_with, initargs=(reader,)
        )

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As any executor's; the processes are begun here, and inherit which signals are held."""
        with _held():
            return super().submit(fn, *args, **kwargs)

    def cut(self) -> None:
        """End all processes now; what they were at is lost."""
        self._lifeline.close()


def _live_with(lifeline: Connection) -> None:
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    with suppress(OSError, EOFError):
        lifeline.poll(None)
    os._exit(1)


@contextmanager
def _held() -> Iterator[Any]:
    """Hold the terminal's signals back in this thread, and for good in processes begun meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_TERMINAL)
    try:
        _ensure_tracker()  # a process, too; to begin it lets an interrupt through again
        signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_TERMINAL)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ensure_tracker() -> None:
    given = os.environ.get(WARNINGS)
    os.environ[WARNINGS] = ",".join([*([given] if given else []), UNTOLD])
    try:
        resource_tracker.ensure_running()
    finally:
        if given is None:
            del os.environ[WARNINGS]
        else:
            os.environ[WARNINGS] = given
