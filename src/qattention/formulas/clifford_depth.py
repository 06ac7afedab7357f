"""Closed forms of Clifford depth: of every load and unload, at most P Cliffords in a layer.

Under the default rule of `lowering.schedule`, with P (`per_layer`, None for no bound) as a term: a stage of a
chain of c gates takes c layers, or as many as its gates fill. `load_layers` says for every loader whether it
is exact or an upper bound, and how far above the gates it may be.

What XORs of words wait for depends on the words: two lines whose words share a bit take turns, and a word of
zeros takes none. These are the layers for words that share bits, a word with its neighbour at least, as wide
words do; tables of sparse words need fewer, and of the XORs of random words of w bits about (3 / 4)**w find
room beside another. Words that are written with X's (one block, cells of a
bucket-brigade, a swap network) are taken to be 1 in half of their bits, unless `ones` are given. Unloads have
a conditioned gate an address, whatever the words (unless all are zero).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import AnyIntArray, IntArray, address_bits, bit_length
from qattention.formulas.load_cliffords import expected_ones
from qattention.formulas.measured_unload import served_addresses, unload_split
from qattention.formulas.one_hot_load import keeps_tree, tree_lines
from qattention.formulas.qrom_load import walk_toffoli
from qattention.formulas.select_swap_load import Blocks
from qattention.formulas.swap_network_load import network_slots

PER_LAYER = 64  # Clifford gates a layer, as in `lowering.schedule`
_UNBOUNDED = 1 << 62


def _filled(gates: AnyIntArray | int, per_layer: int | None) -> IntArray:
    """Layers that so many gates fill."""
    layers: IntArray = -(-np.asarray(gates, dtype=np.int64) // (per_layer or _UNBOUNDED))
    return layers


def _beyond(gates: AnyIntArray | int, per_layer: int | None, chain: int = 1) -> IntArray:
    """Layers that gates fill beyond the `chain` that they take anyway."""
    return np.maximum(0, _filled(gates, per_layer) - chain)


def _full(gates: AnyIntArray | int, per_layer: int | None) -> IntArray:
    """Layers in which nothing but these gates has room."""
    return np.asarray(gates, dtype=np.int64) // (per_layer or _UNBOUNDED)


def _new_lines(rows: IntArray, levels: IntArray, padded: bool) -> Iterator[IntArray]:
    """Lines that each level of a tree over so many rows adds, from the root on; 0 beyond its last level."""
    for level in range(1, int(np.max(levels, initial=0)) + 1):
        left = np.maximum(levels - level, 0)
        before, after = -(-rows >> (left + 1)), -(-rows >> left)
        yield np.where(level <= levels, before if padded else after - before, 0)


def _grown(rows: IntArray, levels: IntArray, padded: bool, per_layer: int | None) -> IntArray:
    """Layers beyond one a level in which a tree's CNOTs find room."""
    lines = _new_lines(rows, levels, padded)
    return sum((_beyond(new, per_layer) for new in lines), start=np.zeros_like(rows))


def _felled(rows: IntArray, levels: IntArray, padded: bool, per_layer: int | None) -> IntArray:
    """The same backwards: beyond a CNOT, a measurement and a conditioned CZ a level."""
    lines = _new_lines(rows, levels, padded)
    return sum((_beyond(3 * new, per_layer, 3) for new in lines), start=np.zeros_like(rows))


def _written(bits: AnyIntArray | int, ones: ArrayLike | None) -> AnyIntArray:
    """X's that write constants of so many bits."""
    return np.asarray(expected_ones(bits) if ones is None else ones)


def _alone(
    blocks: Blocks, word_bits: ArrayLike, padded: bool, ones: ArrayLike | None, per_layer: int | None
) -> IntArray:
    """One block: one XOR between two X if another address has to be kept apart, else an X a 1."""
    x = _filled(_written(blocks.slots * np.asarray(word_bits), ones), per_layer)
    return np.where(padded & (blocks.high > 0), 3, x)


