"""Wires that wait in a denser memory: what closed forms know of them, and all iterations together.

Apart from gates, so that who asks for closed forms alone does not wait for what lowers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from qattention.estimates.result import MemoryUse
from qattention.formulas.loader_costs import kept_bits_of, load_of, unload_of
from qattention.plan import PlanTotals


def closed_waiting(totals: PlanTotals) -> tuple[MemoryUse, ...]:
    """Without gates, of the typical row: what a loader keeps beside the key waits while the row is summed.

    Empty where load or unload take as many wires as the sum does, or nothing is kept.
    """
    circuit, at = totals.plan.circuit, totals.typical_group
    sizes = totals.groups.n_keys[at], totals.look_up_bits[at]
    kept = int(kept_bits_of(circuit, *sizes))
    if not kept:
        return ()
    whole = int(totals.iterate.row(at).qubits)
    looking = max(int(cost(circuit, *sizes).qubits) for cost in (load_of, unload_of))
    working = max(looking, whole - kept)
    return (MemoryUse(n_working=working, n_moves=kept),) if working < whole else ()


def whole_waiting(uses: Iterable[MemoryUse], more: int, n_iterations: float) -> tuple[MemoryUse, ...]:
    """An iteration's uses of the memory in all iterations; `more` wires of larger rows are at work."""
    return tuple(
        MemoryUse(n_working=one.n_working + more, n_moves=math.ceil(n_iterations * one.n_moves))
        for one in uses
    )
