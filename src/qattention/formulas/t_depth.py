"""Closed forms of T depth where there are any: look-up and unload by unary iteration.

Under the default rule of `lowering.schedule` (free fan-out, wires reused as in the program). A walk runs its
And's one after another: each waits for the wire that the last one leaves. The one-hot half of an unload runs
beside its walk. The depth of an inner product depends on which adders touch the same key bits; it has no
closed form here and is read off the gates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import IntArray
from qattention.formulas.measured_unload import served_addresses, unload_split
from qattention.formulas.qrom_load import walk_toffoli


def qrom_load_t_depth(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """Every And of the walk is a layer of its own."""
    return walk_toffoli(n_keys, padded)


def one_hot_t_depth(n_bits: ArrayLike) -> IntArray:
    """A layer for each level but the first, which needs no And."""
    return np.maximum(0, np.asarray(n_bits, dtype=np.int64) - 1)


def measured_unload_t_depth(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """The walk over the high address bits, or the one-hot tree of the low ones where that is deeper."""
    n_rows = served_addresses(n_keys, padded)
    low, _ = unload_split(n_rows)
    return np.maximum(walk_toffoli(-(-n_rows >> low)), one_hot_t_depth(low))
