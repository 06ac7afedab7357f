"""`export --head`: the circuit of a real row, read back by an independent reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from qiskit.qasm3 import loads


def test_the_oracle_of_a_heads_row_is_read_back(run: Callable[..., Any]) -> None:
    size = ("--n-heavy", 1, "--key-bits", 3, "--query-bits", 3)
    outcome = run("export", "heavy-key-oracle", "--head", "smollm2-alice", "--row", 4, *size)
    assert outcome.code == 0
    circuit = loads(outcome.out)
    assert circuit.qregs[0].name == "address"
    assert circuit.qregs[0].size == 3
    verified = run("verify", "smollm2-alice", "--row", 4, *size, "--json").json
    assert circuit.count_ops()["ccx"] == verified["toffoli"]


def test_only_the_oracle_is_of_a_head(run: Callable[..., Any]) -> None:
    outcome = run("export", "grover-search", "--head", "smollm2-alice")
    assert outcome.code == 2
    assert outcome.err.startswith("qattention: `head`: got 'smollm2-alice'")


SMALL = ("--n-tokens", 8, "--head-dim", 2, "--n-heavy", 1)
BEGIN = {"azure": "{", "json": "{", "csv": "group,path,", "latex": "% \\usepackage{booktabs}", "qref": "# "}


def test_an_estimate_is_written_in_every_format(run: Callable[..., Any]) -> None:
    Path("a.json").write_text(run("estimate", *SMALL, "--no-physical", "--json").out)
    for form, begin in BEGIN.items():
        outcome = run("export", "estimate", "--from", "a.json", "--format", form)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out.startswith(begin)
        again = run("export", "estimate", "--from", "a.json", "--format", form, "--output", f"x.{form}")
        assert again == (0, "", "")
        assert Path(f"x.{form}").read_bytes() == outcome.out.encode()
    assert json.loads(Path("x.json").read_text()) == json.loads(Path("a.json").read_text())


def test_an_estimate_is_made_of_the_options_of_estimate(run: Callable[..., Any]) -> None:
    machine = ("--machine", "majorana-1e-6")
    made = run("export", "estimate", *SMALL, *machine).json
    assert made == run("estimate", *SMALL, *machine, "--json").json
    of_head = ("--n-heavy", 2, "--no-physical")
    made = run("export", "estimate", "--head", "smollm2-alice", *of_head).json
    assert made == run("estimate", "smollm2-alice", *of_head, "--json").json


@pytest.mark.parametrize("form", ["cirq", "qref", "json"])
def test_a_bloq_is_written_in_every_format(run: Callable[..., Any], form: str) -> None:
    outcome = run("export", "full-adder", "--format", form)
    assert (outcome.code, outcome.err) == (0, "")
    found = yaml.safe_load(outcome.out)  # JSON is YAML
    if form == "json":
        assert (found["schema"], found["counts"]["toffoli"]) == ("qattention/bloq/1", 1)
    assert found


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("estimate", "--format", "qasm3"), "`format`: got 'qasm3'; must be json or azure"),
        (("full-adder", "--format", "csv"), "`format`: got 'csv'; must be qasm3 or cirq"),
        (("full-adder", "--from", "a.json"), "`from`: got 'a.json'"),
        (("estimate", "--row", 1), "`row`: got 1"),
        (("estimate", "--from", "a.json", "--n-heavy", 3), "`n_heavy`: got 3; must be absent with --from"),
        (("estimate", "--from", "absent.json"), "`from`: got 'absent.json'"),
    ],
)
def test_what_does_not_go_together_is_refused(
    run: Callable[..., Any], arguments: tuple[object, ...], told: str
) -> None:
    outcome = run("export", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"qattention: {told}")
    assert len(outcome.err.splitlines()) == 1
