"""T gates of a synthesised rotation."""

from __future__ import annotations

import math

TOFFOLI_T = 4  # T gates of an And, erased by measurement: Jones, arXiv:1212.5069; Gidney, arXiv:1709.06648

# Mixed fallback synthesis: Kliuchnikov et al., arXiv:2203.10064, as fitted in Beverland et al.,
# arXiv:2211.07629, section III.B.2: 0.53 log2(1/eps) + 5.3.
T_SLOPE, T_OFFSET = 0.53, 5.3


def t_per_rotation(eps_rotation: float) -> int:
    """T gates that approximate one rotation within `eps_rotation` in (0, 1), rounded up."""
    return math.ceil(T_SLOPE * math.log2(1.0 / eps_rotation) + T_OFFSET)
