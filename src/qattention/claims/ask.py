"""`claims`: the table for a head, a model, or sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from qattention.claims.parameters import EPS, Parameters, measure_parameters, sized_parameters
from qattention.claims.report import ClaimsReport, claims_report
from qattention.errors import SpecError, bad, refuse_unsound
from qattention.estimates import estimate
from qattention.estimates.models import ModelSizes
from qattention.halfspace import build
from qattention.plan import choose_plan
from qattention.problem import AttentionHead, AttentionProblem, check_countable
from qattention.problem.spec import MAX_DIM, MAX_SIZE
from qattention.reference.find import midway_thresholds

N_TOKENS, HEAD_DIM, N_HEAVY = 2**14, 128, 16  # the reference case
MOST_ROWS = 256  # rows whose thresholds are asked of the index


def claims(
    head: AttentionHead | None = None,
    *,
    model: ModelSizes | None = None,
    n_tokens: int | None = None,
    head_dim: int | None = None,
    n_heavy: int | None = None,
    eps: float = EPS,
) -> ClaimsReport:
    """Every claim at a head's measured parameters, at a model's sizes, or at sizes alone.

    Args:
        n_tokens: n; a model's context unless given. n_heavy: k; unless given measured on a head, else 16.
        eps: accuracy of a row, for the claims that approximate.
    Raises:
        SpecError: values out of range, or sizes given twice.
    """
    decided = {"model": model, "n_tokens": n_tokens, "head_dim": head_dim} if head is not None else {}
    if model is not None:
        decided["head_dim"] = head_dim
    problems = [
        bad(name, "given" if name == "model" else value, "absent beside HEAD or --model")
        for name, value in decided.items()
        if value is not None
    ]
    if problems:
        raise SpecError(problems)
    if head is not None:
        return _of_head(head, n_heavy, eps)
    n = n_tokens if n_tokens is not None else N_TOKENS if model is None else model.n_context
    if n is None:
        raise SpecError("`n_tokens`: must be given: the model's file has no context")
    widest = HEAD_DIM if model is None else max(kind.head_dim for kind in model.kinds)
    d = head_dim if head_dim is not None else widest
    k = n_heavy if n_heavy is not None else max(1, min(N_HEAVY, n))
    _check_sizes(n, d, k)
    check_countable(AttentionProblem(n_queries=n, n_keys=n, head_dim=d, n_heavy=k))
    name = (
        "sizes"
        if model is None
        else f"a head of the model, the widest of its {model.n_attending} layers that attend"
    )
    found = {"sparse-attention": search_figures}
    return claims_report(name, sized_parameters(n, d, k, eps), found)


def _of_head(head: AttentionHead, n_heavy: int | None, eps: float) -> ClaimsReport:
    if n_heavy is not None:
        _check_sizes(head.n_keys, head.head_dim, n_heavy)
    found = {"sparse-attention": search_figures, "half-space": index_figures(head)}
    return claims_report(head.name, measure_parameters(head, n_heavy, eps), found)


def _check_sizes(n_tokens: int, head_dim: int, n_heavy: int) -> None:
    """Raise SpecError by the names that were given here."""
    most = n_tokens if 1 <= n_tokens <= MAX_SIZE else MAX_SIZE
    refuse_unsound(
        {
            "n_tokens": (n_tokens, 1 <= n_tokens <= MAX_SIZE, "an integer in 1..2**60"),
            "head_dim": (head_dim, 1 <= head_dim <= MAX_DIM, "an integer in 1..2**20"),
            "n_heavy": (n_heavy, 1 <= n_heavy <= most, f"an integer in 1..{most} (the keys)"),
        }
    )


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
