"""A user's script that takes every call of the library: checked by mypy --strict, and run in the tests."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np

import qattention as qa

SIZES = {"n_queries": 6, "n_keys": 9}


def heads() -> qa.Head:
    rng = np.random.default_rng(0)
    own = qa.Head(rng.normal(size=(6, 3)), rng.normal(size=(9, 3)), rng.normal(size=(9, 2)), scale=0.5)
    listed: qa.Head = qa.Head([[1.0, 2.0]], [[1.0, 0.5], [0.1, 0.2]], [[1.0], [2.0]], causal=True)
    assert listed.n_keys == 2
    loaded: qa.Head = qa.load_head(qa.samples()[0])
    assert loaded.head_dim == 32
    return own


def costs(head: qa.Head) -> qa.Estimate:
    found: qa.Estimate = qa.estimate(head, n_heavy=2)
    toffoli: float = found.logical.expected.toffoli
    qubits: int = found.logical.qubits
    parts: list[str] = [part.path for part in found.breakdown("oracle/inner_product")]
    runtimes: list[float] = [machine.runtime_s for machine in found.physical or ()]
    assert toffoli > 0
    assert qubits > 0
    assert parts
    assert runtimes
    assert found.report().groups[0].entries
    assert found.to_dict()["logical"]["qubits"] == qubits
    plan = qa.plan(head, n_heavy=2)
    assert plan == found.plan
    assert str(plan.circuit.loader) == found.to_dict()["plan"]["loader"]
    assert qa.program(head, n_heavy=2).iteration.oracle.table.n_keys == 9
    return found


def proofs(head: qa.Head, found: qa.Estimate) -> None:
    report: qa.VerifyReport = qa.verify(head, n_heavy=2)
    right: bool = report.is_right
    assert right
    assert report.plan == found.plan
    assert qa.verify(head, published=found).toffoli == report.toffoli
    bloq = qa.oracle(head, n_heavy=2)
    program = qa.gates(bloq)
    n_codes: int = len(program.code)
    assert n_codes
    run: qa.HeadRun = qa.run(head, rows=range(2), n_heavy=2)
    assert run.output.shape == (2, 2)
    assert run.report.missed == 0
    inspected: qa.InspectReport = qa.inspect(head, n_heavy=2)
    assert inspected.verdict.n_heavy >= 1


def questions(found: qa.Estimate) -> None:
    front: qa.ExploreReport = qa.explore(n_queries=4, n_keys=8, head_dim=2, n_heavy=1, rows_per_load=1)
    assert min(point.qubits for point in front.points) > 0
    search: qa.SearchReport = qa.search(n_items=64, n_marked=2, trials=20)
    assert search.trials.missed == 0
    compared: qa.CompareReport = qa.compare(n_tokens=64, head_dim=4, n_heavy=2, logical_clock=1e6)
    assert compared.classical.against
    verdict: qa.ScalingReport = qa.scaling(loader="hardware", algorithm="row-by-row")
    assert verdict.verdicts[0].loader == "hardware"
    machines: qa.PhysicalDocument = qa.physical(found, machine="superconducting-1e-4")
    assert machines.physical[0].physical_qubits > 0
    counted = qa.physical({"numQubits": 10, "tCount": 1000})
    assert counted.logical_counts.n_t == 1000
    claimed: qa.ClaimsReport = qa.claims(n_tokens=64, head_dim=4)
    assert claimed.claims


def files(folder: Path, found: qa.Estimate) -> None:
    for name in ("a.json", "a.csv", "a.tex", "a.md", "a.svg", "a.pdf", "a.png"):
        qa.export(found, folder / name)
    again: qa.Estimate = qa.read_estimate(folder / "a.json")
    difference: qa.DiffReport = qa.diff(found, again)
    assert difference.identical
    qa.export("full-adder", folder / "adder.qasm")
    diagram: qa.Diagram = qa.diagram("full-adder")
    qa.export(diagram, folder / "adder.tex", format="quantikz")
    study = folder / "study.toml"
    study.write_text(
        'title = "t"\nquestion = "q"\n[problem]\nn_heavy = 1\nhead_dim = 2\n'
        '[sweep]\n"problem.n_tokens" = [4, 8]\n'
        '[[columns]]\npath = "logical.qubits"\nlabel = "qubits"\n'
        '[figure]\nx = "problem.n_keys"\ny = "logical.qubits"\nx_label = "n"\ny_label = "qubits"\n'
    )
    run: qa.StudyRun = qa.study(study)
    rows: list[dict[str, object]] = run.rows()
    assert [row["problem.n_tokens"] for row in rows] == [4, 8]
    assert r"\toprule" in run.table("latex", label="tab:t")
    assert run.write(folder)
    model = folder / "config.json"
    model.write_text(
        json.dumps({"model_type": "gpt2", "n_layer": 1, "n_head": 1, "n_embd": 8, "n_positions": 8})
    )
    bill: qa.ModelBill = qa.estimate(model=model, n_heavy=1, physical=False)
    assert bill.prefill.logical.qubits > 0


def blocks() -> None:
    joined = qa.estimate(n_tokens=64, head_dim=2, n_heavy=2, algorithm="blocked")
    assert isinstance(joined, qa.JoinEstimate)  # asked for by name; a type checker takes it for rows
    ran = qa.run("minilm-code", algorithm="blocked", n_heavy=2, p_fail=1e-2)
    assert isinstance(ran, qa.JoinHeadRun)


def refusals() -> None:
    try:
        qa.estimate(n_tokens=8, n_heavy=9, key_bits=0)
    except qa.SpecError as error:
        lines: tuple[str, ...] = error.problems
        print(*lines, sep="\n")
    try:
        qa.plan(n_tokens=8, n_heavy=1, max_qubits=1)
    except qa.InfeasibleError as error:
        print(error)


def main(folder: Path) -> None:
    head = heads()
    found = costs(head)
    proofs(head, found)
    questions(found)
    files(folder, found)
    blocks()
    refusals()
    assert pickle.loads(pickle.dumps(found)) == found
    assert issubclass(qa.CheckFailed, qa.QAttentionError)
    assert qa.__version__
