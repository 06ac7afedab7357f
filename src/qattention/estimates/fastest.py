"""Which machine stands for all: the fastest, and of those as fast the smallest. All headlines ask here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qattention.estimates.result import PhysicalFigures

ALIKE = 1 + 1e-3  # runtimes within a part in a thousand are alike: models are no better than that


def fastest(figures: Iterable[PhysicalFigures] | None) -> PhysicalFigures | None:
    """The machine to tell of all engines' figures; None where there is none.

    Of those whose runtime is within `ALIKE` of the least, the one of fewest qubits: where reactions bind,
    all engines' machines wait alike, and parts in a million would choose one thirty times as large.
    """
    every = list(figures or ())
    least_s = min((one.runtime_s for one in every), default=0.0)
    alike = [one for one in every if one.runtime_s <= ALIKE * least_s]
    return min(alike, key=lambda one: (one.physical_qubits, one.runtime_s), default=None)
