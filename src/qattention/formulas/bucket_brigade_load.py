"""Closed form of `BucketBrigadeLoad`: a tree of lines, and an And a bit of every cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import Costs, address_bits
from qattention.formulas.one_hot_load import tree_lines
from qattention.formulas.qrom_load import walk_toffoli


def bucket_brigade_load(
    n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False, parallel: bool = False
) -> Costs:
    """|j> -> |j>|k_j>|tree>: n - 2 And's for the lines, n w to read the cells, erased by measurement.

    Lines, cells and key are held, and one And when read serially, n w when in parallel. A single key without
    padding has no lines, and is copied.
    """
    n, w, lines = np.asarray(n_keys), np.asarray(word_bits), tree_lines(n_keys, 1, padded)
    reads = np.where(lines > 0, n * w, 0)
    at_once = reads if parallel else np.minimum(reads, 1)
    return Costs(
        toffoli=walk_toffoli(n, padded) + reads,
        measurement=reads,
        qubits=address_bits(n) + lines + n * w + w + at_once,
    )
