"""Running code of the user's own: whatever it raises, prints or changes stays within."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout, suppress
from contextvars import ContextVar
from functools import cached_property, wraps
from types import FunctionType
from typing import Any

from qualtran import Bloq, DecomposeNotImplementedError, DecomposeTypeError

from qattention.errors import QAttentionError, SpecError, Stopped, bad, told

# What bloqs say to each other, and to this package: not a failure.
PROTOCOL = (QAttentionError, DecomposeTypeError, DecomposeNotImplementedError)
CHECKING = ("decompose_bloq",)  # Qualtran's own, which refuse what the user's methods built
_WITHIN = ContextVar("within code of the user's", default=False)  # one method may call another


class LoaderFailed(SpecError):
    """The user's loader raised something; `reason` says what, on one short line."""

    def __init__(self, path: str, reason: str) -> None:
        self.reason = reason
        super().__init__(bad("loader", path, f"code that runs ({reason})"))


def reason_of(error: BaseException) -> str:
    """Why a loader failed: what its own code raised, or what its circuit made Qualtran raise."""
    return error.reason if isinstance(error, LoaderFailed) else told(error)


@contextmanager
def contained(path: str) -> Iterator[None]:
    """Run code of the loader called `path`: its prints go to stderr, folder and import path are put back.

    An endless loop or an exit of the whole process (`os._exit`) cannot be contained: importing a module is
    to trust it.

    Raises:
        LoaderFailed: for anything raised in it, SystemExit and other BaseExceptions included, but for what
            bloqs say to each other and for signals that ask the process to end.
    """
    try:
        with nullcontext() if _WITHIN.get() else _kept():
            yield
    except (*PROTOCOL, Stopped):
        raise
    except BaseException as error:
        raise LoaderFailed(path, told(error)) from error


@contextmanager
def _kept() -> Iterator[None]:
    within = _WITHIN.set(True)
    try:
        with _folder_kept(), _imports_kept(), _stdout_kept():
            yield
    finally:
        _WITHIN.reset(within)


@contextmanager
def _folder_kept() -> Iterator[None]:
    try:
        here = os.open(".", os.O_RDONLY)
    except OSError:  # it was removed, or cannot be read
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError):
            os.chdir(here)
        os.close(here)


@contextmanager
def _imports_kept() -> Iterator[None]:
    path, entries = sys.path, list(sys.path)
    try:
        yield
    finally:
        sys.path = path
        sys.path[:] = entries


@contextmanager
def _stdout_kept() -> Iterator[None]:
    """Prints to stderr, those of child processes too: stdout may hold the command's JSON."""
    streams = sys.stdout, sys.stderr
    with suppress(AttributeError, OSError, ValueError):  # none, closed
        sys.stdout.flush()
    with redirect_stdout(sys.stderr), _descriptor_kept():
        try:
            yield
        finally:
            sys.stdout, sys.stderr = streams


@contextmanager
def _descriptor_kept() -> Iterator[None]:
    try:
        kept = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # one of them is closed
        yield
        return
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def contain_class(found: type[Bloq], path: str) -> None:
    """Contain every method and property of a user's bloq, wherever they are called from."""
    for name, member in list(vars(found).items()):
        if isinstance(member, FunctionType) and (not name.startswith("__") or name == "__attrs_post_init__"):
            setattr(found, name, _contained_function(member, path))
        elif isinstance(member, property) and member.fget is not None:
            setattr(found, name, property(_contained_function(member.fget, path)))
        elif isinstance(member, cached_property):
            member.func = _contained_function(member.func, path)
    for name in CHECKING:
        setattr(found, name, _contained_function(getattr(found, name), path))


def _contained_function(function: Callable[..., Any], path: str) -> Callable[..., Any]:
    if hasattr(function, "contained"):
        return function

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with contained(path):
            return function(*args, **kwargs)

    run.contained = True  # type: ignore[attr-defined]  # so that loading it again does not wrap it again
    return run
