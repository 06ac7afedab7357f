"""`RunReport`: what a run found, what it took, and how far the output is off."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiler import Question
from qattention.plan import Plan
from qattention.reference.error_target import SparsityEstimate
from qattention.reference.errors import OutputError
from qattention.reference.find import FindSets, set_sizes
from qattention.search import schedule_kind
from qattention.simulate.free_run import FreeRun, free_only
from qattention.simulate.group import GroupRun, GroupSearch
from qattention.simulate.memory import MemoryErrors


@attrs.frozen(kw_only=True)
class RunReport:
    """The fields of `run --json`; `missed` and `extra` are against the quantised logits' find sets.

    Attributes:
        n_heavy: keys found a row: "max", "mean"; "promised": k.
        recall, recall_quantised: keys found of those heavy by the exact logits, by the quantised ones.
        thresholds: "given" by the reference or as tau; "found" by the rows themselves.
        iterations: calls of the oracle. "mean" and "p95" a row, "total", of which "find" and "certificate";
            "per_key": total over the keys that the rows see (a classical scan reads each once);
            "per_sqrt_nk": total over the sum of sqrt(n k), n the keys a row sees, k promised, at most n.
        classical_inner_products: checks of keys read out, and what sampling for an error target took.
        plan: by which the rows were run. rows_per_load: rows on one loaded key.
        memory_errors: probabilities per call of the oracle.
        sampling: where k came from, if it came from an error target.
        free: keys taken classically; n_heavy, missed, extra, recall and iterations are then of the others.
    """

    rows: int
    n_heavy: dict[str, float]
    missed: int
    missed_unquantised: int
    extra: int
    recall: float
    recall_quantised: float
    thresholds: Literal["given", "found"]
    iterations: dict[str, float]
    classical_inner_products: int
    error: OutputError
    fill: str
    plan: Plan
    rows_per_load: int
    exclusion: str
    memory_errors: dict[str, float]
    sampling: SparsityEstimate | None
    free: FreeRun | None
    seconds: float


@attrs.frozen(kw_only=True)
class Wanted:
    """The find sets of the quantised logits and of the exact ones, and the keys that each row sees."""

    quantised: FindSets
    exact: FindSets
    n_visible: NDArray[np.intp]


def make_report(
    runs: list[GroupRun],
    wanted: Wanted,
    error: OutputError,
    how: GroupSearch,
    *,
    n_rows: int,
    fill: str,
    sampling: SparsityEstimate | None,
    free: FreeRun | None,
    seconds: float,
) -> RunReport:
    """Add up what the groups of rows did."""
    found = [keys for run in runs for keys in run.found]
    sizes = set_sizes(found)
    missed, missing = n_missing(wanted.quantised, found), n_missing(wanted.exact, found)
    plan, n_promised = how.plan, how.problem.n_heavy
    checks = sum(run.tally.inner_products for run in runs)
    return RunReport(
        rows=n_rows,
        n_heavy={"max": int(sizes.max()), "mean": float(sizes.mean()), "promised": n_promised},
        missed=missed,
        missed_unquantised=missing,
        extra=n_missing(found, wanted.quantised),
        recall=1 - missing / max(1, int(set_sizes(wanted.exact).sum())),
        recall_quantised=1 - missed / max(1, int(set_sizes(wanted.quantised).sum())),
        thresholds="found" if schedule_kind(plan.search).finds_thresholds else "given",
        iterations=_iterations(runs, wanted.n_visible, n_promised),
        classical_inner_products=checks
        + (0 if sampling is None else sampling.inner_products)
        + (0 if free is None else free.inner_products),
        error=error,
        fill=fill,
        plan=plan,
        rows_per_load=plan.circuit.rows_per_load,
        exclusion=plan.circuit.exclusion,
        memory_errors=attrs.asdict(how.errors),
        sampling=sampling,
        free=free,
        seconds=seconds,
    )


def no_search_report(
    question: Question, rows: NDArray[np.intp], error: OutputError, *, fill: str, seconds: float
) -> RunReport:
    """Of rows that their free keys answer."""
    free, sampling, plan = free_only(question, rows), question.sampling, Plan()
    names = ("mean", "p95", "total", "find", "certificate", "per_key", "per_sqrt_nk")
    return RunReport(
        rows=len(rows),
        n_heavy={"max": 0, "mean": 0.0, "promised": 0},
        missed=0,
        missed_unquantised=0,
        extra=0,
        recall=1.0,
        recall_quantised=1.0,
        thresholds="given",
        iterations=dict.fromkeys(names, 0.0),
        classical_inner_products=free.inner_products + (0 if sampling is None else sampling.inner_products),
        error=error,
        fill=fill,
        plan=plan,
        rows_per_load=plan.circuit.rows_per_load,
        exclusion=plan.circuit.exclusion,
        memory_errors=attrs.asdict(MemoryErrors()),
        sampling=sampling,
        free=free,
        seconds=seconds,
    )


def n_missing(wanted: FindSets, found: FindSets) -> int:
    """Keys of `wanted` that are not in `found`, over all rows."""
    return sum(len(np.setdiff1d(want, have)) for want, have in zip(wanted, found, strict=True))


def _iterations(runs: list[GroupRun], n_visible: NDArray[np.intp], n_promised: int) -> dict[str, float]:
    """See RunReport; a group's are shared evenly by its rows."""
    by_row = np.array([run.tally.iterations / len(run.rows) for run in runs for _ in run.rows])
    find, certificate = (sum(getattr(run.tally, name) for run in runs) for name in ("find", "certificate"))
    total = find + certificate
    roots = np.sqrt(n_visible * np.minimum(n_visible, n_promised))
    return {
        "mean": float(by_row.mean()),
        "p95": float(np.quantile(by_row, 0.95)),
        "total": total,
        "find": find,
        "certificate": certificate,
        "per_key": total / int(n_visible.sum()),
        "per_sqrt_nk": total / float(roots.sum()),
    }
