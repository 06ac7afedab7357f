"""Algorithms 1 and 2 end to end on the simulated circuits, compared with exact attention."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiler import HeadConstants, Question
from qattention.errors import SpecError, bad
from qattention.numerics import AnyIntArray
from qattention.plan import PlanTotals
from qattention.problem import AttentionHead
from qattention.reference.errors import output_error
from qattention.reference.exact import n_visible
from qattention.reference.fills import Fill, centre_keys
from qattention.reference.find import FindSets, find_sets, midway_thresholds
from qattention.reference.light import light_logits
from qattention.reference.quantised import QuantisedHead, quantised_find_sets, quantised_row_thresholds
from qattention.reference.sparse import sparse_attention, sparse_attention_matrix
from qattention.search import schedule_kind
from qattention.simulate.free_run import free_run, with_far_keys, with_free_keys
from qattention.simulate.group import GroupRun, GroupSearch, run_group, run_top_k_row
from qattention.simulate.memory import MemoryErrors
from qattention.simulate.row import NO_ERRORS
from qattention.simulate.run_report import RunReport, Wanted, make_report, no_search_report

__all__ = ["HeadRun", "RunReport", "run_head", "run_without_search"]

Rows = NDArray[np.intp]


@attrs.frozen(kw_only=True, eq=False)
class HeadRun:
    """A run: its report, the keys found in each row, and the attention output, shape (n_rows, d_v)."""

    report: RunReport
    found: FindSets
    output: NDArray[np.float64]


def run_head(
    question: Question,
    totals: PlanTotals,
    rows: Sequence[int] | None = None,
    *,
    fill: Fill = "mean-logit",
    exclusion: str | None = None,
    errors: MemoryErrors = NO_ERRORS,
    seed: int = 0,
    on_row: Callable[[], object] = lambda: None,
) -> HeadRun:
    """Find the heavy keys of rows with simulated circuits, then infer with Algorithm 2.

    If the keys were centred for the circuits, so they are for the inference: softmax is unchanged, and fill
    `one` becomes a good one.

    Args:
        question: of a head. totals: of the plan that it is run by.
        rows: query rows, all unless given.
        fill: what light keys count as. exclusion: how found keys are left out; the cheapest way unless given.
        errors: of the memory, per call of the oracle.
        on_row: called after each row (for a progress bar).

    Raises:
        SpecError: there is no head; free keys answer every row; rows or choices out of range.
        CheckFailed: a circuit did something wrong.
    """
    started, known = time.perf_counter(), question.constants
    question.check_searched()
    if known is None:
        raise SpecError("`HEAD`: is missing: rows are run on a head's data")
    quantised, split = known.quantised, question.split
    head = quantised.head if split is None else split.whole
    asked = _chosen(head, rows)
    chosen = asked if split is None else with_far_keys(split, asked)
    plan = attrs.evolve(totals.plan, circuit=totals.plan.circuit.excluding(exclusion))
    how = GroupSearch(problem=question.problem, plan=plan, budget=totals.budget, seed=seed, errors=errors)
    wanted = _wanted(known, question, plan.search, chosen)
    runs = _run_rows(quantised, chosen, known.thresholds[chosen], how, on_row)
    found = [keys for run in runs for keys in run.found]
    if split is not None:
        found = with_free_keys(split, asked, chosen, found)
    seen = centre_keys(head) if known.quantisation.center_keys else head
    b = sparse_attention_matrix(seen, found, fill, asked)
    report = make_report(
        runs,
        wanted,
        output_error(seen, b, light_logits(seen, found, asked)),
        how,
        n_rows=len(asked),
        fill=fill,
        sampling=question.sampling,
        free=None if split is None else free_run(question, totals, asked, chosen, _iterations(runs)),
        seconds=time.perf_counter() - started,
    )
    return HeadRun(report=report, found=found, output=sparse_attention(seen, b))


def run_without_search(
    question: Question, rows: Sequence[int] | None = None, fill: Fill = "mean-logit"
) -> HeadRun:
    """Algorithm 2 on rows that their free keys answer: nothing is searched, and no circuit is run.

    Raises:
        SpecError: rows out of range.
    """
    started, split = time.perf_counter(), question.split
    assert split is not None
    head, asked = split.whole, _chosen(split.whole, rows)
    found = [split.free(row) for row in asked.tolist()]
    b = sparse_attention_matrix(head, found, fill, asked)
    report = no_search_report(
        question,
        asked,
        output_error(head, b, light_logits(head, found, asked)),
        fill=fill,
        seconds=time.perf_counter() - started,
    )
    return HeadRun(report=report, found=found, output=sparse_attention(head, b))


def _iterations(runs: Sequence[GroupRun]) -> int:
    return sum(run.tally.iterations for run in runs)


def _chosen(head: AttentionHead, rows: Sequence[int] | None) -> Rows:
    chosen = np.arange(head.n_queries) if rows is None else np.array(rows, dtype=np.intp)
    if not len(chosen) or chosen.min() < 0 or chosen.max() >= head.n_queries:
        allowed = f"at least one row of 0..{head.n_queries - 1}"
        raise SpecError(bad("rows", list(map(int, chosen[:4])), allowed))
    return chosen


def _wanted(known: HeadConstants, question: Question, search: str, chosen: Rows) -> Wanted:
    """What is to be found: by the thresholds given, or by those that rows should find."""
    quantised, n_heavy = known.quantised, question.problem.n_heavy
    head = quantised.head
    tau = midway_thresholds(head, n_heavy, chosen) if known.tau is None else known.tau
    thresholds: AnyIntArray = known.thresholds[chosen]
    if schedule_kind(search).finds_thresholds:
        thresholds = quantised_row_thresholds(quantised, n_heavy, chosen)
    return Wanted(
        quantised=quantised_find_sets(quantised, thresholds, chosen),
        exact=find_sets(head, tau, chosen),
        n_visible=n_visible(head, chosen),
    )


def _run_rows(
    quantised: QuantisedHead,
    chosen: Rows,
    thresholds: AnyIntArray,
    how: GroupSearch,
    on_row: Callable[[], object],
) -> list[GroupRun]:
    runs, together = [], how.circuit.rows_per_load
    finds = schedule_kind(how.plan.search).finds_thresholds  # one row at a time; it is told no threshold
    for first in range(0, len(chosen), together):
        part = slice(first, first + together)
        if finds:
            runs.append(run_top_k_row(quantised, int(chosen[first]), how))
        else:
            rows, limits = tuple(chosen[part].tolist()), tuple(thresholds[part].tolist())
            runs.append(run_group(quantised, rows, limits, how))
        for _ in runs[-1].rows:
            on_row()
    return runs
