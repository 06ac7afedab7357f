"""`claims`: the table for a head, a model, or sizes."""

from __future__ import annotations

from qattention.claims.figures import index_figures, search_figures
from qattention.claims.parameters import EPS, measure_parameters, sized_parameters
from qattention.claims.report import ClaimsReport, claims_report
from qattention.errors import SpecError, bad, refuse_unsound
from qattention.estimates.models import ModelSizes
from qattention.problem import AttentionHead, AttentionProblem, check_countable
from qattention.problem.spec import MAX_DIM, MAX_SIZE

N_TOKENS, HEAD_DIM, N_HEAVY = 2**14, 128, 16  # the reference case


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
