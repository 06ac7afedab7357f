"""`compile_problem`: a problem and a plan become a bloq tree."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.bloqs.sparse_attention import FindHeavyKeys, SparseAttention
from qattention.compiler.oracle import load_oracle, plan_loader, sharing
from qattention.compiler.rows import head_constants, problem_rows
from qattention.plan import Plan, PlanTotals, RowGroups, plan_totals
from qattention.plan.rows import typical_threshold, typical_weights
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference import Quantisation

MAX_BUCKETS = 16  # kinds of rows in a tree; more are merged with their neighbours in cost


@attrs.frozen(kw_only=True, eq=False)
class RowBucket:
    """Loads of nearly equal cost, and the one in their middle that stands for them.

    Attributes:
        groups: positions in the row groups, shape (n,).
        representative: the one of them whose oracle is in the tree.
        count: loads in all; query rows, where each has its own.
        oracle: the representative's.
    """

    groups: NDArray[np.intp]
    representative: int
    count: int
    oracle: HeavyKeyOracle | SharedOracle


@attrs.frozen(kw_only=True, eq=False)
class Program:
    """A compiled problem.

    Attributes:
        totals: closed-form costs of every load.
        buckets: at most MAX_BUCKETS kinds of loads, cheapest first; exact while there are no more kinds.
        bloq: the tree: for each bucket the longest search that its schedule allows.
        iteration: one iteration of the load with median Toffoli count.
    """

    problem: AttentionProblem
    plan: Plan
    totals: PlanTotals
    buckets: tuple[RowBucket, ...]
    bloq: SparseAttention
    iteration: GroverIterate

    @property
    def groups(self) -> RowGroups:
        return self.totals.groups


def compile_problem(
    problem: AttentionProblem,
    plan: Plan,
    head: AttentionHead | None = None,
    tau: float | None = None,
    quantisation: Quantisation | None = None,
) -> Program:
    """Compile; without a head for typical rows (uniform weights, see `plan.typical_rows`) and no data.

    Raises:
        SpecError: the head has other sizes than the problem.
    """
    constants = None if head is None else head_constants(problem, head, tau, quantisation)
    problem = problem if constants is None else constants.problem
    totals = plan_totals(problem, plan, problem_rows(problem, constants, plan.rows_per_load))
    groups = totals.groups

    def oracle(group: int) -> HeavyKeyOracle | SharedOracle:
        n_rows = int(groups.n_rows[group])
        if constants is None:
            return sharing([typical_oracle(problem, plan, int(groups.n_keys[group]))] * n_rows)
        rows = range(int(groups.rows[group]), int(groups.rows[group]) + n_rows)
        limits = [int(constants.thresholds[row]) for row in rows]
        loader, form = plan_loader(plan), plan.inner_product
        return load_oracle(
            constants.quantised, rows, limits, padded=plan.padded, loader=loader, form=form
        )

    buckets = tuple(
        RowBucket(
            groups=members,
            representative=(middle := int(members[len(members) // 2])),
            count=int(totals.groups.count[members].sum()),
            oracle=oracle(middle),
        )
        for members in _similar_loads(totals)
    )
    return Program(
        problem=problem,
        plan=plan,
        totals=totals,
        buckets=buckets,
        bloq=SparseAttention(tuple((_load_bloq(totals, bucket), bucket.count) for bucket in buckets)),
        iteration=GroverIterate(oracle(totals.typical_group)),
    )


def typical_oracle(problem: AttentionProblem, plan: Plan, n_keys: int) -> HeavyKeyOracle:
    """The oracle of a typical row over `n_keys` keys, without data."""
    weights = typical_weights(problem.head_dim, problem.query_bits)
    threshold = typical_threshold(weights, problem.key_bits, problem.n_keys, problem.n_heavy)
    table = KeyTable(n_keys=n_keys, head_dim=problem.head_dim, key_bits=problem.key_bits)
    loader, form = plan_loader(plan), plan.inner_product
    return HeavyKeyOracle(
        table, tuple(weights.tolist()), threshold, padded=plan.padded, loader=loader, form=form
    )


def _similar_loads(totals: PlanTotals) -> Iterator[NDArray[np.intp]]:
    """Positions of the groups, cut into at most MAX_BUCKETS stretches of neighbours in cost."""
    shape = totals.groups.n_keys.shape
    keys = [np.broadcast_to(values, shape) for values in (totals.groups.n_keys, totals.iterate.toffoli)]
    order = np.lexsort(keys)
    stretches = np.array_split(order, min(MAX_BUCKETS, len(order)))
    return iter(stretches)


def _load_bloq(totals: PlanTotals, bucket: RowBucket) -> FindHeavyKeys:
    """The longest episode: its iterations spread over its runs as evenly as whole numbers allow."""
    iterations = int(totals.worst_searches.iterations[bucket.representative])
    runs = int(totals.worst_searches.runs[bucket.representative])
    each, longer = divmod(iterations, runs)
    searches = tuple((m, count) for m, count in ((each + 1, longer), (each, runs - longer)) if count)
    return FindHeavyKeys(bucket.oracle, searches)
