"""Gate counts of a bloq from its call graph: the first witness of every logical cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from qualtran import Bloq


@attrs.frozen(kw_only=True)
class BloqCounts:
    """Exact counts.

    Attributes:
        toffoli: And's, Toffolis and controlled swaps, one each.
        t: T gates outside them.
        clifford: single- and two-qubit Cliffords; n w / 2 for a look-up without data.
        rotation, measurement: as in `formulas.Costs`.
    """

    toffoli: int
    t: int
    clifford: int
    rotation: int
    measurement: int


@lru_cache
def _gates() -> Any:
    """Qualtran's counts, with every odd multiple of pi/4 a T and every even one a Clifford gate.

    Its own know pi/4 and -pi/4, and no angle beyond 2 pi.
    """
    from qualtran.bloqs.basic_gates import ZPowGate
    from qualtran.resource_counting import GateCounts, QECGatesCost

    class Gates(QECGatesCost):
        def compute(self, bloq: Bloq, get_callee_cost: Callable[[Bloq], GateCounts]) -> GateCounts:
            if isinstance(bloq, ZPowGate):
                eighths = 4 * float(bloq.exponent)
                if math.isclose(eighths, round(eighths), abs_tol=1e-10):
                    return GateCounts(t=1) if round(eighths) % 2 else GateCounts(clifford=1)
            return super().compute(bloq, get_callee_cost)

    return Gates()


def bloq_counts(bloq: Bloq) -> BloqCounts:
    """Counts of one use of `bloq`; raises if a size is symbolic."""
    from qualtran.resource_counting import get_cost_value

    counts = get_cost_value(bloq, _gates())
    return BloqCounts(
        toffoli=int(counts.and_bloq + counts.toffoli + counts.cswap),
        t=int(counts.t),
        clifford=int(counts.clifford),
        rotation=int(counts.rotation),
        measurement=int(counts.measurement),
    )
