"""Joins run on exact amplitudes: what they find, what they take, layouts made to break them, and faults."""

import attrs
import numpy as np
import pytest

from qattention.compiler.joins import join_sizes
from qattention.compiler.question import ask
from qattention.joins import find_all as searching
from qattention.joins.choose import choose_join
from qattention.joins.find_all import JoinState, find_all
from qattention.joins.totals import join_totals
from qattention.plan import PlanOptions
from qattention.problem import AttentionProblem

N, K = 64, 4


def joined(algorithm, n=N, k=K, p_fail=1e-3):
    problem = AttentionProblem(n_queries=n, n_keys=n, head_dim=64, n_heavy=k, p_fail=p_fail)
    asked = ask(None, problem, PlanOptions(algorithm=algorithm))
    return choose_join(join_sizes(asked), asked.options)


def layouts(rng):
    """Rows x keys: at random, none, all in one row or key, a full block, two keys of each other pair."""
    yield "random", rng.random((N, N)) < K / N
    yield "none", np.zeros((N, N), dtype=bool)
    one = np.zeros((N, N), dtype=bool)
    one[7] = True
    yield "row", one
    yield "key", one.T
    block = np.zeros((N, N), dtype=bool)
    block[:16, 16:32] = True
    yield "block", block
    twice = np.zeros((N, N), dtype=bool)
    twice[:, 5] = twice[:, 6] = np.arange(N) % 4 < 2
    yield "even", twice


def missed(found, seeds, relabel=True):
    """Runs of each layout that end certified with marks left."""
    failed = dict.fromkeys((name for name, _ in layouts(np.random.default_rng(0))), 0)
    for seed in range(seeds):
        for name, marks in layouts(np.random.default_rng(seed)):
            run = find_all(found, np.argwhere(marks), seed, relabel=relabel)
            failed[name] += run.certified and run.missed > 0
            assert len(np.unique(run.found, axis=0)) == len(run.found) == marks.sum() - run.missed
            assert all(marks[i, j] for i, j in run.found)
    return failed


@pytest.mark.parametrize(("algorithm", "relabel"), [("blocked", False), ("pair-join", False), ("auto", True)])
def test_failure_of_all_causes_within_p_fail(algorithm, relabel):
    """p_fail 0.05, each layout 20 times: 6 failures or more of one have a chance of 3e-4."""
    failed = missed(joined(algorithm, p_fail=0.05), seeds=20, relabel=relabel)
    assert max(failed.values()) < 6, failed
    assert failed["none"] == 0


@pytest.mark.parametrize(("algorithm", "n"), [("blocked", 256), ("pair-join", 256), ("auto", 512)])
def test_iterations_on_random_layouts(algorithm, n):
    """Within three standard errors of the plan's total."""
    found, totals = joined(algorithm, n=n), []
    for seed in range(24):
        marks = np.argwhere(np.random.default_rng((seed, n)).random((n, n)) < K / n)
        totals.append(find_all(found, marks, seed).iterations)
    error = np.std(totals, ddof=1) / np.sqrt(len(totals))
    assert abs(np.mean(totals) - found.iterations) <= 3 * error + 3 * found.parts[-1].stderr


def shortened(monkeypatch):
    """The certificate ends at its first miss."""
    real = searching.certify

    def certify(state, plan):
        eager = attrs.evolve(state.sizes, p_fail=0.9)
        state.sizes, kept = eager, state.sizes
        done = real(state, attrs.evolve(plan, n_promised=1))
        state.sizes = kept
        return done

    monkeypatch.setattr(searching, "certify", certify)


def even_ignored(monkeypatch):
    """Keys that are heavy for an even number of rows on a load count as searched, for good."""
    real = searching.search_phase

    def search_phase(state, phase, policy, on_block=None):
        if phase.kind == "turns":
            for live in state.by_block(phase).values():
                keys, counts = np.unique(state.marks[live, 1], return_counts=True)
                state.open[live[np.isin(state.marks[live, 1], keys[counts % 2 == 0])]] = False
        return real(state, phase, policy, on_block)

    monkeypatch.setattr(searching, "search_phase", search_phase)


def block_skipped(monkeypatch):
    """One block is never searched, by no phase and not by the certificate."""
    real = JoinState.__init__

    def made(self, sizes, marks, rng, seen=None, ghosts=None):
        real(self, sizes, marks, rng, seen, ghosts)
        self.open[np.all(self.marks < 16, axis=1)] = False

    monkeypatch.setattr(JoinState, "__init__", made)


@pytest.mark.parametrize("plant", [shortened, even_ignored, block_skipped])
def test_planted_faults_are_caught(monkeypatch, plant):
    """Found sets that lack something: far more often than p_fail."""
    found = joined("blocked")
    if plant is even_ignored:  # rows two a load from the first phase on
        plan = attrs.evolve(found.plan, phases=found.plan.phases[-1:])
        found = join_totals(found.sizes, plan)
        assert found.plan.phases[0].row_bits == 1
    plant(monkeypatch)
    lacking = 0
    for seed in range(8):
        drawn = dict(layouts(np.random.default_rng(seed)))
        marks = np.argwhere(drawn["even" if plant is even_ignored else "random"])
        run = find_all(found, marks, seed, relabel=plant is not even_ignored)
        lacking += len(run.found) < len(marks)
    assert lacking >= 3


def test_a_wrong_merge_is_caught(monkeypatch):
    """Blocks that forget what was found before find it again: iterations leave the plan's."""
    found, totals = joined("blocked", n=256), []
    real = searching.search_phase

    def search_phase(state, phase, policy, on_block=None):
        kept = state.open.copy()
        state.open[:] = True
        done = real(state, phase, policy, on_block)
        state.open &= kept
        return done

    monkeypatch.setattr(searching, "search_phase", search_phase)
    for seed in range(8):
        marks = np.argwhere(np.random.default_rng((seed, 256)).random((256, 256)) < K / 256)
        totals.append(find_all(found, marks, seed).iterations)
    error = np.std(totals, ddof=1) / np.sqrt(len(totals))
    assert np.mean(totals) - found.iterations > 6 * error


def test_ghosts_cost_and_are_dropped():
    """Heavy pairs that a row does not see: found by turns whose block sees their key, never reported."""
    problem = AttentionProblem(n_queries=N, n_keys=N, head_dim=64, n_heavy=K, causal=True)
    asked = ask(None, problem, PlanOptions(algorithm="blocked"))
    found = choose_join(join_sizes(asked), asked.options)
    heavy = np.random.default_rng(1).random((N, N)) < K / N
    seen = np.tril(np.ones((N, N), dtype=bool))
    ranges = np.column_stack([np.zeros(N, dtype=int), np.arange(1, N + 1)])
    run = find_all(found, np.argwhere(heavy & seen), 0, seen=ranges, ghosts=np.argwhere(heavy & ~seen))
    assert run.missed == 0
    assert run.certified
    assert {tuple(pair) for pair in run.found.tolist()} == {
        tuple(p) for p in np.argwhere(heavy & seen).tolist()
    }
