"""Build a unary walk inside a decomposition, leaf by leaf."""

from __future__ import annotations

from collections.abc import Iterator

from qualtran import BloqBuilder, SoquetT
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.bloqs.mcmt import And

from .unary_walk import Event, unary_walk


class WalkWires:
    """The address bits and ancillas of a walk while it is being built.

    Attributes:
        slots: slot -> soquet; slots 0..m-1 are the address bits, most significant first.
    """

    def __init__(self, bb: BloqBuilder, address_bits: SoquetT) -> None:
        self._bb = bb
        self._n_bits = len(address_bits)
        self.slots: dict[int, SoquetT] = dict(enumerate(address_bits))

    def address(self) -> list[SoquetT]:
        """The address bits, the highest first."""
        return [self.slots[i] for i in range(self._n_bits)]

    def leaves(self, n_leaves: int, guard: bool = False) -> Iterator[tuple[int | None, int]]:
        """Add the walk's gates; at each leaf yield (slot of the select wire or None, address)."""
        for kind, a, b, c in unary_walk(n_leaves, self._n_bits, guard).tolist():
            if kind == Event.LEAF:
                yield (None if a < 0 else a), b
            elif kind == Event.X:
                self.slots[a] = self._bb.add(XGate(), q=self.slots[a])
            elif kind == Event.AND:
                (self.slots[a], self.slots[b]), self.slots[c] = self._bb.add(
                    And(), ctrl=[self.slots[a], self.slots[b]]
                )
            elif kind == Event.CNOT:
                self.slots[a], self.slots[b] = self._bb.add(CNOT(), ctrl=self.slots[a], target=self.slots[b])
            else:
                self.slots[a], self.slots[b] = self._bb.add(
                    And().adjoint(), ctrl=[self.slots[a], self.slots[b]], target=self.slots.pop(c)
                )
