"""How many rows to put on one load: the choice by the closed forms and the schedule's mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.compiler.oracle import looked_up_channels
from qattention.formulas import LoaderForm, RowSums, reflection, served_addresses
from qattention.formulas.exclusion import ExclusionForm
from qattention.formulas.shared_oracle import shared_oracle
from qattention.numerics import AnyIntArray
from qattention.reference.exact import n_visible
from qattention.reference.quantised import QuantisedHead
from qattention.search import make_wary
from qattention.simulate.group import GroupSearch

CHOICES = (1, 2, 4, 8, 16, 32)  # R tried: costs fall to one least, which is flat, and rise again


def best_rows_per_load(
    quantised: QuantisedHead, rows: NDArray[np.intp], thresholds: AnyIntArray, how: GroupSearch
) -> int:
    """R with the least expected Toffoli a row: an iteration's, times the mean iterations of R k keys, over R.

    The sums counted are those of the first R rows, over the keys that the last row sees, and the promise is
    taken to be met exactly.
    """
    best, least = 1, np.inf
    for together in CHOICES:
        if together <= len(rows):
            toffoli = _toffoli_a_row(quantised, rows, thresholds, how, together)
            if toffoli > least:
                break
            best, least = together, toffoli
    return best


def _toffoli_a_row(
    quantised: QuantisedHead, rows: NDArray[np.intp], thresholds: AnyIntArray, how: GroupSearch, together: int
) -> float:
    n_keys, loader = int(n_visible(quantised.head, rows).max()), LoaderForm(how.loader.name, how.loader.block)
    n_items = int(served_addresses(n_keys, how.padded))
    sums = RowSums.from_weights(
        quantised.q_int[rows[:together]], thresholds[:together], quantised.channel_bits
    )
    channels = looked_up_channels(quantised, rows[:together].tolist(), how.loader, how.form)
    sums, kind = sums.over(channels), ExclusionForm(kind=how.exclusion)
    oracle = shared_oracle(n_keys, quantised.head.head_dim, sums, how.padded, loader, kind, how.form)
    iterate = int(np.ravel(oracle.toffoli)[0]) + int(reflection(n_items).toffoli)
    marked = min(how.n_heavy * together, n_items)
    schedule = make_wary(how.search, n_items, marked, how.eps(together))
    return iterate * schedule.expected(marked).iterations / together
