"""What is proved is what is costed: `verify`, `run` and `export` take the plan that `estimate` chooses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qattention.api.proving import verify
from qattention.bloqs.grover import GroverIterate
from qattention.circuit import LOADERS
from qattention.cli.main import main
from qattention.estimates.costing import estimate_program
from qattention.estimates.request import Request
from qattention.formulas import reflection
from qattention.lowering.lower import lower
from qattention.lowering.schedule import schedule
from qattention.problem import load_head

SMALL, LARGE = "smollm2-alice", ("minilm-code", "minilm-pride")
IN_GATES = [name for name, kind in LOADERS.items() if not kind.is_device]
OBJECTIVES = ("toffoli", "t-depth", "qubits", "volume", "physical")
CASES = [(SMALL, minimize, loader) for minimize in OBJECTIVES for loader in ("auto",)]
CASES += [(SMALL, "toffoli", loader) for loader in IN_GATES]
CASES += [(name, minimize, "auto") for name in LARGE for minimize in ("toffoli",)]
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The JSON object of a command line."""

    def call(*words: object) -> dict[str, Any]:
        capsys.readouterr()
        code = main([*map(str, words), "--json"])
        out, err = capsys.readouterr()
        assert code == 0, err
        document: dict[str, Any] = json.loads(out)
        return document

    return call


@pytest.mark.parametrize(("sample", "minimize", "loader"), CASES)
def test_the_circuit_proved_is_the_circuit_costed(sample: str, minimize: str, loader: str) -> None:
    """Toffolis are the oracle's and the reflection's, qubits the larger of theirs, T layers the iterate's."""
    asked = Request.of(load_head(sample), minimize=minimize, loader=loader)
    costed = estimate_program(asked.program).iteration
    proved = verify(load_head(sample), minimize=minimize, loader=loader, draws=1)
    oracle = proved.proved.oracle
    assert proved.is_right
    assert proved.plan == asked.totals.plan
    assert proved.row == costed.row
    back = reflection(int(oracle.n_items))
    assert costed.toffoli == proved.toffoli + int(back.toffoli)
    assert costed.qubits == max(proved.qubits, int(back.qubits))
    each = asked.totals.t_per_rotation or None
    iterate, alone = (schedule(lower(bloq), t_per_rotation=each) for bloq in (GroverIterate(oracle), oracle))
    assert (costed.t_depth, proved.t_depth) == (iterate.t_depth, alone.t_depth)


@pytest.mark.parametrize(
    "options",
    [
        (SMALL,),
        (SMALL, "--rows-per-load", "auto", "--n-heavy", 4),
        (SMALL, "--quantise", "rotated", "--loader", "qroam"),
        ("--n-tokens", 37, "--head-dim", 3, "--n-heavy", 2),
        ("--n-tokens", 64, "--head-dim", 4, "--n-heavy", 4, "--minimize", "qubits", "--padding", "on"),
    ],
)
def test_commands_say_the_same_plan(options: tuple[object, ...], run: Run, tmp_path: Path) -> None:
    costed = run("estimate", *options, "--no-physical")
    proved = run("verify", *options, "--draws", 1)
    assert proved["plan"] == costed["plan"]
    if options[0] == SMALL:
        assert proved["row"] == costed["iteration"]["row"]
        ran = run("run", *options, "--rows", "0:2")["plan"]
        assert ran | {"exclusion": None} == costed["plan"] | {"exclusion": None}
    published = tmp_path / "estimate.json"
    published.write_text(json.dumps(costed))
    head = options[:1] if options[0] == SMALL else ()
    quantise = options[1:3] if "rotated" in options else ()
    again = run("verify", *head, "--from", published, *quantise, "--draws", 1)
    same = ("plan", "toffoli", "qubits", "t_depth", "addresses")
    assert [again[name] for name in same] == [proved[name] for name in same]
    if head:
        alone = run("verify", "--from", published, *quantise[:0], "--draws", 1)
        assert alone["note"].startswith("The estimate is of a head, which is not given")
        assert "of a head" not in again["note"]


def test_a_plan_beyond_the_simulator_is_proved_in_part(run: Run) -> None:
    """The sums at their full width, the look-up over fewer keys; the line says so."""
    sizes = ("--n-tokens", "2**40", "--head-dim", 4, "--n-heavy", 4)
    proved = run("verify", *sizes)
    assert proved["plan"] == run("estimate", *sizes, "--no-physical")["plan"]
    assert proved["addresses"] < 2**40
    assert "of 1,099,511,627,776 keys" in proved["note"]
