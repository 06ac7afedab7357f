"""Algorithm 2 on B = sparse + rank one, against B written out."""

import tracemalloc

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.reference import (
    FILLS,
    attention,
    centre_keys,
    exact,
    find_sets,
    light_logits,
    row_thresholds,
    sparse_attention,
    sparse_attention_matrix,
)
from qattention.reference.fills import visible_logit_sums


def written_out(logits, seen, sets, fill):
    """B with loops, row by row, in the largest float type."""
    rows = []
    for row, visible, keys in zip(logits.astype(np.longdouble), seen, sets, strict=True):
        heavy = np.isin(np.arange(len(row)), keys)
        light = visible & ~heavy
        weight = {
            "one": 1.0,
            "first-order": np.exp(row[light].mean()) * (1 + row - row[light].mean()) if light.any() else 0.0,
            "mean-logit": np.exp(row[light].mean()) if light.any() else 0.0,
            "row-mean": np.exp(row[light]).mean() if light.any() else 0.0,
            "drop": 0.0 if heavy.any() else 1.0,
        }[fill]
        rows.append(np.where(heavy, np.exp(row), np.where(light, weight, 0.0)))
    return np.array(rows)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("k", [1, 4, 15])
@pytest.mark.parametrize("rows", [None, [14, 3, 3]])
def test_against_b_written_out(random_head, textbook, fill, causal, k, rows):
    head = random_head(4, 15, 15, causal)
    logits, seen = (x if rows is None else x[rows] for x in textbook(head))
    sets = find_sets(head, row_thresholds(head, k, rows), rows)
    dense = written_out(logits, seen, sets, fill)
    b = sparse_attention_matrix(head, sets, fill, rows)
    want = dense @ head.v / dense.sum(axis=1, keepdims=True)
    assert np.allclose(sparse_attention(head, b), want.astype(float), rtol=1e-12, atol=1e-12)
    assert np.allclose(b.log_normaliser, np.log(dense.sum(axis=1)).astype(float), atol=1e-12)
    weights = (dense / dense.sum(axis=1, keepdims=True)).astype(float)
    assert np.allclose(b.weights(np.arange(len(weights))), weights, atol=1e-14)


@pytest.mark.parametrize(("causal", "n_queries"), [(False, 300), (True, 300), (True, 40)])
def test_logit_sums_run_along_with_the_keys(random_head, causal, n_queries):
    head = random_head(5, n_queries, 300, causal)
    rows = [n_queries - 1, 0, 7, 39, 39]
    dense = head.scale * head.q @ head.k.T * exact.visible(head)
    assert np.allclose(visible_logit_sums(head, rows), (dense @ head.v)[rows], atol=1e-9)


def test_sparse_plus_rank_one_is_b(random_head, textbook):
    head = random_head(4)
    logits, seen = textbook(head)
    sets = find_sets(head, row_thresholds(head, 3))
    b = sparse_attention_matrix(head, sets, "one")
    total = b.sparse_part.toarray() + np.outer(b.fill_weight, np.ones(head.n_keys))
    assert np.allclose(total * np.exp(b.shift)[:, None], written_out(logits, seen, sets, "one").astype(float))
    assert b.n_heavy.tolist() == [3] * 12
    unscaled = b.sparse_part.toarray() * np.exp(b.shift)[:, None]  # B1 = exp(L) - 1 on S_i (Definition 4.2)
    on_sets = unscaled != 0
    assert np.allclose(unscaled[on_sets], np.exp(logits[on_sets]) - 1)


@pytest.mark.parametrize(("fill", "causal"), [("mean-logit", False), ("first-order", True)])
def test_nothing_dense_is_kept_or_made(random_head, fill, causal):
    head = random_head(0, 3000, 3000, causal)
    sets = [np.array([i]) for i in range(3000)]
    tracemalloc.start()
    sparse_attention(head, sparse_attention_matrix(head, sets, fill))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3000 * 3000  # a ninth of a dense float64 matrix, and a boolean one already


