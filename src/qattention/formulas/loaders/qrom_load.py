"""Closed form of `QROMLoad`: unary iteration over n addresses (arXiv:1805.03662, section III.A)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import Costs, address_bits
from qattention.formulas.clifford_depth import select_swap_clifford_depth
from qattention.formulas.load_cliffords import select_swap_cliffords
from qattention.formulas.loading import MEASURED, key_bits, plus_unload, table_bits
from qattention.formulas.table_ones import cell_ones
from qattention.formulas.walk import walk_toffoli


def qrom_load(n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> Costs:
    """|j> -> |j>|k_j> for `n_keys` words of `word_bits` bits.

    The walk down to the first leaf holds an And a level but the top one: m - 1 wires.
    """
    toffoli, m = walk_toffoli(n_keys, padded), address_bits(n_keys)
    return Costs(toffoli=toffoli, measurement=toffoli, qubits=2 * m - 1 + np.asarray(word_bits))


def _leading(s: Any) -> Mapping[str, Any]:
    walk = {"toffoli": s.n, "t_depth": s.n, "clifford_depth": 5 * s.n}
    return plus_unload(s, {**walk, "measurement": s.n + s.w, "qubits": s.w})


KINDS = (
    LoaderKind(
        name="qrom",
        rank=0,
        bloq=".qrom_load:QROMLoad",
        arguments={},
        has_blocks=False,
        is_device=False,
        is_stock=True,
        only_asked=False,
        inverts=True,
        in_symbols=True,
        xored_bits=table_bits,
        measured_bits=key_bits,
        load=lambda n, w, block, padded: qrom_load(n, w, padded),
        load_t_depth=lambda n, w, block, padded: walk_toffoli(n, padded),  # every And is a layer of its own
        load_cliffords=lambda n, w, block, padded: select_swap_cliffords(n, 1, padded),
        load_clifford_depth=lambda n, w, block, padded, ones, per_layer: select_swap_clifford_depth(
            n, w, 1, padded, ones, per_layer
        ),
        load_margin=Margin(),
        table_ones=cell_ones,
        leading=_leading,
        how="by unary iteration",
        source="Babbush et al., arXiv:1805.03662",
        limits="Every And of the walk waits for the last: T depth grows as n.",
        **MEASURED,
    ),
)
