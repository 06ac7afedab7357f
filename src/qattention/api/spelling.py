"""Errors of the library in Python's spelling: `max_qubits`, not --max-qubits."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from qattention.errors import InfeasibleError, SpecError

P = ParamSpec("P")
T = TypeVar("T")
OPTION = re.compile(r"--(no-)?([a-z][a-z-]*[a-z])( (?=[a-z0-9]))?")


def in_python(text: str) -> str:
    """Options of the command as keyword arguments: plan=naive for --plan naive, physical=False for --no-*."""
    return OPTION.sub(_keyword, text.replace("HEAD", "head"))


def _keyword(found: re.Match[str]) -> str:
    name = found[2].replace("-", "_")
    if found[1]:
        return f"{name}=False"
    return f"{name}=" if found[3] else name


def python_errors(function: Callable[P, T]) -> Callable[P, T]:
    """The function, its errors by the names of keyword arguments."""

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except SpecError as error:
            raise SpecError([in_python(line) for line in error.problems]) from error.__cause__
        except InfeasibleError as error:
            raise InfeasibleError(in_python(error.constraint), error.limit, error.nearest) from None

    return called
