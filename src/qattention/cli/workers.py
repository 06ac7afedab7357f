"""Processes that end when this one does, however it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
# What a terminal sends to all of its processes. They are this process's to act on; its workers end with it.
OF_THE_TERMINAL = {getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)}

# The tracker removes the semaphores of a process that ended at once; it need not tell of them, too.
UNTOLD = "ignore:resource_tracker:UserWarning"
WARNINGS = "PYTHONWARNINGS"


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
