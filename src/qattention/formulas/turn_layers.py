"""T and Clifford layers of `TurnOracle`, and its Cliffords: rows' sums one after another on one key."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from qattention.circuit import Circuit, InnerProductKind
from qattention.formulas.clifford_depth import PER_LAYER
from qattention.formulas.layers import Layers
from qattention.formulas.pair_layers import look_up_layers, reflection_layers
from qattention.formulas.row_sums import RowSums
from qattention.formulas.tape import Pen
from qattention.formulas.tape_layers import ONE, PHASE

MOST_PLAYED = 64  # rows whose sums are played gate by gate; they stand for all


@lru_cache(maxsize=64)
def turn_layers(sums: RowSums, kind: InnerProductKind) -> Layers:
    """Of one row's sum, its phase, and the sum undone: the mean over rows that lie evenly among all."""
    rows = np.unique(np.linspace(0, sums.n_rows - 1, min(sums.n_rows, MOST_PLAYED)).astype(int)).tolist()
    found = sum((_played(sums.take([row]), kind) for row in rows), start=Layers())
    return found.times(1 / len(rows))


def _played(row: RowSums, kind: InnerProductKind) -> Layers:
    there, back = kind.tape(row)
    pen = Pen(row.word_bits)
    held = pen.splice(there, np.arange(row.word_bits))
    for gate in (ONE, PHASE, ONE):
        pen.gate(gate, int(held[-1]))
    pen.splice(back, held)
    tape = pen.tape(range(row.word_bits))
    return Layers(*tape.depths(PER_LAYER), tape.cliffords)


def turn_iterate_layers(key_bits: int, n_rows: int, sums: RowSums, circuit: Circuit) -> Layers:
    """One iteration over 2**key_bits keys with so many rows in turn."""
    look_up = look_up_layers(circuit, key_bits, sums.word_bits)
    return look_up + turn_layers(sums, circuit.inner_product).times(n_rows) + reflection_layers(key_bits)
