"""Closed forms of `GroverIterate`, `GroverSearch` and `Readout`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit import Circuit
from qattention.costs import Costs, address_bits
from qattention.formulas.exclusion import FIX_UP, ExclusionForm
from qattention.formulas.heavy_key_oracle import heavy_key_oracle
from qattention.formulas.measured_unload import served_addresses
from qattention.formulas.phases import phase_at_zero
from qattention.formulas.row_sums import RowSums
from qattention.formulas.uniform_superposition import reflection, uniform_superposition


def searched(n_keys: ArrayLike, padded: bool) -> Costs:
    """The start state of a search over `n_keys` keys, or over all addresses if padded."""
    return uniform_superposition(served_addresses(n_keys, padded))


def grover_iterate(
    n_keys: ArrayLike, sums: RowSums, circuit: Circuit, exclusion: ExclusionForm = FIX_UP
) -> Costs:
    """One oracle and one reflection about the start state, for each row."""
    oracle = heavy_key_oracle(n_keys, sums, circuit, exclusion)
    return iterate_of(oracle, served_addresses(n_keys, circuit.padded))


def iterate_of(oracle: Costs, n_items: ArrayLike) -> Costs:
    """An oracle over `n_items` addresses, and the reflection about their superposition."""
    return oracle + reflection(n_items)


def own_phases(n_items: ArrayLike, n_rotations: int = 2) -> Costs:
    """What phases of its own add to an iteration: rotations, and an And where a CZ closed the ladder.

    `n_rotations` of its two phases are no Clifford gates.
    """
    bits = address_bits(n_items)
    sign, phase = phase_at_zero(bits), phase_at_zero(bits, is_sign=False)
    more = phase.toffoli - sign.toffoli
    return Costs(toffoli=more, measurement=more, rotation=n_rotations, qubits=phase.qubits)


def phased_iterate_of(oracle: Costs, n_items: ArrayLike) -> Costs:
    """The same with phases of their own: rotations in place of the flag's Z and the reflection's sign."""
    prepare, about_zero = uniform_superposition(n_items), phase_at_zero(address_bits(n_items), is_sign=False)
    return oracle + Costs(rotation=1) + prepare + about_zero + prepare


def fixed_point_iterate(
    n_keys: ArrayLike, sums: RowSums, circuit: Circuit, exclusion: ExclusionForm = FIX_UP
) -> Costs:
    """One iteration of a fixed-point run (arXiv:1409.3305): oracle and reflection with their own phases."""
    oracle = heavy_key_oracle(n_keys, sums, circuit, exclusion)
    return phased_iterate_of(oracle, served_addresses(n_keys, circuit.padded))


def grover_search(n_keys: ArrayLike, sums: RowSums, circuit: Circuit, n_iterations: ArrayLike) -> Costs:
    """The start state and `n_iterations` iterates; counts are Python integers."""
    return searched(n_keys, circuit.padded) + grover_iterate(n_keys, sums, circuit).times(n_iterations)


def readout(n_bits: ArrayLike) -> Costs:
    """Measure an address of m bits."""
    bits = np.asarray(n_bits, dtype=np.int64)
    return Costs(measurement=bits, qubits=bits)
