"""Closed form of `HeavyKeyOracle`: load, sum, flag, phase, and everything given back."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import Costs, IntArray, address_bits
from qattention.formulas.inner_product import inner_product
from qattention.formulas.measured_unload import measured_unload
from qattention.formulas.qrom_load import qrom_load
from qattention.formulas.row_sums import RowSums


def heavy_key_oracle(n_keys: ArrayLike, head_dim: int, sums: RowSums, padded: bool = False) -> Costs:
    """The phase oracle of each row over its `n_keys` keys (scalar, or one a row), shape (n_rows,).

    Besides address, key, junk and sign one wire holds the flag.
    """
    product = inner_product(sums, head_dim).beside(address_bits(n_keys) + 1)
    erased = Costs(measurement=product.toffoli)
    load = qrom_load(n_keys, head_dim * sums.key_bits, padded)
    unload = measured_unload(n_keys, head_dim * sums.key_bits, padded)
    return load + product + erased + unload


def classical_bit_ops(n_keys: ArrayLike, word_bits: int) -> IntArray:
    """Bit XORs between an unload's measurement and its fix-up, expected: n w / 2, rounded up.

    The phase of address j is parity(outcomes AND word_j); half of the bits of the words are 1.
    """
    n = np.asarray(n_keys, dtype=object)
    ops: IntArray = np.asarray(-(-n * word_bits // 2))
    return ops
