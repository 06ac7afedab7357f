"""The default schedule: right on every count, small sizes and broken promises included."""

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.search import Done, Grover, make_schedule, schedule_names, simulate_schedule

SMALL = [(n, k, t) for n in (1, 2, 3, 4, 8) for k in range(n + 1) for t in range(n + 1)]


@pytest.mark.parametrize(("n_items", "n_promised", "n_marked"), SMALL)
def test_small_cases_end_with_everything_found(n_items, n_promised, n_marked):
    schedule = make_schedule("adaptive", n_items, n_promised, 1e-9)
    trials = simulate_schedule(schedule, n_marked, 20, seed=n_items)
    assert trials.missed == 0
    assert (trials.found == n_marked).all()
    assert trials.certified.all()


@pytest.mark.parametrize("n_marked", [0, 1, 16, 64, 200, 256])
def test_broken_promise_is_finished(n_marked):
    trials = simulate_schedule(make_schedule("adaptive", 256, 16, 1e-6), n_marked, 50, seed=1)
    assert (trials.found == n_marked).all()


def test_episode_follows_what_was_measured():
    episode = make_schedule("adaptive", 64, 2, 1e-3).begin(np.random.default_rng(0))
    first = episode.next()
    assert isinstance(first, Grover)
    assert episode.next() == first
    episode.observe(True)
    for _ in range(1000):
        if isinstance(episode.next(), Done):
            break
        episode.observe(False)
    assert episode.next() == Done(certified=True)


def test_same_seed_same_trials():
    schedule = make_schedule("adaptive", 1024, 4, 1e-3)
    first, second = (simulate_schedule(schedule, 4, 50, seed=3) for _ in range(2))
    assert (first.iterations == second.iterations).all()
    assert (first.iterations != simulate_schedule(schedule, 4, 50, seed=4).iterations).any()


@pytest.mark.parametrize("n_items", [2**40, 2**60])
def test_costs_of_huge_searches_scale_as_the_square_root(n_items):
    cost = simulate_schedule(make_schedule("adaptive", n_items, 4, 1e-3), 4, 30, seed=1).mean()
    reference = simulate_schedule(make_schedule("adaptive", 2**12, 4, 1e-3), 4, 30, seed=1).mean()
    assert cost.iterations / n_items**0.5 == pytest.approx(reference.iterations / 2**6, rel=0.1)


def test_bad_input_is_told_at_once():
    with pytest.raises(SpecError) as caught:
        make_schedule("adaptive", 0, -1, 1.5)
    assert [line.split("`")[1] for line in caught.value.problems] == ["n_items", "n_promised", "eps"]
    with pytest.raises(SpecError, match="search"):
        make_schedule("oracle", 8, 1, 0.1)
    with pytest.raises(SpecError, match="search options"):
        make_schedule("adaptive", 8, 1, 0.1, colour=3)
    assert schedule_names()[0] == "adaptive"
