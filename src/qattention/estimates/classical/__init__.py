"""Exact attention on classical machines, and what a quantum one would have to be to keep up."""

from typing import TYPE_CHECKING

from qattention.lazily import lazily

if TYPE_CHECKING:
    from qattention.estimates.classical.figures import classical_figures
    from qattention.estimates.classical.rates import ClassicalRate, recorded_rates
    from qattention.estimates.classical.result import Against, ClassicalFigures
else:  # figures bring in the fits of `scaling`
    __getattr__ = lazily(
        __name__,
        {
            "figures": "classical_figures",
            "result": "Against ClassicalFigures",
            "rates": "ClassicalRate recorded_rates",
        },
    )

__all__ = ["Against", "ClassicalFigures", "ClassicalRate", "classical_figures", "recorded_rates"]
