"""Closed form of `HeavyKeyOracle`: load, sum, flag, phase, and everything given back."""

from __future__ import annotations

from numpy.typing import ArrayLike

from qattention.circuit import Circuit
from qattention.costs import Costs, address_bits
from qattention.formulas.exclusion import FIX_UP, ExclusionForm
from qattention.formulas.inner_product import inner_product, junk_wires
from qattention.formulas.loader_costs import kept_bits_of, load_of, unload_of
from qattention.formulas.row_sums import RowSums


def heavy_key_oracle(
    n_keys: ArrayLike, sums: RowSums, circuit: Circuit, exclusion: ExclusionForm = FIX_UP
) -> Costs:
    """The phase oracle of each row over its `n_keys` keys (scalar, or one a row), shape (n_rows,).

    Besides address, key, sign, the sum's junk and what the loader keeps, one wire holds the flag. The
    loader's own junk is measured at once. The rotation of another phase than -1 is not counted here.
    """
    sizes, kind = (n_keys, sums.word_bits + exclusion.live_bits), circuit.inner_product
    held = address_bits(n_keys) + 1 + kept_bits_of(circuit, *sizes) + exclusion.live_bits
    standing = held + sums.word_bits + junk_wires(sums, kind) + 1
    product, erased = (inner_product(sums, kind, undone).beside(held - 1) for undone in (False, True))
    marked = exclusion.flagged.beside(standing)
    look_up, given_back = load_of(circuit, *sizes), unload_of(circuit, *sizes)
    return look_up + product + marked + erased + given_back + exclusion.afterwards
