"""`estimate` shows machines unless told not to, and refuses only what was asked for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SMALL = ("estimate", "--n-tokens", 8, "--head-dim", 2, "--n-heavy", 1)
HOPELESS = (*SMALL, "--machine-p-fail", 1e-30)


@pytest.mark.parametrize("options", [(), ("--physical", "--machine-p-fail", 1e-3)])
def test_machines_are_in_the_estimate(run: Callable[..., Any], options: tuple[object, ...]) -> None:
    found = run(*SMALL, *options, "--json").json["physical"]
    assert {one["engine"] for one in found} == {"qdk.qre", "qualtran.surface_code"}
    assert all(one["p_fail"] <= (1e-3 if options else 0.1) for one in found)


def test_machines_can_be_left_out(run: Callable[..., Any]) -> None:
    assert run(*SMALL, "--no-physical", "--json").json["physical"] is None


def test_machines_are_shown(run: Callable[..., Any]) -> None:
    shown = run(*SMALL).out
    assert "Physical machines" in shown
    assert "Gidney-Fowler" in shown


def test_a_machine_that_cannot_be_built_fails_only_what_asked_for_it(run: Callable[..., Any]) -> None:
    assert run(*HOPELESS, "--json").json["physical"] == []
    outcome = run(*HOPELESS, "--physical")
    assert (outcome.code, outcome.out) == (3, "")
    assert "nearest feasible" in outcome.err


@pytest.mark.parametrize("p_fail", ["2", "0", "1e-320"])
def test_a_bad_budget_is_refused(run: Callable[..., Any], p_fail: str) -> None:
    outcome = run(*SMALL, "--machine-p-fail", p_fail)
    assert outcome.code == 2
    assert "`--machine-p-fail`" in outcome.err


CHIP = 'label = "chip"\np_physical = 1e-4\ncycle_time_ns = 500'
COUNTS = {"numQubits": 20, "cczCount": 1000, "measurementCount": 1000}


def test_machines_are_those_asked_for(run: Callable[..., Any]) -> None:
    Path("chip.toml").write_text(CHIP)
    asked = ("--machine", "chip.toml", "--machine", "majorana-1e-6")
    found = run(*SMALL, *asked, "--json").json["physical"]
    assert {one["model"].split(",")[0] for one in found} == {"chip", "majorana 1e-06"}
    assert {one["cycle_time_us"] for one in found if "chip" in one["model"]} == {0.5}
    assert run(*HOPELESS, *asked).code == 3  # asked for, so that it is an error


def test_machines_are_not_asked_for_and_refused_at_once(run: Callable[..., Any]) -> None:
    outcome = run(*SMALL, "--no-physical", "--machine", "majorana-1e-6")
    assert (outcome.code, outcome.err.split(";")[0]) == (2, "qattention: `--machine`: got 'majorana-1e-6'")


@pytest.mark.parametrize("wrapped", [False, True])
def test_counts_of_another_tool_get_machines(run: Callable[..., Any], wrapped: bool) -> None:
    Path("counts.json").write_text(json.dumps({"logicalCounts": COUNTS} if wrapped else COUNTS))
    found = run("physical", "counts.json", "--machine", "superconducting-1e-4", "--json").json
    assert found["logical_counts"]["n_ccz"] == 1000
    assert {one["engine"] for one in found["physical"]} == {"qdk.qre", "qualtran.surface_code"}
    shown = run("physical", "counts.json").out
    assert "Logical counts" in shown
    assert "Gidney-Fowler" in shown


def test_the_answer_is_the_smallest_of_machines_that_are_as_fast(run: Callable[..., Any]) -> None:
    """Of three engines at 501 ms: 759,198 qubits, 22,740, and 22,710."""
    Path("counts.json").write_text(json.dumps({"numQubits": 10, "tCount": 50_065}))
    asked = ("--machine", "superconducting-1e-3", "--machine-p-fail", 0.01)
    answer, tables = run("physical", "counts.json", *asked).out.split("\n\n", 1)
    assert "501 ms on 2.3 × 10^4 physical qubits: superconducting 0.001, surface code" in " ".join(
        answer.split()
    )
    assert "759,198   501 ms" in tables


def test_an_estimate_gets_the_machines_that_it_had(run: Callable[..., Any]) -> None:
    before = run(*SMALL, "--json")
    Path("a.json").write_text(before.out)
    after = run("physical", "a.json", "--json").json
    assert after["physical"] == before.json["physical"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "`numQubits`: is missing"),
        ("no", "`logicalCounts`: is not JSON"),
        ('{"schema": "qattention/estimate/1"}', "`estimate.problem`: is missing"),
        ('{"numQubits": 1, "colour": 2}', "`logicalCounts`: got 'colour'"),
        ("\xff", "`FILE`: got 'counts.json'; must be a readable file (not UTF-8"),
    ],
)
def test_broken_counts_are_refused(run: Callable[..., Any], text: str, told: str) -> None:
    Path("counts.json").write_bytes(text.encode("latin-1"))
    outcome = run("physical", "counts.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"qattention: {told}")


def test_absent_counts_and_hopeless_ones(run: Callable[..., Any]) -> None:
    assert run("physical", "absent.json").err.startswith("qattention: `FILE`: got 'absent.json'")
    Path("counts.json").write_text(json.dumps({**COUNTS, "cczCount": 10**38}))
    assert run("physical", "counts.json").code == 3
