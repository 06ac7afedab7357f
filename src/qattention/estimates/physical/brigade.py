"""A bucket brigade of surface-code routers, with a distance for each level of its tree: a cost model.

An error in a router harms a query only where the query's branch passes, so that a level, however many its
routers, harms it as one of them does: an infidelity of 4 T sum_l eps_l over T = 2 m steps (arXiv:2012.05340;
factors recalled). The many routers at the bottom may therefore err more than the few at the top
(arXiv:2504.21687: five times fewer resources at depth 30, abstract read).
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import InfeasibleError
from qattention.estimates.physical.patches import BEVERLAND

Floats = NDArray[np.float64]

ROUTER_PATCHES = 3  # one that comes in and two that go out; this package's choice, in both designs alike
MAX_DISTANCE = 99
HARM = 4  # infidelity a router and a step, over its error


@attrs.frozen(kw_only=True)
class Brigade:
    """Designs of one tree.

    Attributes:
        depth: m, levels. distance: of every router. qubits: of that design.
        distances: of each level from the root. qubits_by_level: of that design.
    """

    depth: int
    distance: int
    qubits: int
    distances: tuple[int, ...]
    qubits_by_level: int

    @property
    def saved(self) -> float:
        """Times fewer qubits by level."""
        return self.qubits / self.qubits_by_level


def brigade(depth: int, p_physical: float, p_query: float) -> Brigade:
    """The fewest qubits for a query that errs with `p_query`, with one distance and with one a level.

    Raises:
        InfeasibleError: no distance up to 99 is good enough.
    """
    tried = np.arange(3, MAX_DISTANCE + 1, 2)
    harm = 2 * depth * HARM * np.array([BEVERLAND(p_physical, int(d)) for d in tried])
    sizes = ROUTER_PATCHES * (2 * tried.astype(np.float64) ** 2 - 1)
    routers = np.exp2(np.arange(depth, dtype=np.float64))
    enough = np.flatnonzero(depth * harm <= p_query)
    if not len(enough):
        least = f"{depth * harm[-1]:.3g} or a lower physical error"
        raise InfeasibleError("p_query of a brigade", p_query, least)
    low, high = 0.0, sizes[-1] * routers[-1] / harm[-1]  # price of harm, in qubits
    for _ in range(200):
        price = (low * high) ** 0.5 if low else high / 2**60
        chosen = _levels(routers, sizes, harm, price)
        low, high = (low, price) if harm[chosen].sum() <= p_query else (price, high)
    chosen = _levels(routers, sizes, harm, high)
    at = enough[0]
    return Brigade(
        depth=depth,
        distance=int(tried[at]),
        qubits=int(sizes[at] * routers.sum()),
        distances=tuple(tried[chosen].tolist()),
        qubits_by_level=int((sizes[chosen] * routers).sum()),
    )


def _levels(routers: Floats, sizes: Floats, harm: Floats, price: float) -> NDArray[np.intp]:
    """The distance of each level that qubits and harm at this price leave cheapest."""
    return np.argmin(routers[:, None] * sizes + price * harm, axis=1)
