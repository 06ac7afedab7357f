"""One number for a plan: physical qubits x runtime, fast enough to compare plans by it."""

from __future__ import annotations

import math

from qattention.errors import InfeasibleError
from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.engines import P_FAIL
from qattention.estimates.physical.machine import MACHINES, Machine


def physical_price(counts: LogicalCounts, machine: Machine = MACHINES[0], p_fail: float = P_FAIL) -> float:
    """Qubit-seconds of the cheapest of the kind's own models; infinite if none fits.

    Milliseconds a call, where a front of `qdk.qre` takes a tenth of a second.

    Args:
        p_fail: budget of the machine's own failures, in (0, 1).
    """
    prices = [math.inf]
    for model in machine.what.models:
        try:
            found = model(counts, machine, p_fail)
        except InfeasibleError:
            continue
        prices.append(found.physical_qubits * found.runtime_s)
    return min(prices)
