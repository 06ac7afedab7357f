"""How the process ends: signals unwind the work like an interrupt, and nothing outlives work that is done.

Apart from `main` because signals, threads and the end of the process are one subject, tested by itself.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from qattention.errors import Stopped

GRACE_S = 1.5  # for the work to be unwound; then the process ends as it stands: files are whole at any time
CLEARING_S = 0.4  # for what libraries clear up at the end
ASKED = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # Windows has no SIGHUP


def exit_code(number: int) -> int:
    """Of a process that a signal ended, as shells have it: 130 interrupted, 143 terminated, 129 hung up."""
    return 128 + number


def last_words(number: int) -> str:
    """The line that the command ends with."""
    return "interrupted" if number == signal.SIGINT else f"stopped by {signal.Signals(number).name}"


def stop_behind(error: BaseException | None) -> Stopped | None:
    """The signal that an error is of: a compiled kernel tells what is raised in it as its own failure."""
    while error is not None and not isinstance(error, Stopped):
        error = error.__cause__ or error.__context__
    return error


@contextmanager
def stopping() -> Iterator[Callable[[int], None]]:
    """Raise Stopped where the work is when a signal comes; a second one ends the process at once.

    Yields what ends the process with an exit code when the work is done and told: an interpreter that has
    Qualtran in it takes up to two seconds to take itself apart, in which a signal would still be taken for
    the end of unfinished work.

    A signal that is ignored (nohup) stays so. Within an import nothing can be half-done, and compiled modules
    take what is raised in it for their own failure: the process ends there. Work that does not come back
    within GRACE_S, in a library that holds the interpreter or swallows what is raised in it, is given up.
    """
    if threading.current_thread() is not threading.main_thread():
        yield os._exit
        return
    timers: list[threading.Timer] = []

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        if _imports(frame):
            _give_up(number)
        timers.append(_after(GRACE_S, _give_up, number))
        raise Stopped(number)

    def end(code: int) -> None:
        for number in caught:
            signal.signal(number, signal.SIG_IGN)
        _after(CLEARING_S, os._exit, code)
        for timer in timers:
            timer.cancel()
        atexit._run_exitfuncs()
        os._exit(code)

    usual = (signal.SIG_DFL, signal.default_int_handler)
    kept = {number: signal.getsignal(number) for number in ASKED}
    caught = [number for number in ASKED if kept[number] in usual]
    for number in caught:
        signal.signal(number, stop)
    try:
        yield end
    finally:
        for timer in timers:
            timer.cancel()
        for number in caught:
            signal.signal(number, kept[number])


def _after(seconds: float, call: Callable[[int], None], argument: int) -> threading.Timer:
    timer = threading.Timer(seconds, call, (argument,))
    timer.daemon = True
    timer.start()
    return timer


def _imports(frame: FrameType | None) -> bool:
    """Whether a module is being imported there, or further out."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _give_up(number: int) -> None:
    from qattention.cli.streams import say

    say([last_words(number)])
    os._exit(exit_code(number))
