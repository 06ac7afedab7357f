"""The scaling verdict: leading exponents of every loader and cost, fitted ones beside them, and the claim."""

from qattention.estimates.scaling.model import Exponents, ScalingReport, Verdict
from qattention.estimates.scaling.report import scaling_report

__all__ = ["Exponents", "ScalingReport", "Verdict", "scaling_report"]
