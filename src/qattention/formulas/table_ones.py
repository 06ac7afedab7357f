"""`TableOnes`: the 1s of a table that a load XORs in and an unload measures, from its bits alone."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.formulas.costs import address_bits
from qattention.formulas.select_swap_load import Blocks
from qattention.formulas.swap_network_load import network_slots

Words = NDArray[np.uint8]  # packed bits of the last axis, zeros at its end


@attrs.frozen(kw_only=True, eq=False)
class TableOnes:
    """1s of a table, integers or arrays.

    Attributes:
        xored: of what the load XORs in or writes, once.
        rest: of what it XORs in again without the key's own slot; 0 but for borrowed wires.
        measured: of what the unload measures, over all rows.
        written: X's that write constants, which layers depend on (`load_layers`).
    """

    xored: ArrayLike
    rest: ArrayLike = 0
    measured: ArrayLike = 0
    written: ArrayLike = 0


def _coefficients(words: Words, low: int) -> Words:
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


def _count(words: Words) -> int:
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def block_ones(bits: NDArray[np.bool_], block: int, padded: bool, measures_all: bool) -> TableOnes:
    """Of a table of words, shape (n, w), in blocks of K; `measures_all` slots, or the key's alone."""
    words, blocks = np.packbits(bits, axis=1), Blocks.of(len(bits), block, padded)
    low, slots = int(blocks.low), int(blocks.slots)
    table = _coefficients(words, low)
    beyond = len(words) - (len(table) << low)
    if beyond and not padded:
        table[-1, beyond:] = 0  # no address reads them
    table = table[:, :slots]
    measured = _count(words)
    if measures_all and slots > 1:
        n_rows = min(len(table) << low, 1 << int(address_bits(len(bits)))) if padded else len(bits)
        measured = _count(_held(table, low)[:n_rows])
    xored = _count(table)
    return TableOnes(xored=xored, rest=_count(table[:, 1:]), measured=measured, written=xored)


def cell_ones(bits: NDArray[np.bool_], block: int, padded: bool) -> TableOnes:  # noqa: ARG001  (of one shape)
    """Of cells that hold the words as they are."""
    ones = int(np.count_nonzero(bits))
    return TableOnes(xored=ones, measured=ones, written=ones)


def network_ones(bits: NDArray[np.bool_], block: int, padded: bool) -> TableOnes:  # noqa: ARG001
    """Of a swap network's first level: even words, and what makes them odd ones, both as coefficients."""
    words, slots = np.packbits(bits, axis=1), int(network_slots(len(bits), padded))
    if len(words) % 2:  # the last word's partner: the zero word of padding, or itself
        words = np.concatenate([words, words[-1:] * (not padded)])
    low = int(address_bits(len(bits))) - 1
    rows = [_coefficients(row.copy(), low)[0, :slots] for row in (words[::2], words[::2] ^ words[1::2])]
    is_chosen = padded or len(bits) > 1
    written, chosen = (_count(row) for row in rows)
    return TableOnes(xored=written + is_chosen * chosen, measured=int(bits.sum()), written=written)
