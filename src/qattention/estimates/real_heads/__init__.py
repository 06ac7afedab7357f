"""What the claim comes to with k as real heads give it."""

from qattention.estimates.real_heads.report import RealHeadsReport, real_heads_report

__all__ = ["RealHeadsReport", "real_heads_report"]
