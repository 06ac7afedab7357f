"""`diagram`: other views than the circuit, at any size, and of the plan of an estimate."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qattention.catalogue import find_record
from qattention.catalogue.gather import circuit_of
from qattention.cli.diagram import VIEWS
from qattention.cli.main import main

ESTIMATE = ["--n-tokens", "64", "--head-dim", "4", "--n-heavy", "2", "--loader", "one-hot"]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(list(words))
    return code, *capsys.readouterr()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("suffix", ["svg", "png", "html"])
def test_every_view_is_written_in_every_format(
    view: str, suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"drawn.{suffix}"
    code, _, told = run(capsys, "diagram", "reflection", "--view", view, "--output", str(target))
    assert (code, told) == (0, "")
    magic = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!doctype html"}[suffix]
    assert target.read_bytes()[: len(magic)].lower() == magic.lower()


def test_texts_of_the_views_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    _, calls, _ = run(capsys, "diagram", "heavy-key-oracle", "--view", "calls")
    assert re.search(r"^1 × oracle +11 +11$", calls, re.MULTILINE)
    _, path, _ = run(capsys, "diagram", "heavy-key-oracle", "--view", "path")
    *parts, whole = [int(line.split()[0]) for line in path.splitlines()]
    assert sum(parts) == whole == 11


def test_a_size_is_drawn_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, "diagram", "qrom-load", "--size", "n=9, d=3,b=2", "--view", "calls")
    assert code == 0
    assert re.search(r"^7 × and ", text, re.MULTILINE)
    code, text, _ = run(capsys, "diagram", "heavy-key-oracle", "--size", "n=300,d=16,b=4", "--format", "svg")
    assert code == 0
    assert "16 × 4 bits" in re.sub(r"<[^>]*>", " ", text)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["qrom-load", "--size", "q=3"], "`--size`: got 'q=3'; must be of n, d, b, padded"),
        (["qrom-load", "--size", "n=0"], "`--size`: got 'n=0'; must be n=1..4096"),
        (["qrom-load", "--size", "padded=3"], "`--size`: got 'padded=3'; must be padded=yes or padded=no"),
        (["plan", "--size", "n=3"], "`--size`: got 'n=3'; must be absent: a plan is drawn on five keys"),
        (["qrom-load", "--view", "tree"], "tree"),
    ],
)
def test_bad_sizes_are_told(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, told = run(capsys, "diagram", *words)
    assert code == 2
    assert message in told


def test_the_plan_of_an_estimate_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, printed, _ = run(capsys, "estimate", *ESTIMATE, "--json")
    (tmp_path / "a.json").write_text(printed)
    assert json.loads(printed)["plan"]["loader"] == "one-hot"
    code, text, _ = run(capsys, "diagram", "plan", "--from", str(tmp_path / "a.json"))
    assert code == 0
    assert text == run(capsys, "diagram", "plan", *ESTIMATE)[1]
    code, _, told = run(capsys, "diagram", "plan", "--from", str(tmp_path / "a.json"), "--n-heavy", "2")
    assert (
        code,
        "`--n-heavy`: got 2; must be absent with --from" in told.replace("`n_heavy`", "`--n-heavy`"),
    ) == (2, True)


def test_wires_of_one_name_are_told_apart_and_searches_run_in_turn() -> None:
    shared, found = (find_record(name) for name in ("shared-oracle", "find-heavy-keys"))
    labels = [wire.label for wire in circuit_of(shared, shared.example()).wires if wire.label]
    assert {"sign 1", "sign 2", "sign 3", "junk 1", "junk 2", "junk 3"} <= set(labels)
    assert len(labels) == len(set(labels))
    circuit = circuit_of(found, found.example())
    searches = [step for step in circuit.steps if step.title == "GroverSearch"]
    assert [len(step.ports) for step in searches] == [1, 2, 3]  # what was read before is not found again
    assert [step.column for step in searches] == sorted({step.column for step in searches})
