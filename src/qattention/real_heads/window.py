"""What a window and the first keys leave to be searched, and the roles of heads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.real_heads.table import HeadTable

TARGET = 0.1  # the error at which `k_left` is measured
SINK = 0.5  # attention weight on the first key, above which a head is dominated by it
LOCAL, FAR = 0.9, 0.5  # shares of the 16 heaviest keys that are near or first: above, below


def share_left(table: HeadTable) -> float:
    """Iterations of the search that is left over those of the whole, both at the same n: sqrt(k) of each.

    Over all heads and texts; a head that needs no further key is left with none.
    """
    return float(np.sqrt(table.k_left).sum() / np.sqrt(table.keys(TARGET)).sum())


def settled(table: HeadTable) -> float:
    """Share of the heads that need no search at all once window and first keys are taken."""
    return float((table.k_left == 0).mean())


def roles(table: HeadTable) -> dict[str, NDArray[np.bool_]]:
    """Which rows of the table are of which role; each of one."""
    sink = table.first_weight > SINK
    local = ~sink & (table.in_window_or_first > LOCAL)
    far = ~sink & (table.in_window_or_first < FAR)
    return {"first key": sink, "local": local, "in between": ~(sink | local | far), "far": far}
