"""Closed forms of `AddressSign` and `FlagPhase`: found addresses recognised by their prefixes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qattention.costs import Costs, IntArray


def prefix_counts(addresses: Sequence[int], n_bits: int) -> IntArray:
    """How many distinct prefixes of 0, 1, .. n_bits bits the addresses have; shape (n_bits + 1,)."""
    found = np.array(addresses, dtype=np.int64)
    return np.array([len(np.unique(found >> (n_bits - i))) for i in range(n_bits + 1)], dtype=np.int64)


def most_prefixes(n_addresses: int, n_bits: int) -> IntArray:
    """The most that so many addresses can have of each length: all there are, or one an address."""
    lengths = np.arange(n_bits + 1)
    return np.minimum(2.0**lengths, n_addresses).astype(np.int64)


def address_sign(counts: IntArray) -> Costs:
    """The sign on the addresses with so many prefixes of each length; below (m - 2) And's an address.

    A parent of two makes one of them as an And and the other by two CNOTs, on a wire of its own.
    """
    n_bits = len(counts) - 1
    ands = int(counts[1 : n_bits - 1].sum())
    copies = max(0, int(counts[n_bits - 1]) - 1)
    return Costs(toffoli=ands, measurement=ands, qubits=n_bits + ands + copies)


def flag_phase(counts: IntArray) -> Costs:
    """The rotation of the flag with the addresses' turned; below (m - 1) And's an address."""
    n_bits = len(counts) - 1
    ands = int(counts[1:n_bits].sum())
    copies = max(0, int(counts[n_bits]) - 1)
    return Costs(toffoli=ands, measurement=ands, rotation=1, qubits=n_bits + 1 + ands + copies)
