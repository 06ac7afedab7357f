"""Heads with ALiBi, windows, soft caps and sinks against dense attention of that kind, in loops."""

import math
from itertools import product

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import AttentionHead
from qattention.problem.exact_changes import with_alibi
from qattention.reference import (
    attention,
    centre_keys,
    find_sets,
    integer_thresholds,
    light_logits,
    log_normaliser,
    midway_thresholds,
    output_bound,
    output_error,
    quantise_head,
    quantised_find_sets,
    row_thresholds,
    sparse_attention,
    sparse_attention_matrix,
    visible,
    weight_errors,
)
from qattention.reference.errors import row_l1_bound

N, D = 14, 4
SLOPE = 0.2
KINDS = list(product([None, SLOPE], [None, 3, 20], [None, 1.5], [None, 0.7], [True, False]))


def made(alibi, window, soft_cap, sink, causal, seed=0):
    """(the head, dense logits with -inf where hidden, the sink's logit), the latter by definition."""
    rng = np.random.default_rng(seed)
    q, k, v = rng.normal(size=(N, D)), rng.normal(size=(N, D)) + 0.2, rng.normal(size=(N, 3)) + 1
    scale = 0.9
    dense = np.full((N, N), -np.inf)
    for i, j in product(range(N), range(N)):
        logit = scale * sum(q[i, c] * k[j, c] for c in range(D))
        if alibi is not None:
            logit -= alibi * (i - j)
        if soft_cap is not None:
            logit = soft_cap * math.tanh(logit / soft_cap)
        near = window is None or (i - j < window if causal else abs(i - j) <= window)
        if near and (j <= i or not causal):
            dense[i, j] = logit
    if alibi is not None:
        q, k = with_alibi(q, k, scale, alibi, from_row=True)
    head = AttentionHead(
        q=q, k=k, v=v, scale=scale, causal=causal, window=window, soft_cap=soft_cap, sink=sink
    )
    return head, dense, sink


def dense_output(head, dense, sink):
    total = np.exp(dense).sum(axis=1) + (0 if sink is None else math.exp(sink))
    return np.exp(dense) @ head.v / total[:, None]


@pytest.mark.parametrize("kind", KINDS)
class TestKinds:
    def test_exact_attention(self, kind):
        head, dense, sink = made(*kind)
        assert (visible(head) == np.isfinite(dense)).all()
        assert np.allclose(attention(head), dense_output(head, dense, sink), atol=1e-12)
        total = np.log(np.exp(dense).sum(axis=1) + (0 if sink is None else math.exp(sink)))
        assert np.allclose(log_normaliser(head), total, atol=1e-12)

    @pytest.mark.parametrize("k", [1, 3, N])
    def test_find_sets_are_the_dense_ones(self, kind, k):
        head, dense, _ = made(*kind)
        found = find_sets(head, midway_thresholds(head, k))
        for row, keys in enumerate(found):
            heaviest = np.argsort(-dense[row])[:k]
            assert set(keys) == {j for j in heaviest if np.isfinite(dense[row, j])}

    @pytest.mark.parametrize("fill", ["one", "mean-logit", "row-mean", "drop"])
    @pytest.mark.parametrize("k", [1, 3, N])
    def test_algorithm_2_is_the_dense_computation_of_the_same_sets(self, kind, fill, k):
        """Heavy weights as they are, one weight for the other visible keys, the sink in the normaliser."""
        head, dense, sink = made(*kind)
        sets = find_sets(head, row_thresholds(head, k))
        b = sparse_attention_matrix(head, sets, fill)
        wanted = np.empty((N, 3))
        for i, keys in enumerate(sets):
            light = [j for j in range(N) if np.isfinite(dense[i, j]) and j not in keys]
            weights = {j: math.exp(dense[i, j]) for j in keys}
            if light:
                raw = [float(head.scale * head.q[i] @ head.k[j]) for j in light]
                mean = sum(raw) / len(raw)
                cap = head.soft_cap
                value = {
                    "one": 1.0,
                    "mean-logit": math.exp(mean if cap is None else cap * math.tanh(mean / cap)),
                    "row-mean": sum(math.exp(dense[i, j]) for j in light) / len(light),
                    "drop": 0.0,
                }[fill]
                weights |= dict.fromkeys(light, value)
            total = sum(weights.values()) + (0 if sink is None else math.exp(sink))
            wanted[i] = sum(w * head.v[j] for j, w in weights.items()) / total
        assert np.allclose(sparse_attention(head, b), wanted, atol=1e-12)

    def test_bounds_hold(self, kind):
        head, dense, sink = made(*kind)
        sets = find_sets(head, row_thresholds(head, 3))
        b, light = sparse_attention_matrix(head, sets), light_logits(head, sets)
        l1 = row_l1_bound(light, b)
        assert (weight_errors(head, b).row_l1 <= l1 + 1e-12).all()
        error = np.abs(sparse_attention(head, b) - dense_output(head, dense, sink))
        assert (error <= output_bound(head, l1) + 1e-12).all()
        found = output_error(head, b, light)
        assert found.max_abs == pytest.approx(error.max())

    def test_the_circuits_integers_find_them(self, kind):
        """At 24 bits no key is near enough to its threshold to be lost."""
        head, _, _ = made(*kind)
        quantised = quantise_head(head, 24, 24, center_keys=True)
        taus = midway_thresholds(head, 3)
        found = quantised_find_sets(quantised, integer_thresholds(quantised, taus))
        wanted = find_sets(head, taus)
        assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def test_a_planted_window_or_cap_is_seen():
    """One key more, a cap left out, a sink left out: another output."""
    kind = (SLOPE, 3, 1.5, 0.7, True)
    head, dense, sink = made(*kind)
    for place, other in ((1, 4), (2, None), (3, None), (0, None)):
        wrong, _, _ = made(*[other if i == place else one for i, one in enumerate(kind)])
        assert not np.allclose(attention(wrong), dense_output(head, dense, sink), atol=1e-6)


def test_a_threshold_that_no_capped_logit_reaches_finds_nothing():
    head, _, _ = made(None, None, 1.5, None, False)
    quantised = quantise_head(head)
    for tau, wanted in ((1.6, 0), (1e9, 0), (-1.5, N), (-9.0, N)):
        assert [len(keys) for keys in find_sets(head, tau)] == [wanted] * N
        found = quantised_find_sets(quantised, integer_thresholds(quantised, tau))
        assert [len(keys) for keys in found] == [wanted] * N


def test_what_a_kind_does_not_have_is_refused():
    for kind, name in (
        ((None, None, 1.5, None, False), "soft_cap"),
        ((None, None, None, 0.7, False), "sink"),
    ):
        with pytest.raises(SpecError, match=f"`center_keys`: got True; must be absent: .* {name}"):
            centre_keys(made(*kind)[0])
    head, _, _ = made(None, 3, None, None, True)
    with pytest.raises(SpecError, match="`fill`: got 'first-order'"):
        sparse_attention(head, sparse_attention_matrix(head, find_sets(head, 0.0), "first-order"))
