"""Runs with free keys: their sets and output are those of the same definition done densely."""

import attrs
import numpy as np
import pytest

from qattention.api.estimating import estimate
from qattention.api.proving import verify
from qattention.api.verbs import plan, request, run
from qattention.compiler.symbolic import symbolic_tree
from qattention.errors import SpecError
from qattention.problem import AttentionHead, load_head
from qattention.reference.sparsity import errors_by_k, keys_needed
from qattention.simulate.free_run import free_run

ALICE = load_head("smollm2-alice")
WINDOW, FIRST = 16, 4


def dense(head: AttentionHead, row: int, heavy: list[int]) -> np.ndarray:
    """One row of a causal head: exact weights on `heavy`, the mean logit on the others."""
    logit = head.scale * head.k[: row + 1] @ head.q[row]
    light = np.setdiff1d(np.arange(row + 1), heavy)
    if len(light):
        logit[light] = logit[light].mean()
    weights = np.exp(logit - logit.max())
    return np.asarray(weights @ head.v[: row + 1] / weights.sum())


@pytest.mark.parametrize("seed", range(5))
def test_a_run_is_the_dense_computation_of_its_sets(seed: int) -> None:
    rows = [0, 5, 19, 20, 21, 60, 127]
    done = run(ALICE, rows=rows, keep_window=WINDOW, keep_first=FIRST, n_heavy=6, seed=seed)
    question = request(ALICE, keep_window=WINDOW, keep_first=FIRST, n_heavy=6).question
    assert question.constants is not None
    sums, limits = question.constants.quantised.accumulators(), question.constants.thresholds
    for row, found, output in zip(rows, done.found, done.output, strict=True):
        far = range(FIRST, row - WINDOW + 1)
        at = row - WINDOW - FIRST
        heavy = [key for key in far if sums[at, key - FIRST] >= limits[at]]
        near = [key for key in range(row + 1) if key not in far]
        assert found.tolist() == sorted(near + heavy)
        np.testing.assert_allclose(output, dense(ALICE, row, found.tolist()), atol=1e-10)
    report = done.report
    assert (report.missed, report.extra, report.rows) == (0, 0, 7)
    assert report.free is not None
    assert report.free.rows_searched == 4
    assert report.free.inner_products == 1 + 6 + 5 * (WINDOW + FIRST)
    assert report.free.ratio_expected is not None
    assert report.free.ratio_expected < 1


def test_the_ratio_of_the_plan_is_that_of_its_searches() -> None:
    kept, bare = (
        request(ALICE, loader="one-hot", **options)
        for options in ({"keep_window": WINDOW, "keep_first": FIRST}, {})
    )
    whole = free_run(kept.question, kept.totals, np.arange(128), np.arange(108), 1000.0)
    assert whole.iterations_without == pytest.approx(bare.totals.reads)
    assert whole.ratio_expected == pytest.approx(kept.totals.reads / bare.totals.reads)
    assert whole.ratio == pytest.approx(1000 / bare.totals.reads)
    found = kept.estimate()
    assert found.problem.n_queries == 128
    assert found.search.iterations_total == pytest.approx(kept.totals.reads)
    assert found.search.iterations_per_row * 128 == pytest.approx(kept.totals.reads)


def test_a_head_that_needs_no_search_says_so() -> None:
    found = estimate(ALICE, keep_window=128)
    assert found.free is not None
    assert not found.free.needs_search
    assert found.logical.expected.toffoli == found.search.iterations_total == found.logical.qubits == 0
    assert found.classical_work.inner_products == 128 * 129 // 2
    assert found.assumptions[0].text.startswith("No search")
    done = run(ALICE, keep_window=100, keep_first=28)
    assert done.report.iterations["total"] == 0
    assert done.report.error.relative_frobenius < 1e-12
    for ask in (plan, verify):
        with pytest.raises(SpecError, match="no search is left"):
            ask(ALICE, keep_window=128)


def test_an_error_target_counts_what_is_free() -> None:
    kept = (64, 4)
    needed, without = keys_needed(ALICE, 0.1, kept=kept), keys_needed(ALICE, 0.1)
    assert needed.k < without.k
    assert errors_by_k(ALICE, range(needed.k, needed.k + 1), kept=kept)[0] == pytest.approx(needed.error)
    asked = {"keep_window": 64, "keep_first": 4, "error_target": 0.1}
    question = request(ALICE, **asked).question
    assert question.sampling is not None
    assert question.sampling.n_heavy == needed.k
    error = run(ALICE, rows=None, keep_window=64, keep_first=4, error_target=0.5).report
    assert error.iterations["total"] == 0
    assert error.error.relative_frobenius <= 0.5


@pytest.mark.parametrize("k", [0, 1, 3])
def test_errors_with_free_keys_are_those_of_their_sets(k: int) -> None:
    split = request(ALICE, keep_window=5, keep_first=2).question.split
    assert split is not None
    off = total = 0.0
    for row in range(128):
        logit = ALICE.scale * ALICE.k[: row + 1] @ ALICE.q[row]
        far = np.setdiff1d(np.arange(row + 1), split.free(row))
        heavy = far[np.argsort(-logit[far])[:k]]
        weights = np.exp(logit - logit.max())
        exact = weights @ ALICE.v[: row + 1] / weights.sum()
        found = dense(ALICE, row, sorted([*split.free(row), *heavy]))
        off, total = off + np.square(found - exact).sum(), total + np.square(exact).sum()
    measured = errors_by_k(ALICE, range(k, k + 1), kept=(5, 2))[0]
    assert measured == pytest.approx(np.sqrt(off / total))


def test_verify_takes_a_row_by_its_own_number() -> None:
    kept = {"keep_window": WINDOW, "keep_first": FIRST}
    report = verify(ALICE, row=40, draws=1, **kept)
    assert report.row == 40
    assert report.mismatches == 0
    assert "row 40" in report.what
    published = estimate(ALICE, physical=False, **kept)
    assert verify(ALICE, published=published, draws=1).row == published.iteration.row


def test_a_head_with_a_window_is_split_too() -> None:
    narrow = attrs.evolve(ALICE, window=30)
    done = run(narrow, rows=[10, 127], keep_window=8, keep_first=2, n_heavy=4)
    assert done.found[0].tolist() == list(range(11))
    assert {98, 99, *range(120, 128)} < set(done.found[1].tolist())  # of what it sees, 98 to 127
    assert done.found[1].min() == 98
    assert done.report.missed == 0


def test_symbols_of_sizes_refuse_free_keys() -> None:
    found = estimate(n_tokens=16, head_dim=4, n_heavy=2, keep_window=3, physical=False)
    with pytest.raises(SpecError, match=r"keep_window.*0 where sizes are symbols"):
        symbolic_tree(found.problem, found.plan)
