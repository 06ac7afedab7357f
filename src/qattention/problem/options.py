"""`ProblemOptions`: what the user asks of a problem, by the options' names, and the problem that it makes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import attrs

from qattention.errors import SpecError, bad
from qattention.options import option
from qattention.problem.head import AttentionHead
from qattention.problem.spec import AttentionProblem

GROUP, FAILURE = "Sizes and what is heavy", "Failure"
REFERENCE = {"n_queries": 2**14, "n_keys": 2**14, "head_dim": 128, "n_heavy": 16}  # the reference case
OF_HEAD = ("n_queries", "n_keys", "head_dim", "v_dim", "causal")  # what a head decides
SIZES = ("n_queries", "n_keys", "head_dim", "n_tokens", "causal")  # what it leaves nothing to say of


@attrs.frozen(kw_only=True)
class ProblemOptions:
    """None where nothing is asked: sizes are then those of the head, or of the reference case.

    Attributes:
        n_tokens: sets n_queries and n_keys. tau: one threshold for all rows in place of n_heavy keys a row, a
            logit of the given Q, K and scale. error_target: relative Frobenius error of the output from which
            k is derived, in place of both. keep_window, keep_first: free keys; n_heavy is then of others.
    """

    n_tokens: int | None = option("Sets --n-queries and --n-keys.", group=GROUP)
    n_queries: int | None = option("Query rows.", group=GROUP, told="2**14")
    n_keys: int | None = option("Keys.", group=GROUP, told="2**14")
    head_dim: int | None = option("d, components of a key.", group=GROUP, told="128")
    causal: bool | None = option("Row i sees the keys up to its own.", group=GROUP, told="no")
    n_heavy: int | None = option("k, heavy keys a row.", group=GROUP, told="16")
    tau: float | None = option("One threshold for all rows: a logit of the given Q, K, scale.", group=GROUP)
    error_target: float | None = option(
        "Derive k from this relative Frobenius error of the output.", group=GROUP
    )
    keep_window: int | None = option(
        "Take the last W keys that a row sees classically.", metavar="W", group=GROUP, told="0"
    )
    keep_first: int | None = option(
        "Take the first S keys that a row sees classically.", metavar="S", group=GROUP, told="0"
    )
    key_bits: int | None = option("Bits of a key's component, sign included.", group=GROUP, told="8")
    query_bits: int | None = option("Bits of a query's component.", group=GROUP, told="8")
    p_fail: float | None = option("Probability that anything is wrong.", group=FAILURE, told="1e-3")
    p_fail_scope: str | None = option(
        "For all rows or for each.", choices=("all", "row"), group=FAILURE, told="all"
    )

    def given(self, *names: str) -> dict[str, Any]:
        """Those of `names` that were given: the others keep the defaults of the value they go into."""
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def problem_of(options: ProblemOptions, head: AttentionHead | None = None) -> AttentionProblem:
    """The problem of a head, or of the sizes given. Sizes beside a head are refused.

    Raises:
        SpecError: values out of range, or sizes beside a head.
    """
    chosen = options.given(
        *("n_heavy", "key_bits", "query_bits", "p_fail", "p_fail_scope", "keep_window", "keep_first")
    )
    sizes = options.given(*SIZES)
    if head is not None:
        if sizes:
            raise SpecError([bad(name, value, "absent: HEAD decides it") for name, value in sizes.items()])
        fixed = {name: getattr(head, name) for name in OF_HEAD}
        return AttentionProblem(**{"n_heavy": min(REFERENCE["n_heavy"], head.n_keys), **fixed, **chosen})
    tokens = sizes.pop("n_tokens", None)
    both = {} if tokens is None else {"n_queries": tokens, "n_keys": tokens}
    fields = {**REFERENCE, **both, **sizes, **chosen}
    if "n_heavy" not in chosen and isinstance(fields["n_keys"], int) and fields["n_keys"] >= 1:
        fields["n_heavy"] = min(fields["n_heavy"], fields["n_keys"])
    try:
        return AttentionProblem(**fields)
    except SpecError as error:
        raise SpecError(_as_given(error.problems, both.keys() - sizes.keys())) from None


def _as_given(problems: Sequence[str], names: Collection[str]) -> list[str]:
    """One line a field, those of `names` told of n_tokens, which they come from."""
    told: dict[str, str] = {}
    for line in problems:
        _, field, rest = line.split("`", 2)
        field = "n_tokens" if field in names else field
        told.setdefault(field, f"`{field}`{rest}")
    return list(told.values())
