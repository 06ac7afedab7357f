"""`compiled`: a function that Numba compiles when it is first called.

Whoever asks for nothing but the names of schedules, as `--help` does, does not wait for Numba's import.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from numbers import Number
from typing import Any


class _Compiled:
    """In place of the function, until it and those of its module that it calls are compiled."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        self.function, self.options = function, options

    @cached_property
    def kernel(self) -> Any:
        import numba

        made: Any = numba.njit(cache=True, **self.options)(self.function)
        known, read = self.function.__globals__, []
        for name in self.function.__code__.co_names:  # a kernel calls kernels, no Python
            if isinstance(part := known.get(name), _Compiled):
                known[name] = part = part.kernel
            read.append(part if isinstance(part, Number) else _stamp(part))
        # Numba compiles afresh once the module's source has changed, but not for what is from other modules.
        if (kept := _kept(made)) is not None:
            kept._source_stamp = (kept._source_stamp, *read)
        return made

    def __call__(self, *values: Any) -> Any:
        return self.kernel(*values)


def _kept(part: Any) -> Any:
    """Where Numba keeps what it has compiled of a kernel; None of all else, and where it compiles nothing."""
    return getattr(getattr(part, "_cache", None), "_cache_file", None)


def _stamp(part: Any) -> Any:
    """What tells apart versions of a kernel's source; None of all else."""
    return getattr(_kept(part), "_source_stamp", None)


# Options of `numba.njit` for functions that make no array and return none: they work on what they are given.
# References to its arrays are then not counted (Numba's name: no run-time), which takes small functions of
# many arrays several times as long as what they do: a gate of a tape takes 187 ns with, 34 ns without. Numba
# refuses it for functions that make arrays.
BORROWS: dict[str, Any] = {"_nrt": False}


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A decorator; `options` are those of `numba.njit`, the cache is on."""
    return lambda function: _Compiled(function, options)
