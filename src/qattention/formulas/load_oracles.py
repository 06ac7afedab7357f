"""The oracles of many loads at once: `HeavyKeyOracle` where a row has one alone, else `SharedOracle`."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit import Circuit, InnerProductKind
from qattention.costs import Costs, IntArray, address_bits
from qattention.formulas.inner_product import SumFigures, sum_figures
from qattention.formulas.loader_costs import kept_bits_of, load_of, unload_of
from qattention.formulas.row_sums import RowSums


@attrs.frozen(kw_only=True, eq=False, slots=False)
class SharedSums:
    """What the rows on each load add up to; int64, shape (n_loads,).

    Attributes:
        n_rows: rows on the load.
        toffoli: And's of all their sums, measured away one by one backwards.
        junk: wires of all their sums that stand beside key and signs.
        peak: most wires, signs included, while the sums are made one after another.
        sums, first, kind: what they are of, as given to `of`.
    """

    n_rows: IntArray
    toffoli: IntArray
    junk: IntArray
    peak: IntArray
    sums: RowSums
    first: IntArray
    kind: InnerProductKind

    @classmethod
    def of(cls, sums: RowSums, first: ArrayLike, n_rows: ArrayLike, kind: InnerProductKind) -> SharedSums:
        """Load g takes the rows first[g] .. first[g] + n_rows[g] - 1 of `sums`, all of them in order.

        `kind` is the form of the inner products. One row of `sums` alone stands for every row there is.
        """
        sharers = np.asarray(n_rows, dtype=np.int64)

        def added(values: IntArray) -> IntArray:
            if sums.n_rows == 1:
                return values[0] * sharers
            return np.add.reduceat(values, np.asarray(first, dtype=np.intp))

        figures = sum_figures(sums, kind)
        return cls(
            n_rows=sharers,
            toffoli=added(figures.ands + figures.again),
            junk=added(figures.junk),
            peak=_peaks(figures, np.asarray(first, dtype=np.intp), sharers),
            sums=sums,
            first=np.asarray(first).astype(np.int64),
            kind=kind,
        )

    @cached_property
    def t_depth(self) -> IntArray:
        """T layers of all sums and the ladder."""
        return self.kind.t_depth(self.sums, self.first, self.n_rows)

    @property
    def ladder(self) -> IntArray:
        """And's that join the signs; the last pair takes a CZ."""
        return np.maximum(0, self.n_rows - 2)

    @property
    def wires(self) -> IntArray:
        """Most wires beside address, key and the loader's: a row alone has a flag, several their ladder."""
        marking = np.where(self.n_rows == 1, 1, self.ladder)
        return np.maximum(self.junk + self.n_rows + marking, self.peak)


def _peaks(figures: SumFigures, first: IntArray, n_rows: IntArray) -> IntArray:
    held = figures.junk + 1
    if len(held) == 1:
        return held[0] * n_rows + figures.work[0]
    running = np.cumsum(held)
    peaks: IntArray = np.maximum.reduceat(running + figures.work, first) - running[first] + held[first]
    return peaks


def load_oracles(n_keys: ArrayLike, word_bits: ArrayLike, sums: SharedSums, circuit: Circuit) -> Costs:
    """The phase oracle of each load over its keys, shape (n_loads,).

    `n_keys` and the bits of a key that is loaded are scalars, or one a load.
    """
    sizes, n_ands = (n_keys, word_bits), sums.toffoli + sums.ladder
    held = address_bits(n_keys) + np.asarray(word_bits) + kept_bits_of(circuit, *sizes) + sums.wires
    look_up, given_back = load_of(circuit, *sizes), unload_of(circuit, *sizes)
    return look_up + Costs(toffoli=n_ands, measurement=n_ands, qubits=held) + given_back
