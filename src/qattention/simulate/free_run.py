"""Rows with free keys in a run: which of them are searched, and what the free keys spared."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiler import HeadConstants, Question, head_constants, problem_rows
from qattention.errors import SpecError, bad
from qattention.plan import PlanTotals
from qattention.plan.beside import Beside, beside
from qattention.problem.free import Split
from qattention.reference.find import FindSets

Rows = NDArray[np.intp]


@attrs.frozen(kw_only=True)
class FreeRun:
    """Keys taken classically in a run.

    Attributes:
        keep_window, keep_first: the last and first keys that a row sees, so many of each.
        inner_products: with free keys. rows_searched: rows that had others.
        iterations_expected: of these rows by the plan. iterations_without: by the same plan, no key free;
            None where nothing is searched, and no plan made.
        ratio: iterations of this run over the latter; ratio_expected: of the plan over it.
    """

    keep_window: int
    keep_first: int
    inner_products: int
    rows_searched: int
    iterations_expected: float
    iterations_without: float | None
    ratio: float | None
    ratio_expected: float | None


def with_far_keys(split: Split, asked: Rows) -> Rows:
    """The rows of the searched head among those asked for.

    Raises:
        SpecError: none of them needs a search.
    """
    chosen = np.flatnonzero(np.isin(split.rows, asked))
    if not len(chosen):
        raise SpecError(bad("rows", list(map(int, asked[:4])), "a row that its free keys do not answer"))
    return chosen


def with_free_keys(split: Split, asked: Rows, chosen: Rows, found: FindSets) -> FindSets:
    """Keys of every row asked for: those taken, and of rows that were searched those found besides."""
    far = dict(zip(split.rows[chosen].tolist(), found, strict=True))
    none = np.empty(0, dtype=np.intp)
    each = ((row, far.get(row, none) + split.offset) for row in asked.tolist())
    return [np.sort(np.concatenate([split.free(row), keys])) for row, keys in each]


def free_run(question: Question, totals: PlanTotals, asked: Rows, chosen: Rows, iterations: float) -> FreeRun:
    """What free keys took and spared in a run of so many iterations.

    Args:
        asked: rows of the head. chosen: those of the searched one among them.
    """
    split, known = question.split, question.constants
    assert split is not None
    assert known is not None
    expected = expected_iterations(totals.beside, chosen)
    without = expected_iterations(_nothing_free(question, totals, split, known), asked)
    return FreeRun(
        keep_window=question.whole.keep_window,
        keep_first=question.whole.keep_first,
        inner_products=int(split.n_free(asked).sum()),
        rows_searched=len(chosen),
        iterations_expected=expected,
        iterations_without=without,
        ratio=iterations / without if without else None,
        ratio_expected=expected / without if without else None,
    )


def free_only(question: Question, asked: Rows) -> FreeRun:
    """Of rows that their free keys answer."""
    split = question.split
    assert split is not None
    return FreeRun(
        keep_window=question.whole.keep_window,
        keep_first=question.whole.keep_first,
        inner_products=int(split.n_free(asked).sum()),
        rows_searched=0,
        iterations_expected=0.0,
        iterations_without=None,
        ratio=None,
        ratio_expected=None,
    )


def expected_iterations(rest: Beside, rows: Rows) -> float:
    """Of these rows, an even share of those of their loads."""
    groups = rest.groups
    each = np.repeat(rest.mean.iterations / groups.n_rows, groups.n_rows)  # loads of a head follow each other
    return float(each[rows].sum())


def _nothing_free(question: Question, totals: PlanTotals, split: Split, known: HeadConstants) -> Beside:
    """The searches of the same plan over all keys."""
    whole = attrs.evolve(question.whole, keep_window=0, keep_first=0, n_marked=None)
    tau = known.tau if known.tau is None or np.ndim(known.tau) == 0 else None
    constants = head_constants(whole, split.whole, tau, known.quantisation)
    plan = totals.plan
    groups = problem_rows(constants.problem, constants, plan.circuit.rows_per_load)
    return beside(constants.problem, groups, plan.search, plan.circuit.padded, plan.memory)
