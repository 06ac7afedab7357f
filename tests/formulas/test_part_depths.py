"""T depths of the parts against their gates, and of whole iterations against the sum of the parts."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import inner_product_of, load_of, unload_of
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.bloqs.uniform_superposition import Reflection, UniformSuperposition
from qattention.circuit import INNER_PRODUCTS, Circuit, InnerProductKind
from qattention.formulas import RowSums, SharedSums, adder_trees
from qattention.formulas.loader_costs import look_up_t_depth, unload_t_depth
from qattention.formulas.part_depths import (
    reflection_clifford_depth,
    reflection_cliffords,
    reflection_t_depth,
    uniform_clifford_depth,
    uniform_cliffords,
    uniform_t_depth,
)
from qattention.formulas.sum_depths import sums_depths
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

N_KEYS = (1, 2, 3, 5, 8, 13, 17, 33, 64, 100)
FAMILY = [
    Circuit(loader=name, block_size=block, unload_block=unload_block)
    for name, block, unload_block in (
        *[("qrom", None, unload_block) for unload_block in (None, 1, 4, 512)],
        *[("qroam", 2, None), ("qroam", 4, 8), ("qroam", 4, 32), ("qroam", 16, None)],
        ("one-hot", None, None),
        *[("one-hot-swap", 2, 16), ("one-hot-swap", 4, None), ("one-hot-swap", 16, None)],
        *[("swap-network", None, unload_block) for unload_block in (None, 16)],
    )
]
said = "{0.loader} {0.block_size} {0.unload_block}".format
T_PER_ROTATION = 10


def t_depth(bloq: object) -> int:
    return schedule(lower(bloq), t_per_rotation=T_PER_ROTATION).t_depth


def each_alone(sums: RowSums, kind: InnerProductKind) -> list[int]:
    """T depth of every row with a load of its own."""
    return kind.t_depth(sums, np.arange(sums.n_rows), np.ones(sums.n_rows, dtype=int)).tolist()


@pytest.mark.parametrize("circuit", FAMILY, ids=said)
@pytest.mark.parametrize("padding", ["off", "on"])
def test_look_ups(circuit: Circuit, padding: str) -> None:
    circuit, found = attrs.evolve(circuit, padding=padding), []
    for n in N_KEYS:
        keys = np.random.default_rng(n).integers(-4, 4, (n, 2))
        load, sizes = load_of(circuit, KeyTable.from_values(keys, 3)), (n, 6, circuit.block, circuit.padded)
        there = int(circuit.loader.load_t_depth(*sizes))
        formula = (there, int(unload_t_depth(circuit.loader, *sizes, circuit.unload_block)))
        assert sum(formula) == int(look_up_t_depth(circuit, n, 6))
        gates = (t_depth(load), t_depth(unload_of(circuit, load)))
        found += [(n, formula, gates)] if formula != gates else []
    assert found == []


@pytest.mark.parametrize("n_items", [1, 2, 3, 5, 7, 12, 37, 64, 60, 100])
def test_start_states(n_items: int) -> None:
    assert uniform_t_depth(n_items, T_PER_ROTATION) == t_depth(UniformSuperposition(n_items))
    assert reflection_t_depth(n_items, T_PER_ROTATION) == t_depth(Reflection(n_items))
    assert reflection_t_depth(n_items, T_PER_ROTATION, is_sign=False) == t_depth(Reflection(n_items, 1.0))


@pytest.mark.parametrize("n_items", [[*range(1, 140)], [1000, 1025, 6144 * 7, 131072, 131071]])
def test_cliffords_of_start_states(n_items: list[int]) -> None:
    """Layers and gates, of -1 and of another phase; every odd part of up to seven bits."""
    for n in n_items:
        start, back, turned = UniformSuperposition(n), Reflection(n), Reflection(n, 1.0)
        forms = [
            (start, uniform_clifford_depth(n), uniform_cliffords(n)),
            (back, reflection_clifford_depth(n), reflection_cliffords(n)),
            (turned, reflection_clifford_depth(n, is_sign=False), reflection_cliffords(n, is_sign=False)),
        ]
        for bloq, layers, gates in forms:
            built = schedule(lower(bloq), t_per_rotation=T_PER_ROTATION).clifford_depth
            assert (layers, gates) == (built, count(lower(bloq)).clifford), (n, bloq)


@pytest.mark.parametrize("circuit", FAMILY[::2], ids=said)
@pytest.mark.parametrize("n_keys", [16, 64, 100])
def test_an_iteration_is_its_parts_one_after_another(circuit: Circuit, n_keys: int) -> None:
    """The reflection's first rotation may start beside the unload: one layer less at most."""
    rng = np.random.default_rng(0)
    keys, weights = rng.integers(-8, 8, (n_keys, 5)), rng.integers(-8, 8, 5).tolist()
    table, sums = KeyTable.from_values(keys, 4), RowSums.from_weights([weights], [3], 4)
    parts = [
        look_up_t_depth(circuit, n_keys, 20),
        each_alone(sums, circuit.inner_product)[0],
        reflection_t_depth(n_keys, T_PER_ROTATION),
    ]
    gates = t_depth(GroverIterate(HeavyKeyOracle(table, tuple(weights), 3, circuit=circuit)))
    assert int(sum(parts)) - gates in (0, 1)


