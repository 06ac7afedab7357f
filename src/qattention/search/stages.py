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

from qattention.search.known import summed
from qattention.search.schedule import SearchCost

Floats = NDArray[np.float64]

MOST_STAGES = 4096  # taken one by one; beyond, each is taken to be reached, which is off by eps at most


@frozen(kw_only=True)
class Stage:
    """Mean iterations (find, certificate) and runs after one find; p_end: probability of no further find."""

    find: float
    certificate: float
    runs: float
    p_end: float


def repeated(iterations: int, p_hit: float, most: int) -> Stage:
    """One run repeated until it hits, `most` times at most, booked as find."""
    missed = (1.0 - p_hit) ** most
    runs = (1.0 - missed) / p_hit if p_hit > 0.0 else float(most)
    return Stage(find=runs * iterations, certificate=0.0, runs=runs, p_end=missed)


def chain(stage: Callable[[int], Stage], n_stages: int) -> tuple[SearchCost, Floats]:
    """Mean cost of stages 0..n_stages - 1, and the probability (n_stages + 1,) of ending in each or after."""
    reached, ended = 1.0, np.zeros(n_stages + 1)
    find = certificate = runs = 0.0
    for found in range(n_stages):
        here = stage(found)
        find += reached * here.find
        certificate += reached * here.certificate
        runs += reached * here.runs
        ends = reached * here.p_end
        ended[found] = ends
        reached -= ends
    ended[n_stages] = reached
    return SearchCost(find=float(find), certificate=float(certificate), runs=float(runs)), ended


def long_chain(stage: Callable[[int], Stage], n_stages: int) -> SearchCost:
    """The same cost for any number of stages, the first ones, if there are many, taken to be reached."""
    n_exact = min(n_stages, MOST_STAGES)
    first = n_stages - n_exact
    cost, _ = chain(lambda found: stage(first + found), n_exact)
    if not first:
        return cost
    # By what is left to be found: stages differ most where that is little.
    early = summed(lambda left: _parts(stage(n_stages - left)), n_exact + 1, n_stages)
    return _cost(early + np.array([cost.find, cost.certificate, cost.runs]))


def _parts(stage: Stage) -> tuple[float, ...]:
    return stage.find, stage.certificate, stage.runs


def _cost(parts: Floats) -> SearchCost:
    find, certificate, runs = parts.tolist()
    return SearchCost(find=find, certificate=certificate, runs=runs)
