"""Closed forms of a circuit's loader: the record's, with the block and the unload block put in."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit import Circuit, LoaderKind
from qattention.costs import AnyIntArray, Costs, IntArray, bit_length
from qattention.formulas.clifford_depth import PER_LAYER, measured_unload_clifford_depth
from qattention.formulas.load_cliffords import expected_ones, measured_unload_cliffords
from qattention.formulas.measured_unload import (
    measured_unload,
    measured_unload_t_depth,
    served_addresses,
    unload_split,
)
from qattention.formulas.table_ones import TableOnes
from qattention.formulas.walk import Blocks, picks_t_depth

_COUNTS = ("toffoli", "measurement", "qubits")


def walks(
    kind: LoaderKind, n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool
) -> AnyIntArray:
    """Where the unload is a measured one: nothing is kept, and the And's are those of a fix-up."""
    sizes = (n_keys, word_bits, block, padded)
    _, n_ands = unload_split(served_addresses(n_keys, padded))
    return np.asarray(
        kind.has_fix_up & (kind.kept_bits(*sizes) == 0) & (kind.own_unload(*sizes).toffoli == n_ands)
    )


def unload(
    kind: LoaderKind,
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    block: ArrayLike,
    padded: bool,
    unload_block: ArrayLike | None = None,
) -> Costs:
    """Key and junk measured, and one fix-up: with `unload_block` where a walk leaves the choice."""
    own = kind.own_unload(n_keys, word_bits, block, padded)
    if unload_block is None:
        return own
    free = walks(kind, n_keys, word_bits, block, padded)
    other = measured_unload(n_keys, own.measurement - own.toffoli, padded, unload_block)
    return Costs(**{name: np.where(free, getattr(other, name), getattr(own, name)) for name in _COUNTS})


def unload_t_depth(
    kind: LoaderKind,
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    block: ArrayLike,
    padded: bool,
    unload_block: ArrayLike | None = None,
) -> IntArray:
    """T layers of the same."""
    own = kind.own_unload_t_depth(n_keys, word_bits, block, padded)
    if unload_block is None:
        return own
    other = measured_unload_t_depth(n_keys, padded, unload_block)
    return np.where(walks(kind, n_keys, word_bits, block, padded), other, own)


def inverse_load(
    kind: LoaderKind, n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool
) -> Costs:
    """The load run backwards: And's made where it erased them; a tree that stands is measured away."""
    load, standing = (
        kind.load(n_keys, word_bits, block, padded),
        _standing(kind, n_keys, word_bits, block, padded),
    )
    return Costs(toffoli=load.toffoli - standing, measurement=load.measurement + standing, qubits=load.qubits)


def inverse_t_depth(
    kind: LoaderKind, n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool
) -> IntArray:
    """T layers of the same: of a tree that stands, the picking alone."""
    kept = np.asarray(kind.kept_bits(n_keys, word_bits, block, padded)) > 0
    picking = picks_t_depth(Blocks.of(n_keys, block, padded).slots)
    return np.where(kept, picking, kind.load_t_depth(n_keys, word_bits, block, padded))


def _standing(
    kind: LoaderKind, n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool
) -> AnyIntArray:
    """And's that a load leaves: two fewer than the lines that it keeps."""
    return np.maximum(0, kind.kept_bits(n_keys, word_bits, block, padded) - 2)


def held_junk(
    kind: LoaderKind, n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool
) -> AnyIntArray:
    """Wires beside key and tree that an inverse waits for: what a measured unload would measure of them."""
    return kind.measured_bits(n_keys, word_bits, block, padded) - np.asarray(word_bits)


def load_of(circuit: Circuit, n_keys: ArrayLike, word_bits: ArrayLike) -> Costs:
    """|j> -> |j>|k_j>|junk_j> of a circuit's loader."""
    return circuit.loader.load(n_keys, word_bits, circuit.block, circuit.padded)


def unload_of(circuit: Circuit, n_keys: ArrayLike, word_bits: ArrayLike) -> Costs:
    """Its unload."""
    sizes = (n_keys, word_bits, circuit.block, circuit.padded)
    if circuit.inverts:
        return inverse_load(circuit.loader, *sizes)
    return unload(circuit.loader, *sizes, circuit.unload_block)


