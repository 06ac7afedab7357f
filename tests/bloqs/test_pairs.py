"""Pairs of loaded words: every pair of words, every pair of addresses, all outcomes; and wrong variants."""

from itertools import product

import attrs
import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.nested_iterate import NestedIterate, NestedReadout
from qattention.bloqs.pair_oracle import PairOracle
from qattention.bloqs.pair_table import PairTable
from qattention.bloqs.square_sum import SquareSum
from qattention.bloqs.turn_oracle import TurnOracle
from qattention.circuit import Circuit
from qattention.compiler.costs import bloq_counts
from qattention.errors import SpecError
from qattention.formulas.pair_oracle import PairShape, nested_iterate, nested_readout, pair_oracle
from qattention.formulas.row_sums import RowSums
from qattention.formulas.square_sum import square_figures
from qattention.formulas.turn_oracle import turn_oracle
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.exact import prove_program

LOADERS = (("one-hot", None), ("one-hot-swap", 2), ("qrom", None), ("qroam", 2))


def circuit(loader, block, padding="on"):
    return Circuit(loader=loader, block_size=block, padding=padding)


def words(rng, n, widths):
    return np.stack([rng.integers(-(1 << b - 1), 1 << b - 1, n) for b in widths], axis=1)


def every_word(widths):
    return np.array([*product(*(range(-(1 << b - 1), 1 << b - 1) for b in widths))])


def proved(oracle, marked):
    return prove_program(lower(oracle), np.asarray(marked).ravel()).errors


def small(widths=(2, 2), places=(), bounds=(), threshold=1):
    """All words of these widths as rows and as keys, one threshold."""
    every, how = every_word(widths), circuit("one-hot", None)
    bits = max(1, (len(every) - 1).bit_length())
    rows = PairTable.of(every, widths, [threshold] * len(every), other_bits=bits, slots=places, limits=bounds)
    return PairOracle(rows, PairTable.of(every, widths, other_bits=bits), how, how), every @ every.T


@pytest.mark.parametrize("widths", [(1,), (4,), (2, 2), (3, 1), (1, 1, 1, 1), (2, 1, 1)])
@pytest.mark.parametrize("threshold", [-100, -3, 0, 1, 4, 100])
def test_every_pair_of_words(widths, threshold):
    oracle, products = small(widths, threshold=threshold)
    assert proved(oracle, products >= threshold) == (0, 0, 0)


@pytest.mark.parametrize(("loader", "block"), LOADERS)
@pytest.mark.parametrize(
    ("n_rows", "n_keys", "widths"), [(1, 2, (3,)), (3, 5, (2, 3)), (8, 6, (1, 4)), (5, 8, (2, 2))]
)
def test_every_pair_of_addresses(loader, block, n_rows, n_keys, widths):
    """Sizes that are no power of two, known pairs on either side, and bounds of the keys that rows see."""
    rng = np.random.default_rng((n_rows, n_keys))
    q, k, limits = words(rng, n_rows, widths), words(rng, n_keys, widths), rng.integers(-4, 4, n_rows)
    row_bits, key_bits = (max(1, (n - 1).bit_length()) for n in (n_rows, n_keys))
    start, stop = np.sort(rng.integers(0, n_keys + 1, (2, n_rows)), axis=0)
    at = np.arange(n_keys)
    marked = (q @ k.T >= limits[:, None]) & (at >= start[:, None]) & (at < stop[:, None])
    known = None, [[] for _ in range(n_rows)], [[] for _ in range(n_keys)]
    for i, j in np.argwhere(marked)[::2].tolist():
        (known[1][i] if (i + j) % 2 else known[2][j]).append(j if (i + j) % 2 else i)
        marked[i, j] = False
    slots = [tuple(map(tuple, side)) for side in known[1:]]
    bounds = (tuple(stop.tolist()), tuple(start.tolist()))
    rows = PairTable.of(
        q, widths, limits.tolist(), other_bits=key_bits, slots=slots[0], limits=bounds, address_bits=row_bits
    )
    keys = PairTable.of(k, widths, other_bits=row_bits, slots=slots[1], address_bits=key_bits)
    how = circuit(loader, block)
    full = np.zeros((1 << row_bits, 1 << key_bits), dtype=bool)
    full[:n_rows, :n_keys] = marked
    assert proved(PairOracle(rows, keys, how, how), full) == (0, 0, 0)


