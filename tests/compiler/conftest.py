"""A head small enough to compile every row of it."""

import numpy as np
import pytest

from qattention.problem import AttentionHead, AttentionProblem


@pytest.fixture(scope="session")
def head() -> AttentionHead:
    rng = np.random.default_rng(11)
    q, k, v = (rng.normal(size=(24, 3)) for _ in range(3))
    return AttentionHead(q=q, k=k, v=v, causal=True)


@pytest.fixture(scope="session")
def problem(head: AttentionHead) -> AttentionProblem:
    return AttentionProblem(
        n_queries=24, n_keys=24, head_dim=3, n_heavy=3, key_bits=4, query_bits=4, causal=head.causal
    )
