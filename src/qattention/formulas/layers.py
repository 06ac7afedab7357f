"""`Layers`: T and Clifford depth, and Cliffords, of parts that run one after another."""

from __future__ import annotations

import attrs


@attrs.frozen
class Layers:
    """Of one part.

    Attributes:
        t: layers of T and Toffoli. clifford: layers of Cliffords and measurements. cliffords: single gates.
    """

    t: float = 0
    clifford: float = 0
    cliffords: float = 0

    def __add__(self, other: Layers) -> Layers:
        return Layers(self.t + other.t, self.clifford + other.clifford, self.cliffords + other.cliffords)

    def times(self, n: float) -> Layers:
        """As often one after another."""
        return Layers(n * self.t, n * self.clifford, n * self.cliffords)
