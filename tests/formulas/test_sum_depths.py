"""T and Clifford layers and Cliffords of every form of the sum: closed forms against the bloqs' gates."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import inner_product_of
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import INNER_PRODUCTS, Circuit, InnerProductKind
from qattention.formulas import RowSums
from qattention.formulas import sum_depths as module
from qattention.formulas.sum_depths import inner_product_clifford_depth, sums_depths
from qattention.formulas.tape import Pen
from qattention.lowering.lower import lower
from qattention.lowering.operands import wires_of
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

SIZES = [(1, 1), (1, 3), (2, 4), (5, 4), (8, 8), (16, 6)]  # d, b
T_PER_ROTATION = 5
TREE = INNER_PRODUCTS["compressor-tree"]
forms = pytest.mark.parametrize("kind", INNER_PRODUCTS.values(), ids=str)


def random_row(d: int, b: int, seed: int) -> tuple[tuple[int, ...], int]:
    rng = np.random.default_rng([d, b, seed])
    return tuple(rng.integers(-(1 << (b - 1)), 1 << (b - 1), d).tolist()), int(rng.integers(-20, 20))


def widths_of(d: int, b: int, seed: int) -> int | tuple[int, ...]:
    """One width, or one a component."""
    return tuple(np.random.default_rng(seed).integers(1, b + 1, d).tolist()) if seed % 2 else b


@forms
@pytest.mark.parametrize(("d", "b"), SIZES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_sum_and_its_uncompute(kind: InnerProductKind, d: int, b: int, seed: int) -> None:
    """Layers of both kinds at several caps, and every Clifford."""
    weights, threshold = random_row(d, b, seed)
    widths = widths_of(d, b, seed)
    there = inner_product_of(Circuit(inner_product=kind), weights, threshold, widths)
    sums = RowSums.from_weights([weights], [threshold], widths)
    for tape, bloq in zip(kind.tape(sums), (there, there.adjoint()), strict=True):
        gates = lower(bloq)
        assert tape.cliffords == count(gates).clifford
        for cap in (64, 4, None):
            built = schedule(gates, parallelism=cap)
            assert tape.depths(cap) == (built.t_depth, built.clifford_depth), cap


@forms
@pytest.mark.parametrize("threshold", [-(10**6), 10**6])
@pytest.mark.parametrize("weights", [(0, 0), (0, -4), (7, 7), (-8, 1)])
def test_flags_that_do_not_depend_on_the_key(
    kind: InnerProductKind, weights: tuple[int, ...], threshold: int
) -> None:
    there = inner_product_of(Circuit(inner_product=kind), weights, threshold, 4)
    found = inner_product_clifford_depth(RowSums.from_weights([weights], [threshold], 4), kind)
    for layers, bloq in zip(found, (there, there.adjoint()), strict=True):
        assert layers[0] == schedule(lower(bloq)).clifford_depth


def on_a_given_key(oracle: HeavyKeyOracle | SharedOracle) -> GateProgram:
    """An oracle on a device without the device: the key is there before and after."""
    gates = lower(oracle)
    query = int(np.flatnonzero(gates.code[:, 0] == Op.QUERY)[0])
    m = gates.code[query, 4]
    key = gates.spans[gates.code[query, 3]][m:]
    births = np.isin(gates.code[:, 0], (Op.ALLOC, Op.FREE)) & np.isin(gates.code[:, 1], key)
    lives = np.flatnonzero(births)
    kept = np.ones(len(gates), dtype=bool)
    kept[lives[: len(key)]] = kept[lives[-len(key) :]] = False
    kept[gates.code[:, 0] == Op.QUERY] = False
    registers = {"address": wires_of(gates.inputs.values()), "key": key}
    return attrs.evolve(gates, code=gates.code[kept], inputs=registers, outputs=registers)


MARKS = [(np.pi, "fix-up"), (1.0, "fix-up"), (np.pi, "live"), (1.0, "live")]


@forms
@pytest.mark.parametrize("n_rows", [1, 2, 3, 6])
@pytest.mark.parametrize(("angle", "exclusion"), MARKS)
def test_rows_on_one_load(kind: InnerProductKind, n_rows: int, angle: float, exclusion: str) -> None:
    """Sums, flag or ladder, phase, and all undone: the device leaves nothing else."""
    d, b, rng = 6, 4, np.random.default_rng(n_rows)
    weights, thresholds = rng.integers(-8, 8, (n_rows, d)), rng.integers(1, 30, n_rows).tolist()
    base, *others = [(tuple(row), t) for row, t in zip(weights.tolist(), thresholds, strict=True)]
    if n_rows > 1 and exclusion == "fix-up" and angle != np.pi:
        exclusion = "circuit"
    table = KeyTable.from_values(rng.integers(-8, 8, (16, d)), b)
    oracle: HeavyKeyOracle | SharedOracle = HeavyKeyOracle(
        table, *base, circuit=Circuit(loader="hardware", inner_product=kind, exclusion=exclusion), angle=angle
    )
    oracle = SharedOracle(oracle, tuple(others)) if others else oracle
    gates, sums = on_a_given_key(oracle), RowSums.from_weights(weights, thresholds, b)
    for cap in (64, 3):
        built = schedule(gates, parallelism=cap, t_per_rotation=T_PER_ROTATION)
        found = sums_depths(
            sums,
            [0],
            [n_rows],
            kind,
            is_sign=angle == np.pi,
            live=exclusion == "live",
            per_layer=cap,
            t_per_rotation=T_PER_ROTATION,
        )
        assert [int(layers[0]) for layers in found] == [built.t_depth, built.clifford_depth]


def test_many_rows_are_taken_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """An upper bound; one typical row stands for all as its copies do."""
    weights = np.random.default_rng(1).integers(-8, 8, (1, 6))
    alone, copies = (RowSums.from_weights(np.repeat(weights, n, axis=0), [3] * n, 4) for n in (1, 9))
    whole = sums_depths(copies, [0], [9], TREE)
    assert np.array_equal(whole, sums_depths(alone, [0], [9], TREE))
    monkeypatch.setattr(module, "MOST_TOGETHER", 4)
    cut = sums_depths(alone, [0], [9], TREE)
    assert all(w[0] < c[0] < 2 * w[0] for w, c in zip(whole, cut, strict=True)), (whole, cut)
    assert np.array_equal(cut, sums_depths(copies, [0], [9], TREE))
    assert module.is_exact([4, 5]).tolist() == [True, False]


def test_wires_that_are_never_handed_out_again_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product multiplies in wires that the last addition leaves: fresh ones would not wait."""
    weights, threshold = random_row(5, 4, 0)
    sums, product = RowSums.from_weights([weights], [threshold], 4), INNER_PRODUCTS["product"]
    gates = schedule(lower(inner_product_of(Circuit(inner_product=product), weights, threshold, 4)))
    monkeypatch.setattr(Pen, "release", lambda *wires: None)
    t_depth, clifford_depth = product.tape(sums)[0].depths(64)
    assert t_depth < gates.t_depth
    assert clifford_depth < gates.clifford_depth
