"""Names of a package that are imported from their modules when they are first asked for (PEP 562).

A package whose `__init__` imports all that it offers makes whoever wants one value pay for Qualtran. Types
are told to checkers by imports under TYPE_CHECKING beside it; the two are held equal in tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of `package`.

    Args:
        homes: module, relative to the package -> the names that it offers, separated by spaces. None may be
            the name of a module of the package: once that is imported, it would stand in its place.
    Raises:
        AttributeError: from what it returns, for a name that no module offers.
    """
    at = {name: module for module, names in homes.items() for name in names.split()}

    def offered(name: str) -> Any:
        if name not in at:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{at[name]}"), name)

    return offered
