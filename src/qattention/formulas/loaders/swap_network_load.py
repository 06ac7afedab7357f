"""Closed form of `SwapNetworkLoad`: a tree of choices among all words at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import AnyIntArray, Costs, IntArray, address_bits, bit_length
from qattention.formulas.clifford_depth import PER_LAYER, layers_filled, written_ones
from qattention.formulas.loading import MEASURED, key_bits, plus_unload
from qattention.formulas.table_ones import TableOnes, coefficients, count_ones


def network_slots(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """Words side by side: two keys to a slot, or two addresses if padded."""
    n = np.asarray(n_keys, dtype=np.int64)
    return np.int64(1) << (address_bits(n) - 1) if padded else -(-n // 2)


def swap_network_load(n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> Costs:
    """|j> -> |j>|k_j>: an And a bit for each of slots - 1 choices, all erased by measurement.

    Slots, And's and the key itself are held at once; a single slot is the key.
    """
    slots, w = network_slots(n_keys, padded), np.asarray(word_bits)
    n_ands = (slots - 1) * w
    held = np.where(slots > 1, 2 * slots * w, w)
    return Costs(toffoli=n_ands, measurement=n_ands, qubits=address_bits(n_keys) + held)


def swap_network_t_depth(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """A layer for each level but the first; a slot goes through as many as its number has ones."""
    return bit_length(network_slots(n_keys, padded)) - 1


def swap_network_cliffords(n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> IntArray:
    """Three an And, and w."""
    slots, w = network_slots(n_keys, padded), np.asarray(word_bits)
    return np.where(slots > 1, 3 * (slots - 1) * w + w, 0)


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
    written = layers_filled(written_ones(slots * w, ones), per_layer)
    found = 2 * written + 2 + layers_filled(w, per_layer) + ((np.bitwise_count(n) > 1) & (not padded))
    for level in range(int(np.max(address_bits(slots)))):
        half = np.int64(1) << level
        choices = np.minimum(half, np.maximum(0, slots - half)) * w
        back = np.maximum(3, layers_filled(3 * choices, per_layer))
        found = found + np.where(choices > 0, layers_filled(choices, per_layer) + back, 0)
    return np.where(slots > 1, found, written + ((n > 1) | padded))


def _xored_bits(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> tuple[AnyIntArray, ...]:
    """Both rows of the first level (one of one key), written and cleared again unless they are the key."""
    del block
    slots = network_slots(n, padded)
    level = slots.astype(object) * np.asarray(w, dtype=object)
    chosen = level * ((np.asarray(n) > 1) | padded)
    return level, chosen, level * (slots > 1), chosen * (slots > 1)


def network_ones(bits: NDArray[np.bool_], block: int, padded: bool) -> TableOnes:  # noqa: ARG001  (of one shape)
    """Of the first level: even words, and what makes them odd ones, both as coefficients."""
    words, slots = np.packbits(bits, axis=1), int(network_slots(len(bits), padded))
    if len(words) % 2:  # the last word's partner: the zero word of padding, or itself
        words = np.concatenate([words, words[-1:] * (not padded)])
    low = int(address_bits(len(bits))) - 1
    rows = [coefficients(row.copy(), low)[0, :slots] for row in (words[::2], words[::2] ^ words[1::2])]
    written, chosen = (count_ones(row) for row in rows)
    both = written + chosen * (padded or len(bits) > 1)
    return TableOnes(xored=both * (1 + (slots > 1)), measured=int(bits.sum()), written=written)


def _leading(s: Any) -> Mapping[str, Any]:
    bits = s.n * s.w
    load = {
        "toffoli": bits / 2,
        "t_depth": s.log(s.n),
        "clifford_depth": 5 * bits / (2 * s.P),
        "measurement": bits / 2,
        "qubits": bits,
    }
    return plus_unload(s, load)


KINDS = (
    LoaderKind(
        name="swap-network",
        rank=10,
        bloq=".swap_network_load:SwapNetworkLoad",
        arguments={},
        has_blocks=False,
        is_device=False,
        is_stock=False,
        only_asked=False,
        inverts=False,
        in_symbols=True,
        xored_bits=_xored_bits,
        measured_bits=key_bits,
        load=lambda n, w, block, padded: swap_network_load(n, w, padded),
        load_t_depth=lambda n, w, block, padded: swap_network_t_depth(n, padded),
        load_cliffords=lambda n, w, block, padded: swap_network_cliffords(n, w, padded),
        load_clifford_depth=lambda n, w, block, padded, ones, per_layer: swap_network_clifford_depth(
            n, w, padded, ones, per_layer
        ),
        load_margin=Margin(layers=8, percent=2),
        table_ones=network_ones,
        leading=_leading,
        how="by a network of controlled swaps",
        source="Low et al., arXiv:1812.00954",
        limits="Half of all words stand side by side, twice.",
        **MEASURED,
    ),
)
