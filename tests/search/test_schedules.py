"""Every schedule: right at small sizes, within its worst case, as cheap as is known; broken promises."""

import math

import numpy as np
import pytest
from scipy.stats import beta

from qattention.errors import SpecError
from qattention.search import Done, make_schedule, schedule_names, simulate_schedule

TRUSTING = ("known-k-exact", "known-k", "coupon")
FREE = tuple(name for name in schedule_names() if name not in (*TRUSTING, "top-k"))


@pytest.mark.parametrize("name", schedule_names())
@pytest.mark.parametrize(
    ("n_items", "n_marked"), [(1, 0), (1, 1), (2, 1), (3, 2), (3, 3), (8, 0), (8, 4), (16, 16)]
)
def test_kept_promises_end_with_everything_found(name, n_items, n_marked):
    trials = simulate_schedule(make_schedule(name, n_items, n_marked, 1e-9), n_marked, 20, seed=3)
    assert trials.certified.all()
    assert (trials.left == 0).all()


@pytest.mark.parametrize("name", [*FREE, *TRUSTING])
@pytest.mark.parametrize(("n_promised", "n_marked"), [(8, 2), (4, 0), (1, 0)])
def test_fewer_than_promised_end_certified(name, n_promised, n_marked):
    trials = simulate_schedule(make_schedule(name, 64, n_promised, 1e-6), n_marked, 30, seed=5)
    assert trials.certified.all()
    assert (trials.found == n_marked).all()


@pytest.mark.parametrize("name", FREE)
def test_four_times_the_promise_is_finished(name):
    trials = simulate_schedule(make_schedule(name, 128, 4, 1e-6), 16, 30, seed=5)
    assert (trials.found == 16).all()


@pytest.mark.parametrize("name", TRUSTING)
def test_a_trusted_promise_is_verified_on_request(name):
    trusting, wary = (make_schedule(name, 128, 2, 1e-6, verify=verify) for verify in (False, True))
    assert trusting.trusts_promise
    assert not wary.trusts_promise
    if name != "known-k-exact":  # whose first miss shows the promise broken
        assert simulate_schedule(trusting, 8, 30, seed=5).missed > 0
    assert (simulate_schedule(wary, 8, 30, seed=5).found == 8).all()


@pytest.mark.parametrize("name", schedule_names())
def test_no_trial_exceeds_the_worst_case(name):
    schedule = make_schedule(name, 256, 4, 0.01)
    worst = schedule.worst_case()
    for n_marked in (0, 2, 4):
        trials = simulate_schedule(schedule, n_marked, 200, seed=7)
        if name not in TRUSTING or n_marked == 4:
            assert trials.iterations.max() <= worst.iterations
            assert trials.runs.max() <= worst.runs


@pytest.mark.parametrize("name", [*FREE, "top-k"])
def test_upper_limit_of_observed_failures_respects_the_bound(name):
    trials = simulate_schedule(make_schedule(name, 64, 1, 0.01), 1, 10_000, seed=11)
    assert beta.ppf(0.99, trials.missed + 1, 10_000 - trials.missed) <= 0.01


# (t, eps, what a total may be in sqrt(n)) at n = 2**14, 2 t promised, certificate included.
@pytest.mark.parametrize(
    ("n_marked", "eps", "most"), [(4, 1e-3, 4.0), (4, 6e-8, 5.4), (16, 1e-3, 7.0), (16, 6e-8, 8.4)]
)
def test_totals_with_a_promise(n_marked, eps, most):
    schedule = make_schedule("adaptive-promised", 2**14, 2 * n_marked, eps)
    trials = simulate_schedule(schedule, n_marked, 60, seed=3)
    assert trials.missed == 0
    assert trials.iterations.mean() / 2**7 < most