def select_swap_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    block: ArrayLike = 1,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """Five layers a block of the walk: two to come to it, its XOR, two to leave it. K = 1: the look-up.

    Four more for each And that keeps padding apart. Exact: few gates are ready at once.
    """
    blocks = Blocks.of(n_keys, block, padded)
    edge = walk_toffoli(blocks.n_blocks, padded) - walk_toffoli(blocks.n_blocks)
    alone = _alone(blocks, word_bits, padded, ones, per_layer)
    return np.where(blocks.n_blocks > 1, 5 * blocks.n_blocks - 6 + 4 * edge, alone)


def dirty_look_up_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    block: ArrayLike,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """Two walks, if K > 1: in the second a last block with nothing but the key's slot has no XOR.

    A bound where one block is all, 3 log2 K and its X's: its slots take turns with the picking.
    """
    blocks = Blocks.of(n_keys, block, padded)
    once = select_swap_clifford_depth(n_keys, word_bits, block, padded, ones, per_layer)
    in_last = np.asarray(n_keys, dtype=np.int64) - ((blocks.n_blocks - 1) << blocks.low)
    alone = _alone(blocks, word_bits, padded, ones, per_layer)
    alone = np.maximum(3 * blocks.low, 2 * alone + 3 * blocks.low - 2)
    twice = np.where(blocks.n_blocks > 1, 2 * once - ((in_last == 1) & (not padded)), alone)
    return np.where(blocks.slots > 1, twice, once)


def one_hot_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    block: ArrayLike = 1,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """The tree, a layer a level or what its CNOTs fill, and a layer a line: all end on the same words.

    Three a level more, less two, where the load erases its tree itself.
    """
    blocks = Blocks.of(n_keys, block, padded)
    levels = address_bits(blocks.n_blocks)
    tree = blocks.n_blocks, blocks.high, padded, per_layer
    erased = np.where(keeps_tree(n_keys, block, padded), 0, 3 * levels - 2 + _felled(*tree))
    alone = _alone(blocks, word_bits, padded, ones, per_layer)
    walked = blocks.n_blocks + levels + 1 + _grown(*tree) + erased
    return np.where(blocks.n_blocks > 1, walked, alone)


def swap_network_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """A constant for the first level, written and cleared; a CNOT a choice there, three gates back.

    `ones` are those of the constant. One layer more for an n that is no power of two and not padded.
    """
    n, slots, w = np.asarray(n_keys, dtype=np.int64), network_slots(n_keys, padded), np.asarray(word_bits)
    written = _filled(_written(slots * w, ones), per_layer)
    found = 2 * written + 2 + _filled(w, per_layer) + ((np.bitwise_count(n) > 1) & (not padded))
    for level in range(int(np.max(address_bits(slots)))):
        half = np.int64(1) << level
        choices = np.minimum(half, np.maximum(0, slots - half)) * w
        back = np.maximum(3, _filled(3 * choices, per_layer))
        found = found + np.where(choices > 0, _filled(choices, per_layer) + back, 0)
    return np.where(slots > 1, found, written + ((n > 1) | padded))


