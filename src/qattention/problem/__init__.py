"""What is asked: problem sizes, attention heads and the digits of their queries, as frozen values."""

from qattention.problem.digits import DigitProfile, digit_densities
from qattention.problem.head import AttentionHead
from qattention.problem.load import load_head, sample_names
from qattention.problem.spec import AttentionProblem, check_countable

__all__ = [
    "AttentionHead",
    "AttentionProblem",
    "DigitProfile",
    "check_countable",
    "digit_densities",
    "load_head",
    "sample_names",
]
