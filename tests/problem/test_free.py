"""Free keys: the last and the first that a row sees, and the head and the sizes that are left."""

from itertools import product

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import AttentionHead, AttentionProblem
from qattention.problem.free import free_pairs, searched_problem, split_head
from qattention.reference.exact import logits, visible

RNG = np.random.default_rng(14)


def head(n_queries: int, n_keys: int, **kind: object) -> AttentionHead:
    q, k, v = (RNG.normal(size=(n, 3)) for n in (n_queries, n_keys, n_keys))
    return AttentionHead(q=q, k=k, v=v, **kind)  # type: ignore[arg-type]


KEPT = tuple(product((0, 1, 3, 20), (0, 1, 2)))
SEEN = np.array([[0, 9], [3, 4], [2, 7], [8, 9], [0, 5]])
HEADS = {
    "causal": head(7, 7, causal=True),
    "causal, keys before": head(3, 9, causal=True),
    "one key": head(1, 1, causal=True),
    "all keys": head(4, 9),
    "causal window": head(9, 9, causal=True, window=4),
    "window": head(9, 9, window=2),
    "ranges": head(5, 9, seen=SEEN),
    "causal ranges": head(9, 9, causal=True, seen=np.array([[0, 9]] * 4 + [[3, 9]] * 5)),
}


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize(("window", "first"), KEPT)
def test_far_keys_are_what_is_between(name: str, window: int, first: int) -> None:
    whole = HEADS[name]
    split = split_head(whole, window, first)
    sees, every = visible(whole), logits(whole)
    for row in range(whole.n_queries):
        seen = np.flatnonzero(sees[row]).tolist()
        near = {*seen[:first], *seen[max(0, len(seen) - window) :]}
        assert split.free(row).tolist() == sorted(near)
        assert split.n_free()[row] == len(near)
        far = [key for key in seen if key not in near]
        assert (row in split.rows) == bool(far)
        if far:
            assert split.far is not None
            at = split.far_row(row)
            found = np.flatnonzero(visible(split.far)[at]) + split.offset
            assert found.tolist() == far
            np.testing.assert_allclose(logits(split.far, [at])[0, found - split.offset], every[row, far])
        else:
            with pytest.raises(SpecError, match="more keys than"):
                split.far_row(row)
    assert (split.far is None) == (len(split.rows) == 0)


@pytest.mark.parametrize("name", ["causal", "causal, keys before", "one key", "all keys"])
@pytest.mark.parametrize(("window", "first"), KEPT)
def test_sizes_alone_are_those_of_a_head(name: str, window: int, first: int) -> None:
    whole = HEADS[name]
    split = split_head(whole, window, first)
    problem = AttentionProblem(
        n_queries=whole.n_queries,
        n_keys=whole.n_keys,
        head_dim=3,
        n_heavy=1,
        causal=whole.causal,
        keep_window=window,
        keep_first=first,
    )
    left = searched_problem(problem)
    assert free_pairs(problem) == split.n_free().sum()
    assert (left is None) == (split.far is None)
    if left is not None and split.far is not None:
        far = split.far
        assert (left.n_queries, left.n_keys, left.causal) == (far.n_queries, far.n_keys, far.causal)
        assert not left.has_free


def test_a_row_that_there_is_not_is_refused() -> None:
    with pytest.raises(SpecError, match=r"got 7; must be 0\.\.6"):
        split_head(HEADS["causal"], 1, 0).far_row(7)


@pytest.mark.parametrize("value", [-1, 2.5, True])
def test_counts_of_free_keys_are_whole_numbers(value: object) -> None:
    with pytest.raises(SpecError, match=r"keep_window.*an integer in 0"):
        AttentionProblem(n_queries=4, n_keys=4, head_dim=2, n_heavy=1, keep_window=value)  # type: ignore[arg-type]
