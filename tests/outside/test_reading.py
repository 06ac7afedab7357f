"""Files from outside: bounded, never a pipe or a device, never nested deeply; stdin for "-"."""

from __future__ import annotations

import io
import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qattention.errors import SpecError, bad, brief, told
from qattention.outside import read_json, read_text, read_toml


def test_a_text_is_read_whole_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"\xef\xbb\xbfabc")
    assert read_text(path, "file") == "abc"
    assert read_text(path, "file", max_bytes=6) == "abc"


def test_stdin_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"abc")))
    assert read_text("-", "file") == "abc"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"abc")))
    with pytest.raises(SpecError, match="at most 2 bytes"):
        read_text("-", "file", max_bytes=2)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SpecError, match="stdin is closed"):
        read_text("-", "file")


def make_pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def make_bytes(path: Path) -> Path:
    path.write_bytes(b"\xff\xfe")
    return path


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "absent": (lambda path: path, "a readable file (No such file or directory)"),
    "folder": (lambda path: path.parent, "a file (this is a folder)"),
    "pipe": (make_pipe, "a file (this is a pipe or a device)"),
    "device": (lambda path: "/dev/zero", "a file (this is a pipe or a device)"),
    "terminal": (lambda path: "/dev/tty", "a file (this is a pipe or a device)"),
    "null character": (lambda path: "a\0b", "a readable file"),
    "not text": (make_bytes, "a readable file (not UTF-8 text)"),
    "long name": (lambda path: "x" * 10**5, "a readable file (File name too long)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_file_is_refused_at_once(case: str, tmp_path: Path) -> None:
    make, allowed = REFUSED[case]
    with pytest.raises(SpecError) as caught:
        read_text(make(tmp_path / "f"), "file")  # type: ignore[arg-type]
    (line,) = caught.value.problems
    assert allowed in line
    assert len(line) < 400


def test_a_large_file_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with path.open("wb") as stream:
        stream.truncate(2**34)
    tracemalloc.start()
    with pytest.raises(SpecError, match=f"at most {2**16} bytes"):
        read_text(path, "file", max_bytes=2**16)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def many_keys(separator: str = ", ") -> str:
    return "{" + separator.join(f'"k{i}": 0' for i in range(60_000)) + ', "k7": 1, "k9": 1}'


NO_JSON = {
    "nothing": ("", "is not JSON: Expecting value"),
    "half": ("{", "is not JSON"),
    "repeated": ('{"a": 1, "a": 2}', "'a' given more than once"),
    "repeated among many": (many_keys(), "'k7', 'k9' given more than once"),
    "all repeated": ("{" + '"a": 0, "b": 0, "c": 0, "d": 0, ' * 2 + '"e": 0}', "'c' and 1 more given more"),
    "NaN": ("NaN", "NaN is no number"),
    "infinite": ('{"a": -Infinity}', "-Infinity is no number"),
    "beyond floats": ("[1e999]", "'1e999' is beyond any float"),
    "endless": ("9" * 1001, "a number of 1001 digits; at most 1000 are read"),
    "endless digits": ("9" * 10**6, "a number of 1000000 digits"),
    "nested": ("[" * 65 + "]" * 65, "nested too deeply: at most 64 levels"),
    "nested without end": ("[" * 10**5, "nested too deeply: at most 64 levels"),
    "nested objects": ('{"a":' * 10**4 + "0" + "}" * 10**4, "nested too deeply"),
}


@pytest.mark.parametrize("case", NO_JSON)
def test_what_is_no_json_is_one_short_line(case: str) -> None:
    text, expected = NO_JSON[case]
    with pytest.raises(SpecError) as caught:
        read_json(text, "file")
    (line,) = caught.value.problems
    assert line.startswith("`file`: is ")
    assert expected in line
    assert len(line) < 500


def test_sound_json_is_what_it_says() -> None:
    deep = "[" * 64 + "]" * 64
    assert read_json(deep, "file")
    assert read_json('{"a": [1, 2.5, "x", null, true]}', "file") == {"a": [1, 2.5, "x", None, True]}
    assert read_json("9" * 1000, "file") == int("9" * 1000)


NO_TOML = {
    "no value": ("a = ", "is not TOML: Invalid value"),
    "brackets": ("a = " + "[" * 3000, "nested too deeply"),
    "nested": ("a = " + "[" * 65 + "]" * 65, "nested too deeply"),
    "nested tables": ("a = " + "{a = " * 3000, "nested too deeply"),
    "digits": ("a = " + "9" * 6000, "a number of endless digits"),
    "beyond floats": ("a = 1e999", "'1e999' is beyond any float"),
    "dotted key": (".".join("a" * 120_000) + " = 1", "more than 32 dotted parts"),
    "dotted header": ("[" + " . ".join("a" * 40_000) + "]", "more than 32 dotted parts"),
    "dotted and quoted": (".".join(['"a"', "'b'"] * 40) + " = 1", "more than 32 dotted parts"),
    "twice": ("a = 1\na = 2", "Cannot overwrite a value"),
}


@pytest.mark.parametrize("case", NO_TOML)
def test_what_is_no_toml_is_one_short_line(case: str) -> None:
    text, expected = NO_TOML[case]
    with pytest.raises(SpecError) as caught:
        read_toml(text, "file")
    (line,) = caught.value.problems
    assert line.startswith("`file`: is ")
    assert expected in line
    assert len(line) < 500


def test_sound_toml_is_what_it_says() -> None:
    text = 'a.b = 1\nc = "' + "word. " * 100 + '"\nd = [1.5, inf]\ne = 0x' + "f" * 6000
    found: dict[str, Any] = read_toml(text, "file")
    assert found["a"] == {"b": 1}
    assert found["d"] == [1.5, float("inf")]
    assert found["e"] == 16**6000 - 1


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise SystemExit(3)


def test_values_and_errors_are_told_in_short_lines() -> None:
    assert brief(3) == "3"
    assert brief(2**10**6) == "an integer of 1000001 bits"
    assert len(brief("x" * 10**7)) < 250
    assert len(brief([["x" * 10**5] * 10**5] * 10**5)) < 10_000
    assert len(bad("f", {i: i for i in range(10**5)}, "less")) < 300
    assert told(Unspeakable()) == "Unspeakable: its text cannot be shown"
    assert told(ValueError("two\nlines")) == "ValueError: two lines"
    assert told(ValueError()) == "ValueError"
    assert len(told(ValueError("x" * 10**6))) < 250


def test_the_text_of_an_error_has_twenty_problems_and_counts_the_rest() -> None:
    lines = str(SpecError([f"p{i}" for i in range(10**5)])).splitlines()
    assert len(lines) == 21
    assert lines[19:] == ["p19", "and 99980 more problems"]
    assert str(SpecError([f"p{i}" for i in range(20)])).splitlines()[-1] == "p19"
