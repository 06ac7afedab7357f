"""`OneHot`: the one-hot encoding of an address as wires."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import (
    Bloq,
    BloqBuilder,
    QBit,
    QUInt,
    Register,
    Side,
    Signature,
    SoquetT,
    bloq_example,
)
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box


@attrs.frozen
class OneHot(Bloq):
    """|u> -> |u>|0..010..0>, the 1 at line u; or back.

    Each level doubles the lines: the new one is (line AND bit), and is XORed back into the old.

    Args:
        n_bits: l >= 1 bits of u.
        uncompute: consume the lines instead, by measurement.

    Registers:
        address: l bits.
        lines: shape (2**l,); right, or left if `uncompute`.

    Costs: 2**l - 2 And's; none to uncompute.

    References:
        Low, Kliuchnikov and Schaeffer, arXiv:1812.00954; Berry et al., arXiv:1902.02134, appendix C.
    """

    n_bits: int
    uncompute: bool = False

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        lines = Register("lines", QBit(), shape=(2**self.n_bits,), side=side)
        return Signature([Register("address", QUInt(self.n_bits)), lines])

    def adjoint(self) -> "OneHot":
        return attrs.evolve(self, uncompute=not self.uncompute)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT, **lines: SoquetT) -> dict[str, SoquetT]:
        bits = list(bb.split(address))
        if self.uncompute:
            self._erase(bb, bits, list(lines["lines"]))
            return {"address": bb.join(np.array(bits), dtype=QUInt(self.n_bits))}
        out = self._compute(bb, bits)
        return {"address": bb.join(np.array(bits), dtype=QUInt(self.n_bits)), "lines": np.array(out)}

    def _compute(self, bb: BloqBuilder, bits: list[SoquetT]) -> list[SoquetT]:
        bits[0], one = bb.add(CNOT(), ctrl=bits[0], target=bb.allocate(1))
        bits[0], zero = bb.add(CNOT(), ctrl=bits[0], target=bb.allocate(1))
        lines = [bb.add(XGate(), q=zero), one]
        for level in range(1, self.n_bits):
            doubled = []
            for line in lines:
                (line, bits[level]), new = bb.add(And(), ctrl=[line, bits[level]])
                new, line = bb.add(CNOT(), ctrl=new, target=line)
                doubled += [line, new]
            lines = doubled
        return lines

    def _erase(self, bb: BloqBuilder, bits: list[SoquetT], lines: list[SoquetT]) -> None:
        for level in range(self.n_bits - 1, 0, -1):
            halved = []
            for line, new in zip(lines[::2], lines[1::2], strict=True):
                new, line = bb.add(CNOT(), ctrl=new, target=line)
                line, bits[level] = bb.add(And().adjoint(), ctrl=[line, bits[level]], target=new)
                halved.append(line)
            lines = halved
        bits[0], zero = bb.add(CNOT(), ctrl=bits[0], target=bb.add(XGate(), q=lines[0]))
        bb.free(zero)
        bits[0], one = bb.add(CNOT(), ctrl=bits[0], target=lines[1])
        bb.free(one)

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        ands = 2**self.n_bits - 2
        counts = {And(uncompute=self.uncompute): ands, CNOT(): ands + 2, XGate(): 1}
        return {bloq: count for bloq, count in counts.items() if count}

    def on_classical_vals(self, address, lines=None):  # type: ignore[no-untyped-def]
        expected = (np.arange(2**self.n_bits) == address).astype(np.uint8)
        if not self.uncompute:
            return {"address": address, "lines": expected}
        if not np.array_equal(lines, expected):
            raise ValueError(f"`lines`: {lines} is not the one-hot code of {address}")
        return {"address": address}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return TextBox("u") if reg.name == "address" else directional_text_box(f"u={idx[0]}", side=reg.side)

    def __str__(self) -> str:
        return "OneHot†" if self.uncompute else "OneHot"


@bloq_example
def _one_hot() -> OneHot:
    one_hot = OneHot(3)
    return one_hot
