"""Cultivated T states, and CCZ states made of eight of them (arXiv:2409.17595)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import attrs

from qattention.estimates.physical.counts import CliffordT
from qattention.estimates.physical.patches import BEVERLAND
from qattention.estimates.physical.units import table_row

CCX_PATCHES, CCX_STEPS = 12, 6  # 8 T to a CCX (figure 24)
MAX_FACTORY = 51  # distance of the surgery in a factory
ROWS = (5e-4, 1e-3, 2e-3)  # physical errors that were simulated


@attrs.frozen(kw_only=True)
class Cultivated:
    """One way to grow a T state: its error, its qubits, and its rounds, rejected attempts included."""

    error: float
    qubits: int
    rounds: float


@attrs.frozen(kw_only=True)
class Factories:
    """So many factories of so many qubits; `spent`: errors of all states that a program takes."""

    number: int
    qubits: int
    spent: float


@cache
def _table(row: float) -> tuple[Cultivated, ...]:
    """The published simulations (zenodo.13777072) for a physical error, as `qdk.qre` holds them."""
    from qdk.qre.models import GSJ24Factory

    return tuple(
        Cultivated(error=one.logical_error, qubits=one.num_qubits, rounds=one.volume / one.num_qubits)
        for table in GSJ24Factory()._data[row].values()
        for one in table
    )


def grown(p_physical: float) -> tuple[Cultivated, ...]:
    """Those simulated for this error, or for the next worse one; none beyond the rows."""
    row = table_row(p_physical, ROWS)
    return () if row is None else _table(row)


def longest_run(gates: CliffordT, p_physical: float) -> int:
    """Rounds of the slowest of the factories; 0 for a program without T."""
    growing = max((state.rounds for state in grown(p_physical)), default=0.0)
    return math.ceil(growing) + 2 * CCX_STEPS * MAX_FACTORY if gates.n_t_equivalent else 0


def factories(
    gates: CliffordT, p_physical: float, rounds: int, *, is_transversal: bool = False
) -> list[Factories]:
    """All that keep up with a program of so many rounds, smallest first.

    Args:
        is_transversal: a step between patches takes a round, not code-distance rounds.
    """
    found = [*_factories(gates, p_physical, rounds, is_transversal)]
    return sorted(found, key=lambda one: (one.number * one.qubits, one.spent))


def _factories(gates: CliffordT, p_physical: float, rounds: int, is_transversal: bool) -> Iterator[Factories]:
    n_t, n_ccz = gates.n_t, gates.n_ccz
    if not (n_t or n_ccz):
        yield Factories(number=0, qubits=0, spent=0.0)
        return
    for state in grown(p_physical):
        if not n_ccz:
            if (run := math.ceil(state.rounds)) <= rounds:
                number = -(-n_t // (rounds // run))
                yield Factories(number=number, qubits=state.qubits, spent=n_t * state.error)
            continue
        for distance in range(5, MAX_FACTORY + 1, 2):
            step = 1 if is_transversal else distance
            yield from _ccx(gates, state, distance, step, rounds, p_physical)


def _ccx(
    gates: CliffordT, state: Cultivated, distance: int, step: int, rounds: int, p_physical: float
) -> Iterator[Factories]:
    """T gates beside Toffolis take a CCX for two of them, by catalysis (arXiv:1812.01238)."""
    qubits = CCX_PATCHES * (2 * distance**2 - 1)
    growing = 8 * state.qubits * state.rounds / qubits
    run = math.ceil(growing + (1 + 8 * state.error) * CCX_STEPS * step)
    if run <= rounds:
        n_states = gates.n_ccz + -(-gates.n_t // 2)
        error = 28 * state.error**2 + CCX_STEPS * CCX_PATCHES * BEVERLAND(p_physical, distance)
        yield Factories(number=-(-n_states // (rounds // run)), qubits=qubits, spent=n_states * error)
