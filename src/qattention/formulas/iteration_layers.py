"""Clifford layers and Cliffords of a whole iteration, from those of its parts.

Load, sums and mark, unload, gates that exclude and reflection run one after another. Cliffords add up
exactly, layers nearly: the next part's first gates go beside the last ones of the part before, unless they
wait for wires that it left. With `SEAM` layers for that the sum of the parts is an upper bound, at most
`ABOVE` over the gates (`tests/lowering/test_iteration_layers.py`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import Margin
from qattention.costs import AnyIntArray, IntArray
from qattention.formulas.clifford_depth import PER_LAYER
from qattention.formulas.part_depths import reflection_clifford_depth, reflection_cliffords

SEAM = 2  # layers that junk's measurements and wires handed on cost beyond the parts by themselves
ABOVE = Margin(layers=32, percent=3)


def iteration_clifford_depth(
    load: ArrayLike,
    unload: ArrayLike,
    sums: ArrayLike,
    n_items: ArrayLike,
    is_sign: bool = True,
    afterwards: ArrayLike = 0,
) -> IntArray:
    """Layers of an iteration over `n_items` addresses: an upper bound.

    Args:
        load, unload: of the loader (`loader_costs.look_up_clifford_depth`).
        sums: of the sums of its rows, marked, there and back (`sum_depths.sums_depths`).
        is_sign: whether the reflection's phase is -1.
        afterwards: of gates that exclude found addresses (`address_sign_clifford_depth`).
    """
    reflected = reflection_clifford_depth(n_items, is_sign)
    parts = (np.asarray(part, dtype=np.int64) for part in (load, sums, unload, afterwards))
    return sum(parts, start=reflected) + SEAM


def iteration_cliffords(
    load: ArrayLike,
    unload: ArrayLike,
    sums: ArrayLike,
    n_items: ArrayLike,
    is_sign: bool = True,
    afterwards: ArrayLike = 0,
) -> AnyIntArray:
    """Cliffords of an iteration: exact where its parts are.

    Args:
        load, unload: of the loader (`loader_costs.look_up_cliffords`).
        sums: of the rows' inner products, both ways, and of their mark (`sum_cliffords`).
        is_sign, afterwards: as above.
    """
    parts: AnyIntArray = reflection_cliffords(n_items, is_sign) + np.asarray(load) + np.asarray(sums)
    return parts + np.asarray(unload) + np.asarray(afterwards)


def address_sign_clifford_depth(
    counts: IntArray, zeros: IntArray | None = None, per_layer: int | None = PER_LAYER
) -> int:
    """The sign on found addresses: their prefixes made, all signs beside one another, and unmade; a bound.

    Args:
        counts, zeros: distinct prefixes of each length, and those that end in 0 (`sum_cliffords`); without
            the latter of the worst set whose prefixes are so many, or fewer.
        per_layer: Cliffords a layer at most; None for no bound.
    """
    if not counts[0]:
        return 0
    signs = _stage(3, int(counts[-1] + (counts if zeros is None else zeros)[-1]), per_layer)
    return _prefixes(counts[:-1], None if zeros is None else zeros[:-1], per_layer) + signs


def flag_phase_clifford_depth(
    counts: IntArray, zeros: IntArray | None = None, per_layer: int | None = PER_LAYER
) -> int:
    """The addresses' turned flag: prefixes made and unmade, one address after another into it; a bound.

    In an iteration they are made beside the load, so that it may be as many layers above the gates.
    """
    return _prefixes(counts, zeros, per_layer) + 2 * int(counts[-1]) if counts[0] else 0


def _prefixes(counts: IntArray, zeros: IntArray | None, per_layer: int | None) -> int:
    """A level takes two CNOTs where siblings part, one for a 0 alone; backwards also an And measured away."""
    whole = 0
    for level in range(1, len(counts)):
        ands, new = int(counts[level - 1]) * (level > 1), int(counts[level])
        both = new - int(counts[level - 1])
        chain, gates = min(new, 2), new  # at most: a parent has one child at 0
        if zeros is not None:
            chain, gates = 2 if both else min(int(zeros[level]), 1), both + int(zeros[level])
        erased = _stage(chain + 2 * (level > 1), gates + 2 * ands, per_layer)
        whole += _stage(chain, gates, per_layer) + erased
    return whole


def _stage(chain: int, gates: int, per_layer: int | None) -> int:
    """Layers of a chain, or those that all gates fill and one that they do not."""
    filled = -(-gates // per_layer) if per_layer else 1
    return chain if filled <= chain else filled + 1
