"""Validators of this package's values; each raises SpecError with one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from qattention.errors import SpecError, bad

Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]


def at_least(low: int) -> Validator:
    """An attrs validator: the field is a whole number >= low."""

    def check(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if isinstance(value, bool) or value != int(value) or value < low:
            raise SpecError(bad(attribute.name, value, f"a whole number >= {low}"))

    return check


def between(low: float, high: float) -> Validator:
    """An attrs validator: the field lies strictly between low and high."""

    def check(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not low < value < high:
            raise SpecError(bad(attribute.name, value, f"between {low:g} and {high:g}, both excluded"))

    return check


def odd(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """An attrs validator: the field is an odd whole number >= 1."""
    if value != int(value) or value < 1 or value % 2 == 0:
        raise SpecError(bad(attribute.name, value, "an odd whole number >= 1"))


def roots_between_0_and_1(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """An attrs validator: the field ascends strictly between 0 and 1."""
    if any(not low < high for low, high in zip((0.0, *value), (*value, 1.0), strict=True)):
        raise SpecError(bad(attribute.name, value, "ascending, between 0 and 1, both excluded"))


def check_marked(n_marked: int, n_items: int) -> None:
    """Raise SpecError unless n_marked is in 0..n_items."""
    if not 0 <= n_marked <= n_items:
        raise SpecError(bad("n_marked", n_marked, "0..n_items"))


def check_search(n_items: int, n_promised: int, eps: float) -> None:
    """Raise SpecError, all problems at once, unless n_items >= 1, 0 <= n_promised <= n_items, 0 < eps < 1."""
    problems = []
    if n_items < 1:
        problems.append(bad("n_items", n_items, ">= 1"))
    if not 0 <= n_promised <= max(n_items, 0):
        problems.append(bad("n_promised", n_promised, "0..n_items"))
    if not 0.0 < eps < 1.0:
        problems.append(bad("eps", eps, "between 0 and 1, both excluded"))
    if problems:
        raise SpecError(problems)
