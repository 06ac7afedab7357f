"""The scaling verdict: leading exponents of every loader and cost, fitted ones beside them, and the claim."""

from qattention.estimates.scaling.report import scaling_report
from qattention.estimates.scaling.result import Exponents, ScalingReport, Verdict

__all__ = ["Exponents", "ScalingReport", "Verdict", "scaling_report"]
