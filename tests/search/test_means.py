"""Printed means are those of fresh episodes, within three standard errors; exact ones within rounding.

`benchmarks/search_means.py` does the same with 10^4 episodes a cell on a larger grid.
"""

import math

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.render.tables import sampled
from qattention.search import (
    SCHEDULES,
    SearchCost,
    bbht,
    found_thresholds,
    make_schedule,
    make_wary,
    schedule_names,
    simulate_schedule,
)
from qattention.search import measured as measured_module
from qattention.search.certificate import random_miss
from qattention.search.schedule import joined
from qattention.search.stages import Stage, chain, chained, long_chain, repeated

EXACT = ("known-k-exact", "known-k", "bbht", "coupon", "fixed-point")
SAMPLED = tuple(name for name in schedule_names() if name not in EXACT)
FIELDS = {"iterations": "stderr", "find": "find_stderr", "certificate": "certificate_stderr"}

# (n_items, n_marked, promised, eps); dense ones, few items, none and one marked, broken promises.
CELLS = [
    (1, 1, 1, 0.1),
    (4, 2, 2, 0.1),
    (5, 5, 2, 0.05),
    (37, 0, 1, 0.1),
    (64, 1, 1, 0.02),
    (64, 32, 32, 0.1),
    (64, 64, 16, 1e-3),
    (1024, 4, 8, 1e-3),
    (2**12, 16, 16, 0.1),
]


def apart(expected, trials, part):
    """How many joint standard errors lie between the two means of this part."""
    fresh = trials.mean()
    scatter = math.hypot(getattr(expected, FIELDS[part]), getattr(fresh, FIELDS[part]))
    values = trials.iterations if part == "iterations" else getattr(trials, part)
    # What no trial did may still be as likely as 3 in so many (the rule of three).
    unseen = max(float(values.max()), getattr(expected, part)) / len(values)
    return abs(getattr(expected, part) - getattr(fresh, part)) / max(scatter, unseen, 1e-9)


def cell_id(cell):
    return "-".join(map(str, cell))


@pytest.mark.parametrize("cell", CELLS, ids=cell_id)
@pytest.mark.parametrize("name", schedule_names())
def test_means_are_those_of_fresh_episodes(name, cell):
    n_items, n_marked, promised, eps = cell
    schedule = make_schedule(name, n_items, promised, eps)
    n_trials = 1000 if name in EXACT or name == SAMPLED[0] else 150
    trials = simulate_schedule(schedule, n_marked, n_trials, seed=4242)
    expected = schedule.expected(n_marked)
    assert all(apart(expected, trials, part) <= 3.0 for part in FIELDS)


@pytest.mark.parametrize("cell", [(64, 8, 2, 0.1), (64, 1, 4, 0.1), (64, 0, 2, 0.02)], ids=cell_id)
@pytest.mark.parametrize("name", [name for name, kind in SCHEDULES.items() if kind.trusts_promise])
def test_means_with_a_hand_over_are_those_of_fresh_episodes(name, cell):
    n_items, n_marked, promised, eps = cell
    schedule = make_wary(name, n_items, promised, eps)
    trials = simulate_schedule(schedule, n_marked, 1000, seed=4242)
    expected = schedule.expected(n_marked)
    assert (expected.stderr > 0.0) == (n_marked > 0)  # with none every outcome is sure
    assert all(apart(expected, trials, part) <= 3.0 for part in FIELDS)


def test_the_reference_case_is_that_of_many_episodes():
    schedule = make_schedule("adaptive", 2**14, 16, 1e-3 / 2**14)
    trials = simulate_schedule(schedule, 16, 1000, seed=4242)
    expected = schedule.expected(16)
    assert expected.stderr < 0.002 * expected.iterations
    assert all(apart(expected, trials, part) <= 3.0 for part in FIELDS)


def test_means_of_24_episodes_taken_for_exact_are_caught(monkeypatch):
    monkeypatch.setattr(measured_module, "N_TRIALS", 24)
    schedule = make_schedule("adaptive", 2**12, 16, 0.099)
    trials = simulate_schedule(schedule, 16, 1000, seed=4242)
    few = schedule.expected(16)
    exact = SearchCost(find=few.find, certificate=few.certificate, runs=few.runs)
    assert max(apart(exact, trials, part) for part in FIELDS) > 3.0


