"""Algorithms 1 and 2 end to end on the simulated circuits, compared with exact attention."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.loaders import QROM, Loader
from qattention.compiler.rows import marked_keys
from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference.errors import OutputError, output_error
from qattention.reference.fills import Fill, centre_keys
from qattention.reference.find import FindSets, find_sets, midway_thresholds, set_sizes
from qattention.reference.light import light_logits
from qattention.reference.quantisation import Quantisation
from qattention.reference.quantised import (
    integer_thresholds,
    quantised_find_sets,
)
from qattention.reference.sparse import sparse_attention, sparse_attention_matrix
from qattention.simulate.group import GroupRun, GroupSearch, check_rows_per_load, run_group

DEFAULT_N_HEAVY = 16  # the promise when only a threshold is given; a broken promise costs time, not keys


@attrs.frozen(kw_only=True)
class RunReport:
    """The fields of `run --json`; `missed` and `extra` are against the quantised logits' find sets.

    `missed_unquantised` and `recall` are against those of the exact logits.
    """

    rows: int
    n_heavy: dict[str, float]
    missed: int
    missed_unquantised: int
    recall: float
    extra: int
    thresholds: Literal["given", "found"]
    iterations: dict[str, float]
    classical_inner_products: int
    error: OutputError
    fill: str
    seconds: float


@attrs.frozen(kw_only=True, eq=False)
class HeadRun:
    """A run: its report, the keys found in each row, and the attention output, shape (n_rows, d_v)."""

    report: RunReport
    found: FindSets
    output: NDArray[np.float64]


@attrs.frozen(kw_only=True)
class RunSettings:
    """How rows are run; the command's options of the same names.

    Attributes:
        n_heavy: keys a row promised at most; with no `tau` also the k of each row's threshold.
        quantisation: of queries and keys. If it centres the keys, so does the inference: softmax is
            unchanged, and fill `one` becomes a good one.
        tau: one logit threshold for all rows; None takes each row's own from the reference.
        rows_per_load: rows whose sums are taken on one loaded key, their find sets searched as one.
    """

    n_heavy: int | None = None
    tau: float | None = None
    quantisation: Quantisation = attrs.field(factory=Quantisation)
    fill: Fill = "mean-logit"
    p_fail: float = 1e-3
    p_fail_scope: Literal["all", "row"] = "all"
    search: str = "adaptive"
    padded: bool = False
    loader: Loader = QROM
    rows_per_load: int = 1
    seed: int = 0

    def problem(self, head: AttentionHead) -> AttentionProblem:
        """The problem of the whole head; raises SpecError for settings out of range."""
        return AttentionProblem(
            n_queries=head.n_queries,
            n_keys=head.n_keys,
            head_dim=head.head_dim,
            v_dim=head.v_dim,
            n_heavy=min(DEFAULT_N_HEAVY, head.n_keys) if self.n_heavy is None else self.n_heavy,
            causal=head.causal,
            p_fail=self.p_fail,
            p_fail_scope=self.p_fail_scope,
        )


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
    """
    problem, started = settings.problem(head), time.perf_counter()
    check_rows_per_load(settings.rows_per_load)
    if settings.search == "top-k":
        raise SpecError(bad("search", "top-k", "a schedule with given thresholds: top-k is costed, not run"))
    chosen = np.arange(head.n_queries) if rows is None else np.array(rows, dtype=np.intp)
    if not len(chosen) or chosen.min() < 0 or chosen.max() >= head.n_queries:
        allowed = f"at least one row of 0..{head.n_queries - 1}"
        raise SpecError(bad("rows", list(map(int, chosen[:4])), allowed))
    quantised = settings.quantisation.apply(head)
    tau = midway_thresholds(head, problem.n_heavy, chosen) if settings.tau is None else settings.tau
    thresholds = integer_thresholds(quantised, tau, chosen)
    if settings.quantisation.margin:
        n_marked = marked_keys(quantised, thresholds, problem.n_heavy, chosen)
        problem = attrs.evolve(problem, n_marked=n_marked)
    how, runs = _group_search(problem, settings), []
    for first in range(0, len(chosen), settings.rows_per_load):
        part = slice(first, first + settings.rows_per_load)
        runs.append(run_group(quantised, tuple(chosen[part].tolist()), tuple(thresholds[part].tolist()), how))
        for _ in runs[-1].rows:
            on_row()
    found = [keys for run in runs for keys in run.found]
    seen = centre_keys(head) if settings.quantisation.center_keys else head
    b = sparse_attention_matrix(seen, found, settings.fill, chosen)
    wanted = {
        "quantised": quantised_find_sets(quantised, thresholds, chosen),
        "true": find_sets(head, tau, chosen),
    }
    error = output_error(seen, b, light_logits(seen, found, chosen))
    report = _report(runs, found, wanted, error, settings, time.perf_counter() - started)
    return HeadRun(report=report, found=found, output=sparse_attention(seen, b))


def _group_search(problem: AttentionProblem, settings: RunSettings) -> GroupSearch:
    return GroupSearch(
        search=settings.search,
        n_heavy=problem.n_searched,
        eps_row=problem.p_fail / (problem.n_queries if problem.p_fail_scope == "all" else 1),
        padded=settings.padded,
        loader=settings.loader,
        seed=settings.seed,
    )


def _n_missing(wanted: FindSets, found: FindSets) -> int:
    return sum(len(np.setdiff1d(want, have)) for want, have in zip(wanted, found, strict=True))


def _report(
    runs: list[GroupRun],
    found: FindSets,
    wanted: dict[str, FindSets],
    error: OutputError,
    settings: RunSettings,
    seconds: float,
) -> RunReport:
    sizes, missing = set_sizes(found), _n_missing(wanted["true"], found)
    iterations = np.array([run.iterations / len(run.rows) for run in runs for _ in run.rows])
    return RunReport(
        rows=len(found),
        n_heavy={"max": int(sizes.max()), "mean": float(sizes.mean())},
        missed=_n_missing(wanted["quantised"], found),
        missed_unquantised=missing,
        recall=1 - missing / max(1, int(set_sizes(wanted["true"]).sum())),
        extra=_n_missing(found, wanted["quantised"]),
        thresholds="given",
        iterations={
            "mean": float(iterations.mean()),
            "p95": float(np.quantile(iterations, 0.95)),
            "total": sum(run.iterations for run in runs),
        },
        classical_inner_products=sum(run.inner_products for run in runs),
        error=error,
        fill=settings.fill,
        seconds=seconds,
    )
