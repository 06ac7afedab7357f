"""Closed form of `TurnOracle`: R rows' sums one after another on one loaded key."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit import Circuit
from qattention.costs import Costs, address_bits
from qattention.formulas.inner_product import inner_product
from qattention.formulas.loader_costs import kept_bits_of, load_of, unload_of
from qattention.formulas.row_sums import RowSums


def turn_oracle(n_keys: ArrayLike, sums: RowSums, circuit: Circuit) -> Costs:
    """All rows of `sums` in turn over `n_keys` keys; scalars.

    One sum stands at a time: its wires are those of the widest row.
    """
    word_bits, kind = sums.word_bits, circuit.inner_product
    there, back = (inner_product(sums, kind, undone) for undone in (False, True))
    held = address_bits(n_keys) + kept_bits_of(circuit, n_keys, word_bits)
    rows = Costs(
        toffoli=int(np.sum(there.toffoli + back.toffoli)),
        measurement=int(np.sum(there.measurement + back.measurement)),
        qubits=held + int(np.max(np.maximum(there.qubits, back.qubits))),
    )
    load, unload = (part(circuit, n_keys, word_bits) for part in (load_of, unload_of))
    return load + rows + unload
