"""Commands answer first, in eight lines of 80 columns; names that are nearly one are guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qattention.render.answers import MOST_LINES

SMALL = ("--n-queries", 4, "--n-keys", 8, "--head-dim", 2, "--n-heavy", 2)
ANSWERS = [
    (("estimate", *SMALL), "Toffoli expected (at most"),
    (("verify", *SMALL), "right on every address"),
    (("search", "--n-items", 64, "--n-marked", 2, "--trials", 10), "iterations on average"),
    (("explore", *SMALL), "are beaten by none"),
    (("compare", *SMALL), "Break-even: "),
    (("scaling", "--loader", "hardware"), "n^1.5 k^0.5 d, compiled"),
    (("claims", "--n-tokens", 64, "--head-dim", 4), "claims priced"),
    (("run", "HEAD", "--rows", "0:2", "--n-heavy", 2), "heavy keys found a row, 0 missed, 0 extra"),
    (("inspect", "HEAD"), "sparse: "),
]


@pytest.mark.parametrize(("words", "told"), ANSWERS, ids=[str(words[0]) for words, _ in ANSWERS])
def test_the_answer_comes_first(
    run: Callable[..., Any],
    make_head: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[object, ...],
    told: str,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = run(*(make_head() if word == "HEAD" else word for word in words))
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    answer = lines[: lines.index("")]
    assert 0 < len(answer) <= MOST_LINES
    assert max(map(len, lines)) <= 80
    assert told in " ".join(" ".join(answer).split())
    assert "Assumptions" not in outcome.out


def test_assumptions_are_printed_when_they_are_asked_for(run: Callable[..., Any]) -> None:
    told = run("estimate", *SMALL, "--no-physical", "--assumptions").out
    assert "\nAssumptions\n- " in told
    assert "Gidney, arXiv:1709.06648" in " ".join(told.split())


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("estimate", "--loader", "qroam-dirt"), "qroam-dirty"),
        (("estimate", "--search", "adaptiv"), "adaptive"),
        (("inspect", "minilm-cod"), "minilm-code"),
        (("estimate", "--machine", "flasq-1e-33"), "flasq-1e-3"),
        (("estimate", "--n-token", 4), "--n-tokens"),
        (("estimat",), "estimate"),
        (("diagram", "full-ader"), "full-adder"),
        (("search", "--n-items", 4, "--n-marked", 1, "--search", "bbth"), "bbht"),
    ],
)
def test_a_name_that_is_nearly_one_is_guessed(
    run: Callable[..., Any], words: tuple[object, ...], near: str
) -> None:
    outcome = run(*words)
    assert outcome.code == 2
    assert f"did you mean {near}?" in outcome.err


def test_what_is_wrong_in_a_file_names_it(run: Callable[..., Any]) -> None:
    Path("chip.toml").write_text("p_physical = 2.0\n")
    Path("counts.json").write_text('{"numQubits": 2, "tCount": 5}')
    outcome = run("physical", "counts.json", "--machine", "chip.toml")
    assert outcome.err.startswith("qattention: chip.toml: `p_physical`: got 2.0")
    Path("study.toml").write_text('title = "t"\nquestion = "q"\n[problem]\nn_havy = 2\n')
    outcome = run("study", "study.toml")
    assert outcome.err.startswith("qattention: study.toml: `study.problem`: got unknown fields n_havy")
    assert "did you mean n_heavy?" in outcome.err


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("estimate", *SMALL, "--markdown", "a.html"), "--markdown"),
        (("explore", *SMALL, "--svg", "a.gif"), "--figure"),
        (("export", "estimate", *SMALL, "--format", "csv", "--output", "a.tex"), "--output"),
        (("export", "full-adder", "--output", "a.csv"), "--output"),
        (("diagram", "full-adder", "--format", "svg", "--output", "a.png"), "--output"),
    ],
)
def test_a_suffix_of_another_format_is_refused(
    run: Callable[..., Any], words: tuple[object, ...], option: str
) -> None:
    outcome = run(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"qattention: `{option}`: got 'a.")
    assert "a name that ends in" in outcome.err
    assert not list(Path().iterdir())


def test_a_folder_that_is_not_there_is_quoted(run: Callable[..., Any]) -> None:
    Path("study.toml").write_text(
        'title = "t"\nquestion = "q"\n[problem]\nn_heavy = 1\nn_tokens = 4\nhead_dim = 2\n'
    )
    outcome = run("study", "study.toml", "--output", "no/such")
    assert outcome.err == "qattention: `--output`: got 'no/such'; must be a folder that exists\n"


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_figures_are_what_their_suffix_says(run: Callable[..., Any], form: str, begins: bytes) -> None:
    assert run("explore", *SMALL, "--figure", f"front.{form}").code == 0
    assert Path(f"front.{form}").read_bytes().startswith(begins)
