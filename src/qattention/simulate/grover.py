"""Grover on the index register: exact, since every ancilla is proved to come back to |0>.

The oracle's phases go where its gates put them; the state has one amplitude an address.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.search.phases import Phases
from qattention.simulate.memory import FaultyQueries


@attrs.define(eq=False)
class IndexRegister:
    """The uniform start state over the searched addresses, and searches from it.

    Attributes:
        marked: bool, shape (n_items,): where the oracle's gates apply its phase.
        rng: draws the readouts, and what is wrong with the queries.
        faults: of a memory that errs; None for one that does not. What is excluded stays turned back,
            whatever is loaded.
    """

    marked: NDArray[np.bool_]
    rng: np.random.Generator
    faults: FaultyQueries | None = None

    def state(self, n_iterations: int) -> NDArray[np.float64]:
        """Amplitudes after `n_iterations` iterates (oracle, then 2|s><s| - 1); shape (n_items,)."""
        amplitudes = np.full(len(self.marked), len(self.marked) ** -0.5)
        for _ in range(n_iterations):
            marked, odd = self._query()
            np.negative(amplitudes, out=amplitudes, where=marked if odd is None else marked ^ odd)
            np.subtract(2 * amplitudes.mean(), amplitudes, out=amplitudes)
        return amplitudes

    def phased_state(self, phases: Phases) -> NDArray[np.complex128]:
        """Amplitudes after (marked, start) pairs of phases, as `PhasedSearch` applies them."""
        amplitudes = np.full(len(self.marked), len(self.marked) ** -0.5, dtype=np.complex128)
        for angle, start in phases:
            marked, odd = self._query()
            amplitudes[marked] *= np.exp(1j * angle)
            if odd is not None:
                np.negative(amplitudes, out=amplitudes, where=odd)
            amplitudes += (np.exp(1j * start) - 1) * amplitudes.mean()
        return amplitudes

    def _query(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_] | None]:
        """Where this call of the oracle applies its phase, and the stray signs that it leaves."""
        fault = None if self.faults is None else self.faults.draw(self.rng)
        if self.faults is None or fault is None:
            return self.marked, None
        turned = self.marked ^ self.faults.heavy
        return fault.heavy ^ turned, fault.odd

    def read(self, amplitudes: NDArray[np.inexact]) -> int:
        """A readout: an address drawn with the squared amplitudes."""
        weights = np.cumsum(np.abs(amplitudes) ** 2)
        return int(np.searchsorted(weights, self.rng.random() * weights[-1], side="right"))

    def exclude(self, address: int) -> None:
        """The oracle no longer marks a heavy address."""
        self.marked[address] = False