@pytest.mark.parametrize(("loader", "block"), LOADERS)
@pytest.mark.parametrize(("row_bits", "key_bits"), [(1, 2), (3, 2), (2, 1)])
@pytest.mark.parametrize(("places", "bounds", "depth"), [((0, 0), 0, 0), ((2, 1), 1, 1), ((0, 2), 2, 2)])
def test_call_graph_gates_and_closed_form_agree(loader, block, row_bits, key_bits, places, bounds, depth):
    rng, widths, how = np.random.default_rng(0), (3, 2), circuit(loader, block)
    limits = tuple(tuple(rng.integers(0, (1 << key_bits) + 1, 1 << row_bits).tolist()) for _ in range(bounds))
    rows = PairTable.of(
        words(rng, 1 << row_bits, widths), widths, [1] * (1 << row_bits), other_bits=key_bits,
        n_slots=places[0], limits=limits,
    )  # fmt: skip
    keys = PairTable.of(words(rng, 1 << key_bits, widths), widths, other_bits=row_bits, n_slots=places[1])
    oracle = PairOracle(rows, keys, how, how)
    shape = PairShape(
        row_bits=row_bits, key_bits=key_bits, figures=square_figures(widths), row_circuit=how,
        key_circuit=how, row_slots=places[0], key_slots=places[1], limits=bounds,
    )  # fmt: skip
    for bloq, costs in (
        (oracle, pair_oracle(shape)),
        (NestedIterate(oracle, depth), nested_iterate(shape, depth)),
        (NestedReadout(oracle, depth), nested_readout(shape, depth)),
    ):
        gates, graph = count(lower(bloq)), bloq_counts(bloq)
        formula = int(costs.toffoli), int(costs.measurement)
        assert (gates.toffoli, gates.measurement) == (graph.toffoli, graph.measurement) == formula
        assert gates.qubits == int(costs.qubits)


@pytest.mark.parametrize("widths", [(1,), (2, 2), (3, 1, 2), (8,) * 5, (8,) * 128])
def test_and_s_of_the_sum(widths):
    """44 And's a component of 8 bits, where squares of bits take 89 (8 + 36 products + 45)."""
    plan, figures = SquareSum(widths).plan.compressor, square_figures(widths)
    assert (plan.n_ands, plan.n_junk) == (figures.toffoli, figures.junk)
    if len(widths) == 128:
        assert figures.toffoli == 5662 < 128 * 89


@pytest.mark.parametrize("uncompute", [False, True])
def test_direct_emission_counts_as_the_decomposition(uncompute):
    bloq = SquareSum((2, 3), uncompute)
    assert count(lower(bloq)) == count(lower(bloq, hot=False))
    assert len(lower(bloq)) >= len(lower(bloq, hot=False)) - 2 * bloq.word_bits


def rows_in_turn(loader, block, padding, n_rows, n_keys):
    rng = np.random.default_rng((n_rows, n_keys))
    table = KeyTable.from_values(rng.integers(-4, 4, (n_keys, 2)), 3)
    rows = [(tuple(rng.integers(-4, 4, 2).tolist()), int(t)) for t in rng.integers(-3, 4, n_rows)]
    base = HeavyKeyOracle(table, *rows[0], excluded=(1,), circuit=circuit(loader, block, padding))
    return TurnOracle(base, tuple(rows[1:]))


