"""`InnerProduct`: sum_c q_c k_c - T of a loaded key with classical q and T, by a compressor tree."""

from collections import Counter
from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QAny, QBit, QInt, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box
from qualtran.symbolics import SymbolicInt

from .adders import FullAdder, HalfAdder
from .compressor import CompressorPlan, StepKind, SumSpec, plan_sum
from .costliest_sum import half, most_digits, widest_sum
from .storing import integers, width_or_widths


@attrs.frozen
class InnerProduct(Bloq):
    """|k> -> |k>|acc < 0>|junk>, acc = sum_c q_c k_c - T; or back, every And erased by measurement.

    Args:
        weights: q_c, signed integers.
        threshold: T, a signed integer.
        key_bits: b, bits of each signed k_c; or b_c, one width a component.
        uncompute: give sign and junk back.

    Registers:
        key: shape (d,), signed integers of b bits; where widths differ, shape (w,), single bits. Unchanged.
        sign: 1 if acc < 0.
        junk: carries, and the sum wires of the tree; opaque.

    Costs: about (non-zero digits of q) * b And's less the width of the sum; none to uncompute.

    References:
        Carry-save addition with kept carries; And's erased by measurement: Gidney, arXiv:1709.06648.
    """

    weights: tuple[int, ...] = attrs.field(converter=integers)
    threshold: int
    key_bits: int | tuple[int, ...] = attrs.field(converter=width_or_widths)
    uncompute: bool = False
    part: ClassVar[str] = "inner_product"  # its name in paths of parts
    bucketed: ClassVar[bool] = False

    @cached_property
    def spec(self) -> SumSpec:
        """What is summed: the digits of the weights, the threshold and the bits of a key."""
        return SumSpec.of(self.weights, self.threshold, self.key_bits, self.bucketed)

    @property
    def plan(self) -> CompressorPlan:
        """The adders of that sum, in order."""
        return plan_sum(self.spec)

    @property
    def key_shape(self) -> tuple[int, int]:
        """(elements, bits of each) of the key register."""
        if isinstance(self.key_bits, tuple):
            return sum(self.key_bits), 1
        return len(self.weights), self.key_bits

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        elements, bits = self.key_shape
        registers = [
            Register("key", QInt(bits), shape=(elements,)),
            Register("sign", QBit(), side=side),
        ]
        if self.plan.n_junk:
            registers.append(Register("junk", QAny(self.plan.n_junk), side=side))
        return Signature(registers)

    @classmethod
    def most_ands(cls, d: SymbolicInt, query_bits: SymbolicInt, b: SymbolicInt) -> tuple[SymbolicInt, ...]:
        """And's (there, back) that no row of d weights of Q bits exceeds: its digits' words, and carries.

        Half of the bits that ever stand in the W columns: digits, and what columns hand on.
        """
        width = widest_sum(d, query_bits, b)
        return most_digits(d, query_bits) * b + half(width - 1), 0

    def adjoint(self) -> "InnerProduct":
        return attrs.evolve(self, uncompute=not self.uncompute)

    def build_composite_bloq(self, bb: BloqBuilder, key: SoquetT, **given: SoquetT) -> dict[str, SoquetT]:
        wires = dict(enumerate(bit for part in key for bit in bb.split(part)))
        n_key_wires = len(wires)
        if self.uncompute:
            if self.plan.n_junk:
                wires |= enumerate(bb.split(given["junk"]), start=n_key_wires)
            bb.free(self._xor_sign(bb, wires, given["sign"]))
            for step in self.plan.steps[::-1].tolist():
                self._add_step(bb, wires, step)
        else:
            for step in self.plan.steps.tolist():
                self._add_step(bb, wires, step)
            given = {"sign": self._xor_sign(bb, wires, bb.allocate(1))}
        bits = np.array([wires.pop(i) for i in range(n_key_wires)]).reshape(self.key_shape)
        out = {"key": np.array([bb.join(part, dtype=QInt(self.key_shape[1])) for part in bits])}
        if self.uncompute:
            return out
        if wires:
            junk = np.array([wires[i] for i in sorted(wires)])
            out["junk"] = bb.join(junk, dtype=QAny(self.plan.n_junk))
        return {**out, "sign": given["sign"]}

    def _add_step(self, bb: BloqBuilder, wires: dict[int, SoquetT], step: list[int]) -> None:
        kind, s, x, y, new, invert_s, invert_other = step
        if kind == StepKind.COPY:
            fresh = wires.pop(new) if self.uncompute else bb.allocate(1)
            wires[x], fresh = bb.add(CNOT(), ctrl=wires[x], target=fresh)
            if self.uncompute:
                bb.free(fresh)
            else:
                wires[new] = fresh
            return
        if kind == StepKind.XOR:
            wires[x], wires[s] = bb.add(CNOT(), ctrl=wires[x], target=wires[s])
            return
        bloq = (FullAdder if kind == StepKind.FULL else HalfAdder)(
            bool(invert_s), bool(invert_other), self.uncompute
        )
        names = {"s": s, "x": x, **({"y": y} if kind == StepKind.FULL else {})}
        carry = {"carry": wires.pop(new)} if self.uncompute else {}
        out = bb.add_d(bloq, **{name: wires[wire] for name, wire in names.items()}, **carry)
        wires |= {wire: out[name] for name, wire in names.items()}
        if not self.uncompute:
            wires[new] = out["carry"]

    def _xor_sign(self, bb: BloqBuilder, wires: dict[int, SoquetT], sign: SoquetT) -> SoquetT:
        for wire in self.plan.sign_wires:
            wires[wire], sign = bb.add(CNOT(), ctrl=wires[wire], target=sign)
        return bb.add(XGate(), q=sign) if self.plan.sign_inverted else sign

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        kinds = Counter((kind, inv_s, inv_o) for kind, *_, inv_s, inv_o in self.plan.steps.tolist())
        counts: Counter[Bloq] = Counter({CNOT(): len(self.plan.sign_wires)})
        for (kind, invert_s, invert_other), count in kinds.items():
            if kind in (StepKind.COPY, StepKind.XOR):
                counts[CNOT()] += count
            else:
                adder = FullAdder if kind == StepKind.FULL else HalfAdder
                counts[adder(bool(invert_s), bool(invert_other), self.uncompute)] += count
        counts[XGate()] += int(self.plan.sign_inverted)
        return {bloq: count for bloq, count in counts.items() if count}

    def components(self, key: np.ndarray) -> np.ndarray:
        """Components k_c of what the key register holds, shape (d,)."""
        if not isinstance(self.key_bits, tuple):
            return key
        ends = np.cumsum(self.key_bits)[:-1]
        words = [QInt(len(bits)).from_bits(bits) for bits in map(list, np.split(np.asarray(key) & 1, ends))]
        return np.array(words)

    def acc(self, key: np.ndarray) -> int:
        """The sum over c of q_c k_c, less T, in exact integers, of components k_c of shape (d,)."""
        return sum(q * int(k) for q, k in zip(self.weights, key, strict=True)) - self.threshold

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("<q,k> - T" + (" †" if self.uncompute else ""))
        if reg.name == "key":
            return TextBox("×q" if isinstance(self.key_bits, tuple) else f"×{self.weights[idx[0]]}")
        return directional_text_box("<0" if reg.name == "sign" else "junk", side=reg.side)

    def __str__(self) -> str:
        return type(self).__name__ + ("†" if self.uncompute else "")


@bloq_example
def _inner_product() -> InnerProduct:
    inner_product = InnerProduct(weights=(3, -2), threshold=1, key_bits=3)
    return inner_product
