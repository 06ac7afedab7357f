"""Gate counts from a bloq's call graph: the first witness, asked for by whoever may not import Qualtran."""

from __future__ import annotations

from qualtran import Bloq
from qualtran.resource_counting import QECGatesCost, get_cost_value


def call_graph_toffoli(bloq: Bloq) -> int:
    """Toffoli-like gates (And, Toffoli, controlled swap), exact."""
    counts = get_cost_value(bloq, QECGatesCost())
    return int(counts.and_bloq + counts.toffoli + counts.cswap)
