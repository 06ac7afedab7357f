"""Cliffords and classical bits of every loader, with data or without: formula = call graph = gates."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of, unload_of
from qattention.circuit import LOADERS, Circuit
from qattention.compiler.costs import bloq_counts
from qattention.formulas import fix_up_bit_ops
from qattention.formulas.loader_costs import look_up_cliffords
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

FAMILY = [
    Circuit(loader=kind, block_size=block)
    for kind in LOADERS.values()
    for block in ((1, 2, 8, 64) if kind.has_blocks else (None,))
]
family = pytest.mark.parametrize("circuit", FAMILY, ids=lambda circuit: circuit.look_up)
paddings = pytest.mark.parametrize("padding", ["off", "on"])
N_KEYS = (1, 2, 3, 5, 16, 37, 100)


@family
@paddings
@pytest.mark.parametrize("unload_block", [None, 1, 4])
def test_of_a_table(circuit: Circuit, padding: str, unload_block: int | None) -> None:
    """Exact, from the table's bits alone; another split where the unload has one."""
    circuit = attrs.evolve(circuit, padding=padding, unload_block=unload_block)
    for n in N_KEYS:
        table = KeyTable.from_values(np.random.default_rng(n).integers(-4, 4, (n, 2)), 3)
        load = load_of(circuit, table)
        unload = unload_of(circuit, load)
        ones = circuit.loader.table_ones(table.bits, circuit.block, circuit.padded)
        found = [int(x) for x in look_up_cliffords(circuit, n, 6, ones)]
        gates = [count(lower(bloq)) for bloq in (load, unload)]
        assert found == [tally.clifford for tally in gates], n
        assert found == [bloq_counts(bloq).clifford for bloq in (load, unload)], n
        assert int(ones.measured) == gates[1].classical_bit_ops, n


@family
@paddings
def test_without_data(circuit: Circuit, padding: str) -> None:
    """What the call graph counts for a table of the same size, and half of the bits that are measured."""
    circuit = attrs.evolve(circuit, padding=padding)
    for n in N_KEYS:
        load = load_of(circuit, KeyTable(n_keys=n, head_dim=3, key_bits=5))
        found = [int(x) for x in look_up_cliffords(circuit, n, 15)]
        assert found == [bloq_counts(bloq).clifford for bloq in (load, load.adjoint())], n
        expected = int(load.loaded.expected_ones()) if load.has_fix_up else 0
        assert int(fix_up_bit_ops(circuit, n, 15)) == expected, n


@family
def test_as_many_bits_are_xored_in_as_a_table_of_them_has_ones(circuit: Circuit) -> None:
    """No table of the size has more; where words are looked up as they are, that of all ones has as many."""
    rng = np.random.default_rng(3)
    for n in N_KEYS:
        most = sum(int(bits) for bits in circuit.loader.xored_bits(n, 6, circuit.block, False))
        for bits in (np.ones((n, 6), dtype=bool), rng.random((n, 6)) < 0.5):
            ones = int(circuit.loader.table_ones(bits, circuit.block, False).xored)
            assert ones <= most, n
        if circuit.loader.name in ("qrom", "one-hot", "bucket-brigade"):
            assert int(circuit.loader.table_ones(np.ones((n, 6), dtype=bool), 1, False).xored) == most


def test_a_block_is_measured_whole() -> None:
    """K n w / 2 where the unload measures a block; n w / 2 where it measures a word; none on a device."""
    circuits = [Circuit(loader=kind, block_size=4 if kind.has_blocks else None) for kind in LOADERS.values()]
    found = {circuit.loader.name: int(fix_up_bit_ops(circuit, 256, 64)) for circuit in circuits}
    blocks = ("qroam", "one-hot-swap", "one-hot-halves", "select-copy-clean")
    whole = {name: 32768 if name in blocks else 8192 for name in LOADERS}
    assert found == {**whole, "hardware": 0}


def test_sizes_are_arrays() -> None:
    n = np.array([1, 5, 64, 700])
    for circuit in FAMILY:
        each = [look_up_cliffords(circuit, int(a), 24) for a in n]
        found = [np.broadcast_to(x, n.shape) for x in look_up_cliffords(circuit, n, 24)]
        assert np.array_equal(np.array(each).T, found), circuit


@pytest.mark.parametrize(
    "circuit",
    [one for one in FAMILY if not one.loader.is_device and one.block <= 8],
    ids=lambda circuit: circuit.look_up,
)
def test_classical_bits_of_an_unload_are_half_of_what_is_measured(circuit: Circuit) -> None:
    """n (w + junk) / 2 within 5 %, over uniform words; exactly the ones of the rows."""
    rng = np.random.default_rng(7)
    load = load_of(circuit, KeyTable.from_values(rng.integers(-128, 128, (128, 8)), 8))
    tally, expected = count(lower(load.adjoint())), fix_up_bit_ops(circuit, 128, 64)
    assert expected == 128 * (64 + load.junk_bits) // 2
    assert tally.classical_bit_ops == load.words.sum()
    assert tally.classical_bit_ops == pytest.approx(int(expected), rel=0.05)
