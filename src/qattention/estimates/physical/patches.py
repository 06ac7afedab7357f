"""How often a patch of the surface code errs."""

from __future__ import annotations

import attrs

from qattention.estimates.physical.hardware import THRESHOLD


@attrs.frozen(kw_only=True)
class PatchErrors:
    """Errors scale (p / 0.01)^((d + 1) / 2), a round or a step as the model's authors take it."""

    scale: float

    def __call__(self, p_physical: float, distance: int) -> float:
        """Error of one patch at an odd or even code distance."""
        return float(self.scale * (p_physical / THRESHOLD) ** ((distance + 1) / 2))


GIDNEY_FOWLER = PatchErrors(scale=0.1)  # a round (Fowler and Gidney, arXiv:1808.06709, section XV)
BEVERLAND = PatchErrors(scale=0.03)  # a step of d rounds (arXiv:2211.07629, table III)


def fast_block(n_qubits: int) -> int:
    """Patches of the fast block, 2 n + sqrt(8 n) + 1 (Litinski, arXiv:1808.02892, figure 13b)."""
    n_squares = 8 * n_qubits
    return 2 * n_qubits + _root_up(n_squares) + 1


def _root_up(square: int) -> int:
    """The square root of an integer, rounded up, exact for any size."""
    from math import isqrt

    root = isqrt(square)
    return root + (root * root < square)
