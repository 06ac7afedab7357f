"""Closed form of `HeavyKeyOracle`: load, sum, flag, phase, and everything given back."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import Costs, IntArray, address_bits
from qattention.formulas.exclusion import FIX_UP, ExclusionForm
from qattention.formulas.inner_product import COMPRESSOR_TREE, inner_product, junk_wires
from qattention.formulas.loaders import QROM, LoaderForm
from qattention.formulas.row_sums import RowSums


def heavy_key_oracle(
    n_keys: ArrayLike,
    head_dim: int,
    sums: RowSums,
    padded: bool = False,
    loader: LoaderForm = QROM,
    exclusion: ExclusionForm = FIX_UP,
    form: str = COMPRESSOR_TREE,
) -> Costs:
    """The phase oracle of each row over its `n_keys` keys (scalar, or one a row), shape (n_rows,).

    Besides address, key, sign, the sum's junk and what the loader keeps, one wire holds the flag. The
    loader's own junk is measured at once. The rotation of another phase than -1 is not counted here.
    """
    sizes = (n_keys, sums.word_bits + exclusion.live_bits, padded)
    held = address_bits(n_keys) + 1 + loader.kept_bits(*sizes) + exclusion.live_bits
    standing = held + sums.word_bits + junk_wires(sums, form) + 1
    product, erased = (
        inner_product(sums, head_dim, uncompute, form).beside(held - 1) for uncompute in (False, True)
    )
    marked = exclusion.flagged.beside(standing)
    return loader.load(*sizes) + product + marked + erased + loader.unload(*sizes) + exclusion.afterwards


def classical_bit_ops(n_keys: ArrayLike, word_bits: ArrayLike) -> IntArray:
    """Bit XORs between an unload's measurement and its fix-up, expected: n w / 2, rounded up.

    The phase of address j is parity(outcomes AND word_j); half of the bits of the words are 1.
    """
    n = np.asarray(n_keys, dtype=object)
    ops: IntArray = np.asarray(-(-n * np.asarray(word_bits, dtype=object) // 2))
    return ops
