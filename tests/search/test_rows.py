"""Many episodes decided at once are those decided alone; ranks are drawn as one by one in plain Python."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qattention.search import Done, make_schedule, make_wary
from qattention.search.belief import Belief, learn
from qattention.search.top_k import RankBelief, Ranks

N_ROWS = 12


def followed(schedule, n_marked, rows, steps):
    """(kind, iterations, certifying) of every step of rows decided together, and what they believe then.

    A row's readouts are drawn from a generator of its own.
    """
    policy = schedule.policy(np.random.default_rng(0), len(rows))
    readouts = [np.random.default_rng(row) for row in rows]
    left = np.full(len(rows), n_marked)
    seen = []
    for _ in range(steps):
        moves = policy.next()
        seen.append(np.stack([moves.kind, moves.iterations, moves.certifying]))
        chance = moves.p_hit(schedule.n_items, left, n_marked - left)
        hit = np.array([readout.random() for readout in readouts]) < chance
        left -= hit
        policy.observe(hit)
    return np.array(seen), policy._belief.weight


CASES = [
    ("adaptive", 64, 4, 4, 40, {"certificate": "yoder-low-chuang"}),  # no run of it is among the finds
    ("adaptive", 1000, 120, 120, 400, {}),  # more runs than a history has room for at first
    ("adaptive-phased", 64, 5, 5, 40, {}),
    ("top-k", 64, 3, 30, 80, {"certificate": "yoder-low-chuang"}),  # others draw from what all rows share
]


@pytest.mark.parametrize(("name", "n_items", "n_promised", "n_marked", "steps", "options"), CASES)
def test_a_row_does_as_it_would_alone(name, n_items, n_promised, n_marked, steps, options):
    schedule = make_schedule(name, n_items, n_promised, 1e-3, **options)
    together, believed = followed(schedule, n_marked, range(N_ROWS), steps)
    assert len({together[:, :, row].tobytes() for row in range(N_ROWS)}) > N_ROWS / 2
    for row in range(N_ROWS):
        alone, believed_alone = followed(schedule, n_marked, [row], steps)
        assert (alone[:, :, 0] == together[:, :, row]).all()
        assert (believed_alone[0] == believed[row]).all()


@pytest.mark.parametrize("hit", [False, True])
@pytest.mark.parametrize("belief", [Belief(200, 9, 2), RankBelief(200, 9, 2)], ids=["marks", "ranks"])
def test_an_outcome_is_learned_by_the_rule_of_bayes(belief, hit):
    known, counts = belief.posterior, belief.counts
    moved = np.eye(len(counts), k=-1)  # counts lie denser than a find's step: a share of each stays
    down = (1.0 / np.diff(counts, prepend=-1))[:, None]
    fall = known.fall if len(known.fall) else down * moved + (1.0 - down) * np.eye(len(counts))
    assert fall[1:].sum(axis=1) == pytest.approx(1.0)
    outcome = (1.0 - known.miss[7]) if hit else known.miss[7]
    expected = (known.prior * outcome) @ (fall if hit else np.eye(len(counts)))
    learn(known, 1, known.miss[7], hit)
    np.testing.assert_allclose(belief.weight[1], expected / expected.sum(), rtol=1e-12, atol=1e-39)
    assert (belief.weight[0] == known.prior).all()
    belief.weight[1] = known.prior


def test_what_was_held_impossible_brings_the_prior_back():
    known = Belief(200, 9, 1).posterior
    learn(known, 0, np.zeros(len(known.prior)), False)
    assert (known.weight[0] == known.prior).all()


@pytest.mark.parametrize(("name", "kept"), [("adaptive", 7), ("top-k", 2)])
def test_a_find_that_changes_the_marks_begins_a_history_anew(name, kept):
    policy = make_schedule(name, 64, 3, 1e-3).policy(np.random.default_rng(0), 1)
    for hit in (True, True, True, False, True, False, False):
        policy.observe(np.array([hit]))
    assert policy._history.length.tolist() == [kept]


def one_by_one(kept, n_items, k, rows, rng):
    """What `Ranks.remove` is to do; kept: a set of ranks a row."""
    for row in rows.tolist():
        full = len(kept[row]) == k
        while (rank := int(rng.integers(1, max(kept[row]) if full else n_items + 1))) in kept[row]:
            pass
        kept[row] = (kept[row] - {max(kept[row])} if full else kept[row]) | {rank}


SIZES = [(1, 1, 1), (5, 5, 5), (40, 1, 3), (60, 7, 15), (2**32, 2, 8), (2**32 + 1, 2, 8), (2**40, 3, 9)]


@pytest.mark.parametrize(("n_items", "k", "n_finds"), SIZES)
def test_ranks_are_drawn_as_one_by_one(n_items, k, n_finds):
    draws, others = np.random.default_rng(8), np.random.default_rng(8)
    ranks, kept = Ranks(n_items, k, N_ROWS), [set() for _ in range(N_ROWS)]
    for find in range(n_finds):
        rows = np.flatnonzero((ranks.left > 0) & (np.arange(N_ROWS) % 3 <= find % 3))
        ranks.remove(rows, draws)
        one_by_one(kept, n_items, k, rows, others)
        left = [max(row) - k if len(row) == k else n_items - len(row) for row in kept]
        assert ranks.left.tolist() == left
    assert draws.random() == others.random()  # as many numbers were drawn


def actions(schedule, seed):
    """What one episode asks for, two of its items being marked."""
    readout, left, asked = np.random.default_rng(seed), 2, []
    episode = schedule.begin(np.random.default_rng(seed))
    while not isinstance(action := episode.next(), Done):
        hit = readout.random() < action.p_hit(schedule.n_items, left)
        left -= hit
        asked.append(action)
        episode.observe(bool(hit))
    return asked


def test_episodes_of_one_schedule_leave_each_other_alone():
    """Rows searched one after another share it, and each adds polynomials of its own."""
    named = "adaptive-phased", 256, 3, 1e-3
    shared = make_wary(*named)
    assert make_wary(*named) is shared
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(make_wary, *named).result() is not shared
    for seed in range(4):
        assert actions(shared, seed) == actions(make_schedule(*named), seed)
    assert len({run.roots for run in shared.runs.polynomials}) > 2