@pytest.mark.parametrize("name", SAMPLED)
def test_sampled_means_say_how_far_they_may_be_off(name):
    cost = make_schedule(name, 1024, 4, 1e-2).expected(4)
    assert 0.0 < cost.stderr < 0.1 * cost.iterations
    assert cost.certificate_stderr > 0.0
    assert cost.stderr <= cost.find_stderr + cost.certificate_stderr + 1e-9


@pytest.mark.parametrize("name", EXACT)
def test_exact_means_have_none(name):
    assert make_schedule(name, 1024, 4, 1e-7).expected(4).stderr == 0.0


@pytest.mark.parametrize("name", ["adaptive", "worst-case", "adaptive-phased"])
def test_a_smaller_share_of_trials_errs_more(name):
    schedule = make_schedule(name, 4096, 4, 1e-2)
    assert schedule.expected(4, share=0.25).stderr > 1.4 * schedule.expected(4).stderr


@pytest.mark.parametrize(("n_items", "n_marked"), [(2**12, 700), (700, 700)])
@pytest.mark.parametrize("name", ["adaptive", "worst-case"])
def test_scaled_finds_are_those_simulated_one_by_one(monkeypatch, name, n_items, n_marked):
    schedule = make_schedule(name, n_items, n_marked, 1e-3)
    trials = simulate_schedule(schedule, n_marked, 24, seed=4242)
    monkeypatch.setattr(measured_module, "N_SIMULATED", 350)
    monkeypatch.setattr(measured_module, "SCALED_STDERR", 0.02)  # at twice as many the same, a little more
    expected = schedule.expected(n_marked)
    assert apart(expected, trials, "iterations") <= 3.0
    assert expected.runs == pytest.approx(trials.mean().runs, rel=0.05)


@pytest.mark.parametrize("n_marked", [5000, 6000])
def test_long_chains_agree_with_their_stages_one_by_one(n_marked):
    schedule = make_schedule("bbht", 2**14, 16, 1e-4)
    whole, _ = chain(lambda h: schedule.stage(h, n_marked - h), n_marked + 1)
    quick = long_chain(lambda h: schedule.stage(h, n_marked - h), n_marked + 1)
    assert quick.iterations == pytest.approx(whole.iterations, rel=1e-3)
    assert quick.runs == pytest.approx(whole.runs, rel=1e-3)


def stage_of(iterations, p_hit, certifying):
    """Of runs, each made if all before it missed."""
    missed = np.cumprod(np.append(1.0, 1.0 - p_hit))
    spent = missed[:-1] * iterations
    find, certificate = spent[~certifying].sum(), spent[certifying].sum()
    return Stage(find=find, certificate=certificate, runs=missed[:-1].sum(), p_end=missed[-1])


@pytest.mark.parametrize("n_left", [0, 1, 3, 7, 50, 51, 99, 100])
def test_a_stage_of_random_runs_is_the_sum_over_them(n_left):
    schedule = make_schedule("bbht", 100, 5, 0.01)
    bounds, n_capped = bbht.ramp_bounds(100), schedule.n_capped(2)
    bounds = np.append(bounds[:-1], np.full(n_capped, bounds[-1]))
    hit = np.full(len(bounds), float(n_left > 0))
    if 0 < n_left < 100:
        hit = 1.0 - random_miss(100, np.array(n_left), bounds)
    certifying = np.arange(len(bounds)) >= len(bounds) - n_capped
    plain, quick = stage_of((bounds - 1.0) / 2.0, hit, certifying), schedule.stage(2, n_left)
    for part in ("find", "certificate", "runs", "p_end"):
        assert getattr(quick, part) == pytest.approx(getattr(plain, part), rel=1e-12, abs=1e-15)


