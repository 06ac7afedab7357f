"""Blocks of K words: a table regrouped so that K - 1 conditioned XORs pick one word of a block.

Word u of a block is the XOR of coefficients c_S over all S that are subsets of u's bits (the algebraic normal
form, one coefficient for each S = 0..K-1). Evaluated bit by bit from the top (Horner), with c_S in slot S:
for each S below 2**b, slot S ^= u_b * slot (S + 2**b). Slot 0 ends as the word: each step does what a
controlled swap does for the front word, as a Toffoli without the swap's CNOTs. The other slots are junk.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from qualtran.symbolics import SymbolicInt, ceil

from qattention.errors import SpecError, bad

from .key_table import KeyTable


def block_bits(table: KeyTable, block: int) -> int:
    """Bits l = log2 K of a block, at most m: a block larger than the table is the whole table.

    Raises:
        SpecError: K is not a power of two.
    """
    if block < 1 or block & (block - 1):
        raise SpecError(bad("block", block, "a power of two"))
    bits = block.bit_length() - 1
    return bits if table.is_symbolic else min(bits, int(table.address_bits))


def n_blocks(table: KeyTable, bits: int) -> SymbolicInt:
    """Blocks of the table, R = ceil(n / K)."""
    return ceil(table.n_keys / 2**bits) if table.is_symbolic else -(-int(table.n_keys) >> bits)


def n_slots(table: KeyTable, bits: int, padded: bool) -> int:
    """K; a single block that is not full has a slot a key, unless padding must read as zero."""
    if table.is_symbolic or padded:
        return 1 << bits
    return min(1 << bits, int(table.n_keys))


def picks(slots: int, bits: int) -> Iterator[tuple[int, int, int]]:
    """(bit of the low address, from slot, into slot), in order; slots - 1 of them."""
    for bit in reversed(range(bits)):
        half = 1 << bit
        for into in range(min(half, max(0, slots - half))):
            yield bit, into + half, into


@lru_cache(maxsize=16)
def block_table(table: KeyTable, bits: int, padded: bool) -> KeyTable:
    """The coefficients: a table of ceil(n / K) rows, slot after slot; without data its shape only."""
    slots = n_slots(table, bits, padded)
    shape = {"n_keys": n_blocks(table, bits), "head_dim": slots * table.head_dim}
    if not table.has_data:
        return KeyTable(**shape, key_bits=table.key_bits)
    values = coefficients(table.values, bits)
    short = -len(table.values) % (1 << bits)
    if short and not padded:
        values[-1, -short:] = 0  # no address reads them
    return KeyTable.from_values(values[:, :slots].reshape(len(values), -1), int(table.key_bits))


def coefficients(keys: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """The coefficients c_S of each block of 2**bits keys, shape (n_blocks, K, d); missing words are zero."""
    missing = -len(keys) % (1 << bits)
    values = np.concatenate([keys, np.zeros((missing, keys.shape[1]), np.int64)])
    values = values.reshape(-1, 1 << bits, keys.shape[1])
    for bit in range(bits):
        pairs = values.reshape(len(values), -1, 2, 1 << bit, keys.shape[1])
        pairs[:, :, 1] ^= pairs[:, :, 0]
    return values


@lru_cache(maxsize=16)
def loaded_table(table: KeyTable, bits: int, padded: bool) -> KeyTable:
    """What the slots hold in the end, by address: the word in slot 0, then junk."""
    blocks = block_table(table, bits, padded)
    if not table.has_data:
        return KeyTable(n_keys=table.n_keys, head_dim=blocks.head_dim, key_bits=table.key_bits)
    n_rows = len(blocks.values) << bits if padded else int(table.n_keys)
    addresses = np.arange(min(n_rows, 1 << int(table.address_bits)))
    held = blocks.values[addresses >> bits].reshape(len(addresses), -1, int(table.head_dim))
    for bit, source, into in picks(held.shape[1], bits):
        chosen = addresses >> bit & 1 == 1
        held[chosen, into] ^= held[chosen, source]
    return KeyTable.from_values(held.reshape(len(addresses), -1), int(table.key_bits))