@pytest.mark.parametrize("fill", FILLS)
class TestOddRows:
    def test_no_heavy_key_is_uniform(self, random_head, fill):
        head = random_head(0, 4, 4, causal=True)
        b = sparse_attention_matrix(head, [np.empty(0, int)] * 4, fill)
        want = [head.v[: i + 1].mean(axis=0) for i in range(4)]
        if fill == "first-order":  # linear in the logits about their mean
            logits = head.scale * head.q @ head.k.T
            for i, row in enumerate(logits):
                seen = row[: i + 1]
                want[i] += (seen - seen.mean()) @ head.v[: i + 1] / (i + 1)
        assert np.allclose(sparse_attention(head, b), want)

    @pytest.mark.parametrize("offset", [0.0, -40.0, -1e4, 1e4])
    def test_all_keys_heavy_is_exact(self, head_of_logits, fill, offset):
        # With a fill left in, exp(-40) - 1 + 1 would lose every digit.
        head = head_of_logits(np.array([[0.0, 1.0, 2.0], [3.0, -1.0, 0.5]]) + offset)
        b = sparse_attention_matrix(head, [np.arange(3)] * 2, fill)
        assert np.allclose(sparse_attention(head, b), attention(head), rtol=1e-11)

    @pytest.mark.parametrize("offset", [-1e4, 1e4])
    def test_far_from_zero_stays_finite(self, head_of_logits, fill, offset):
        head = head_of_logits(np.array([[0.0, 1.0, 2.0], [3.0, -1.0, 0.5]]) + offset)
        b = sparse_attention_matrix(head, [np.array([2]), np.array([0])], fill)
        output = sparse_attention(head, b)
        assert np.isfinite(output).all()
        assert np.allclose(output.sum(axis=1), 1)
        if fill == "one":  # exp(1e4) against 1, and 1 against exp(-1e4)
            want = [[0, 0, 1], [1, 0, 0]] if offset > 0 else [[0.5, 0.5, 0], [0, 0.5, 0.5]]
            assert np.allclose(output, want)

    def test_heavy_logit_zero_is_kept(self, head_of_logits, fill):
        head = head_of_logits([[0.0, -5.0, -6.0]])
        b = sparse_attention_matrix(head, [np.array([0])], fill)
        assert b.n_heavy.tolist() == [1]
        assert b.heavy_logits.data.tolist() == [0.0]

    def test_one_key(self, head_of_logits, fill):
        head = head_of_logits([[-3.0]], v=[[7.0]], causal=True)
        for sets in ([np.array([0])], [np.empty(0, int)]):
            assert sparse_attention(head, sparse_attention_matrix(head, sets, fill)) == pytest.approx(7.0)


def test_row_mean_is_exact_on_the_normaliser(random_head):
    head = random_head(8, 20, 20, causal=True)
    sets = find_sets(head, row_thresholds(head, 4))
    light = light_logits(head, sets)
    b = sparse_attention_matrix(head, sets, "row-mean")
    assert np.allclose(b.log_normaliser, light.log_total)
    again = sparse_attention_matrix(head, sets, "row-mean", light=light)
    assert np.array_equal(b.fill_log, again.fill_log)


def test_centring_changes_no_weight_but_the_fill(random_head):
    head = random_head(1)
    centred = centre_keys(head)
    assert np.allclose(attention(centred), attention(head))
    assert np.allclose(centred.k.mean(axis=0), 0)
    sets = find_sets(head, row_thresholds(head, 3))
    mean = [sparse_attention(h, sparse_attention_matrix(h, sets, "mean-logit")) for h in (head, centred)]
    assert np.allclose(*mean)  # the mean-logit fill follows any shift of the logits
    one = [sparse_attention(h, sparse_attention_matrix(h, sets, "one")) for h in (head, centred)]
    assert not np.allclose(*one)


@pytest.mark.parametrize(
    ("sets", "fragment"),
    [
        ([[0]], "1 sets"),
        ([[0], [2], [0]], "keys that their row sees"),
        ([[0], [-1], [0]], "keys that their row sees"),
        ([[0], [1, 1], [0]], "distinct keys"),
        ([[0], [[1]], [0]], "one-dimensional"),
    ],
)
def test_refused_sets(random_head, sets, fragment):
    head = random_head(0, 3, 3, causal=True)
    with pytest.raises(SpecError, match=fragment):
        sparse_attention_matrix(head, [np.array(s, dtype=int) for s in sets])


def test_refused_fill(random_head):
    with pytest.raises(
        SpecError, match="`fill`: got 'first'; must be one of one, mean-logit, first-order, row-mean, drop"
    ):
        sparse_attention_matrix(random_head(), [np.array([0])] * 12, "first")
