"""`diff` on files: tables, JSON, and files that are no estimates."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SMALL = ("estimate", "--n-tokens", 8, "--head-dim", 2, "--n-heavy", 1, "--no-physical", "--json")


@pytest.fixture
def two(run: Callable[..., Any]) -> None:
    Path("a.json").write_text(run(*SMALL).out)
    Path("b.json").write_text(run(*SMALL, "--key-bits", 4).out)


def test_what_differs_is_shown(run: Callable[..., Any], two: None) -> None:
    outcome = run("diff", "a.json", "b.json")
    assert (outcome.code, outcome.err) == (0, "")
    assert "problem.key_bits" in outcome.out
    assert "n_heavy" not in outcome.out
    assert "most of it by oracle/inner_product" in " ".join(outcome.out.split())
    found = run("diff", "a.json", "b.json", "--json").json
    assert (found["schema"], found["identical"], found["a"]) == ("qattention/diff/1", False, "a.json")


def test_the_same_file_says_so(run: Callable[..., Any], two: None) -> None:
    outcome = run("diff", "a.json", "a.json")
    assert (outcome.code, outcome.out.strip()) == (0, "a.json and a.json are the same estimate.")
    assert run("diff", "a.json", "a.json", "--json").json["identical"] is True


def test_files_that_are_no_estimates_are_a_line_each(run: Callable[..., Any], two: None) -> None:
    Path("x.json").write_text('{"numQubits": 1}')
    outcome = run("diff", "x.json", "absent.json")
    assert (outcome.code, outcome.out) == (2, "")
    lines = outcome.err.splitlines()
    assert [line.split(":")[1] for line in lines] == [" `x.json`", " `estimate`"]
    assert run("diff", "a.json", "x.json").code == 2
