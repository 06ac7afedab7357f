"""Closed form of `SharedOracle`: R rows' sums on one loaded key, the union of their find sets marked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit import Circuit
from qattention.costs import Costs, address_bits
from qattention.formulas.any_flag import any_flag
from qattention.formulas.exclusion import FIX_UP, ExclusionForm
from qattention.formulas.inner_product import SumFigures, inner_product, junk_wires, sum_figures
from qattention.formulas.loader_costs import kept_bits_of, load_of, unload_of
from qattention.formulas.row_sums import RowSums


def not_all(n_bits: int) -> Costs:
    """The sign where some of `n_bits` wires is 0: an And ladder to the last pair."""
    ands = max(0, n_bits - 2)
    return Costs(toffoli=ands, measurement=ands, qubits=n_bits + ands)


def shared_oracle(
    n_keys: ArrayLike, sums: RowSums, circuit: Circuit, exclusion: ExclusionForm = FIX_UP
) -> Costs:
    """One group: all rows of `sums` on one load; scalars.

    When the last sum stands, address, key, what the loader keeps, and every row's junk and sign are held;
    the ladder adds its And's. The rotation of another phase than -1 is not counted here.
    """
    word_bits, kind = sums.word_bits + exclusion.live_bits, circuit.inner_product
    there, back = (inner_product(sums, kind, undone) for undone in (False, True))
    held = address_bits(n_keys) + word_bits + kept_bits_of(circuit, n_keys, word_bits)
    products = Costs(
        toffoli=int(np.sum(there.toffoli + back.toffoli)),
        measurement=int(np.sum(there.measurement + back.measurement)),
        qubits=held + most_wires(sum_figures(sums, kind)),
    )
    marked = _union(sums.n_rows, exclusion).beside(held + int(np.sum(junk_wires(sums, kind))))
    look_up, given_back = (part(circuit, n_keys, word_bits) for part in (load_of, unload_of))
    return look_up + products + marked + given_back + exclusion.afterwards


def most_wires(figures: SumFigures) -> int:
    """Most wires beside the key while the rows' sums are made one after another, all of them kept."""
    return int(np.max(np.cumsum(figures.junk + 1) + figures.work))


def _union(n_rows: int, exclusion: ExclusionForm) -> Costs:
    """The phase of the union, from the signs: by a ladder, or by a flag of its own."""
    if exclusion.is_sign and exclusion.kind != "live":
        return not_all(n_rows)
    flag, erased = any_flag(n_rows), any_flag(n_rows, uncompute=True)
    return flag + exclusion.flagged.beside(flag.qubits) + erased
