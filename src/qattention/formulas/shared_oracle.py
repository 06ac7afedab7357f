"""Closed form of `SharedOracle`: R rows' sums on one loaded key, the union of their find sets marked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.any_flag import any_flag
from qattention.formulas.costs import Costs, address_bits
from qattention.formulas.exclusion import FIX_UP, ExclusionForm
from qattention.formulas.inner_product import (
    COMPRESSOR_TREE,
    SumFigures,
    inner_product,
    junk_wires,
    sum_figures,
)
from qattention.formulas.loaders import QROM, LoaderForm
from qattention.formulas.row_sums import RowSums


def not_all(n_bits: int) -> Costs:
    """The sign where some of `n_bits` wires is 0: an And ladder to the last pair."""
    ands = max(0, n_bits - 2)
    return Costs(toffoli=ands, measurement=ands, qubits=n_bits + ands)


def shared_oracle(
    n_keys: ArrayLike,
    head_dim: int,
    sums: RowSums,
    padded: bool = False,
    loader: LoaderForm = QROM,
    exclusion: ExclusionForm = FIX_UP,
    form: str = COMPRESSOR_TREE,
) -> Costs:
    """One group: all rows of `sums` on one load; scalars.

    When the last sum stands, address, key, what the loader keeps, and every row's junk and sign are held;
    the ladder adds its And's. The rotation of another phase than -1 is not counted here.
    """
    word_bits = sums.word_bits + exclusion.live_bits
    forward = inner_product(sums, head_dim, form=form)
    backward = inner_product(sums, head_dim, uncompute=True, form=form)
    marked = _union(sums.n_rows, exclusion)
    sizes = (n_keys, word_bits, padded)
    held = address_bits(n_keys) + word_bits + loader.kept_bits(*sizes)
    products = Costs(
        toffoli=int(np.sum(forward.toffoli + backward.toffoli)),
        measurement=int(np.sum(forward.measurement + backward.measurement)),
        qubits=held + most_wires(sum_figures(sums, form)),
    )
    marked = marked.beside(held + int(np.sum(junk_wires(sums, form))))
    return loader.load(*sizes) + products + marked + loader.unload(*sizes) + exclusion.afterwards


def most_wires(figures: SumFigures) -> int:
    """Most wires beside the key while the rows' sums are made one after another, all of them kept."""
    return int(np.max(np.cumsum(figures.junk + 1) + figures.work))


def _union(n_rows: int, exclusion: ExclusionForm) -> Costs:
    """The phase of the union, from the signs: by a ladder, or by a flag of its own."""
    if exclusion.is_sign and exclusion.kind != "live":
        return not_all(n_rows)
    flag, erased = any_flag(n_rows), any_flag(n_rows, uncompute=True)
    return flag + exclusion.flagged.beside(flag.qubits) + erased