@pytest.mark.parametrize(("loader", "block"), LOADERS)
@pytest.mark.parametrize("padding", ["on", "off"])
@pytest.mark.parametrize(("n_rows", "n_keys"), [(1, 4), (2, 5), (3, 6)])
def test_rows_in_turn(loader, block, padding, n_rows, n_keys):
    oracle = rows_in_turn(loader, block, padding, n_rows, n_keys)
    products = np.array([oracle.table.values @ np.array(q) >= t for q, t in oracle.rows])
    marked = np.zeros(oracle.n_items, dtype=bool)
    marked[:n_keys] = (products.sum(axis=0) + (np.arange(n_keys) == 1)) % 2 == 1
    assert proved(oracle, marked) == (0, 0, 0)
    sums = RowSums.from_weights([q for q, _ in oracle.rows], [t for _, t in oracle.rows], 3)
    costs, gates, graph = turn_oracle(n_keys, sums, oracle.circuit), count(lower(oracle)), bloq_counts(oracle)
    assert (gates.toffoli, gates.qubits) == (int(costs.toffoli), int(costs.qubits))
    assert (
        (graph.toffoli, graph.measurement)
        == (gates.toffoli, gates.measurement)
        == (gates.toffoli, int(costs.measurement))
    )


def test_wrong_variants_are_caught(monkeypatch):
    """A known pair's sign left out; a bound that is off by one; padding that may be heavy."""
    oracle, products = small(places=((3,), *((),) * 15))
    marked = products >= 1
    assert proved(oracle, marked)[2] == 1
    marked[0, 3] ^= True
    assert proved(oracle, marked) == (0, 0, 0)
    seen, _ = small(bounds=((4,) * 16,))
    assert proved(seen, (products >= 1) & (np.arange(16) < 5))[2] > 0
    monkeypatch.setattr("qattention.bloqs.pair_table.most_sum", lambda widths: -1)
    every, how = every_word((2, 2)), circuit("one-hot", None)
    rows = PairTable.of(every, (2, 2), [-8] * 16, other_bits=2)
    padded = PairOracle(rows, PairTable.of(every[:3], (2, 2), other_bits=4), how, how)
    assert proved(padded, (np.arange(4) < 3) & np.ones((16, 1), dtype=bool))[2] > 0


def test_what_does_not_fit_is_refused():
    oracle, _ = small()
    with pytest.raises(SpecError, match="`loader`: got 'hardware'; must be one whose unload measures"):
        attrs.evolve(oracle, row_circuit=circuit("hardware", None))
    with pytest.raises(SpecError, match="`slots`: got 2; must be at most 1"):
        PairTable.of(np.zeros((1, 1), dtype=np.int64), (2,), slots=((0, 1),), n_slots=1)
    with pytest.raises(SpecError, match="`widths`"):
        attrs.evolve(oracle, keys=PairTable.of(every_word((3,)), (3,)))
    with pytest.raises(SpecError, match="rows in turn"):
        attrs.evolve(
            rows_in_turn("qrom", None, "on", 2, 4),
            base=attrs.evolve(rows_in_turn("qrom", None, "on", 2, 4).base, angle=1.0),
        )


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize("iterations", [0, 1, 2])
def test_nested_steps_turn_as_amplitude_amplification_says(depth, iterations):
    """The bloq's steps as matrices on 8 rows x 4 keys; success as `joins.policy` takes it."""
    marked = np.zeros((8, 4), dtype=bool)
    marked[[1, 5, 3], [0, 0, 2]] = True
    mark = np.where(marked, -1.0, 1.0)
    state = np.full((8, 4), 32**-0.5)

    def about_rows(x):
        return 2 * x.mean(axis=0) - x

    def play(x, steps):
        for step in steps:
            x = mark * x if step == "mark" else about_rows(x)
        return x

    steps = (*("mark", "reflect") * depth, "mark", *("reflect", "mark") * depth)
    for _ in range(iterations):
        state = play(state, steps)
        state = 2 * state.mean() - state
    state = play(state, ("mark", "reflect") * depth)
    inner = np.sin((2 * depth + 1) * np.arcsin(np.sqrt(marked.sum(axis=0) / 8))) ** 2
    expected = np.sin((2 * iterations + 1) * np.arcsin(np.sqrt(inner.mean()))) ** 2
    assert np.isclose((state[marked] ** 2).sum(), expected)
