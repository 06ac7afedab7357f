"""The amplitudes of the wires that are live now: one tensor axis a wire, added at birth, dropped at death."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

State = NDArray[np.complex128]


class LiveState:
    """A normalised state over `wires`, axis i for wires[i]; gates act on views, never on a dense matrix."""

    def __init__(self, wires: list[int], state: State) -> None:
        self.wires, self.state = wires, state

    def add(self, wire: int) -> None:
        """A wire enters in |0>."""
        grown = np.zeros((*self.state.shape, 2), dtype=np.complex128)
        grown[..., 0] = self.state
        self.wires.append(wire)
        self.state = grown

    def ones(self, controls: Sequence[int]) -> State:
        """View of the part where all controls are 1, their axes kept with length one."""
        at: list[Any] = [slice(None)] * self.state.ndim
        for wire in controls:
            at[self.wires.index(wire)] = slice(1, 2)
        at.append(...)  # a view even of a state without axes
        return self.state[tuple(at)]

    def flip(self, controls: Sequence[int], targets: Sequence[int]) -> None:
        """X on every target where all controls are 1."""
        part = self.ones(controls)
        part[...] = np.flip(part, tuple(self.wires.index(wire) for wire in targets)).copy()

    def swap(self, controls: Sequence[int], a: int, b: int) -> None:
        """Swap two wires where all controls are 1."""
        part = self.ones(controls)
        part[...] = np.swapaxes(part, self.wires.index(a), self.wires.index(b)).copy()

    def turn(self, wires: Sequence[int], radians: float) -> None:
        """Multiply by exp(i radians) where all wires are 1."""
        self.ones(wires)[...] *= np.exp(1j * radians)

    def hadamard(self, wire: int) -> None:
        """H on one wire."""
        zero, one = np.moveaxis(self.state, self.wires.index(wire), 0)
        self.state = np.stack([zero + one, zero - one], axis=self.wires.index(wire)) / np.sqrt(2)

    def p_one(self, wire: int) -> float:
        """Probability that a wire is read as 1."""
        return float(np.sum(np.abs(self.ones([wire])) ** 2))

    def drop(self, wire: int, value: int, p: float) -> None:
        """A wire leaves in |value>, which has probability p; the rest is renormalised."""
        axis = self.wires.index(wire)
        self.state = np.take(self.state, value, axis=axis) / np.sqrt(p)
        self.wires.remove(wire)

    def ordered(self, wires: Sequence[int]) -> State:
        """The state with its axes in the order of `wires`, which are all that is live."""
        return np.ascontiguousarray(self.state.transpose([self.wires.index(wire) for wire in wires]))
