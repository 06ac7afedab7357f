"""Closed forms of the loaders: against call graphs at any size, and the figures of DATA_LOADING.md."""

from collections.abc import Callable

import numpy as np
import pytest

from qattention import formulas
from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS, WITH_BLOCK, Loader
from qattention.formulas import LoaderForm, RowSums

Differences = Callable[..., list[str]]
BLOCKS = (1, 2, 4, 32, 1024)
FAMILY = [
    *((name, 1) for name in LOADERS if name not in WITH_BLOCK),
    *((name, block) for name in WITH_BLOCK for block in BLOCKS),
]
family = pytest.mark.parametrize(("name", "block"), FAMILY)


@family
@pytest.mark.parametrize("padded", [False, True])
def test_load_and_unload(name: str, block: int, padded: bool, differences: Differences) -> None:
    found = []
    for n_keys in (1, 2, 3, 5, 16, 37, 100):
        values = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
        load = Loader(name, block)(KeyTable.from_values(values, 3), padded)
        form = LoaderForm(name, block)
        found += differences(form.load(n_keys, 6, padded), load)
        found += differences(form.unload(n_keys, 6, padded), load.adjoint())
    assert found == []


@family
@pytest.mark.parametrize("n_keys", [2**40, 2**40 + 12345, 3 * 2**38])
@pytest.mark.parametrize("padded", [False, True])
def test_huge_tables_without_data(
    name: str, block: int, n_keys: int, padded: bool, differences: Differences
) -> None:
    table = KeyTable(n_keys=n_keys, head_dim=3, key_bits=4)
    oracle = HeavyKeyOracle(table, (5, -3, 7), 11, padded=padded, loader=Loader(name, block))
    sums = RowSums.from_weights([(5, -3, 7)], [11], 4)
    costs = formulas.grover_iterate(n_keys, 3, sums, padded, LoaderForm(name, block))
    assert differences(costs, GroverIterate(oracle), gates=False) == []


@family
def test_many_sizes_at_once_equal_each_alone(name: str, block: int) -> None:
    n_keys, form = np.arange(1, 300), LoaderForm(name, block)
    for part in (form.load, form.unload):
        together = part(n_keys, 5)
        for i, n in enumerate(n_keys.tolist()):
            alone = part(n, 5)
            assert (together.toffoli[i], together.qubits[i]) == (alone.toffoli, alone.qubits)


@pytest.mark.parametrize("block", [2, 4, 64])
@pytest.mark.parametrize("n_keys", [64, 100, 2**14, 2**20])
def test_select_swap_costs_blocks_and_words(n_keys: int, block: int) -> None:
    """arXiv:1902.02134, appendix B: ceil(n/K) + (K - 1) w, less two for a walk without control."""
    load = LoaderForm("select-swap", block).load(n_keys, 64)
    assert load.toffoli == max(0, -(-n_keys // block) - 2) + (block - 1) * 64


def test_reference_case() -> None:
    """DATA_LOADING.md, n 2**14, d 128, b 8: 19,415, 10,199 and 9,949, of each 2,769 its own draw of q."""
    for name, block, load, unload, total, qubits in (
        ("qrom", 1, 16_382, 252, 19_415, 1_051),
        ("select-swap", 4, 4_094 + 3 * 1024, 252, 10_199, 4_121),
        ("one-hot", 4, 4_094 + 3 * 1024, 2, 9_949, 8_206),
    ):
        form = LoaderForm(name, block)
        assert form.load(2**14, 1024).toffoli == load
        assert form.load(2**14, 1024).qubits == qubits
        assert form.unload(2**14, 1024).toffoli == unload
        assert load + unload + int(formulas.reflection(2**14).toffoli) == total - 2_769


@pytest.mark.parametrize(("block", "toffoli"), [(1, 0), (2, 0), (4, 2), (64, 62), (256, 252)])
def test_a_kept_tree_leaves_the_low_bits_to_the_unload(block: int, toffoli: int) -> None:
    """K - 2 And's where that is less than 2 sqrt n."""
    assert LoaderForm("one-hot", block).unload(2**14, 64).toffoli == toffoli


def test_a_block_of_four_is_best_in_the_reference_case() -> None:
    by_block = {k: int(LoaderForm("select-swap", k).load(2**14, 1024).toffoli) for k in (1, 2, 4, 8, 16)}
    assert min(by_block, key=by_block.__getitem__) == 4
