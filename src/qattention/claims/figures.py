"""What the compiled parts say of a claim at these sizes: an estimate of the search, a count of the index."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from qattention.claims.parameters import Parameters
from qattention.estimates import estimate
from qattention.halfspace import build
from qattention.plan import choose_plan
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference.find import midway_thresholds

MOST_ROWS = 256  # rows whose thresholds are asked of the index


def search_figures(p: Parameters) -> dict[str, float]:
    """Expected Toffolis and oracle calls of the cheapest plan, all rows, certificate included."""
    assert p.n_heavy is not None
    problem = AttentionProblem(n_queries=p.n, n_keys=p.n, head_dim=p.head_dim, n_heavy=p.n_heavy)
    found = estimate(problem, choose_plan(problem))
    calls, toffoli = found.search.iterations_per_row, found.logical.expected.toffoli
    return {
        "toffoli_all_rows": toffoli,
        "toffoli_over_exact_products": toffoli / (p.n**2 * p.head_dim),
        "calls_per_row": calls,
        "calls_over_sqrt_nk": calls / math.sqrt(p.n * p.n_heavy),
        "qubits": float(found.logical.qubits),
    }


def index_figures(head: AttentionHead) -> Callable[[Parameters], Mapping[str, float]]:
    """Looks at nodes and keys of a partition tree on this head's keys, a row; masks left out of account."""

    def count(p: Parameters) -> dict[str, float]:
        assert p.n_heavy is not None
        rows = np.arange(head.n_queries)[:: max(1, head.n_queries // MOST_ROWS)]
        tau = midway_thresholds(head, p.n_heavy, rows)
        report = build(head.k).query_batch(head.scale * head.q[rows], tau)
        looks = float(report.visits.mean())
        return {"looks_per_row": looks, "looks_over_keys": looks / head.n_keys}

    return count
