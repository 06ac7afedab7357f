"""Why two estimates differ: inputs, conventions, search, parts, and the factors of every ratio."""

from typing import TYPE_CHECKING

from qattention.lazily import lazily

if TYPE_CHECKING:
    from qattention.estimates.diff.compare import compare_estimates, read_estimate
    from qattention.estimates.diff.result import Change, DiffReport, RatioReport
else:  # conversions only read
    __getattr__ = lazily(
        __name__,
        {"compare": "compare_estimates read_estimate", "result": "Change DiffReport RatioReport"},
    )

__all__ = ["Change", "DiffReport", "RatioReport", "compare_estimates", "read_estimate"]
