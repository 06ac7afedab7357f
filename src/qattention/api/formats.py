"""Which suffix a file of each format has; one that does not fit is refused."""

from __future__ import annotations

import os
from collections.abc import Mapping

from qattention.errors import SpecError, bad

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "json": ("json",),
    "csv": ("csv",),
    "latex": ("tex",),
    "markdown": ("md", "markdown"),
    "html": ("html", "htm"),
    "txt": ("txt",),
    "svg": ("svg",),
    "pdf": ("pdf",),
    "png": ("png",),
    "quantikz": ("tex",),
    "qasm3": ("qasm", "qasm3"),
    "qasm3-plain": ("qasm", "qasm3"),
    "qasm2": ("qasm", "qasm2"),
    "cirq": ("json",),
    "qref": ("yaml", "yml", "qref"),
    "qref-symbolic": ("yaml", "yml", "qref"),
    "azure": ("json",),
    "graphml": ("graphml",),
    "graphml-gates": ("graphml",),
}
FIGURES = ("svg", "pdf", "png")


def format_of(
    path: str | os.PathLike[str] | None,
    asked: str | None,
    allowed: tuple[str, ...],
    field: str = "output",
    default: str | None = None,
) -> str:
    """The format that is asked for, or the first of those allowed that the suffix says; else the default.

    Args:
        allowed: formats, the default first. field: what the path is called in messages.
    Raises:
        SpecError: no such format, or a suffix of another one. A path without a suffix takes any.
    """
    if asked is not None and asked not in allowed:
        raise SpecError(bad("format", asked, " or ".join(allowed)))
    suffix = "" if path is None else os.path.splitext(os.fspath(path))[1].removeprefix(".").lower()
    fitting = [form for form in allowed if suffix in SUFFIXES.get(form, ())]
    if asked is None:
        if suffix and not fitting:
            raise SpecError(bad(field, os.fspath(path or ""), f"a name that ends in {_endings(allowed)}"))
        return next(iter(fitting), default or allowed[0])
    if suffix and asked not in fitting:
        ends = _endings((asked,))
        raise SpecError(bad(field, os.fspath(path or ""), f"a name that ends in {ends}, as {asked} does"))
    return asked


def _endings(forms: tuple[str, ...]) -> str:
    found = dict.fromkeys(f".{suffix}" for form in forms for suffix in SUFFIXES.get(form, ()))
    return " or ".join(found)
