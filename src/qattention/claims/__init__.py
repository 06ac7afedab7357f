"""What is claimed of quantum attention: each formula at this head's sizes, and what became of it in gates."""

from qattention.claims.ask import claims
from qattention.claims.parameters import Parameters, measure_parameters, sized_parameters
from qattention.claims.record import Claim
from qattention.claims.registry import CLAIMS
from qattention.claims.report import ClaimRow, ClaimsReport, claims_report

__all__ = [
    "CLAIMS",
    "Claim",
    "ClaimRow",
    "ClaimsReport",
    "Parameters",
    "claims",
    "claims_report",
    "measure_parameters",
    "sized_parameters",
]
