"""Gate counts of a bloq from its call graph: the first witness of every logical cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def bloq_counts(bloq: Bloq) -> BloqCounts:
    """Counts of one use of `bloq`; raises if a size is symbolic."""
    from qualtran.resource_counting import QECGatesCost, get_cost_value

    counts = get_cost_value(bloq, QECGatesCost())
    return BloqCounts(
        toffoli=int(counts.and_bloq + counts.toffoli + counts.cswap),
        t=int(counts.t),
        clifford=int(counts.clifford),
        rotation=int(counts.rotation),
        measurement=int(counts.measurement),
    )
