"""Schedules run on the exact rotation: what they cost and how often they end with items left.

A run with t of n items marked is a rotation in two dimensions, so its readout is marked with the closed
probability of angles.py; nothing is approximated.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.search.schedule import Policy, Population, Schedule, SearchCost

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MAX_STEPS = 10_000_000  # a schedule that has not ended by then is broken


@frozen(kw_only=True, eq=False)
class TrialStatistics:
    """What every trial did; each array has shape (n_trials,)."""

    find: Ints  # iterations
    certificate: Ints  # iterations
    runs: Ints
    until_last_find: Ints  # iterations, certificate included, up to the run that found the last item found
    runs_until_last_find: Ints
    left: Ints  # marked items not found
    found: Ints
    certified: NDArray[np.bool_]
    phased: Ints  # as in `SearchCost`
    rotations: Ints  # likewise

    @property
    def iterations(self) -> Ints:
        """Find and certificate iterations of every trial."""
        return np.asarray(self.find + self.certificate)

    @property
    def missed(self) -> int:
        """Trials that ended certified with items left: the event whose probability eps bounds."""
        return int(np.sum(self.certified & (self.left > 0)))

    def mean(self) -> SearchCost:
        """Mean cost with standard errors."""
        return SearchCost(
            find=float(self.find.mean()),
            certificate=float(self.certificate.mean()),
            runs=float(self.runs.mean()),
            stderr=_stderr(self.iterations),
            find_stderr=_stderr(self.find),
            certificate_stderr=_stderr(self.certificate),
            phased=float(self.phased.mean()),
            rotations=float(self.rotations.mean()),
        )

    def p95(self) -> float:
        """95th percentile of the iterations."""
        return float(np.quantile(self.iterations, 0.95))


def _stderr(values: Ints) -> float:
    return float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def simulate_schedule(
    schedule: Schedule, n_marked: int, trials: int, seed: int, on_end: Callable[[], object] = lambda: None
) -> TrialStatistics:
    """Run `trials` independent episodes with n_marked (0..n_items) marked items on the exact rotation.

    `on_end` is called as often as trials have ended.
    """
    decisions, outcomes = np.random.default_rng(seed).spawn(2)
    policy = schedule.policy(decisions, trials)
    population = schedule.population(n_marked, trials, outcomes)
    return simulate_policy(policy, population, schedule.n_items, outcomes, on_end)


def simulate_policy(
    policy: Policy,
    population: Population,
    n_items: int,
    outcomes: np.random.Generator,
    on_end: Callable[[], object] = lambda: None,
) -> TrialStatistics:
    """Run the episodes of a policy, each on its row of the population; outcomes are drawn from `outcomes`."""
    trials = len(population.left)
    find, certificate, runs, until, runs_until = (np.zeros(trials, dtype=np.int64) for _ in range(5))
    own, ended = np.zeros((2, trials), dtype=np.int64), 0
    for _ in range(MAX_STEPS):
        moves = policy.next()
        live = ~moves.done
        for _ in range(trials - ended - int(live.sum())):
            on_end()
        ended = trials - int(live.sum())
        if not live.any():
            break
        hit = outcomes.random(trials) < moves.p_hit(n_items, population.left, population.found)
        population.remove(np.flatnonzero(hit), outcomes)
        find += np.where(live & ~moves.certifying, moves.iterations, 0)
        certificate += np.where(live & moves.certifying, moves.iterations, 0)
        own += np.where(live, moves.own_phases(n_items), 0)
        runs += live
        until = np.where(hit, find + certificate, until)
        runs_until = np.where(hit, runs, runs_until)
        policy.observe(hit)
    else:
        raise RuntimeError(f"{type(policy).__name__} did not end within {MAX_STEPS} runs")
    return TrialStatistics(
        find=find,
        certificate=certificate,
        runs=runs,
        until_last_find=until,
        runs_until_last_find=runs_until,
        left=population.left,
        found=population.found,
        certified=policy.next().certified,
        phased=own[0],
        rotations=own[1],
    )
