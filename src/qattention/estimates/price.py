"""The physical price of a plan, from its closed forms alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qattention.errors import SpecError, bad
from qattention.estimates.depths import closed_depths
from qattention.estimates.waiting import closed_waiting, whole_waiting
from qattention.plan import HardwareMemory, PlanTotals
from qattention.plan.choose import Price
from qattention.plan.hardware import QUERIES_A_LOOK_UP

if TYPE_CHECKING:
    from qattention.estimates.front import JoinPrice
    from qattention.estimates.physical import LogicalCounts, Machine


def plan_price(machines: Sequence[Machine] | None = None, p_fail: float | None = None) -> Price:
    """Qubit-seconds on the first of the machines that has quick models; the usual one unless given.

    Args:
        p_fail: budget of the machine's own failures, in (0, 1).
    Raises:
        SpecError: none of the machines has any.
    """
    price = _counts_price(machines, p_fail)
    return lambda totals: price(counts_of(totals))


def join_price(machines: Sequence[Machine] | None = None, p_fail: float | None = None) -> JoinPrice:
    """The same of joins."""
    from qattention.estimates.joined import join_counts

    price = _counts_price(machines, p_fail)
    return lambda totals: price(join_counts(totals))


def _counts_price(
    machines: Sequence[Machine] | None, p_fail: float | None
) -> Callable[[LogicalCounts], float]:
    from qattention.estimates.physical import P_FAIL, physical_price
    from qattention.estimates.physical.machine import MACHINES, NAMED

    quick = [one for one in machines or MACHINES if one.what.models]
    if not quick:
        known = ", ".join(name for name, one in NAMED.items() if one.what.models)
        raise SpecError(bad("minimize", "physical", f"with a machine that has quick models: {known}"))
    budget = P_FAIL if p_fail is None else p_fail
    return lambda counts: physical_price(counts, quick[0], budget)


def counts_of(totals: PlanTotals) -> LogicalCounts:
    """As `machines.logical_counts` of the plan's estimate without gates."""
    from qattention.estimates.physical.counts import LogicalCounts, whole_ratio

    plan, memory = totals.plan, totals.plan.memory or HardwareMemory()
    is_device, reads = plan.circuit.loader.is_device, totals.reads
    typical = int(totals.iterate.row(totals.typical_group).qubits)
    rotations, depths = math.ceil(totals.expected("rotation")), closed_depths(totals)
    return LogicalCounts(
        n_qubits=totals.qubits,
        n_ccz=math.ceil(totals.expected("toffoli")),
        n_rotations=rotations,
        rotation_depth=rotations,
        n_measurements=math.ceil(totals.expected("measurement")),
        t_depth=math.ceil(depths.t),
        clifford_depth=math.ceil(depths.clifford),
        t_per_rotation=totals.t_per_rotation or None,
        n_fixups=0 if is_device else math.ceil(reads),
        fixup_bit_ops=whole_ratio(totals.fix_up_bit_ops, reads),
        n_reads=QUERIES_A_LOOK_UP * math.ceil(reads) if is_device else 0,
        read_latency_us=memory.latency_us,
        p_read=memory.p_query,
        waiting=whole_waiting(closed_waiting(totals), totals.qubits - typical, reads),
    )
