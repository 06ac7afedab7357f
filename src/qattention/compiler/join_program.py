"""A phase of a join as a bloq: one iteration of one of its blocks, of typical rows with or without data."""

from __future__ import annotations

import numpy as np

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.nested_iterate import NestedIterate, NestedReadout
from qattention.bloqs.pair_oracle import PairOracle
from qattention.bloqs.pair_table import PairTable
from qattention.bloqs.turn_oracle import TurnOracle
from qattention.joins.phase import JoinPhase, JoinSizes


def phase_oracle(
    sizes: JoinSizes, phase: JoinPhase, rng: np.random.Generator | None = None
) -> TurnOracle | PairOracle:
    """The phase oracle of a full block: tables without data, or words drawn from `rng`."""
    return _turns(sizes, phase, rng) if phase.kind == "turns" else _pairs(sizes, phase, rng)


def phase_iterate(
    sizes: JoinSizes, phase: JoinPhase, rng: np.random.Generator | None = None
) -> GroverIterate | NestedIterate:
    """One iteration of it."""
    oracle = phase_oracle(sizes, phase, rng)
    if isinstance(oracle, PairOracle):
        return NestedIterate(oracle, phase.depth)
    return GroverIterate(oracle)


def phase_readout(sizes: JoinSizes, phase: JoinPhase) -> NestedReadout | None:
    """What a run of pairs does before it is read; None for turns."""
    oracle = phase_oracle(sizes, phase)
    return NestedReadout(oracle, phase.depth) if isinstance(oracle, PairOracle) else None


def _turns(sizes: JoinSizes, phase: JoinPhase, rng: np.random.Generator | None) -> TurnOracle:
    """Rows of `sizes.sums` in their order, again from the first where there are too few."""
    sums, n_keys = sizes.sums, 1 << phase.key_bits
    bits = tuple(int(b) for b in sums.channel_bits)
    rows = [
        (tuple(int(q) for q in sums.weights[i % sums.n_rows]), int(sums.threshold[i % sums.n_rows]))
        for i in range(1 << phase.row_bits)
    ]
    table = _shape(n_keys, bits) if rng is None else KeyTable.from_values(_draw(rng, n_keys, bits), bits)
    base = HeavyKeyOracle(table, *rows[0], circuit=phase.key_circuit)
    return TurnOracle(base, tuple(rows[1:]))


def _shape(n_keys: int, bits: tuple[int, ...]) -> KeyTable:
    same = None if bits == bits[:1] * len(bits) else bits
    return KeyTable(n_keys=n_keys, head_dim=len(bits), key_bits=max(bits), channel_bits=same)


def _draw(rng: np.random.Generator, n: int, bits: tuple[int, ...]) -> np.ndarray:
    return np.stack([rng.integers(-(1 << b - 1), 1 << b - 1, n) for b in bits], axis=1)


def _pairs(sizes: JoinSizes, phase: JoinPhase, rng: np.random.Generator | None) -> PairOracle:
    assert phase.row_circuit is not None  # of pairs
    rows, keys = (
        _side(sizes, phase, is_row, rng) if rng is not None else _empty_side(sizes, phase, is_row)
        for is_row in (True, False)
    )
    return PairOracle(rows, keys, phase.row_circuit, phase.key_circuit)


def _empty_side(sizes: JoinSizes, phase: JoinPhase, is_row: bool) -> PairTable:
    bits = (phase.row_bits, phase.key_bits)
    return PairTable(
        address_bits=bits[not is_row],
        widths=sizes.widths,
        n_slots=phase.row_slots if is_row else phase.key_slots,
        n_limits=sizes.limits if is_row else 0,
        other_bits=bits[is_row],
        is_row=is_row,
    )


def _side(sizes: JoinSizes, phase: JoinPhase, is_row: bool, rng: np.random.Generator) -> PairTable:
    shape = _empty_side(sizes, phase, is_row)
    n, full = 1 << shape.address_bits, 1 << shape.other_bits
    limits = [tuple(rng.integers(0, full + 1, n).tolist()) for _ in range(shape.n_limits)]
    typical = int(np.sqrt(np.sum(4.0 ** (2 * np.array(sizes.widths) - 2)) / 3))  # one standard deviation
    return PairTable.of(
        _draw(rng, n, sizes.widths),
        sizes.widths,
        rng.integers(0, 3 * typical + 1, n).tolist() if is_row else None,
        address_bits=shape.address_bits,
        other_bits=shape.other_bits,
        n_slots=shape.n_slots,
        limits=tuple(limits),
    )
