"""Closed form of `SwapNetworkLoad`: a tree of choices among all words at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind
from qattention.costs import AnyIntArray, Costs, IntArray, address_bits, bit_length
from qattention.formulas.loading import MEASURED, key_bits, plus_unload


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


def _xored_bits(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    """Both rows of the first level, written and cleared again unless they are the key; one of a lone key."""
    del block
    slots, rows = network_slots(n, padded), np.where((np.asarray(n) > 1) | padded, 2, 1)
    level = rows * slots.astype(object) * np.asarray(w, dtype=object)
    return np.asarray(np.where(slots > 1, 2 * level, level))


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
        rank=7,
        bloq=".swap_network_load:SwapNetworkLoad",
        arguments={},
        has_blocks=False,
        is_device=False,
        is_stock=False,
        only_asked=False,
        xored_bits=_xored_bits,
        measured_bits=key_bits,
        load=lambda n, w, block, padded: swap_network_load(n, w, padded),
        load_t_depth=lambda n, w, block, padded: swap_network_t_depth(n, padded),
        leading=_leading,
        how="by a network of controlled swaps",
        source="Low et al., arXiv:1812.00954",
        limits="Half of all words stand side by side, twice.",
        **MEASURED,
    ),
)
