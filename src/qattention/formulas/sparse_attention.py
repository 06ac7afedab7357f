"""Closed forms of `FindHeavyKeys` and `SparseAttention`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit import Circuit
from qattention.costs import Costs, address_bits
from qattention.formulas.grover import grover_iterate, readout, searched
from qattention.formulas.row_sums import RowSums


def find_heavy_keys(
    n_keys: ArrayLike, sums: RowSums, circuit: Circuit, n_iterations: ArrayLike, n_runs: ArrayLike
) -> Costs:
    """`n_runs` searches with `n_iterations` iterations in all, each read out, for each row."""
    runs = searched(n_keys, circuit.padded) + readout(address_bits(n_keys))
    iterations = grover_iterate(n_keys, sums, circuit).times(n_iterations)
    return runs.times(n_runs) + iterations


def sparse_attention(rows: Costs, n_rows: ArrayLike) -> Costs:
    """All rows one after another, `n_rows` of each kind; scalars."""
    each = rows.times(n_rows)
    return Costs(
        toffoli=np.sum(each.toffoli),
        rotation=np.sum(each.rotation),
        measurement=np.sum(each.measurement),
        qubits=np.max(each.qubits),
    )
