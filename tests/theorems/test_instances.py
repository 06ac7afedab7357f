"""The generator keeps its promises, in as few dimensions as the rank obstruction allows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qattention.errors import SpecError
from qattention.reference import find_sets, logits, rank_obstruction
from qattention.reference.inspect import head_rank_obstruction
from qattention.reference.sparse import sparse_attention_matrix
from qattention.theorems import error_theorems, gap_eta, good_instance


@given(
    n=st.integers(2, 40),
    d=st.integers(2, 12),
    k=st.integers(1, 6),
    tau=st.floats(0.5, 20),
    eta=st.floats(0.0, 0.1),
    seed=st.integers(0, 99),
)
def test_what_is_promised(n, d, k, tau, eta, seed):
    k = min(k, n)
    one = good_instance(n_tokens=n, head_dim=d, n_heavy=k, tau=tau, eta=eta, seed=seed)
    assert (one.head.n_queries, one.head.n_keys, one.head.head_dim) == (n, n, d)
    for found, promised in zip(find_sets(one.head, tau), one.sets, strict=True):
        assert found.tolist() == promised.tolist()
        assert len(found) == k
    for row, keys in zip(logits(one.head), one.sets, strict=True):
        light = np.delete(row, keys)
        assert ((light >= -eta) & (light <= 0)).all()
    measured = gap_eta(one.head, one.sets)
    assert measured is not None
    assert measured <= eta
    assert all(check.holds for check in error_theorems(one.head, one.sets))


@pytest.mark.parametrize(("n", "k", "d"), [(64, 4, 16), (60, 1, 60), (64, 16, 4)])
def test_the_rank_obstruction_is_reached(n, k, d):
    # g groups of k keys and k rows each: a matching of all n pairs, in just the dimensions that it takes.
    one = good_instance(n_tokens=n, head_dim=d, n_heavy=k, tau=5.0, eta=0.0)
    assert one.n_groups == d == rank_obstruction(n, k, 0.0)
    b = sparse_attention_matrix(one.head, one.sets, "one")
    obstruction = head_rank_obstruction(one.head, b, eta=0.0)
    assert obstruction.n_matching == n
    assert obstruction.feasible
    assert (
        obstruction.required_head_dim > 0.7 * d
    )  # heavy logits differ from row to row, which costs some of it
    fewer = np.linalg.svd(logits(one.head), compute_uv=False)
    assert (fewer > 1e-9).sum() == d


@given(st.integers(0, 10**6))
def test_trace_and_norm_bound_the_rank_from_below(seed):
    # The proof's inequality, rank >= tr(M)^2 / ||M||_F^2, on matrices of every rank.
    rng = np.random.default_rng(seed)
    m, r = int(rng.integers(1, 12)), int(rng.integers(1, 12))
    left, right = rng.normal(size=(m, r)), rng.normal(size=(r, m))
    matrix = left @ (right if seed % 2 else left.T)  # symmetric ones come nearest
    rank = np.linalg.matrix_rank(matrix)
    assert np.trace(matrix) ** 2 <= rank * np.linalg.norm(matrix) ** 2 * (1 + 1e-9)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"n_heavy": 0}, "n_heavy"),
        ({"n_heavy": 9}, "n_heavy"),
        ({"head_dim": 1}, "head_dim"),
        ({"tau": 0.0}, "tau"),
        ({"eta": -0.1}, "eta"),
        ({"n_groups": 4}, "n_groups"),
        ({"n_groups": 0}, "n_groups"),
    ],
)
def test_what_is_refused(changes, field):
    asked = {"n_tokens": 8, "head_dim": 4, "n_heavy": 2} | changes
    with pytest.raises(SpecError, match=field):
        good_instance(**asked)
