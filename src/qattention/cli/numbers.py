"""Numbers on the command line: 4096, 4e3, 2**12. Parsed by pattern, never evaluated."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from qattention.cli.spelling import spelling
from qattention.errors import bad

POWER = re.compile(r"([0-9]{1,4})\*\*(-?[0-9]{1,4})")
PLAIN = re.compile(r"[+-]?([0-9][0-9_]*(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
MAX_DIGITS = 30  # of a whole number: 2**60 has 19
WHOLE_NUMBER = f"a whole number of at most {MAX_DIGITS} digits, such as 4096, 4e3 or 2**12"


def parse_int(text: str) -> int | None:
    """The whole number that `text` stands for; None if it is none, or has more than MAX_DIGITS digits."""
    power = POWER.fullmatch(text)
    if power:
        base, exponent = int(power[1]), int(power[2])
        if exponent < 0 or exponent * math.log10(max(base, 1)) > MAX_DIGITS:
            return None
        return int(base**exponent)
    number = _decimal(text)
    if number is None or number != number.to_integral_value():
        return None
    return int(number)


def parse_float(text: str) -> float | None:
    """The finite number that `text` stands for; None if it is none."""
    power = POWER.fullmatch(text)
    try:
        if power:
            return float(power[1]) ** int(power[2])
        value = float(text.replace("_", "")) if PLAIN.fullmatch(text) else math.nan
    except (OverflowError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None


def _decimal(text: str) -> Decimal | None:
    if not PLAIN.fullmatch(text):
        return None
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return None
    return number if number == 0 or -MAX_DIGITS < number.adjusted() < MAX_DIGITS else None


class Whole(click.ParamType[int]):
    """A whole number."""

    name = "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Defaults are integers already."""
        number = value if isinstance(value, int) else parse_int(str(value))
        if number is None:
            self.fail(bad(_field(param), value, WHOLE_NUMBER), param, ctx)
        return number


class Real(click.ParamType[float]):
    """A finite number."""

    name = "X"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Defaults are numbers already."""
        number = float(value) if isinstance(value, int | float) else parse_float(str(value))
        if number is None:
            self.fail(bad(_field(param), value, "a finite number such as 0.001, 1e-3 or 2**-10"), param, ctx)
        return number


class Rows(click.ParamType[tuple[int, int | None]]):
    """A range of rows A:B, A and B - 1 included; either may be left out. One number is one row."""

    name = "A:B"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int | None]:
        """(first, end or None)."""
        if isinstance(value, tuple):
            return value
        parts = str(value).split(":")
        numbers = [parse_int(part) if part else None for part in parts]
        sound = len(parts) in (1, 2) and all(
            n is not None or not p for n, p in zip(numbers, parts, strict=True)
        )
        if not sound or any(n is not None and n < 0 for n in numbers) or parts == [""]:
            self.fail(bad(_field(param), value, "a range A:B of row numbers, such as 0:8"), param, ctx)
        first = numbers[0] or 0
        return (first, first + 1) if len(parts) == 1 else (first, numbers[1])


class Addresses(click.ParamType[tuple[int, ...]]):
    """Distinct addresses, separated by commas."""

    name = "A,B,..."

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """In ascending order."""
        if isinstance(value, tuple):
            return value
        numbers = [parse_int(part) for part in str(value).split(",")]
        found = tuple(sorted(number for number in numbers if number is not None and number >= 0))
        if len(set(found)) != len(numbers):
            self.fail(bad(_field(param), value, "distinct addresses such as 3,17"), param, ctx)
        return found


def _field(param: click.Parameter | None) -> str:
    return "value" if param is None else spelling(param)


WHOLE, REAL, ROWS, ADDRESSES = Whole(), Real(), Rows(), Addresses()
