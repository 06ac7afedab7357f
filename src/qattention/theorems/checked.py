"""`Checked`: what a theorem allows beside what was measured."""

from __future__ import annotations

import attrs

ROUNDING = 1e-12  # relative: float64 sums of some thousand terms


@attrs.frozen(kw_only=True)
class Checked:
    """One inequality on one instance.

    Attributes:
        quantity: what was measured, the largest over rows, keys and columns.
        bound: what it cannot exceed; measured: what it was.
        tight: whether instances come as near to the bound as one likes (`adversary`).
    """

    quantity: str
    bound: float
    measured: float
    tight: bool

    @property
    def holds(self) -> bool:
        """Whether the bound is kept, but for rounding."""
        return self.measured <= self.bound * (1 + ROUNDING) + ROUNDING

    @property
    def share(self) -> float:
        """Measured over bound; 1 where both are 0."""
        return self.measured / self.bound if self.bound else 1.0
