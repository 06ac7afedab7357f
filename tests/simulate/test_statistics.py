"""How often searches fail: many trials on the index register, the marks read off the oracle's gates.

Trials that make the same run with the same items left share one state; each draws its own readout.
"""

import attrs
import numpy as np
import pytest
from scipy.stats import beta

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.lowering.lower import lower
from qattention.search import Grover, adaptive_policy, extremal, make_schedule
from qattention.search.adaptive_policy import AdaptivePolicy
from qattention.search.moves import POLYNOMIAL
from qattention.simulate.grover import IndexRegister
from qattention.simulate.verify import check_program, expected_phase, marked_addresses

P_FAIL = 0.01
TRIALS = 10_000


def make_oracle(n_items, n_marked):
    """Keys with sums that are all different, the n_marked largest of them heavy."""
    sums = np.random.default_rng(n_items).permutation(n_items) - n_items // 2
    bits = max(2, int(n_items).bit_length())
    limit = n_items - n_items // 2 - n_marked  # the sums are -(n // 2)..n - n // 2 - 1
    return HeavyKeyOracle(KeyTable.from_values(sums[:, None], bits), weights=(1,), threshold=limit)


class Trials:
    """Searches of one row, all at once; `left` are bit sets over its heavy keys."""

    def __init__(self, oracle, schedule, n_trials, seed):
        self.oracle, self.n_items, self.rng = oracle, schedule.n_items, np.random.default_rng(seed)
        self.heavy = np.flatnonzero(expected_phase(oracle))
        self.marks, self.weights = {}, {}
        self.left = np.full(n_trials, (1 << len(self.heavy)) - 1)
        policy = schedule.policy(np.random.default_rng(seed + 1), n_trials)
        while not (moves := policy.next()).done.all():
            policy.observe(self.run(moves))
        self.missed = int(np.sum(moves.certified & (self.left != 0)))
        self.all_found = bool((self.left == 0).all())

    def run(self, moves):
        """Which trials read out an item that is marked and left."""
        hit = np.zeros(len(self.left), dtype=bool)
        what = np.stack([self.left, moves.kind, moves.iterations, moves.parameter], axis=1)
        live = np.flatnonzero(~moves.done)
        _, first, same = np.unique(what[live], axis=0, return_index=True, return_inverse=True)
        for group, at in enumerate(first):
            rows = live[same.ravel() == group]
            action = moves.action(int(live[at]), self.n_items)
            cumulated = self.cumulated(int(self.left[rows[0]]), action)
            draws = self.rng.random(len(rows)) * cumulated[-1]
            address = np.searchsorted(cumulated, draws, side="right")
            place = np.searchsorted(self.heavy, address).clip(0, max(len(self.heavy) - 1, 0))
            if len(self.heavy):
                is_left = (self.heavy[place] == address) & (self.left[rows] >> place & 1 == 1)
                hit[rows] = is_left
                self.left[rows] -= is_left << place
        return hit

    def cumulated(self, left, action):
        """Running sums of the readout's probabilities."""
        if (left, action) not in self.weights:
            plain = isinstance(action, Grover)
            register = IndexRegister(self.marked(left, plain), self.rng)
            state = register.state(action.iterations) if plain else register.phased_state(action.phases())
            self.weights[left, action] = np.cumsum(np.abs(state) ** 2)
        return self.weights[left, action]

    def marked(self, left, plain):
        """Where the gates put the phase, what is found being excluded."""
        if (left, plain) not in self.marks:
            found = tuple(int(key) for i, key in enumerate(self.heavy) if not left >> i & 1)
            oracle = attrs.evolve(self.oracle, excluded=found, **({} if plain else {"angle": 1.0}))
            program = lower(oracle)
            outcomes = self.rng.integers(0, 2, program.n_cbits, dtype=np.uint8)
            result, errors = check_program(program, expected_phase(oracle), outcomes)
            assert not any(errors)
            self.marks[left, plain] = marked_addresses(result)[: self.n_items]
        return self.marks[left, plain]


def upper_limit(missed):
    """Upper 99 % confidence limit (Clopper and Pearson 1934) of the failure probability."""
    return beta.ppf(0.99, missed + 1, TRIALS - missed)


def trials(name, n_items, n_promised, n_marked, n_trials=TRIALS, eps=P_FAIL):
    schedule = make_schedule(name, n_items, n_promised, eps)
    return Trials(make_oracle(n_items, n_marked), schedule, n_trials, seed=n_items)


@pytest.mark.parametrize("name", ["adaptive", "adaptive-phased", "adaptive-promised"])
@pytest.mark.parametrize(("n_items", "n_promised", "n_marked"), [(64, 1, 1), (64, 1, 4), (256, 2, 1)])
def test_upper_limit_of_observed_failures_respects_the_bound(name, n_items, n_promised, n_marked):
    bound = make_schedule(name, n_items, n_promised, P_FAIL).p_fail_bound(n_marked)
    assert upper_limit(trials(name, n_items, n_promised, n_marked).missed) <= bound


@pytest.mark.parametrize("name", ["adaptive", "adaptive-phased", "adaptive-promised"])
def test_a_certificate_shortened_by_a_third_is_caught(name, monkeypatch):
    whole = AdaptivePolicy._certificate
    monkeypatch.setattr(AdaptivePolicy, "_certificate", lambda self, row: shortened(self, whole(self, row)))
    monkeypatch.setattr(adaptive_policy, "shortest_roots", shortened_roots)
    assert upper_limit(trials(name, 256, 1, 1).missed) > P_FAIL


def shortened(policy, runs):
    """The certificate without its last third of iterations; nothing after a polynomial, itself shortened."""
    if any(policy._runs.kind[run] == POLYNOMIAL for run in runs):
        return [run for run in runs if policy._runs.kind[run] == POLYNOMIAL]
    lengths = np.array(policy._runs.iterations)[runs]
    kept = np.cumsum(lengths) <= lengths.sum() * 2 / 3
    return [run for run, keep in zip(runs, kept, strict=True) if keep]


def shortened_roots(n_items, stride, lacking, most):
    """Two thirds of the roots that are needed, for as much as they cover."""
    needed = fewer = extremal.shortest_roots(n_items, stride, lacking, most)
    while fewer is not None and len(fewer) > 2 / 3 * len(needed):
        lacking = lacking - 0.25
        fewer = extremal.shortest_roots(n_items, stride, lacking, most)
    return fewer


@pytest.mark.parametrize("name", ["adaptive", "adaptive-phased", "adaptive-promised"])
@pytest.mark.parametrize(
    ("n_items", "n_marked"),
    [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (3, 2), (3, 3), (6, 0), (6, 3), (6, 6)],
)
def test_none_all_and_half_are_found(name, n_items, n_marked):
    assert trials(name, n_items, min(2, n_items), n_marked, n_trials=100, eps=1e-9).all_found
