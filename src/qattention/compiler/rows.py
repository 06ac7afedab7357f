"""The rows of a problem: typical ones, or those of a quantised head with its thresholds."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.formulas import RowSums
from qattention.numerics import AnyIntArray
from qattention.plan import RowGroups, typical_rows
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference.exact import n_visible
from qattention.reference.find import midway_thresholds
from qattention.reference.quantised import QuantisedHead, integer_thresholds, quantise_head


@attrs.frozen(kw_only=True, eq=False)
class HeadConstants:
    """A head as its oracles see it.

    Attributes:
        quantised: integer queries and keys.
        thresholds: T of every row, Python integers, shape (n_queries,).
    """

    quantised: QuantisedHead
    thresholds: AnyIntArray


def head_constants(problem: AttentionProblem, head: AttentionHead, tau: float | None = None) -> HeadConstants:
    """Quantise a head as the problem says.

    Args:
        tau: a logit for all rows; without it every row's is midway below its n_heavy largest, as in a run.
    Raises:
        SpecError: the head has other sizes than the problem.
    """
    sizes = ("n_queries", "n_keys", "head_dim", "v_dim", "causal")
    wrong = [
        bad(name, getattr(problem, name), f"{getattr(head, name)}, as in the head")
        for name in sizes
        if getattr(problem, name) != getattr(head, name)
    ]
    if wrong:
        raise SpecError(wrong)
    quantised = quantise_head(head, problem.key_bits, problem.query_bits)
    taus = midway_thresholds(head, problem.n_heavy) if tau is None else tau
    return HeadConstants(quantised=quantised, thresholds=integer_thresholds(quantised, taus))


def problem_rows(
    problem: AttentionProblem, constants: HeadConstants | None = None, rows_per_load: int = 1
) -> RowGroups:
    """Each load of a head by itself, the last one with the rows that are left; typical rows without."""
    if constants is None:
        return typical_rows(problem, rows_per_load)
    first = np.arange(0, problem.n_queries, rows_per_load)
    last = np.minimum(first + rows_per_load, problem.n_queries) - 1
    weights, thresholds = constants.quantised.q_int, constants.thresholds
    return RowGroups(
        n_keys=np.asarray(n_visible(constants.quantised.head), dtype=np.int64)[last],
        n_rows=last - first + 1,
        count=np.ones(len(first), dtype=object),
        sums=RowSums.from_weights(weights, thresholds, constants.quantised.channel_bits),
        head_dim=weights.shape[1],
        rows=first.astype(object),
    )
