"""Exact attention, masks and row selections."""

import numpy as np
import pytest
from scipy.special import softmax

from qattention.errors import SpecError
from qattention.problem import AttentionHead
from qattention.reference import attention, exact, log_normaliser, logits, n_visible, visible

SHAPES = [(12, 12, False), (12, 12, True), (4, 12, True), (1, 12, True), (7, 3, False), (1, 1, True)]


@pytest.mark.parametrize(("n_queries", "n_keys", "causal"), SHAPES)
def test_against_the_textbook(random_head, textbook, n_queries, n_keys, causal):
    head = random_head(1, n_queries, n_keys, causal)
    want, seen = textbook(head)
    masked = np.where(seen, want, -np.inf)
    assert np.array_equal(visible(head), seen)
    assert np.array_equal(n_visible(head), seen.sum(axis=1))
    assert np.allclose(logits(head), masked)
    assert np.allclose(attention(head), softmax(masked, axis=1) @ head.v)
    assert np.allclose(np.exp(log_normaliser(head)), np.exp(masked).sum(axis=1))


def test_the_last_causal_query_sees_everything(random_head):
    assert n_visible(random_head(n_queries=3, n_keys=12, causal=True)).tolist() == [10, 11, 12]


def test_huge_logits_do_not_overflow(head_of_logits):
    head = head_of_logits([[1e5, 1e5, -1e5], [-1e5, -1e5, -1e5]])
    assert np.allclose(attention(head), [[0.5, 0.5, 0], [1 / 3] * 3])
    assert np.allclose(log_normaliser(head), [1e5 + np.log(2), -1e5 + np.log(3)])


@pytest.mark.parametrize("rows", [slice(3, 200, 7), [5], np.array([299, 0, 130, 0]), [], None])
def test_selected_rows_are_the_same_to_the_last_bit(random_head, rows):
    head = random_head(2, 300, 301, True, d=17)
    selection = slice(None) if rows is None else np.array(rows, int) if isinstance(rows, list) else rows
    assert np.array_equal(logits(head, rows), logits(head)[selection])
    assert np.array_equal(attention(head, rows).shape, attention(head)[selection].shape)
    assert np.allclose(attention(head, rows), attention(head)[selection], rtol=1e-13)


def test_blocks_cover_each_row_once(random_head):
    head = random_head(0, 2 * exact.BLOCK + 3, 2)
    positions = np.concatenate([p for p, _ in exact.logit_blocks(head)])
    assert np.array_equal(positions, np.arange(head.n_queries))


@pytest.mark.parametrize("rows", [[12], [-1], [0.5], [[0]], "x"])
def test_refused_rows(random_head, rows):
    with pytest.raises(SpecError, match=r"`rows`: .*0\.\.11"):
        logits(random_head(), rows)


def test_scale_multiplies_the_logits(random_head):
    head = random_head(0)
    doubled = AttentionHead(q=head.q, k=head.k, v=head.v, scale=2 * head.scale)
    assert np.allclose(logits(doubled), 2 * logits(head))
