"""Depths of one iteration: closed forms at any n, and the same read off gates where a table is small."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.formulas import RowSums
from qattention.formulas.iteration_layers import iteration_clifford_depth
from qattention.formulas.loader_costs import look_up_clifford_depth, look_up_t_depth
from qattention.formulas.part_depths import reflection_t_depth
from qattention.formulas.sum_depths import sums_depths
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.plan.rows import typical_threshold, typical_weights

Depths = tuple[int, int]  # (T depth, Clifford depth)
SEED = 0  # of synthetic keys


def iteration_depths(circuit: Circuit, n_keys: int, head_dim: int, bits: int) -> Depths:
    """One oracle and one reflection; its parts touch the same wires one after another, so depths add up."""
    (t_depth,), (layers,) = sums_depths(_typical_sums(head_dim, bits), [0], [1], circuit.inner_product)
    both = look_up_clifford_depth(circuit, n_keys, head_dim * bits)
    look_up, reflection = look_up_t_depth(circuit, n_keys, head_dim * bits), reflection_t_depth(n_keys, 0)
    return int(look_up + t_depth + reflection), int(iteration_clifford_depth(*both, layers, n_keys))


@lru_cache(maxsize=64)
def _typical_sums(head_dim: int, bits: int) -> RowSums:
    """A typical row's; its sum knows no n."""
    weights, threshold = _row(head_dim, bits, 2**14, 16)
    return RowSums.from_weights([weights], [threshold], bits)


def gate_costs(circuit: Circuit, n_keys: int, head_dim: int, bits: int, n_heavy: int) -> tuple[int, int, int]:
    """(T depth, Clifford depth, qubits) of one iteration's gates, lowered with synthetic keys."""
    weights, threshold = _row(head_dim, bits, n_keys, n_heavy)
    half = 1 << (bits - 1)
    keys = np.random.default_rng(SEED).integers(-half, half, (n_keys, head_dim))
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, bits), weights, threshold, circuit=circuit)
    program = lower(GroverIterate(oracle))
    plan = schedule(program)
    return plan.t_depth, plan.clifford_depth, count(program).qubits


def _row(head_dim: int, bits: int, n_keys: int, n_heavy: int) -> tuple[tuple[int, ...], int]:
    weights = typical_weights(head_dim, bits)
    return tuple(weights.tolist()), typical_threshold(weights, bits, n_keys, n_heavy)
