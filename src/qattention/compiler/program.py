"""`compile_plan`: a question and a plan become a bloq tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.circuit import Circuit
from qattention.compiler.oracle import load_oracle, sharing
from qattention.compiler.question import Question
from qattention.compiler.rows import HeadConstants
from qattention.plan import Plan, PlanTotals, RowGroups, plan_totals
from qattention.plan.choose import Price, best_of
from qattention.plan.rows import typical_threshold, typical_weights
from qattention.problem import AttentionProblem

if TYPE_CHECKING:
    from qattention.bloqs.grover import GroverIterate
    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
    from qattention.bloqs.key_table import KeyTable
    from qattention.bloqs.shared_oracle import SharedOracle
    from qattention.bloqs.sparse_attention import FindHeavyKeys, SparseAttention

MAX_BUCKETS = 16  # kinds of rows in a tree; more are merged with their neighbours in cost


@attrs.frozen(kw_only=True, eq=False, slots=False)
class RowBucket:
    """Loads of nearly equal cost, and the one in their middle that stands for them.

    Attributes:
        groups: positions in the row groups, shape (n,).
        representative: the one of them whose oracle is in the tree.
        count: loads in all; query rows, where each has its own.
        built: makes the representative's oracle.
    """

    groups: NDArray[np.intp]
    representative: int
    count: int
    built: Callable[[], HeavyKeyOracle | SharedOracle]

    @cached_property
    def oracle(self) -> HeavyKeyOracle | SharedOracle:
        """The representative's."""
        return self.built()


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Program:
    """A compiled problem; its bloqs are built when they are first asked for.

    Attributes:
        question: what was asked. totals: closed-form costs of every load, the plan among them.
        buckets: at most MAX_BUCKETS kinds of loads, cheapest first; exact while there are no more kinds.
    """

    question: Question
    totals: PlanTotals
    buckets: tuple[RowBucket, ...]

    @cached_property
    def bloq(self) -> SparseAttention:
        """The tree: for each bucket the longest search that its schedule allows."""
        from qattention.bloqs.sparse_attention import SparseAttention

        return SparseAttention(
            tuple((_load_bloq(self.totals, bucket), bucket.count) for bucket in self.buckets)
        )

    @cached_property
    def iteration(self) -> GroverIterate:
        """One iteration of the load with median Toffoli count."""
        from qattention.bloqs.grover import GroverIterate

        return GroverIterate(group_oracle(self.question, self.totals, self.totals.typical_group))

    @property
    def has_data(self) -> bool:
        """Whether its tables hold the keys of a head."""
        return self.question.constants is not None

    @property
    def problem(self) -> AttentionProblem:
        """What is solved."""
        return self.totals.problem

    @property
    def plan(self) -> Plan:
        """How it is solved, as it was chosen."""
        return self.totals.plan

    @property
    def groups(self) -> RowGroups:
        """Loads that cost alike, each with its rows."""
        return self.totals.groups

    @property
    def row(self) -> int:
        """The query row whose iteration is costed: of those on its load the first."""
        return int(self.groups.rows[self.totals.typical_group])


def compile_question(question: Question, plan: Plan | None = None, price: Price | None = None) -> Program:
    """Choose the best plan, unless one is given, and compile it.

    Without a head for typical rows (uniform weights, see `plan.typical_rows`) and no data.

    Raises:
        InfeasibleError: no plan keeps within the caps. SpecError: "physical" is asked for without a price.
    """
    if plan is None:
        return compile_plan(question, best_of(question.search, price))
    rows = question.rows(plan.circuit.rows_per_load)
    return compile_plan(question, plan_totals(question.problem, plan, rows))


def compile_plan(question: Question, totals: PlanTotals) -> Program:
    """The bloq tree of a question and of the plan that `totals` are of."""
    buckets = tuple(
        RowBucket(
            groups=members,
            representative=(middle := int(members[len(members) // 2])),
            count=int(totals.groups.count[members].sum()),
            built=partial(group_oracle, question, totals, middle),
        )
        for members in _similar_loads(totals)
    )
    return Program(question=question, totals=totals, buckets=buckets)


def group_oracle(question: Question, totals: PlanTotals, group: int) -> HeavyKeyOracle | SharedOracle:
    """The oracle of one of the loads of a group."""
    groups, circuit = totals.groups, totals.plan.circuit
    n_rows, first = int(groups.n_rows[group]), int(groups.rows[group])
    if question.constants is None:
        typical = typical_oracle(question.problem, circuit, int(groups.n_keys[group]))
        return sharing([typical] * n_rows)
    return rows_oracle(question.constants, range(first, first + n_rows), circuit)


def rows_oracle(
    constants: HeadConstants, rows: Sequence[int], circuit: Circuit
) -> HeavyKeyOracle | SharedOracle:
    """The oracle of these rows of a head on one load."""
    limits = [int(constants.thresholds[row]) for row in rows]
    return load_oracle(constants.quantised, rows, limits, circuit)


def typical_oracle(
    problem: AttentionProblem, circuit: Circuit, n_keys: int, table: KeyTable | None = None
) -> HeavyKeyOracle:
    """The oracle of a typical row over `n_keys` keys, without data unless there is a table."""
    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
    from qattention.bloqs.key_table import KeyTable

    weights = typical_weights(problem.head_dim, problem.query_bits)
    threshold = typical_threshold(weights, problem.key_bits, problem.n_keys, problem.n_heavy)
    shape = KeyTable(n_keys=n_keys, head_dim=problem.head_dim, key_bits=problem.key_bits)
    return HeavyKeyOracle(table or shape, tuple(weights.tolist()), threshold, circuit=circuit)


def _similar_loads(totals: PlanTotals) -> Iterator[NDArray[np.intp]]:
    """Positions of the groups, cut into at most MAX_BUCKETS stretches of neighbours in cost."""
    shape = totals.groups.n_keys.shape
    keys = [np.broadcast_to(values, shape) for values in (totals.groups.n_keys, totals.iterate.toffoli)]
    order = np.lexsort(keys)
    stretches = np.array_split(order, min(MAX_BUCKETS, len(order)))
    return iter(stretches)


def _load_bloq(totals: PlanTotals, bucket: RowBucket) -> FindHeavyKeys:
    """The longest episode: its iterations spread over its runs as evenly as whole numbers allow."""
    from qattention.bloqs.sparse_attention import FindHeavyKeys

    iterations = int(totals.worst_searches.iterations[bucket.representative])
    runs = int(totals.worst_searches.runs[bucket.representative])
    each, longer = divmod(iterations, runs)
    searches = tuple((m, count) for m, count in ((each + 1, longer), (each, runs - longer)) if count)
    return FindHeavyKeys(bucket.oracle, searches)
