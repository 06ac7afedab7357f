"""`ThresholdFlag`: flag = NOT sign, so that the flag is 1 exactly when acc >= 0."""

from functools import cached_property

import attrs
from qualtran import Bloq, BloqBuilder, QBit, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.drawing import Circle, Text, WireSymbol, directional_text_box


@attrs.frozen
class ThresholdFlag(Bloq):
    """|sign> -> |sign>|NOT sign>; or back. No comparator is needed: -tau is already in the sum.

    Registers:
        sign: the sign bit of acc = <q, k> - T.
        flag: 1 if acc >= 0, that is if the key is heavy (ties at tau are heavy).

    Costs: Clifford.
    """

    uncompute: bool = False

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        return Signature([Register("sign", QBit()), Register("flag", QBit(), side=side)])

    def adjoint(self) -> "ThresholdFlag":
        return attrs.evolve(self, uncompute=not self.uncompute)

    def build_composite_bloq(self, bb: BloqBuilder, sign: SoquetT, **given: SoquetT) -> dict[str, SoquetT]:
        flag = bb.add(XGate(), q=given["flag"] if self.uncompute else bb.allocate(1))
        sign, flag = bb.add(CNOT(), ctrl=sign, target=flag)
        if not self.uncompute:
            return {"sign": sign, "flag": flag}
        bb.free(flag)
        return {"sign": sign}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return {XGate(): 1, CNOT(): 1}

    def on_classical_vals(self, sign, flag=None):  # type: ignore[no-untyped-def]
        if not self.uncompute:
            return {"sign": sign, "flag": 1 - sign}
        if flag != 1 - sign:
            raise ValueError(f"`flag`: got {flag}; must be {1 - sign}")
        return {"sign": sign}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return Circle(filled=False) if reg.name == "sign" else directional_text_box("≥τ", side=reg.side)

    def __str__(self) -> str:
        return "ThresholdFlag†" if self.uncompute else "ThresholdFlag"


@bloq_example
def _threshold_flag() -> ThresholdFlag:
    threshold_flag = ThresholdFlag()
    return threshold_flag
