"""Holds, fails, or assumes: leading exponents against the claim, and what they rest on, in words."""

from __future__ import annotations

from qattention.circuit import LoaderKind
from qattention.estimates.scaling.leading import leading_exponents, row_by_row
from qattention.estimates.scaling.model import Answer, Claim, Cost, Exponents

DEVICE = (
    "a memory outside the circuit answers every query in a constant time without error; its n d b cells, and "
    "what keeps them coherent, are not counted (arXiv:2305.10310)"
)


FITTED = "what is fitted goes on beyond the sizes of the report: this loader has no leading terms"
SLACK = 0.05  # of a fitted exponent, in which a polylogarithm may hide


def judge(
    loader: LoaderKind, cost: Cost, leading: Exponents | None, fitted: Exponents
) -> tuple[Answer, str | None]:
    """The verdict on n, k and d (the claim counts words: b is free), and its assumption.

    By the leading exponents, or where there are none by the fitted ones.
    """
    claim, slack = Claim(), SLACK if leading is None else 0.0
    judged = fitted if leading is None else leading
    if any(getattr(judged, name) > getattr(claim, name) + slack for name in ("n", "k", "d")):
        return "fails", None
    if cost == "queries":
        return "holds", None
    if loader.is_device:
        return "assumes", DEVICE
    if leading is None:
        return "assumes", FITTED
    terms = row_by_row(loader)
    if cost == "t_depth":
        qubits, cliffords = (leading_exponents(x) for x in (terms.qubits, terms.clifford_depth))
        return "assumes", (
            f"time is counted in T layers alone: controls fan out freely, the order of {qubits} qubits are "
            f"active, and an iteration's Clifford depth of the order of {cliffords} takes no time"
        )
    return "holds", None
