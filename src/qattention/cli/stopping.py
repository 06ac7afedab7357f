"""How the process ends: signals unwind the work like an interrupt, and nothing outlives work that is done.

Apart from `main` because signals, threads and the end of the process are one subject, tested by itself.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

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


class Stopping:
    """A context for work: raises Stopped where it is when a signal comes; a second one ends the process.

    A signal that is ignored (nohup) stays so. Within an import nothing can be half-done, and compiled modules
    take what is raised in it for their own failure: the process ends there. Work that does not come back
    within GRACE_S, in a library that holds the interpreter or swallows what is raised in it, is given up.
    Libraries may fail of what they swallowed, as Numba does where it compiles, or tell an exception that
    Python ignores, of an object left half-made: from a signal on nothing is told but the last words. What
    was raised is kept to the end, and with it all that the work held: LLVM has been seen to crash where
    modules that a signal left in its hands were disposed of.
    """

    def __init__(self) -> None:
        self._came: Stopped | None = None
        self._timers: list[threading.Timer] = []
        self._kept: dict[int, Any] = {}
        self._told = sys.unraisablehook

    def __enter__(self) -> Self:
        """Take the signals that nobody else has taken; outside the main thread Python gives none."""
        if threading.current_thread() is threading.main_thread():
            usual = (signal.SIG_DFL, signal.default_int_handler)
            self._kept = {n: handler for n in ASKED if (handler := signal.getsignal(n)) in usual}
        for number in self._kept:
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *error: object) -> None:
        """Everything as it was."""
        self._cancel()
        for number, handler in self._kept.items():
            signal.signal(number, handler)
        sys.unraisablehook = self._told

    def _stop(self, number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        if _imports(frame):
            _give_up(number)
        self._came = Stopped(number)
        sys.unraisablehook = _untold
        self._timers.append(_after(GRACE_S, _give_up, number))
        raise self._came

    def check(self) -> None:
        """Raise Stopped if a signal came, whatever the work has made of it."""
        if self._came is not None:
            raise self._came

    def end(self, code: int) -> None:
        """End the process, as the work is done and told.

        An interpreter that has Qualtran in it takes up to two seconds to take itself apart, in which a signal
        would still be taken for the end of unfinished work.
        """
        for number in self._kept:
            signal.signal(number, signal.SIG_IGN)
        _after(CLEARING_S, os._exit, code)
        self._cancel()
        atexit._run_exitfuncs()
        os._exit(code)

    def _cancel(self) -> None:
        for timer in self._timers:
            timer.cancel()


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


def _untold(ignored: object) -> None:
    del ignored


def _give_up(number: int) -> None:
    from qattention.cli.streams import say

    say([last_words(number)])
    os._exit(exit_code(number))
