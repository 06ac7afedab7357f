"""The fields of `scaling --json`."""

from __future__ import annotations

from typing import Literal

import attrs

from qattention.estimates.classical.paper_scaling import ClassicalScaling

Cost = Literal["queries", "t", "t_depth", "clifford_depth", "volume", "runtime", "fix_up"]
Answer = Literal["holds", "fails", "assumes"]


@attrs.frozen(kw_only=True)
class Claim:
    """Exponents of O~(n^1.5 k^0.5 d) (arXiv:2307.08045, theorem 1.3, part 3); it counts words, not bits."""

    n: float = 1.5
    k: float = 0.5
    d: float = 1.0


@attrs.frozen(kw_only=True)
class Exponents:
    """Of n = n_keys = n_queries, k = n_heavy, d = head_dim, b = key_bits = query_bits."""

    n: float
    k: float
    d: float
    b: float

    def __str__(self) -> str:
        powers = [(name, getattr(self, name)) for name in ("n", "k", "d", "b")]
        return " ".join(name if x == 1 else f"{name}^{x:g}" for name, x in powers if x) or "1"


@attrs.frozen(kw_only=True)
class CertificateScaling:
    """Of the part of the searches that proves that nothing is left; its ln(4 n / p_fail) divided out."""

    leading: Exponents | None
    fitted: Exponents
    stderr: Exponents


@attrs.frozen(kw_only=True)
class TotalScaling:
    """Of finding and certificate together, all rows, all of p_fail: what a bill grows by.

    Attributes:
        search: the schedule. fitted, stderr: over the report's grids.
        low, high: local exponents of n between the first two and the last two sizes of the grid.
    """

    search: str
    fitted: Exponents
    stderr: Exponents
    low: float
    high: float


@attrs.frozen(kw_only=True)
class CircuitCheck:
    """One iteration's exponent of n in constructed circuits, and the closed form's on the same grid.

    Attributes:
        source: bloqs (call graph) or gates (lowered and scheduled); search for a count of iterations.
        n_keys: the grid. fitted, formula: slopes, within 0.02 of each other.
    """

    source: Literal["bloqs", "gates", "search"]
    n_keys: tuple[int, ...]
    fitted: float
    formula: float


@attrs.frozen(kw_only=True)
class Verdict:
    """One algorithm, loader and cost.

    Attributes:
        leading: exponents of the term that dominates as n grows, polylogs ignored; None if none is written.
        fitted: of the finding part over the report's grids, with standard errors.
        verdict: whether n, k and d keep within the claim: with gates alone, not at all, or if `assumption`.
        certificate: None if the schedule runs none, or one that is not fitted apart.
        total: finding and certificate together; None if the schedule proves nothing.
        crossover_n: where the leading term of one iteration's closed form is half of its terms, at the
            report's d and b; None where it leads from the start, or no leading terms are written.
        check: None where there is no circuit to hold it against.
        totals: the cost of all rows, certificate included, at each n of the report.
    """

    algorithm: str
    loader: str
    cost: Cost
    claimed: Claim
    leading: Exponents | None
    fitted: Exponents
    stderr: Exponents
    verdict: Answer
    assumption: str | None
    certificate: CertificateScaling | None
    total: TotalScaling | None = None
    crossover_n: float | None = None
    check: CircuitCheck | None
    totals: tuple[float, ...]


@attrs.frozen(kw_only=True)
class ScalingReport:
    """The fields of `scaling --json`.

    Attributes:
        search: the schedule. p_fail: for all rows.
        n_keys, n_heavy, head_dim, key_bits: the grids; while one varies the others stay at `base`.
        base: n, k, d, b.
        conventions: what the costs mean.
        classical: the paper's classical algorithms, counted; None if not asked.
    """

    search: str
    p_fail: float
    n_keys: tuple[int, ...]
    n_heavy: tuple[int, ...]
    head_dim: tuple[int, ...]
    key_bits: tuple[int, ...]
    base: dict[str, int]
    verdicts: tuple[Verdict, ...]
    conventions: tuple[str, ...]
    classical: tuple[ClassicalScaling, ...] | None = None
