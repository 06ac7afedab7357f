"""Closed form of `SharedOracle`: R rows' sums on one loaded key, the union of their find sets marked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import Costs, address_bits
from qattention.formulas.inner_product import inner_product, junk_wires
from qattention.formulas.loaders import QROM, LoaderForm
from qattention.formulas.row_sums import RowSums


def not_all(n_bits: int) -> Costs:
    """The sign where some of `n_bits` wires is 0: an And ladder to the last pair."""
    ands = max(0, n_bits - 2)
    return Costs(toffoli=ands, measurement=ands, qubits=n_bits + ands)


def shared_oracle(
    n_keys: ArrayLike, head_dim: int, sums: RowSums, padded: bool = False, loader: LoaderForm = QROM
) -> Costs:
    """One group: all rows of `sums` on one load; scalars.

    When the last sum stands, address, key, what the loader keeps, and every row's junk and sign are held;
    the ladder adds its And's.
    """
    word_bits = sums.word_bits
    forward, backward = inner_product(sums, head_dim), inner_product(sums, head_dim, uncompute=True)
    ladder = not_all(sums.n_rows)
    sizes = (n_keys, word_bits, padded)
    held = address_bits(n_keys) + word_bits + loader.kept_bits(*sizes)
    held = held + int(np.sum(junk_wires(sums))) + sums.n_rows
    products = Costs(
        toffoli=int(np.sum(forward.toffoli)) + ladder.toffoli,
        measurement=int(np.sum(backward.measurement)) + ladder.measurement,
        qubits=held + ladder.toffoli,
    )
    return loader.load(*sizes) + products + loader.unload(*sizes)
