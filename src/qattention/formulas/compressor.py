"""How many sum wires a compressor tree adds: its rule replayed on counts and ready times, without wires.

A full or half adder overwrites one of its bits with the sum. Key bits may not be overwritten, so a fresh wire
is spent if the column has no other bit ready within PATIENCE adders.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from qattention.costs import IntArray

PATIENCE = 4  # adders; the tree's own choice (bloqs/compressor.py), between fewer wires and less depth
MIN_COMPILED = 32  # rows; loading Numba takes as long as replaying about so many rows without


def _pop(ready: NDArray[np.int64]) -> int:
    """Take the earliest bit of a column; `ready` counts bits by the adder they wait for."""
    at = 0
    while ready[at] == 0:
        at += 1
    ready[at] -= 1
    return at


def _waits(ready: NDArray[np.int64], limit: int) -> bool:
    """Whether no bit is ready within `limit` adders."""
    return ready[: limit + 1].sum() == 0


def _fresh_sums(heights: NDArray[np.int64], constants: NDArray[np.int64], width: int, patience: int) -> int:
    size = heights.sum() + width + patience + 3  # no bit waits for more adders than there are bits
    here, above = np.zeros(size, np.int64), np.zeros(size, np.int64)
    keys_above, fresh = 0, 0
    for column in range(width - 1):
        here, above = above, here
        above[:] = 0
        keys, spare, keys_above = heights[column] + keys_above, here.sum(), 0
        while keys + spare >= 2:
            full = keys + spare >= 3
            at = 0
            if spare == 0 or (keys >= 3 and _waits(here, patience)):
                fresh, keys = fresh + 1, keys - 1
            else:
                at, spare = _pop(here), spare - 1
            for _ in range(2 if full else 1):
                if keys > 0:
                    keys -= 1
                else:
                    at, spare = max(at, _pop(here)), spare - 1
            above[at + 1] += 1
            if not full:
                break
            here[at + 1] += 1
            spare += 1
        else:
            if constants[column] and keys == 1:
                keys_above = 1
            elif constants[column] and spare == 1:
                above[_pop(here)] += 1
    return fresh


@cache
def _compiled() -> Callable[..., int]:
    import numba
    from numba.extending import register_jitable

    for part in (_pop, _waits):
        register_jitable(part)
    made: Callable[..., int] = numba.njit(cache=True)(_fresh_sums)
    return made


def n_fresh_sums(heights: IntArray, constants: IntArray, widths: IntArray) -> IntArray:
    """Fresh sum wires of each row; arguments as `RowSums.columns` gives them."""
    many = len(widths) >= MIN_COMPILED or "numba" in sys.modules
    replay = _compiled() if many else _fresh_sums
    rows = zip(heights, constants, widths, strict=True)
    return np.array([replay(h, c, int(w), PATIENCE) for h, c, w in rows], dtype=np.int64)
