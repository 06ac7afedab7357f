"""`export --head`: the circuit of a real row, read back by an independent reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
