"""Call graph = gates = closed form, for every bloq over the grid of sizes."""

from collections.abc import Callable

import attrs
import numpy as np
import pytest

from qattention import formulas
from qattention.bloqs.adders import FullAdder, HalfAdder
from qattention.bloqs.grover import GroverIterate, GroverSearch, Readout
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.one_hot import OneHot
from qattention.bloqs.phases import PhaseAtZero, PhaseBelow
from qattention.bloqs.sparse_attention import FindHeavyKeys, SparseAttention
from qattention.bloqs.threshold_flag import ThresholdFlag
from qattention.bloqs.uniform_superposition import Reflection, UniformSuperposition
from qattention.bloqs.xor_word import XorWord
from qattention.circuit import INNER_PRODUCTS, Circuit
from qattention.formulas import RowSums
from qattention.formulas.exclusion import ExclusionForm
from qattention.formulas.grid import HEAD_DIM, KEY_BITS, N_KEYS, GridPoint, grid_points
from qattention.formulas.inner_product import junk_wires

Differences = Callable[..., list[str]]
OracleOf = Callable[[GridPoint], HeavyKeyOracle]
SumsOf = Callable[[GridPoint], RowSums]

CASES = [(n, padded) for n in N_KEYS for padded in (False, True)]
TREE = INNER_PRODUCTS["compressor-tree"]
SEARCHES = ((2, 3), (0, 1))  # (iterations, how often)


def points_at(n_keys: int, padded: bool, *seeds: int) -> list[GridPoint]:
    return [p for p in grid_points(seeds) if (p.n_keys, p.padded) == (n_keys, padded)]


def test_grid_is_the_promised_one() -> None:
    sizes = {(p.n_keys, p.head_dim, p.key_bits, p.padded) for p in grid_points()}
    assert len(sizes) == len(N_KEYS) * len(HEAD_DIM) * len(KEY_BITS) * 2 == 240
    reach = [sum(map(abs, p.weights)) << p.key_bits - 1 for p in grid_points()]
    beyond = {(p.threshold > r) - (p.threshold < -r) for p, r in zip(grid_points(), reach, strict=True)}
    assert beyond == {-1, 0, 1}


@pytest.mark.parametrize(("n_keys", "padded"), CASES)
def test_oracle_iterate_and_searches(
    n_keys: int, padded: bool, differences: Differences, oracle_of: OracleOf, sums_of: SumsOf
) -> None:
    found = []
    for point in points_at(n_keys, padded, 0):
        oracle, sums, word_bits = oracle_of(point), sums_of(point), point.head_dim * point.key_bits
        product, circuit = oracle.inner_product, oracle.circuit
        found += differences(formulas.qrom_load(n_keys, word_bits, padded), oracle.load)
        found += differences(formulas.measured_unload(n_keys, word_bits, padded), oracle.unload)
        found += differences(formulas.inner_product(sums, TREE), product)
        found += differences(formulas.inner_product(sums, TREE, uncompute=True), product.adjoint())
        found += differences(formulas.heavy_key_oracle(n_keys, sums, circuit), oracle)
        found += differences(formulas.grover_iterate(n_keys, sums, circuit), GroverIterate(oracle))
        if (point.head_dim, point.key_bits) == (2, 2):  # what encloses the iterate does not look at the word
            row = formulas.find_heavy_keys(n_keys, sums, circuit, 6, 4)
            find = FindHeavyKeys(oracle, SEARCHES)
            found += differences(formulas.grover_search(n_keys, sums, circuit, 3), GroverSearch(oracle, 3))
            found += differences(row, find)
            found += differences(formulas.sparse_attention(row, 2), SparseAttention(((find, 2),)))
    assert found == []


@pytest.mark.parametrize("exclusion", ["live", "circuit"])
@pytest.mark.parametrize(("n_keys", "padded"), CASES)
def test_oracles_that_exclude_without_a_fix_up(
    n_keys: int, padded: bool, exclusion: str, differences: Differences, oracle_of: OracleOf, sums_of: SumsOf
) -> None:
    found = []
    for point in points_at(n_keys, padded, 0)[::3]:
        excluded = tuple(range(0, n_keys, 3))
        oracle = attrs.evolve(oracle_of(point), excluded=excluded)
        circuit = attrs.evolve(oracle.circuit, exclusion=exclusion)
        oracle = attrs.evolve(oracle, circuit=circuit)
        form = ExclusionForm.of(exclusion, True, oracle.table.address_bits, excluded)
        costs = formulas.heavy_key_oracle(n_keys, sums_of(point), circuit, form)
        found += differences(costs, oracle)
    assert found == []


@pytest.mark.parametrize("n_keys", N_KEYS)
def test_more_seeds_without_gates(
    n_keys: int, differences: Differences, oracle_of: OracleOf, sums_of: SumsOf
) -> None:
    found = []
    for point in points_at(n_keys, False, 1, 2, 3, 4):
        costs = formulas.heavy_key_oracle(n_keys, sums_of(point), Circuit())
        found += differences(costs, oracle_of(point), gates=False)
    assert found == []


