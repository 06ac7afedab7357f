"""The failure bound of certified ends: statistics of seeded runs, parts of its proof by brute force."""

import attrs
import numpy as np
import pytest
from scipy.stats import beta

from qattention.search import make_schedule, simulate_schedule
from qattention.search.adaptive_policy import AdaptivePolicy
from qattention.search.certificate import random_runs, worst_miss
from qattention.search.shares import share

P_FAIL = 0.01
TRIALS = 10_000


def upper_limit(misses, trials):
    """Upper 99 % confidence limit (Clopper and Pearson 1934) of the failure probability."""
    return beta.ppf(0.99, misses + 1, trials - misses)


CASES = [(64, 1, 1), (64, 1, 4), (256, 1, 1), (16, 2, 3)]


@pytest.mark.parametrize(("n_items", "n_promised", "n_marked"), CASES)
@pytest.mark.parametrize("certificate", ["polynomial", "grover", "yoder-low-chuang"])
def test_upper_limit_of_observed_failures_respects_the_bound(n_items, n_promised, n_marked, certificate):
    schedule = make_schedule("adaptive", n_items, n_promised, P_FAIL, certificate=certificate)
    trials = simulate_schedule(schedule, n_marked, TRIALS, seed=1)
    assert upper_limit(trials.missed, TRIALS) <= schedule.p_fail_bound(n_marked) == P_FAIL


def test_a_certificate_shortened_by_a_third_is_caught(monkeypatch):
    whole = AdaptivePolicy._certificate
    monkeypatch.setattr(AdaptivePolicy, "_certificate", lambda self, row: shortened(self, whole(self, row)))
    schedule = make_schedule("adaptive", 256, 1, P_FAIL)
    trials = simulate_schedule(schedule, 1, TRIALS, seed=1)
    assert upper_limit(trials.missed, TRIALS) > schedule.p_fail_bound(1)


@pytest.mark.parametrize("n_marked", [1, 2, 3, 4, 8])
def test_a_broken_promise_is_bounded_too(n_marked):
    """2 promised: where more are marked the bound is the cube root."""
    schedule = make_schedule("adaptive-promised", 256, 2, P_FAIL)
    assert schedule.p_fail_bound(n_marked) == (P_FAIL if n_marked <= 2 else P_FAIL ** (1 / 3))
    trials = simulate_schedule(schedule, n_marked, TRIALS, seed=1)
    assert trials.certified.all()
    assert upper_limit(trials.missed, TRIALS) <= schedule.p_fail_bound(n_marked)


def test_what_a_broken_promise_may_add_is_within_its_bound():
    schedule = make_schedule("adaptive-promised", 512, 4, P_FAIL)
    for n_marked in (4, 5, 6, 20, 100):
        allowed = sum(schedule.allowed(h)[n_marked - h - 1] for h in range(n_marked))
        assert allowed <= schedule.p_fail_bound(n_marked)
    kept = make_schedule("adaptive", 512, 4, P_FAIL)
    assert (schedule.allowed(4) == kept.allowed(4)).all()  # found what was promised: eps again
    assert (schedule.allowed(3)[:1] == kept.allowed(3)[:1]).all()


def shortened(policy, runs):
    """The certificate without its last third of iterations."""
    lengths = np.array(policy._runs.iterations)[runs]
    kept = np.cumsum(lengths) <= lengths.sum() * 2 / 3
    return [run for run, keep in zip(runs, kept, strict=True) if keep]


@pytest.mark.parametrize("n_promised", [0, 1, 4, 64])
@pytest.mark.parametrize("n_marked", [1, 2, 3, 10, 100, 1000])
def test_shares_of_one_count_sum_to_at_most_one(n_promised, n_marked):
    # Ending with t = 1..n_marked left happens after n_marked - t finds.
    total = sum(share(t, n_marked - t, n_promised)[t - 1] for t in range(1, n_marked + 1))
    assert 0.1 < total <= 1.0


@pytest.mark.parametrize("n_items", [1, 2, 3, 5, 17, 100, 301, 1000])
def test_bound_on_a_random_run_holds_at_every_count(n_items):
    lengths = np.unique(np.append(np.arange(1, 8), np.geomspace(8, 80, 6).astype(int)))
    for n_least in {1, max(1, n_items // 3), n_items}:
        counts = np.arange(n_least, n_items + 1)
        angles = np.arcsin(np.sqrt(counts / n_items))
        for length, bound in zip(lengths, worst_miss(n_items, lengths, n_least), strict=True):
            exact = np.mean([np.cos((2 * m + 1) * angles) ** 2 for m in range(length)], axis=0)
            assert exact.max() <= bound + 1e-9


def test_best_random_certificate_is_the_known_one():
    # docs/search.md: 4.5 sqrt(n) at 1e-3
    assert random_runs(2**14, 1e-3).mean_iterations / 2**7 == pytest.approx(4.5, abs=0.1)


def test_likelihoods_are_those_of_the_runs():
    policy = make_schedule("adaptive", 32, 2, 1e-3).policy(np.random.default_rng(0), 1)
    lengths, hits, total = [], [False, True, False], np.zeros(33)
    for found, hit in zip([0, 0, 1], hits, strict=True):
        length = int(policy.next().iterations[0])
        left = np.arange(33) - found
        miss = np.cos((2 * length + 1) * np.arcsin(np.sqrt(np.clip(left, 0, None) / 32))) ** 2
        total += np.log(np.maximum(1 - miss if hit else miss, 1e-300))
        lengths.append(length)
        policy.observe(np.array([hit]))
    ratio = policy._history.log_ratio(0, 1, policy._runs, 32)
    assert ratio[:-1] == pytest.approx((total[2:] - total[1])[:-1], abs=1e-9)


def test_schedules_are_values():
    schedule = make_schedule("adaptive", 64, 2, 0.1)
    assert schedule == make_schedule("adaptive", 64, 2, 0.1)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        schedule.eps = 0.2
