"""Cliffords and classical bits of every loader, with data or without: formula = call graph = gates."""

import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS, WITH_BLOCK, Loader
from qattention.compiler.costs import bloq_counts
from qattention.formulas.load_gates import LOAD_GATES
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

FAMILY = [(name, block) for name in LOADERS for block in ((1, 2, 8, 64) if name in WITH_BLOCK else (1,))]
family = pytest.mark.parametrize(("name", "block"), FAMILY)
paddings = pytest.mark.parametrize("padded", [False, True])
N_KEYS = (1, 2, 3, 5, 16, 37, 100)


def test_every_loader_has_counts() -> None:
    assert set(LOAD_GATES) == set(LOADERS)


@family
@paddings
def test_of_a_table(name: str, block: int, padded: bool) -> None:
    """Exact, from the table's bits alone; another split where the unload has one."""
    form = LOAD_GATES[name]
    for n in N_KEYS:
        table = KeyTable.from_values(np.random.default_rng(n).integers(-4, 4, (n, 2)), 3)
        loader = Loader(name, block, 2)
        load = loader(table, padded)
        unload = loader.unload(load)
        ones = form.ones(table.bits, block, padded)
        found = [int(x) for x in form.cliffords(n, 6, block, padded, 2, ones)]
        gates = [count(lower(bloq)) for bloq in (load, unload)]
        assert found == [tally.clifford for tally in gates], n
        assert found == [bloq_counts(bloq).clifford for bloq in (load, unload)], n
        assert int(form.bit_ops(n, 6, block, padded, ones)) == gates[1].classical_bit_ops, n


@family
@paddings
def test_without_data(name: str, block: int, padded: bool) -> None:
    """What the call graph counts for a table of the same size, and half of the bits that are measured."""
    form = LOAD_GATES[name]
    for n in N_KEYS:
        load = Loader(name, block)(KeyTable(n_keys=n, head_dim=3, key_bits=5), padded)
        found = [int(x) for x in form.cliffords(n, 15, block, padded)]
        assert found == [bloq_counts(bloq).clifford for bloq in (load, load.adjoint())], n
        expected = int(load.loaded.expected_ones()) if load.has_fix_up else 0
        assert int(form.bit_ops(n, 15, block, padded)) == expected, n


def test_a_block_is_measured_whole() -> None:
    """K n w / 2 where the unload measures a block; n w / 2 where it measures a word; none on a device."""
    found = {name: int(form.bit_ops(256, 64, 4)) for name, form in LOAD_GATES.items()}
    whole = {name: 32768 if name in ("select-swap", "one-hot") else 8192 for name in LOADERS}
    assert found == {**whole, "hardware": 0}


def test_sizes_are_arrays() -> None:
    n = np.array([1, 5, 64, 700])
    for name, form in LOAD_GATES.items():
        each = [form.cliffords(int(a), 24, 8) for a in n]
        assert np.array_equal(np.array(each).T, form.cliffords(n, 24, 8)), name
        assert form.bit_ops(n, 24, 8).tolist() == [int(form.bit_ops(int(a), 24, 8)) for a in n], name
