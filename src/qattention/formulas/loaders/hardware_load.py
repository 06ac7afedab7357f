"""Closed forms of `HardwareLoad` and `MemoryQuery`: wires, and the cells of the device; no gates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import AnyIntArray, Costs, IntArray, address_bits
from qattention.formulas.loading import UNLOAD_MARGIN, nothing_kept
from qattention.formulas.table_ones import TableOnes


def hardware_load(n_keys: ArrayLike, word_bits: ArrayLike) -> Costs:
    """One query, forwards or backwards, padded or not."""
    qubits = address_bits(n_keys) + np.asarray(word_bits)
    return Costs(toffoli=np.zeros_like(qubits), measurement=np.zeros_like(qubits), qubits=qubits)


def memory_cells(n_keys: ArrayLike, word_bits: ArrayLike) -> AnyIntArray:
    """Bits that the device holds, each written once: n w."""
    cells: AnyIntArray = np.asarray(np.asarray(n_keys, dtype=object) * np.asarray(word_bits, dtype=object))
    return cells


def _none(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> IntArray:
    """No bits, no gates and no layers: its latency is time."""
    del w, block, padded
    return np.zeros_like(address_bits(n))


KINDS = (
    LoaderKind(
        name="hardware",
        rank=11,
        bloq=".hardware_load:HardwareLoad",
        arguments={},
        has_blocks=False,
        is_device=True,
        is_stock=False,
        only_asked=True,
        inverts=False,
        in_symbols=False,
        has_fix_up=False,
        xored_bits=lambda n, w, block, padded: (),
        measured_bits=_none,  # it takes its word back
        load=lambda n, w, block, padded: hardware_load(n, w),
        own_unload=lambda n, w, block, padded: hardware_load(n, w),
        kept_bits=nothing_kept,
        load_t_depth=_none,
        own_unload_t_depth=_none,
        load_cliffords=_none,
        own_unload_cliffords=_none,
        load_clifford_depth=lambda n, w, block, padded, ones, per_layer: _none(n, w, block, padded),
        own_unload_clifford_depth=lambda n, w, block, padded, per_layer: _none(n, w, block, padded),
        load_margin=Margin(),
        unload_margin=UNLOAD_MARGIN,
        table_ones=lambda bits, block, padded: TableOnes(),
        leading=lambda s: (
            dict.fromkeys(("toffoli", "t_depth", "clifford_depth", "measurement"), s.zero) | {"qubits": s.w}
        ),
        how="by a quantum memory outside the circuit",
        source="--loader hardware",
        limits="A device that no gate of these counts holds, fills or reads; nothing here can verify it.",
    ),
)
