"""Random heads, and the dense textbook computation that shares no code with the reference."""

import numpy as np
import pytest

from qattention.problem import AttentionHead


@pytest.fixture
def random_head():
    """random_head(seed, n_queries, n_keys, causal, d, spread): logits of about that standard deviation."""

    def build(seed=0, n_queries=12, n_keys=12, causal=False, d=5, spread=2.0):
        rng = np.random.default_rng(seed)
        q, k = rng.normal(size=(n_queries, d)), rng.normal(size=(n_keys, d)) + 0.3
        v = rng.normal(size=(n_keys, 3)) * 5 + 1
        return AttentionHead(q=q, k=k, v=v, scale=spread / np.sqrt(d), causal=causal)

    return build


@pytest.fixture
def head_of_logits():
    """head_of_logits(matrix, v): a head with exactly these logits (q is the matrix, k the identity)."""

    def build(logits, v=None, causal=False):
        logits = np.asarray(logits, dtype=float)
        n_keys = logits.shape[1]
        values = np.eye(n_keys) if v is None else np.asarray(v, dtype=float)
        return AttentionHead(q=logits, k=np.eye(n_keys), v=values, causal=causal)

    return build


@pytest.fixture
def textbook():
    """textbook(head): (L, visible) with loops, as PAPER.md defines them."""

    def compute(head):
        n, m = head.n_queries, head.n_keys
        logits = np.array([[head.scale * sum(head.q[i] * head.k[j]) for j in range(m)] for i in range(n)])
        seen = np.array([[not head.causal or j <= i + m - n for j in range(m)] for i in range(n)])
        return logits, seen

    return compute
