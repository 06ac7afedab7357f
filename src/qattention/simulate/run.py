"""Algorithms 1 and 2 end to end on the simulated circuits, compared with exact attention."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiler.rows import marked_keys
from qattention.errors import SpecError, bad
from qattention.numerics import AnyIntArray
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference.error_target import SparsityEstimate, sparsity_for_error
from qattention.reference.errors import output_error
from qattention.reference.exact import n_visible
from qattention.reference.fills import centre_keys
from qattention.reference.find import FindSets, find_sets, midway_thresholds
from qattention.reference.light import light_logits
from qattention.reference.quantised import (
    QuantisedHead,
    integer_thresholds,
    quantised_find_sets,
    quantised_row_thresholds,
)
from qattention.reference.sparse import sparse_attention, sparse_attention_matrix
from qattention.search import schedule_kind
from qattention.simulate.group import GroupRun, GroupSearch, run_group, run_top_k_row
from qattention.simulate.rows_per_load import best_rows_per_load
from qattention.simulate.run_report import RunReport, Wanted, make_report
from qattention.simulate.settings import RunSettings

__all__ = ["HeadRun", "RunReport", "RunSettings", "run_head"]

Rows = NDArray[np.intp]


@attrs.frozen(kw_only=True, eq=False)
class HeadRun:
    """A run: its report, the keys found in each row, and the attention output, shape (n_rows, d_v)."""

    report: RunReport
    found: FindSets
    output: NDArray[np.float64]


def run_head(
    head: AttentionHead,
    settings: RunSettings,
    rows: Sequence[int] | None = None,
    on_row: Callable[[], object] = lambda: None,
) -> HeadRun:
    """Find the heavy keys of rows with simulated circuits, then infer with Algorithm 2.

    Args:
        rows: query rows, all unless given.
        on_row: called after each row (for a progress bar).

    Raises:
        SpecError: settings or rows out of range. CheckFailed: a circuit did something wrong.
        InfeasibleError: no k of at most half the keys meets the error target.
    """
    started, chosen = time.perf_counter(), _chosen(head, rows)
    settings.problem(head)
    sampling, sized = sized_settings(head, settings)
    problem = sized.problem(head)
    quantised = settings.quantisation.apply(head)
    thresholds, wanted = _thresholds(quantised, problem, sized, chosen)
    if settings.quantisation.margin and not settings.finds_thresholds:
        n_marked = marked_keys(quantised, thresholds, problem.n_heavy, chosen)
        problem = attrs.evolve(problem, n_marked=n_marked)
    how = sized.group_search(problem)
    together = _rows_per_load(quantised, chosen, thresholds, sized, how)
    runs = _run_rows(quantised, chosen, thresholds, how, together, on_row)
    found = [keys for run in runs for keys in run.found]
    seen = centre_keys(head) if settings.quantisation.center_keys else head
    b = sparse_attention_matrix(seen, found, settings.fill, chosen)
    report = make_report(
        runs,
        wanted,
        output_error(seen, b, light_logits(seen, found, chosen)),
        settings,
        n_promised=problem.n_heavy,
        rows_per_load=together,
        sampling=sampling,
        seconds=time.perf_counter() - started,
    )
    return HeadRun(report=report, found=found, output=sparse_attention(seen, b))


def _chosen(head: AttentionHead, rows: Sequence[int] | None) -> Rows:
    chosen = np.arange(head.n_queries) if rows is None else np.array(rows, dtype=np.intp)
    if not len(chosen) or chosen.min() < 0 or chosen.max() >= head.n_queries:
        allowed = f"at least one row of 0..{head.n_queries - 1}"
        raise SpecError(bad("rows", list(map(int, chosen[:4])), allowed))
    return chosen


def sized_settings(head: AttentionHead, settings: RunSettings) -> tuple[SparsityEstimate | None, RunSettings]:
    """The settings with the k that an error target asks for, and where it came from."""
    if settings.error_target is None:
        return None, settings
    centred = settings.quantisation.center_keys
    sampling = sparsity_for_error(head, settings.error_target, settings.fill, centred, settings.seed)
    return sampling, attrs.evolve(settings, n_heavy=sampling.n_heavy, error_target=None)


def _thresholds(
    quantised: QuantisedHead, problem: AttentionProblem, settings: RunSettings, chosen: Rows
) -> tuple[AnyIntArray, Wanted]:
    """T of each row, and what is to be found; for rows that find their own, T is what they should find."""
    head = quantised.head
    tau = midway_thresholds(head, problem.n_heavy, chosen) if settings.tau is None else settings.tau
    if settings.finds_thresholds:
        thresholds = quantised_row_thresholds(quantised, problem.n_heavy, chosen)
    else:
        thresholds = integer_thresholds(quantised, tau, chosen)
    wanted = Wanted(
        quantised=quantised_find_sets(quantised, thresholds, chosen),
        exact=find_sets(head, tau, chosen),
        n_visible=n_visible(head, chosen),
    )
    return thresholds, wanted


def _rows_per_load(
    quantised: QuantisedHead, chosen: Rows, thresholds: AnyIntArray, settings: RunSettings, how: GroupSearch
) -> int:
    if settings.finds_thresholds:
        return 1
    if settings.rows_per_load != "auto":
        return settings.rows_per_load
    return best_rows_per_load(quantised, chosen, thresholds, how)


def _run_rows(
    quantised: QuantisedHead,
    chosen: Rows,
    thresholds: AnyIntArray,
    how: GroupSearch,
    together: int,
    on_row: Callable[[], object],
) -> list[GroupRun]:
    runs = []
    for first in range(0, len(chosen), together):
        part = slice(first, first + together)
        if schedule_kind(
            how.search
        ).finds_thresholds:  # one row; it is told no threshold
            runs.append(run_top_k_row(quantised, int(chosen[first]), how))
        else:
            rows, limits = tuple(chosen[part].tolist()), tuple(thresholds[part].tolist())
            runs.append(run_group(quantised, rows, limits, how))
        for _ in runs[-1].rows:
            on_row()
    return runs
