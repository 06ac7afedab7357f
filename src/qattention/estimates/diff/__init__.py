"""Why two estimates differ: inputs, conventions, search, parts, and the factors of every ratio."""

from qattention.estimates.diff.compare import compare_estimates
from qattention.estimates.diff.model import Change, DiffReport, RatioReport
from qattention.estimates.diff.read import read_estimate

__all__ = ["Change", "DiffReport", "RatioReport", "compare_estimates", "read_estimate"]