def kept_bits_of(circuit: Circuit, n_keys: ArrayLike, word_bits: ArrayLike) -> AnyIntArray:
    """Wires held beside the key from load to unload."""
    sizes = (n_keys, word_bits, circuit.block, circuit.padded)
    kept = circuit.loader.kept_bits(*sizes)
    return kept + held_junk(circuit.loader, *sizes) if circuit.inverts else kept


def look_up_t_depth(circuit: Circuit, n_keys: ArrayLike, word_bits: ArrayLike) -> IntArray:
    """T layers of load and unload, one after the other."""
    sizes = (n_keys, word_bits, circuit.block, circuit.padded)
    there = circuit.loader.load_t_depth(*sizes)
    if circuit.inverts:
        return np.asarray(there + inverse_t_depth(circuit.loader, *sizes))
    back: IntArray = there + unload_t_depth(circuit.loader, *sizes, circuit.unload_block)
    return back


def look_up_clifford_depth(
    circuit: Circuit,
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    ones: TableOnes | None = None,
    per_layer: int | None = PER_LAYER,
) -> tuple[IntArray, IntArray]:
    """Clifford layers of (load, unload), for the `ones` of a table if they are known.

    Junk is measured with the key: measured before it, the layers of both are the same.
    """
    kind, sizes = circuit.loader, (n_keys, word_bits, circuit.block, circuit.padded)
    written = None if ones is None else ones.written
    if circuit.inverts:
        there = kind.load_clifford_depth(*sizes, written, per_layer)
        # Words are XORed as they come out of the picking, the first while the last are still picked.
        picked = picks_t_depth(Blocks.of(n_keys, circuit.block, circuit.padded).slots)
        return there, there + picked + _felling_layers(_standing(kind, *sizes), per_layer)
    back = kind.own_unload_clifford_depth(*sizes, per_layer)
    if circuit.unload_block is not None:
        measured = kind.measured_bits(*sizes)
        settings = circuit.padded, per_layer, circuit.unload_block
        other = measured_unload_clifford_depth(n_keys, measured, *settings)
        back = np.where(walks(kind, *sizes), other, back)
    return kind.load_clifford_depth(*sizes, written, per_layer), back


def _felling_layers(n_ands: AnyIntArray, per_layer: int | None) -> IntArray:
    """A tree of so many And's measured away: three layers a level, or what measurements and CZs fill."""
    n = np.asarray(n_ands, dtype=np.int64)
    filled = 0 if per_layer is None else -(-2 * n // per_layer)
    return np.where(n > 0, 3 * bit_length(n) + filled, 0)


def look_up_cliffords(
    circuit: Circuit, n_keys: ArrayLike, word_bits: ArrayLike, ones: TableOnes | None = None
) -> tuple[AnyIntArray, AnyIntArray]:
    """Cliffords of (load, unload): exact for the `ones` of a table, else with half of its bits 1."""
    kind, sizes = circuit.loader, (n_keys, word_bits, circuit.block, circuit.padded)
    expected = sum(expected_ones(bits) for bits in kind.xored_bits(*sizes))
    words = np.asarray(expected if ones is None else ones.xored)
    if circuit.inverts:
        there = kind.load_cliffords(*sizes) + words
        return there, there + _standing(kind, *sizes)
    back = kind.own_unload_cliffords(*sizes)
    if circuit.unload_block is not None:
        other = measured_unload_cliffords(n_keys, circuit.padded, circuit.unload_block)
        back = np.where(walks(kind, *sizes), other, back)
    return kind.load_cliffords(*sizes) + words, back


def fix_up_bit_ops(circuit: Circuit, n_keys: ArrayLike, word_bits: ArrayLike) -> AnyIntArray:
    """Bit XORs between an unload's measurement and its fix-up, expected; Python integers.

    The phase of address j is parity(outcomes AND word_j) over all words that are measured; half of their bits
    are 1. None of an inverse look-up.
    """
    if circuit.inverts:
        return np.zeros(np.broadcast_shapes(np.shape(n_keys), np.shape(word_bits)), dtype=object)
    measured = circuit.loader.measured_bits(n_keys, word_bits, circuit.block, circuit.padded)
    bits = np.asarray(n_keys, dtype=object) * np.asarray(measured, dtype=object)
    return np.asarray(expected_ones(bits))