@pytest.mark.parametrize("form", ["compressor-tree", "bucket-tree"])
@pytest.mark.parametrize(("n_keys", "n_rows"), [(16, 2), (64, 3), (37, 5), (64, 8)])
def test_trees_on_one_load_overlap_as_in_the_gates(form: str, n_keys: int, n_rows: int) -> None:
    rng = np.random.default_rng([n_keys, n_rows])
    keys, weights = rng.integers(-8, 8, (n_keys, 6)), rng.integers(-8, 8, (n_rows, 6))
    thresholds = rng.integers(-40, 40, n_rows).tolist()
    sums = RowSums.from_weights(weights, thresholds, 4)
    base, *others = [(tuple(row), t) for row, t in zip(weights.tolist(), thresholds, strict=True)]
    circuit = Circuit(loader="one-hot-swap", block_size=4, inner_product=form)
    first = HeavyKeyOracle(KeyTable.from_values(keys, 4), *base, circuit=circuit)
    parts = [
        look_up_t_depth(circuit, n_keys, 24),
        SharedSums.of(sums, [0], [n_rows], circuit.inner_product).t_depth[0],
        reflection_t_depth(n_keys, T_PER_ROTATION),
    ]
    gates = t_depth(GroverIterate(SharedOracle(first, tuple(others))))
    assert int(sum(parts)) - gates in (0, 1)
    assert sum(each_alone(sums, circuit.inner_product)) > int(parts[1])  # one after another they take more


@pytest.mark.parametrize("n_rows", [1, 2, 4])
def test_additions_in_place_take_turns(n_rows: int) -> None:
    """Their work wires are reused from row to row: at most 2 % less than one after another."""
    rng = np.random.default_rng(n_rows)
    keys, weights = rng.integers(-8, 8, (16, 6)), rng.integers(-8, 8, (n_rows, 6))
    sums, table = RowSums.from_weights(weights, [3] * n_rows, 4), KeyTable.from_values(keys, 4)
    first, *others = [(tuple(row), 3) for row in weights.tolist()]
    circuit = Circuit(inner_product="shift-add")
    oracle = SharedOracle(HeavyKeyOracle(table, *first, circuit=circuit), tuple(others))
    look_up = int(look_up_t_depth(circuit, 16, 24)) + 2  # and the reflection
    found = look_up + int(SharedSums.of(sums, [0], [n_rows], circuit.inner_product).t_depth[0])
    gates = t_depth(GroverIterate(oracle))
    assert gates <= found <= 1.02 * gates + 1


def test_many_rows_are_taken_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """An upper bound; one typical row stands for all as its copies do."""
    weights = np.random.default_rng(1).integers(-8, 8, (1, 6))
    alone, copies = (RowSums.from_weights(np.repeat(weights, n, axis=0), [3] * n, 4) for n in (1, 9))
    tree = INNER_PRODUCTS["compressor-tree"]

    def layers(sums: RowSums) -> int:
        return int(SharedSums.of(sums, [0], [9], tree).t_depth[0])

    whole = layers(copies)
    assert layers(alone) == whole
    monkeypatch.setattr(adder_trees, "MOST_TOGETHER", 4)
    cut = layers(alone)
    assert whole < cut < 9 * each_alone(alone, tree)[0] + 7
    assert layers(copies) == cut


MARGINS = [("product", 4, 1.14), ("product", 16, 1.04), ("shift-add", 4, 1.06), ("shift-add", 16, 1.01)]


@pytest.mark.parametrize(("form", "d", "above"), MARGINS)
@pytest.mark.parametrize("n_rows", [1, 2, 8, 16])
def test_many_rows_of_a_load_take_turns(form: str, d: int, above: float, n_rows: int) -> None:
    """Exact for a row alone; rows of a load begin beside one another: never below, so little above."""
    rng = np.random.default_rng([n_rows, d])
    weights = rng.integers(-8, 8, (n_rows, d))
    sums = RowSums.from_weights(weights, [3] * n_rows, 4)
    kind = INNER_PRODUCTS[form]
    found = int(kind.t_depth(sums, np.array([0]), np.array([n_rows]))[0])
    gates = int(sums_depths(sums, [0], [n_rows], kind)[0][0])  # held against gates in test_sum_depths
    assert gates <= found <= above * gates
    products = [
        inner_product_of(Circuit(inner_product=kind), tuple(row), 3, 4) for row in weights[:2].tolist()
    ]
    alone = [t_depth(there) + t_depth(there.adjoint()) for there in products]
    assert each_alone(sums, kind)[:2] == alone
