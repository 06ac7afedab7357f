"""`claims_report`: every claim priced at one head's parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import attrs

from qattention.claims.memories import Extent, MemoryVerdict
from qattention.claims.parameters import Parameters
from qattention.claims.record import Claim, Cost
from qattention.claims.registry import CLAIMS

FURTHEST = 1e30  # n beyond which nobody asks
Compiled = Callable[[Parameters], Mapping[str, float]]  # what an estimate says of the first claim


@attrs.frozen(kw_only=True)
class ClaimRow:
    """One claim at these sizes; costs in multiply-adds, constants and logarithms 1.

    Attributes:
        prices: what its formula prices, one row or all. missing: parameters that nobody measured; then costs
            are None.
        one_row, all_rows: at the head's n. exact_row, exact_rows: n d and n^2 d.
        row_wins_from, all_rows_win_from: n from which the claim is below exact attention; None: never (or
            not of that kind), 1: always.
        compiled: what there is of it here; None: not compiled.
        measured: what that says, name -> figure. verdicts: under each memory.
    """

    name: str
    title: str
    source: str
    formula: str
    hides: tuple[str, ...]
    prices: tuple[Extent, ...]
    missing: tuple[str, ...]
    one_row: float | None
    all_rows: float | None
    exact_row: float
    exact_rows: float
    row_wins_from: float | None
    all_rows_win_from: float | None
    compiled: str | None
    measured: dict[str, float]
    verdicts: tuple[MemoryVerdict, ...]


@attrs.frozen(kw_only=True)
class ClaimsReport:
    """The fields of `claims --json`."""

    head: str
    parameters: Parameters
    claims: tuple[ClaimRow, ...]


def claims_report(
    head: str, parameters: Parameters, compiled: Mapping[str, Compiled] | None = None
) -> ClaimsReport:
    """All claims.

    Args:
        head: what the table is called.
        compiled: claim -> its figures from elsewhere (an estimate, an index), beside the record's own.
    """
    extra = compiled or {}
    rows = tuple(_row(claim, parameters, extra.get(claim.name)) for claim in CLAIMS)
    return ClaimsReport(head=head, parameters=parameters, claims=rows)


def _row(claim: Claim, p: Parameters, compiled: Compiled | None) -> ClaimRow:
    missing = claim.missing(p)
    known = not missing
    measured = dict(claim.measured(p)) if known else {}
    if known and compiled is not None:
        measured |= compiled(p)
    return ClaimRow(
        name=claim.name,
        title=claim.title,
        source=claim.source,
        formula=claim.formula,
        hides=claim.hides,
        prices=_prices(claim),
        missing=missing,
        one_row=_cost(claim.one_row, p, known),
        all_rows=_cost(claim.all_rows, p, known),
        exact_row=float(p.n * p.head_dim),
        exact_rows=float(p.n**2 * p.head_dim),
        row_wins_from=wins_from(claim.one_row, p, 1) if known else None,
        all_rows_win_from=wins_from(claim.all_rows, p, 2) if known else None,
        compiled=claim.compiled,
        measured=measured,
        verdicts=claim.verdicts(p),
    )


def _prices(claim: Claim) -> tuple[Extent, ...]:
    kinds: tuple[tuple[Extent, Cost | None], ...] = (("one row", claim.one_row), ("all rows", claim.all_rows))
    return tuple(extent for extent, cost in kinds if cost is not None)


def _cost(cost: Cost | None, p: Parameters, known: bool) -> float | None:
    return cost(p, float(p.n)) if known and cost is not None else None


def wins_from(cost: Cost | None, p: Parameters, power: int) -> float | None:
    """The n from which `cost` stays below n**power d, the other parameters held; None: never.

    Every formula here grows more slowly than what it is compared with, or never wins: the ratio falls.
    """
    if cost is None:
        return None

    def loses(log_n: float) -> bool:
        n = math.exp(log_n)
        return cost(p, n) >= n**power * p.head_dim

    low, high = 0.0, math.log(FURTHEST)
    if loses(high):
        return None
    if not loses(low):
        return 1.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if loses(middle) else (low, middle)
    return math.exp(high)
