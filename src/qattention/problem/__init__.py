"""What is asked: problem sizes, attention heads and the digits of their queries, as frozen values."""

from qattention.problem.digits import DigitProfile, digit_densities
from qattention.problem.figure import Figure
from qattention.problem.spec import AttentionProblem

__all__ = ["AttentionProblem", "DigitProfile", "Figure", "digit_densities"]
