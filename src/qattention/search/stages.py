"""Exact mean costs where what comes next follows from the finds made and the misses since the last.

Such an episode is a chain of stages, one after each find: a stage ends with the next find or with the end
of the search. Its cost and the probability of either are sums over its misses, and the mean cost of the
episode is the sum over the stages of the probability that they are reached times their cost.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.search.known import summed
from qattention.search.schedule import SearchCost, joined

Floats = NDArray[np.float64]

N_PARTS = 5  # of `Stage.parts`
MOST_STAGES = 4096  # taken one by one; beyond, each is taken to be reached, which is off by eps at most


@frozen(kw_only=True)
class Stage:
    """Mean iterations (find, certificate) and runs after one find; p_end: probability of no further find.

    phased, rotations: as in `SearchCost`.
    """

    find: float
    certificate: float
    runs: float
    p_end: float
    phased: float = 0.0
    rotations: float = 0.0

    @property
    def parts(self) -> tuple[float, ...]:
        """What adds up, as `_cost` takes it."""
        return self.find, self.certificate, self.runs, self.phased, self.rotations


def repeated(iterations: int, p_hit: float, most: int, own: tuple[int, int] = (0, 0)) -> Stage:
    """One run repeated until it hits, `most` times at most, booked as find; own: its (phased, rotations)."""
    missed = (1.0 - p_hit) ** most
    runs = (1.0 - missed) / p_hit if p_hit > 0.0 else float(most)
    phased, rotations = (runs * count for count in own)
    return Stage(
        find=runs * iterations,
        certificate=0.0,
        runs=runs,
        p_end=missed,
        phased=phased,
        rotations=rotations,
    )


def chain(stage: Callable[[int], Stage], n_stages: int) -> tuple[SearchCost, Floats]:
    """Mean cost of stages 0..n_stages - 1, and the probability (n_stages + 1,) of ending in each or after."""
    total, reached, ended = [0.0] * N_PARTS, 1.0, np.zeros(n_stages + 1)
    for found in range(n_stages):
        here = stage(found)
        total = [so_far + reached * part for so_far, part in zip(total, here.parts, strict=True)]
        ends = reached * here.p_end
        ended[found] = ends
        reached -= ends
    ended[n_stages] = reached
    return _cost(np.array(total)), ended


@compiled(**BORROWS)
def _add_up(table, total):  # type: ignore[no-untyped-def]
    reached = 1.0
    for found in range(len(table)):
        for part in range(len(total)):
            total[part] += reached * table[found, part]
        reached -= reached * table[found, len(total)]


def chained(table: Floats) -> SearchCost:
    """The cost that `chain` finds, bit for bit, of stages as rows of a table: their parts, and p_end last."""
    total = np.zeros(N_PARTS)
    _add_up(table, total)
    return _cost(total)


def long_chain(
    stage: Callable[[int], Stage], n_stages: int, table: Callable[[int], Floats] | None = None
) -> SearchCost:
    """The same cost for any number of stages, the first ones, if there are many, taken to be reached.

    Args:
        table: the stages from a number on as `chained` takes them, where they come faster all at once.
    """
    n_exact = min(n_stages, MOST_STAGES)
    first = n_stages - n_exact
    cost = chained(table(first)) if table else chain(lambda found: stage(first + found), n_exact)[0]
    if not first:
        return cost
    # By what is left to be found: stages differ most where that is little.
    early = summed(lambda left: stage(n_stages - left).parts, n_exact + 1, n_stages)
    return joined(_cost(early), cost)


def _cost(parts: Floats) -> SearchCost:
    find, certificate, runs, phased, rotations = parts.tolist()
    return SearchCost(find=find, certificate=certificate, runs=runs, phased=phased, rotations=rotations)
