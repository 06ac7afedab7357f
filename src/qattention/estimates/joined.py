"""The join that a question's options choose, or none; and its counts for machines."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from qattention.compiler.joins import join_sizes
from qattention.compiler.question import Question
from qattention.errors import InfeasibleError
from qattention.joins.choose import choose_join, rows_at_least
from qattention.joins.totals import JoinTotals
from qattention.plan import PlanTotals
from qattention.plan.algorithms import AUTO
from qattention.plan.choose import best_of

if TYPE_CHECKING:
    from qattention.estimates.physical import LogicalCounts


def joined(question: Question, of_rows: Callable[[], PlanTotals | None]) -> JoinTotals | None:
    """The join that the question's options choose; None of `auto` where rows alone take less.

    Args:
        of_rows: the best plan of rows; asked only where it may take less.
    Raises:
        InfeasibleError: no certificate over all pairs keeps within the cap on qubits.
        SpecError: more rows or keys than closed forms hold; keys that are taken classically.
    """
    options, sizes = question.options, join_sizes(question)
    found = choose_join(sizes, options)
    if options.algorithm != AUTO.name:
        return found
    if question.constants is None and rows_at_least(sizes, options) > found.toffoli:
        return found
    rows = of_rows()
    return None if rows is not None and rows.expected_t < found.expected_t else found


def rows_of(question: Question) -> PlanTotals | None:
    """The best plan of rows alone, for the same question; None where none keeps within the caps."""
    search = attrs.evolve(question, options=question.options.of_rows).search
    try:
        return best_of(search)
    except InfeasibleError:
        return None


def join_counts(totals: JoinTotals) -> LogicalCounts:
    """Expected totals, rounded up, as physical engines take them; an unload is one fix-up."""
    from qattention.estimates.physical.counts import LogicalCounts, whole_ratio

    layers, reads = totals.layers, totals.reads
    return LogicalCounts(
        n_qubits=totals.qubits,
        n_ccz=math.ceil(totals.toffoli),
        n_measurements=math.ceil(totals.measurement),
        t_depth=math.ceil(layers.t),
        clifford_depth=math.ceil(layers.clifford),
        n_fixups=math.ceil(reads),
        fixup_bit_ops=whole_ratio(totals.fix_up_bit_ops, reads),
    )
