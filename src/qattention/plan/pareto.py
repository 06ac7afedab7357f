"""Points that no other point beats.

Apart from `table` because the front of any points has nothing to do with plans.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pareto_front(costs: NDArray[np.float64]) -> NDArray[np.intp]:
    """Positions of the points, shape (n, n_costs), that none dominates: no larger in any cost, less in one.

    Of equal points the first stands for all. Sorted by the first cost, then the second, ...
    """
    order = np.lexsort(costs.T[::-1])  # whatever dominates a point comes before it
    left, front = order, []
    while len(left):
        best, left = left[0], left[1:]
        front.append(best)
        left = left[np.any(costs[left] < costs[best], axis=1)]
    return np.array(front, dtype=np.intp)
