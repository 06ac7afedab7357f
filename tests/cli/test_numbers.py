"""Numbers on the command line: what is read, what is refused, and that nothing is evaluated."""

from __future__ import annotations

import pytest

from qattention.cli.numbers import parse_float, parse_int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4096", 4096),
        ("4_096", 4096),
        ("4e3", 4000),
        ("4E+3", 4000),
        ("1.5e3", 1500),
        ("2**12", 4096),
        ("2**60", 2**60),
        ("-3", -3),
        ("0", 0),
        ("0e9", 0),
        ("1**9999", 1),
        ("0**5", 0),
        ("40e-1", 4),
    ],
)
def test_whole_numbers(text: str, value: int) -> None:
    assert parse_int(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "x", "1.5", "1e-3", "nan", "inf", "-inf", "0x10", "1,000", "1e999", "9**9999", "2**-1"),
        *("2**2**9", "2**(3)", "__import__('os')", "1e99999999999", "2**101", "1" * 40, "٣", "1e", "--3"),
    ],
)
def test_refused_as_whole_numbers(text: str) -> None:
    assert parse_int(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 1e-3), (".5", 0.5), ("-2.5", -2.5), ("2**-10", 2**-10), ("7", 7.0), ("3.", 3.0)],
)
def test_real_numbers(text: str, value: float) -> None:
    assert parse_float(text) == value


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e999", "9**9999", "0**-1", "1e-3x", "exit()"])
def test_refused_as_real_numbers(text: str) -> None:
    assert parse_float(text) is None
