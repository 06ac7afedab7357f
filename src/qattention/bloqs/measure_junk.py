"""`MeasureJunk`: measure what a loader leaves beside the key, right after the load."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, CBit, QAny, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import MeasureX
from qualtran.drawing import Text, WireSymbol, directional_text_box
from qualtran.symbolics import SymbolicInt


@attrs.frozen
class MeasureJunk(Bloq):
    """|j>|junk_j> -> (-1)**parity(r AND junk_j) |j>, outcomes r: an X measurement of each bit.

    The phase depends on the address alone and waits for the unload's fix-up, which takes r; the wires are
    free from here on.

    Args:
        n_bits: of the junk.

    Registers:
        junk [left]: n_bits bits, a classical function of the address.
        outcomes [right]: as many classical bits.

    References:
        Berry et al., arXiv:1902.02134, appendix C (the measurement; there at the end).
    """

    n_bits: SymbolicInt

    @cached_property
    def signature(self) -> Signature:
        outcomes = Register("outcomes", CBit(), shape=(self.n_bits,), side=Side.RIGHT)
        return Signature([Register("junk", QAny(self.n_bits), side=Side.LEFT), outcomes])

    def build_composite_bloq(self, bb: BloqBuilder, junk: SoquetT) -> dict[str, SoquetT]:
        return {"outcomes": np.array([bb.add(MeasureX(), q=bit) for bit in bb.split(junk)])}

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        return {MeasureX(): self.n_bits}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return directional_text_box("Mₓ" if reg.name == "junk" else "r", side=reg.side)

    def __str__(self) -> str:
        return "MeasureJunk"


@bloq_example
def _measure_junk() -> MeasureJunk:
    measure_junk = MeasureJunk(3)
    return measure_junk
