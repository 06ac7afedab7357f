"""Why two estimates differ: inputs, conventions, search, parts, and the factors of every ratio."""

from typing import TYPE_CHECKING

from qattention.lazily import lazily

if TYPE_CHECKING:
    from qattention.estimates.diff.compare import compare_estimates
    from qattention.estimates.diff.model import Change, DiffReport, RatioReport
    from qattention.estimates.diff.read import read_estimate
else:  # conversions only read
    __getattr__ = lazily(
        __name__,
        {"compare": "compare_estimates", "model": "Change DiffReport RatioReport", "read": "read_estimate"},
    )

__all__ = ["Change", "DiffReport", "RatioReport", "compare_estimates", "read_estimate"]
