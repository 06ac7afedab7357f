"""`ExclusionForm`: what keeping found keys out of a search costs, by each of the three ways."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from qattention.costs import Costs, IntArray
from qattention.formulas.address_phase import address_sign, flag_phase, most_prefixes, prefix_counts
from qattention.formulas.any_flag import live_phase


@attrs.frozen(kw_only=True, eq=False)
class ExclusionForm:
    """Costs beside an oracle that excludes nothing; its rotation, if it has one, is not among them.

    Attributes:
        kind: `fix-up`, `live` (a bit beside each word) or `circuit` (gates on the address).
        is_sign: whether the oracle's phase is -1.
        prefixes: for `circuit`: distinct prefixes of 0..m bits of the found addresses; zeros if none.
    """

    kind: str = "fix-up"
    is_sign: bool = True
    prefixes: IntArray = attrs.field(factory=lambda: np.zeros(2, dtype=np.int64))

    @classmethod
    def of(cls, kind: str, is_sign: bool, n_bits: int, found: Sequence[int] | int = ()) -> ExclusionForm:
        """For these addresses of `n_bits` bits, or for the worst set of so many."""
        counts = most_prefixes(found, n_bits) if isinstance(found, int) else prefix_counts(found, n_bits)
        return cls(kind=kind, is_sign=is_sign, prefixes=counts)

    @property
    def live_bits(self) -> int:
        """Bits that a word is longer by."""
        return int(self.kind == "live")

    @property
    def flagged(self) -> Costs:
        """Where the flag takes its phase; `qubits`: wires beside those of the oracle."""
        if self.kind == "live":
            costs, held = live_phase(self.is_sign), 2
        elif self.kind == "circuit" and not self.is_sign and self.prefixes[0]:
            costs, held = flag_phase(self.prefixes), len(self.prefixes)  # the address and the flag
        else:
            return Costs()
        return attrs.evolve(costs, rotation=0, qubits=costs.qubits - held)

    @property
    def afterwards(self) -> Costs:
        """On the address alone, once the key is given back."""
        if self.kind == "circuit" and self.is_sign and self.prefixes[0]:
            return address_sign(self.prefixes)
        return Costs()


FIX_UP = ExclusionForm()