# Mean iterations / sqrt(n k) at n = 2**14, certificate excluded.
@pytest.mark.parametrize(
    ("name", "n_promised", "ratio"),
    [("known-k-exact", 16, 1.31), ("known-k", 16, 1.13), ("known-k", 64, 1.23), ("coupon", 16, 2.3)],
)
def test_finds_cost_what_is_known(name, n_promised, ratio):
    mean = simulate_schedule(make_schedule(name, 2**14, n_promised, 1e-3), n_promised, 300, seed=13).mean()
    assert mean.find / math.sqrt(2**14 * n_promised) == pytest.approx(ratio, rel=0.03)


def test_worst_case_schedule_has_the_published_certificate():
    # 9.2 ceil(log_3(1/eps)) sqrt(n) (arXiv:2203.04975); runs without iterations count a little on top.
    schedule = make_schedule("worst-case", 2**20, 0, 2e-3)
    rounds = math.ceil(math.log(1 / schedule.spend(0), 3))
    trials = simulate_schedule(schedule, 0, 20, seed=1)
    assert trials.iterations.mean() / 2**10 == pytest.approx(9.2 * rounds, rel=0.06)


def test_repeated_boyer_has_the_published_certificate():
    schedule = make_schedule("bbht", 2**20, 0, 2e-3)
    runs = math.ceil(math.log(schedule.spend(0)) / math.log(0.75))
    trials = simulate_schedule(schedule, 0, 200, seed=1)
    assert trials.certificate.mean() / 2**10 == pytest.approx(runs / 2, rel=0.03)


@pytest.mark.parametrize(
    ("n_items", "n_promised", "n_marked"), [(2**14, 3, 3), (64, 1, 4), (64, 4, 0), (64, 64, 64), (1, 1, 0)]
)
def test_fixed_point_finds_cost_one_run_each(n_items, n_promised, n_marked):
    schedule = make_schedule("fixed-point", n_items, n_promised, 1e-4)
    mean, expected = simulate_schedule(schedule, n_marked, 50, seed=1).mean(), schedule.expected(n_marked)
    assert mean.runs == min(n_marked + 1, n_items)
    assert expected.runs == pytest.approx(mean.runs, rel=1e-4)  # less what an early miss, of 1e-4, leaves out
    assert expected.certificate == pytest.approx(mean.certificate, rel=1e-4)
    assert (mean.find, expected.find) == (
        0,
        0,
    )  # its iterations carry phases


def test_top_k_scales_as_the_root_of_k_n():
    costs = [
        simulate_schedule(make_schedule("top-k", n, k, 1e-2), k, 60, seed=1).mean().find / math.sqrt(n * k)
        for n, k in [(2**10, 4), (2**12, 16)]
    ]
    assert costs[0] == pytest.approx(costs[1], rel=0.15)


@pytest.mark.parametrize("name", schedule_names())
def test_costs_of_huge_searches_are_finite_and_quick(name):
    schedule = make_schedule(name, 2**40, 2, 1e-3)
    assert 0.5 < schedule.expected(2).iterations / 2**20 < 100
    assert schedule.worst_case().iterations >= schedule.p95(2)


@pytest.mark.parametrize("name", schedule_names())
def test_an_episode_ends_and_stays_ended(name):
    episode = make_schedule(name, 32, 2, 1e-3).begin(np.random.default_rng(0))
    for step in range(2000):
        if isinstance(episode.next(), Done):
            break
        episode.observe(step in (3, 5))
    assert isinstance(episode.next(), Done)


def test_schedules_refuse_what_they_do_not_know():
    with pytest.raises(SpecError, match="search options"):
        make_schedule("bbht", 8, 1, 0.1, verify=True)
    with pytest.raises(SpecError, match="certificate"):
        make_schedule("adaptive", 8, 1, 0.1, certificate="hope")


@pytest.mark.parametrize("n_marked", [1, 4, 16, 64])
def test_finds_with_a_prior_that_does_not_know_the_count(n_marked):
    # The mark is 1.27 sqrt(n t); the standard error is below 0.05 at t = 1.
    schedule = make_schedule("adaptive", 2**14, n_marked, 1e-3, most_believed=256)
    trials = simulate_schedule(schedule, n_marked, 100, seed=2)
    assert trials.until_last_find.mean() / math.sqrt(2**14 * n_marked) < 1.27
