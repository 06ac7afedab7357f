"""A small head and its estimate."""

import numpy as np
import pytest

from qattention.estimates import Estimate, estimate
from qattention.plan import Plan
from qattention.problem import AttentionHead, AttentionProblem

SIZES = {"n_queries": 20, "n_keys": 20, "head_dim": 3, "n_heavy": 3, "key_bits": 4, "query_bits": 4}


@pytest.fixture(scope="session")
def head() -> AttentionHead:
    rng = np.random.default_rng(12)
    q, k, v = (rng.normal(size=(20, 3)) for _ in range(3))
    return AttentionHead(q=q, k=k, v=v, causal=True)


@pytest.fixture(scope="session")
def problem() -> AttentionProblem:
    return AttentionProblem(**SIZES, causal=True)


@pytest.fixture(scope="session")
def of_head(problem: AttentionProblem, head: AttentionHead) -> Estimate:
    return estimate(problem, Plan(), head)


@pytest.fixture(scope="session")
def without_data() -> Estimate:
    return estimate(AttentionProblem(**(SIZES | {"n_queries": 2**40, "n_keys": 2**40})), Plan())
