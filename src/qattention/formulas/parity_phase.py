"""Closed form of `ParityPhase`: conditioned CZs, one an address."""

from __future__ import annotations

from numpy.typing import ArrayLike

from qattention.costs import Costs


def parity_phase(n_lines: ArrayLike, selected: bool = True) -> Costs:
    """Clifford; `n_lines` one-hot wires and, if selected, the wire of the walk."""
    return Costs().beside(n_lines).beside(int(selected))
