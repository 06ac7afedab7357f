"""`ParityPhase`: phases conditioned on parities of measured bits, the fix-up of a measured unload."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, CBit, CompositeBloq, DecomposeTypeError, QBit, Register, Signature, bloq_example
from qualtran.drawing import Circle, Text, TextBox, WireSymbol
from qualtran.resource_counting import CostKey, GateCounts, QECGatesCost

from .key_table import KeyTable
from .storing import integers


@attrs.frozen
class ParityPhase(Bloq):
    """Phase -1 on address first + u if parity(outcomes AND word) XOR flip of that address is odd.

    The address is given by `select` (its high part) and the one-hot `lines` u (its low part): one
    conditioned CZ an address, or a conditioned Z if there is only one of the two.

    Args:
        table: the keys; addresses >= n have the zero word.
        first: the address of line 0.
        n_lines: addresses served; 0 if there are no lines (then `first` alone).
        flips: addresses whose phase is flipped besides.
        selected: False if there is no select wire.

    Registers:
        select: one bit, if selected.
        lines: shape (n_lines,), if any.
        outcomes: the w classical bits of the unload's measurement.

    References:
        Berry et al., arXiv:1902.02134, appendix C.
    """

    table: KeyTable
    first: int
    n_lines: int
    flips: tuple[int, ...] = attrs.field(default=(), converter=integers)
    selected: bool = True

    @cached_property
    def signature(self) -> Signature:
        registers = [Register("outcomes", CBit(), shape=(self.table.word_bits,))]
        if self.n_lines:
            registers.insert(0, Register("lines", QBit(), shape=(self.n_lines,)))
        if self.selected:
            registers.insert(0, Register("select", QBit()))
        return Signature(registers)

    @property
    def addresses(self) -> range:
        """The addresses that the lines stand for."""
        return range(self.first, self.first + max(1, self.n_lines))

    def adjoint(self) -> "ParityPhase":
        return self

    def decompose_bloq(self) -> CompositeBloq:
        raise DecomposeTypeError(f"{self} is atomic: a conditioned CZ for each address")

    def my_static_costs(self, cost_key: CostKey):  # type: ignore[no-untyped-def]
        if isinstance(cost_key, QECGatesCost):
            return GateCounts(clifford=len(self.addresses))
        return NotImplemented

    def phase_is_odd(self, address: int, outcomes: np.ndarray) -> bool:
        """Whether parity(outcomes AND word of the address) XOR its flip is odd."""
        has_word = address < int(self.table.n_keys)
        parity = int(np.sum(self.table.bits[address] & outcomes.astype(bool))) & 1 if has_word else 0
        return bool(parity ^ (address in self.flips))

    def on_classical_vals(self, **vals):  # type: ignore[no-untyped-def]
        return vals

    def basis_state_phase(self, outcomes, select=1, lines=(1,)):  # type: ignore[no-untyped-def]
        odd = [self.phase_is_odd(j, outcomes) for j, on in zip(self.addresses, lines, strict=True) if on]
        return -1 if select and sum(odd) % 2 else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("fix-up")
        if reg.name == "outcomes":
            return TextBox("r")
        return Circle() if reg.name == "select" else TextBox("Z")

    def __str__(self) -> str:
        return "ParityPhase"


@bloq_example
def _parity_phase() -> ParityPhase:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1]])
    parity_phase = ParityPhase(KeyTable.from_values(keys, 3), first=2, n_lines=2, flips=(3,))
    return parity_phase
