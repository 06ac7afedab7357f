"""Closed forms of the loaders: against call graphs at any size, and the figures of DATA_LOADING.md."""

from collections.abc import Callable

import attrs
import numpy as np
import pytest

from qattention import formulas
from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of
from qattention.circuit import LOADERS, Circuit
from qattention.formulas import RowSums

Differences = Callable[..., list[str]]
BLOCKS = (1, 2, 4, 32, 1024)
FAMILY = [
    Circuit(loader=kind, block_size=block)
    for kind in LOADERS.values()
    for block in (BLOCKS if kind.has_blocks else (None,))
]
family = pytest.mark.parametrize("circuit", FAMILY, ids=lambda circuit: circuit.look_up)
paddings = pytest.mark.parametrize("padding", ["off", "on"])


@family
@paddings
def test_load_and_unload(circuit: Circuit, padding: str, differences: Differences) -> None:
    circuit, found = attrs.evolve(circuit, padding=padding), []
    for n_keys in (1, 2, 3, 5, 16, 37, 100):
        values = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
        load = load_of(circuit, KeyTable.from_values(values, 3))
        found += differences(formulas.load_of(circuit, n_keys, 6), load)
        found += differences(formulas.unload_of(circuit, n_keys, 6), load.adjoint())
    assert found == []


@family
@pytest.mark.parametrize("n_keys", [2**40, 2**40 + 12345, 3 * 2**38])
@paddings
def test_huge_tables_without_data(
    circuit: Circuit, n_keys: int, padding: str, differences: Differences
) -> None:
    circuit = attrs.evolve(circuit, padding=padding)
    table = KeyTable(n_keys=n_keys, head_dim=3, key_bits=4)
    oracle = HeavyKeyOracle(table, (5, -3, 7), 11, circuit=circuit)
    sums = RowSums.from_weights([(5, -3, 7)], [11], 4)
    costs = formulas.grover_iterate(n_keys, sums, circuit)
    assert differences(costs, GroverIterate(oracle), gates=False) == []


@family
def test_many_sizes_at_once_equal_each_alone(circuit: Circuit) -> None:
    n_keys = np.arange(1, 300)
    for part in (formulas.load_of, formulas.unload_of):
        together = part(circuit, n_keys, 5)
        for i, n in enumerate(n_keys.tolist()):
            alone = part(circuit, n, 5)
            assert (together.toffoli[i], together.qubits[i]) == (alone.toffoli, alone.qubits)


@pytest.mark.parametrize("block", [2, 4, 64])
@pytest.mark.parametrize("n_keys", [64, 100, 2**14, 2**20])
def test_select_swap_costs_blocks_and_words(n_keys: int, block: int) -> None:
    """arXiv:1902.02134, appendix B: ceil(n/K) + (K - 1) w, less two for a walk without control."""
    load = LOADERS["qroam"].load(n_keys, 64, block, False)
    assert load.toffoli == max(0, -(-n_keys // block) - 2) + (block - 1) * 64


def test_reference_case() -> None:
    """DATA_LOADING.md, n 2**14, d 128, b 8: 19,415, 10,199 and 9,949, of each 2,769 its own draw of q."""
    for name, block, load, unload, total, qubits in (
        ("qrom", None, 16_382, 252, 19_415, 1_051),
        ("qroam", 4, 4_094 + 3 * 1024, 252, 10_199, 4_121),
        ("one-hot-swap", 4, 4_094 + 3 * 1024, 2, 9_949, 8_206),
    ):
        circuit = Circuit(loader=name, block_size=block)
        assert formulas.load_of(circuit, 2**14, 1024).toffoli == load
        assert formulas.load_of(circuit, 2**14, 1024).qubits == qubits
        assert formulas.unload_of(circuit, 2**14, 1024).toffoli == unload
        assert load + unload + int(formulas.reflection(2**14).toffoli) == total - 2_769


@pytest.mark.parametrize(("block", "toffoli"), [(1, 0), (2, 0), (4, 2), (64, 62), (256, 252)])
def test_a_kept_tree_leaves_the_low_bits_to_the_unload(block: int, toffoli: int) -> None:
    """K - 2 And's where that is less than 2 sqrt n."""
    assert LOADERS["one-hot-swap"].own_unload(2**14, 64, block, False).toffoli == toffoli


def test_a_block_of_four_is_best_in_the_reference_case() -> None:
    load = LOADERS["qroam"].load
    by_block = {k: int(load(2**14, 1024, k, False).toffoli) for k in (1, 2, 4, 8, 16)}
    assert min(by_block, key=by_block.__getitem__) == 4