def test_a_stage_adds_up_its_runs():
    stage = stage_of(np.array([1.0, 10.0]), np.array([0.5, 0.25]), np.array([False, True]))
    assert (stage.find, stage.certificate, stage.runs, stage.p_end) == (1.0, 5.0, 1.5, 0.375)
    assert repeated(3, 0.5, 2).runs == 1.5
    assert repeated(3, 0.0, 4).find == 12.0
    cost, ended = chain(lambda found: stage, 2)
    assert cost.find == pytest.approx(1.0 + 0.625)
    assert ended == pytest.approx([0.375, 0.625 * 0.375, 0.625**2])


def test_the_miss_of_a_random_run_is_the_mean_over_its_lengths():
    angle = np.arcsin(np.sqrt(7 / 100))
    exact = np.mean([np.cos((2 * m + 1) * angle) ** 2 for m in range(9)])
    assert random_miss(100, np.array(7), np.array([9.0]))[0] == pytest.approx(exact)


def test_joined_costs_scatter_by_themselves():
    one = SearchCost(find=3.0, certificate=1.0, runs=2.0, stderr=0.3, find_stderr=0.3)
    two = SearchCost(find=5.0, certificate=2.0, runs=1.0, stderr=0.8, find_stderr=0.8)
    both = joined(one, two, 0.5)
    assert (both.find, both.certificate, both.runs) == (5.5, 2.0, 2.5)
    assert both.stderr == pytest.approx(0.5)


@pytest.mark.parametrize("name", schedule_names())
@pytest.mark.parametrize("n_marked", [-1, 9])
def test_means_of_impossible_counts_are_refused(name, n_marked):
    if not SCHEDULES[name].finds_thresholds:  # which looks for its k whatever is marked
        with pytest.raises(SpecError, match="n_marked"):
            make_schedule(name, 8, 2, 0.1).expected(n_marked)


@pytest.mark.parametrize(
    ("value", "stderr", "told"),
    [
        (1046.58, 1.93, "1,046.6 ± 1.9"),
        (387.74, 2.31, "388 ± 2"),
        (703.2, 5.4, "703 ± 5"),
        (9.7012, 0.0911, "9.70 ± 0.09"),
        (14657.0, 13.6, "14,657 ± 14"),
        (0.084, 0.0121, "0.084 ± 0.012"),
        (579.18, 0.0, "579.2"),
        (123456.0, 2345.0, "123,456 ± 2,345"),
    ],
)
def test_means_are_told_to_the_digits_that_the_error_supports(value, stderr, told):
    assert sampled(value, stderr) == told


def test_a_threshold_that_is_not_given_has_its_price():
    price = found_thresholds(2**12, 16, 0.01)
    given = make_schedule("adaptive", 2**12, 16, 0.01).expected(16)
    assert price.factor == pytest.approx(price.iterations / given.iterations)
    assert 1.4 < price.factor < 1.8  # 1.5 in the reference case
    assert 0.0 < price.factor_stderr < 0.05
    assert found_thresholds(2**12, 16, 0.01, given="bbht").factor < 0.6
    with pytest.raises(SpecError, match="search"):
        found_thresholds(64, 2, 0.01, given="oracle")


def test_stages_of_a_table_add_up_as_one_by_one():
    rows = np.random.default_rng(4).uniform(0.0, 0.6, (9, 6))
    stages = [
        Stage(**dict(zip(("find", "certificate", "runs", "phased", "rotations", "p_end"), row, strict=True)))
        for row in rows.tolist()
    ]
    assert chained(rows) == chain(lambda found: stages[found], len(stages))[0]
    assert chained(rows[::-1].copy()) != chained(rows)


@pytest.mark.parametrize(("n_promised", "n_marked"), [(5, 5), (5, 2), (2, 9), (40, 64), (1, 5000)])
def test_boyers_stages_at_once_are_those_one_by_one(n_promised, n_marked):
    search = bbht.Bbht(n_items=max(64, n_marked), n_promised=n_promised, eps=1e-3)
    n_stages = min(n_marked + 1, search.n_items)
    assert search.expected(n_marked) == long_chain(lambda h: search.stage(h, n_marked - h), n_stages)