def bucket_brigade_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    parallel: bool = False,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """Cells written, for which the tree waits; then three layers a bit read, or a tree of sums and back.

    Read in parallel, an n that is no power of two and is not padded has its lines at different times: up to
    (m - 1) / 2 layers more.
    """
    n, w, m = np.asarray(n_keys, dtype=np.int64), np.asarray(word_bits, dtype=np.int64), address_bits(n_keys)
    cells = _written(n * w, ones)
    grown = m + 2 + _full(cells, per_layer) + _grown(n, m, padded, per_layer)
    if parallel:
        uneven = np.where((np.bitwise_count(n) > 1) & (not padded), (m - 1) // 2, 0)
        reads = _read_at_once(n, w, cells, per_layer) + uneven
    else:
        reads = 3 * n * w
    alone = 2 * _filled(cells, per_layer) + _filled(w, per_layer)
    return np.where((n > 1) | padded, grown + reads, alone)


def _read_at_once(n: IntArray, w: IntArray, cells: AnyIntArray, per_layer: int | None) -> IntArray:
    """Sums level by level, into the key, and back; all bits measured away while the cells are cleared."""
    sums = np.zeros_like(n * w)
    for level in range(int(np.max(bit_length(n - 1)))):
        pairs = np.maximum(0, -(-(n - (1 << level)) >> (level + 1)))
        sums = sums + _filled(pairs * w, per_layer)
    return 2 * sums + _filled(w, per_layer) + np.maximum(2, _filled(2 * n * w + cells, per_layer))


def measured_unload_clifford_depth(
    n_keys: ArrayLike,
    measured_bits: ArrayLike = 0,
    padded: bool = False,
    low: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """The walk over R blocks of a fix-up, between making and erasing the one-hot lines of `low` bits.

    A block takes two layers and those of its addresses' CZs, and two more for each level that the walk comes
    up to reach it; after the last one the walk comes up while the lines are erased. Full layers of
    measurements come before all else. `low` is l, of the fewest And's if not given.
    """
    rows, m = served_addresses(n_keys, padded), address_bits(n_keys)
    bits = unload_split(rows)[0] if low is None else np.minimum(np.asarray(low, dtype=np.int64), m)
    lines, steps = np.int64(1) << bits, (-(-rows >> bits)) - 1
    levels_up = np.bitwise_count(steps).astype(np.int64)
    walk = (2 + _filled(lines, per_layer)) * steps + 2 * (steps - levels_up)
    head = np.where(bits > 0, bits + 2 - np.minimum(m - bits, np.maximum(bits, 2)), 0)
    erased = _felled(lines, bits, False, per_layer)
    late = (_filled(lines, per_layer) > 1) + (erased > 0)  # the last lines' CZs fill no whole layer
    tail = np.maximum(3 * bits + erased + late, 2 * levels_up - 1)
    last = _beyond(rows - (steps << bits), per_layer)
    found = walk + head + tail + last + _grown(lines, bits, False, per_layer)
    return np.where((rows == 1) & (bits == 0), 3, found) + _full(np.asarray(measured_bits), per_layer)


def tree_unload_clifford_depth(
    n_keys: ArrayLike,
    measured_bits: ArrayLike = 0,
    block: ArrayLike = 1,
    padded: bool = False,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """The addresses' CZs, then three layers a level of the tree, or four a level of the low bits' lines.

    Whichever takes longer; the gates of the other fill what is left of the layers.
    """
    blocks = Blocks.of(n_keys, block, padded)
    rows, low, lines = blocks.n_blocks, blocks.low, np.int64(1) << blocks.low
    felled = _felled(rows, blocks.high, padded, per_layer)
    tree = 3 * address_bits(rows) + low + 1 + (low > 0) + felled + (felled > 0)
    hot = _grown(lines, low, False, per_layer) + _felled(lines, low, False, per_layer)
    hot = np.where(low > 0, 4 * low + 2 + hot, 0)
    beside = np.where(low > 0, _full(3 * np.where(tree > hot, lines, rows), per_layer), 0)
    beyond = tree_lines(n_keys, block, padded) - rows
    served = np.minimum(rows << low, served_addresses(n_keys, padded)) + beyond
    fix_ups = _beyond(served, per_layer) + _full(np.asarray(measured_bits), per_layer)
    return fix_ups + np.maximum(tree, hot) + beside


def one_hot_unload_clifford_depth(
    n_keys: ArrayLike,
    measured_bits: ArrayLike = 0,
    block: ArrayLike = 1,
    padded: bool = False,
    low: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """Of the unload that belongs to the load: `tree_unload` where it keeps its tree."""
    return np.where(
        keeps_tree(n_keys, block, padded),
        tree_unload_clifford_depth(n_keys, measured_bits, block, padded, per_layer),
        measured_unload_clifford_depth(n_keys, measured_bits, padded, low, per_layer),
    )
