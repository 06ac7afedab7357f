"""Grover on the index register: exact, since every ancilla is proved to come back to |0>.

The oracle's signs are those that its gates produced; the state is real, one amplitude an address.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray


@attrs.define(eq=False)
class IndexRegister:
    """The uniform start state over the searched addresses, and searches from it.

    Attributes:
        marked: bool, shape (n_items,): where the oracle's gates flip the sign.
        rng: draws the readouts.
    """

    marked: NDArray[np.bool_]
    rng: np.random.Generator

    def state(self, n_iterations: int) -> NDArray[np.float64]:
        """Amplitudes after `n_iterations` iterates (oracle, then 2|s><s| - 1); shape (n_items,)."""
        amplitudes = np.full(len(self.marked), len(self.marked) ** -0.5)
        for _ in range(n_iterations):
            np.negative(amplitudes, out=amplitudes, where=self.marked)
            np.subtract(2 * amplitudes.mean(), amplitudes, out=amplitudes)
        return amplitudes

    def read(self, n_iterations: int) -> int:
        """One search and its readout: an address drawn with the squared amplitudes."""
        weights = np.cumsum(np.square(self.state(n_iterations)))
        return int(np.searchsorted(weights, self.rng.random() * weights[-1], side="right"))

    def exclude(self, address: int) -> None:
        """Flip the sign of an address back: what the unload's fix-up does."""
        self.marked[address] ^= True
