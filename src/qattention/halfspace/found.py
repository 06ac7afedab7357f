"""What a structure reports of a batch of queries, and the array it grows in."""

from __future__ import annotations

import numpy as np

from qattention.compiled import compiled
from qattention.inference.packed import Indices

Found = tuple[Indices, Indices, Indices]  # starts (n_queries + 1,), point indices, visits (n_queries,)


@compiled(nogil=True)
def with_room(array: Indices, size: int) -> Indices:
    """The array, or one of at least twice its length that begins with it, if it is shorter than `size`."""
    if size <= len(array):
        return array
    longer = np.empty(max(size, 2 * len(array)), np.intp)
    longer[: len(array)] = array
    return longer
