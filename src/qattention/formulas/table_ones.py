"""`TableOnes`: the 1s of a table that a load XORs in and an unload measures, from its bits alone."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.costs import address_bits
from qattention.formulas.walk import Blocks

Words = NDArray[np.uint8]  # packed bits of the last axis, zeros at its end


@attrs.frozen(kw_only=True, eq=False)
class TableOnes:
    """1s of a table, integers or arrays.

    Attributes:
        xored: of what the load XORs in or writes, each as often as it does.
        measured: of what the unload measures, over all rows.
        written: X's that write constants, which layers depend on (`clifford_depth`).
    """

    xored: ArrayLike = 0
    measured: ArrayLike = 0
    written: ArrayLike = 0


def coefficients(words: Words, low: int) -> Words:
    """Of each block of 2**low words the XOR of all words at subsets of a slot, shape (R, 2**low, bytes)."""
    missing = -len(words) % (1 << low)
    found = np.concatenate([words, np.zeros((missing, words.shape[1]), np.uint8)])
    found = found.reshape(-1, 1 << low, words.shape[1])
    slots = np.arange(1 << low)
    for bit in range(low):
        upper = slots[slots >> bit & 1 == 1]
        found[:, upper] ^= found[:, upper - (1 << bit)]
    return found


def _held(coefficients: Words, low: int) -> Words:
    """What the slots hold in the end at each address: slot s sums over the address bits above its top one."""
    n_blocks, slots, n_bytes = coefficients.shape
    held = np.repeat(coefficients, 1 << low, axis=0).reshape(n_blocks, 1 << low, slots, n_bytes)
    within = np.arange(1 << low)
    for bit in reversed(range(low)):
        chosen, into = within[within >> bit & 1 == 1], np.arange(min(1 << bit, max(0, slots - (1 << bit))))
        moved = held[:, chosen[:, None], into + (1 << bit)]
        held[:, chosen[:, None], into] ^= moved
    return held.reshape(-1, slots, n_bytes)


def count_ones(words: Words) -> int:
    """How many bits of the packed words are set, in all."""
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def block_ones(bits: NDArray[np.bool_], block: int, padded: bool) -> TableOnes:
    """Of a table of words, shape (n, w), in blocks of K, all of whose slots are measured."""
    table, low = _block_table(bits, block, padded)
    measured = int(np.count_nonzero(bits))
    if table.shape[1] > 1:
        n_rows = min(len(table) << low, 1 << int(address_bits(len(bits)))) if padded else len(bits)
        measured = count_ones(_held(table, low)[:n_rows])
    xored = count_ones(table)
    return TableOnes(xored=xored, measured=measured, written=xored)


def borrowed_ones(bits: NDArray[np.bool_], block: int, padded: bool) -> TableOnes:
    """Of the same into borrowed wires and, but for the key's own slot, out of them; the key is measured."""
    table, _ = _block_table(bits, block, padded)
    once, again = count_ones(table), count_ones(table[:, 1:])
    return TableOnes(xored=once + again, measured=int(np.count_nonzero(bits)), written=once)


def _block_table(bits: NDArray[np.bool_], block: int, padded: bool) -> tuple[Words, int]:
    """Coefficients of all blocks, shape (R, slots, bytes), and the bits that pick a slot."""
    words, blocks = np.packbits(bits, axis=1), Blocks.of(len(bits), block, padded)
    low = int(blocks.low)
    table = coefficients(words, low)
    beyond = len(words) - (len(table) << low)
    if beyond and not padded:
        table[-1, beyond:] = 0  # no address reads them
    return table[:, : int(blocks.slots)], low


def cell_ones(bits: NDArray[np.bool_], block: int, padded: bool) -> TableOnes:  # noqa: ARG001  (of one shape)
    """Of words as they are, each looked up once."""
    ones = int(np.count_nonzero(bits))
    return TableOnes(xored=ones, measured=ones, written=ones)


def written_twice(bits: NDArray[np.bool_], block: int, padded: bool) -> TableOnes:
    """Of cells that hold the words, written and cleared again."""
    once = cell_ones(bits, block, padded)
    return attrs.evolve(once, xored=2 * int(np.count_nonzero(bits)))