@pytest.mark.parametrize("n_items", sorted({*range(1, 34), *N_KEYS}))
def test_start_states(n_items: int, differences: Differences) -> None:
    start = UniformSuperposition(n_items)
    found = differences(formulas.uniform_superposition(n_items), start)
    found += differences(formulas.uniform_superposition(n_items), start.adjoint())
    assert found + differences(formulas.reflection(n_items), Reflection(n_items)) == []


def test_small_parts(differences: Differences) -> None:
    table = KeyTable.from_values(np.array([[1, -2], [3, 0]]), 3)
    pairs = [
        (formulas.full_adder(), FullAdder()),
        (formulas.full_adder(uncompute=True), FullAdder().adjoint()),
        (formulas.half_adder(), HalfAdder(invert_s=True)),
        (formulas.half_adder(uncompute=True), HalfAdder().adjoint()),
        (formulas.threshold_flag(), ThresholdFlag()),
        (formulas.xor_word(6), XorWord(table, 1)),
        (formulas.xor_word(6, selected=False), XorWord(table, 1, selected=False)),
        *((formulas.one_hot(bits), OneHot(bits)) for bits in range(1, 7)),
        *((formulas.one_hot(bits, uncompute=True), OneHot(bits).adjoint()) for bits in range(1, 7)),
        *((formulas.phase_at_zero(bits), PhaseAtZero(bits)) for bits in range(1, 9)),
        *((formulas.phase_at_zero(bits, False), PhaseAtZero(bits, 0.3)) for bits in range(1, 9)),
        *((formulas.phase_below(bound), PhaseBelow(bound, 0.3)) for bound in range(3, 64, 2)),
        *((formulas.readout(bits), Readout(bits)) for bits in (1, 4)),
    ]
    assert [line for costs, bloq in pairs for line in differences(costs, bloq)] == []


@pytest.mark.parametrize("n_keys", [2**40, 2**40 + 12345, 3 * 2**38, 2**60])
@pytest.mark.parametrize("padding", ["off", "on"])
def test_huge_tables_without_data(n_keys: int, padding: str, differences: Differences) -> None:
    table, circuit = KeyTable(n_keys=n_keys, head_dim=3, key_bits=4), Circuit(padding=padding)
    oracle = HeavyKeyOracle(table, (5, -3, 7), 11, circuit=circuit)
    sums = RowSums.from_weights([(5, -3, 7)], [11], 4)
    costs = formulas.grover_iterate(n_keys, sums, circuit)
    assert differences(costs, GroverIterate(oracle), gates=False) == []


def test_many_rows_at_once_equal_each_alone() -> None:
    rng = np.random.default_rng(5)
    weights, n_keys = rng.integers(-128, 128, (40, 5)), rng.integers(1, 300, 40)
    thresholds = rng.integers(-200_000, 200_000, 40).tolist()
    together = formulas.grover_iterate(n_keys, RowSums.from_weights(weights, thresholds, 8), Circuit())
    for i in range(40):
        sums = RowSums.from_weights(weights[i], thresholds[i : i + 1], 8)
        alone = formulas.grover_iterate(int(n_keys[i]), sums, Circuit())
        assert attrs.asdict(together.row(i)) == attrs.asdict(alone.row(0))


@pytest.mark.parametrize(("query_bits", "key_bits"), [(3, 2), (8, 8), (40, 30), (64, 64), (63, 1), (1, 64)])
def test_random_sums_of_every_width(query_bits: int, key_bits: int, differences: Differences) -> None:
    rng = np.random.default_rng([query_bits, key_bits])
    for n_weights in (1, 3):
        words = [
            (int.from_bytes(rng.bytes(8)) % 2**query_bits) - 2 ** (query_bits - 1) for _ in range(n_weights)
        ]
        reach = sum(map(abs, words)) << (key_bits - 1)
        for threshold in (-reach - 1, -reach, -1, 0, 1, reach // 3, reach, reach + 1, 10 * reach):
            bloq = InnerProduct(tuple(words), threshold, key_bits)
            sums = RowSums.from_weights(as_row(words), [threshold], key_bits)
            costs = formulas.inner_product(sums, TREE)
            assert differences(costs, bloq, gates=False) == []
            assert int(costs.qubits[0]) == n_weights * key_bits + bloq.plan.n_junk + 1


def test_compiled_replay_equals_the_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = np.random.default_rng(8).integers(-128, 128, (40, 12))
    sums = RowSums.from_weights(weights, list(range(-20_000, 20_000, 1000)), 8)
    plain = [junk_wires(sums.take([i]), TREE)[0] for i in range(40)]
    assert junk_wires(sums, TREE).tolist() == plain
    monkeypatch.setattr("qattention.formulas.compressor._compiled", lambda: lambda *_: 0)
    assert junk_wires(sums.take(range(40)), TREE).tolist() != plain


def as_row(words: list[int]) -> np.ndarray:
    row = np.empty((1, len(words)), dtype=object)
    row[0] = words
    return row
