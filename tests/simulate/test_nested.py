"""Rows looked up inside a kept load of keys: its gates on every pair of addresses, as a matrix says.

Drawn superpositions of all addresses: one is an eigenvector of what is wrong only by accident, so that it
tells as much as every basis state; two are drawn for that. Outcomes all 0, all 1, drawn, and of the
readout each alone.
"""

from functools import lru_cache

import attrs
import numpy as np
import pytest
from statevector import run_statevector

from qattention.bloqs.nested_iterate import NestedIterate, NestedReadout
from qattention.bloqs.pair_oracle import PairOracle
from qattention.bloqs.pair_table import PairTable
from qattention.circuit import Circuit
from qattention.lowering.lower import lower

ROWS, KEYS = np.array([[-1], [0], [-1], [0]]), np.array([[-1], [0]])
THRESHOLDS = [1, 1, 1, 0]  # heavy: rows 0 and 2 with key 0, row 3 with both
REFLECT = ("mark", "reflect")
NOTHING = 1e-7  # of rounding, over thousands of gates


@lru_cache
def oracle():
    """4 rows x 2 keys of one bit; a place for a known pair would take it beyond 24 wires."""
    how = Circuit(loader="one-hot", padding="on")
    rows = PairTable.of(ROWS, (1,), THRESHOLDS, address_bits=2, other_bits=1)
    return PairOracle(rows, PairTable.of(KEYS, (1,), address_bits=1, other_bits=2), how, how)


def marked():
    products = ROWS @ KEYS.T
    return products >= np.array(THRESHOLDS)[:, None]


def about_rows():
    return np.kron(np.full((4, 4), 0.5) - np.eye(4), np.eye(2))


def matrix(steps):
    """Marks and reflections of rows under each key, in order."""
    parts = {"mark": np.diag(np.where(marked(), -1.0, 1.0).ravel()), "reflect": about_rows()}
    whole = np.eye(8)
    for step in steps:
        whole = parts[step] @ whole
    return whole


def expected(bloq):
    if isinstance(bloq, NestedReadout):
        return matrix(REFLECT * bloq.depth)
    there = (*REFLECT * bloq.depth, "mark", *REFLECT[::-1] * bloq.depth)
    return (np.full((8, 8), 0.25) - np.eye(8)) @ matrix(there)


def outcome_vectors(n_bits, alone):
    rng = np.random.default_rng(n_bits)
    yield np.zeros(n_bits, int)
    yield np.ones(n_bits, int)
    yield rng.integers(0, 2, n_bits)
    yield from np.eye(n_bits, dtype=int) if alone else ()


def wrong(bloq, alone=False, quick=False):
    """The greatest distance of a state from the matrix's, up to a global phase."""
    program, whole, worst = lower(bloq), expected(bloq), 0.0
    rng = np.random.default_rng(7)
    mixed = rng.normal(size=(2, 8)) + 1j * rng.normal(size=(2, 8))
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    for at, outcomes in enumerate(outcome_vectors(program.n_cbits, alone)):
        if quick and at:
            break
        phases = []
        for state in mixed[: 1 if at or quick else 2]:
            out = run_statevector(program, state, outcomes=outcomes).state.ravel()
            want = whole @ state
            phases.append(np.vdot(want, out))
            worst = max(worst, float(np.linalg.norm(out - phases[-1] * want)))
        worst = max(worst, float(np.max(np.abs(np.array(phases) - phases[-1]))))  # one phase for all
    return worst


def test_the_layout_is_one_that_tells():
    """Keys with one, two and no heavy rows would be alike in none of the steps."""
    assert marked().sum(axis=0).tolist() == [3, 1]


@pytest.mark.parametrize(("kind", "depth"), [(NestedIterate, 1), (NestedReadout, 2)])
def test_gates_do_what_the_matrix_says(kind, depth):
    assert wrong(kind(oracle(), depth)) < NOTHING


def test_each_outcome_by_itself():
    assert wrong(NestedReadout(oracle(), 1), alone=True) < NOTHING


class ShortOfAMark(NestedIterate):
    """The last mark of the way back is left out."""

    def build_composite_bloq(self, bb, address):
        steps = (*REFLECT * self.depth, "mark", *REFLECT[::-1] * self.depth)[:-1]
        address = self.add_under_key(bb, address, steps)
        return {"address": bb.add(self.about_pairs, address=address)}


class AboutAllInside(NestedReadout):
    """Reflects about all pairs in place of the rows."""

    def build_composite_bloq(self, bb, address):
        address = self.add_under_key(bb, address, ("mark",))
        from qattention.bloqs.uniform_superposition import Reflection

        return {"address": bb.add(Reflection(self.oracle.n_items), address=address)}


@pytest.mark.parametrize("kind", [ShortOfAMark, AboutAllInside])
def test_wrong_variants_are_caught(kind):
    made = attrs.frozen(kind)(oracle(), 1)
    assert wrong(made, quick=True) > 0.1
