"""`export --head`: the circuit of a real row, read back by an independent reader."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from qiskit.qasm3 import loads
from qiskit_aer import AerSimulator

from qattention.api.formats import SUFFIXES


def test_the_oracle_of_a_heads_row_is_read_back(run: Callable[..., Any]) -> None:
    size = ("--n-heavy", 1, "--key-bits", 3, "--query-bits", 3)
    outcome = run("export", "heavy-key-oracle", "--head", "smollm2-alice", "--row", 4, *size)
    assert outcome.code == 0
    circuit = loads(outcome.out)
    assert circuit.qregs[0].name == "address"
    assert circuit.qregs[0].size == 3
    verified = run("verify", "smollm2-alice", "--row", 4, *size, "--json").json
    assert circuit.count_ops()["ccx"] == verified["toffoli"]


def small_head(folder: Path) -> Path:
    """Integer queries and keys whose peaks are those of 3 and 2 bits: quantised they stay what they are."""
    q, k = np.array([[3, -1], [1, 2], [-2, 3]]), np.array([[1, 0], [-1, 1], [0, -1], [1, 1], [0, 0]])
    np.savez(folder / "h.npz", q=q, k=k, v=np.ones((5, 1)), meta=json.dumps({"causal": True}))
    return folder / "h.npz"


def told(text: str, name: str) -> list[int]:
    """The integers of the comment lines "name: " or "name[i]: "."""
    found = re.findall(rf"^// {re.escape(name)}(?:\[\d+\])?: ([-0-9 ]+?)(?: \(.*)?$", text, re.MULTILINE)
    return [int(number) for line in found for number in line.split()]


@pytest.mark.parametrize(
    "how",
    [
        (),
        ("--loader", "one-hot", "--exclude", "1", "--exclusion", "live"),
        ("--loader", "qroam", "--block-size", 2, "--inner-product", "shift-add"),
    ],
)
def test_the_file_alone_says_what_its_circuit_must_do_and_aer_does_it(
    run: Callable[..., Any], tmp_path: Path, how: tuple[object, ...]
) -> None:
    """Row 1 of a causal head sees 4 of 5 keys, of which 0 and 1 are ties at the threshold."""
    size = ("--row", 1, "--tau", 1, "--key-bits", 2, "--query-bits", 3)
    text = run("export", "heavy-key-oracle", "--head", small_head(tmp_path), *size, *how).out
    keys = np.array(told(text, "table")).reshape(-1, 2)
    heavy = keys @ told(text, "weights") >= told(text, "threshold")
    heavy[told(text, "excluded")] = False
    assert keys.tolist() == [[1, 0], [-1, 1], [0, -1], [1, 1]]
    assert (
        told(text, "marked")
        == np.flatnonzero(heavy).tolist()
        == ([0, 3] if how[-1:] == ("live",) else [0, 1, 3])
    )
    assert "// In, for the caller to prepare: address.\n// Out: address; bits: none.\n" in text
    circuit = loads(text)
    assert circuit.qregs[0].name == "address"
    for j in range(4):
        ones = [i for i in (0, 1) if j >> (1 - i) & 1]  # of `address`, most significant bit first
        prepared = circuit.copy_empty_like()
        if ones:
            prepared.x(ones)
        prepared.compose(circuit, inplace=True)
        prepared.save_statevector(pershot=True)
        simulator = AerSimulator(method="statevector", seed_simulator=j, max_parallel_threads=1)
        for state in simulator.run(prepared, shots=3).result().data()["statevector"]:
            assert np.asarray(state)[sum(1 << i for i in ones)] == pytest.approx(-1 if heavy[j] else 1)


def test_rows_that_share_a_load_are_verified_and_exported(run: Callable[..., Any], tmp_path: Path) -> None:
    shared = (small_head(tmp_path), "--row", 1, "--rows-per-load", 2, "--tau", 3)
    report = run("verify", *shared, "--json").json
    n_addresses = {"on": 8, "off": 5}[report["plan"]["padding"]]
    assert (report["addresses"], report["phase_errors"], report["dirty_ancillas"]) == (n_addresses, 0, 0)
    assert report["toffoli"] == report["toffoli_from_formula"]
    text = run("export", "heavy-key-oracle", "--head", *shared).out
    assert loads(text).count_ops()["ccx"] == report["toffoli"]
    assert text.splitlines()[1] == "// Oracle of h, rows 1 to 2"
    alone = run("export", "heavy-key-oracle", "--head", *shared[:3], "--tau", 3).out
    assert set(told(alone, "marked")) < set(told(text, "marked"))
    last = run("export", "heavy-key-oracle", "--head", shared[0], "--row", 2, *shared[3:]).out
    assert last.splitlines()[1] == "// Oracle of h, row 2"
    traced = run("verify", *shared, "--trace", 0)
    assert (traced.code, traced.err[:21]) == (2, "qattention: `--trace`")


def test_longer_circuits_are_written_if_asked_for(run: Callable[..., Any]) -> None:
    oracle = ("export", "heavy-key-oracle", "--head", "smollm2-alice", "--row", 3, "--max-statements")
    for form in ("qasm3", "cirq"):
        outcome = run(*oracle, 90, "--format", form)
        assert outcome.code == 2
        assert "or a larger --max-statements" in outcome.err
    assert run(*oracle, 10**6).code == 0
    for wrong in ((0,), (9, "--format", "qref")):
        assert run(*oracle, *wrong).err.startswith("qattention: `--max-statements`: got")


def test_a_title_tells_no_path(run: Callable[..., Any]) -> None:
    Path("a.json").write_text(run("estimate", *SMALL, "--no-physical", "--json").out)
    out = run("export", "estimate", "--from", Path("a.json").resolve(), "--format", "qref").out
    assert out.startswith("# Estimate: 8 queries, 8 keys, d = 2\n")


def test_only_the_oracle_is_of_a_head(run: Callable[..., Any]) -> None:
    outcome = run("export", "grover-search", "--head", "smollm2-alice")
    assert outcome.code == 2
    assert outcome.err.startswith("qattention: `--head`: got 'smollm2-alice'")


SMALL = ("--n-tokens", 8, "--head-dim", 2, "--n-heavy", 1)
BEGIN = {"azure": "{", "json": "{", "csv": "group,path,", "latex": "% \\usepackage{array,", "qref": "# "}


def test_an_estimate_is_written_in_every_format(run: Callable[..., Any]) -> None:
    Path("a.json").write_text(run("estimate", *SMALL, "--no-physical", "--json").out)
    for form, begin in BEGIN.items():
        outcome = run("export", "estimate", "--from", "a.json", "--format", form)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out.startswith(begin)
        name = f"{form}.{SUFFIXES[form][0]}"
        again = run("export", "estimate", "--from", "a.json", "--format", form, "--output", name)
        assert again == (0, "", "")
        assert Path(name).read_bytes() == outcome.out.encode()
    assert json.loads(Path("json.json").read_text()) == json.loads(Path("a.json").read_text())


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


OF_HEAD = ("heavy-key-oracle", "--head", "smollm2-alice")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("estimate", "--format", "qasm3"), "`--format`: got 'qasm3'; must be json or azure"),
        (("full-adder", "--format", "csv"), "`--format`: got 'csv'; must be qasm3 or qasm3-plain"),
        (("full-adder", "--from", "a.json"), "`--from`: got 'a.json'"),
        (("full-adder", "--key-bits", 3), "`--key-bits`: got 3; must be absent without --head"),
        (
            ("heavy-key-oracle", "--loader", "one-hot"),
            "`--loader`: got 'one-hot'; must be absent without --head",
        ),
        ((*OF_HEAD, "--minimize", "luck"), "`--minimize`: got 'luck'; must be toffoli or t-depth"),
        ((*OF_HEAD, "--p-fail", 1.5), "`--p-fail`: got 1.5"),
        (
            (*OF_HEAD, "--rows-per-load", "many"),
            "`--rows-per-load`: got 'many'; must be an integer in 1..40",
        ),
        (("estimate", "--max-statements", 9), "`--max-statements`: got 9; must be absent"),
        (("estimate", "--row", 1), "`--row`: got 1"),
        (("estimate", "--from", "a.json", "--n-heavy", 3), "`--n-heavy`: got 3; must be absent with --from"),
        (("estimate", "--from", "absent.json"), "`--from`: got 'absent.json'"),
    ],
)
def test_what_does_not_go_together_is_refused(
    run: Callable[..., Any], arguments: tuple[object, ...], said: str
) -> None:
    outcome = run("export", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"qattention: {said}")
    assert len(outcome.err.splitlines()) == 1


def test_the_exported_search_finds_the_key_that_it_marks(run: Callable[..., Any]) -> None:
    """One iteration over four addresses, one of them marked: sin(3 asin(1/2))**2 = 1."""
    text = run("export", "grover-search").out
    circuit = loads(text)
    circuit.measure_all()
    result = AerSimulator(method="statevector", seed_simulator=1, max_parallel_threads=1).run(
        circuit, shots=20
    )
    read = {counts.split()[0][::-1][:2] for counts in result.result().get_counts()}
    assert [int(bits, 2) for bits in read] == told(text, "oracle.marked")
