"""`SquareSum`: whether <q, k> >= T where both q and k are loaded words, without a product of bits."""

from collections import Counter
from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QAny, QBit, QInt, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box

from .adders import FullAdder, HalfAdder
from .compressor import StepKind
from .square_plan import SquarePlan, n_columns, plan_squares
from .storing import integers

Gate = tuple[str, tuple[int, ...], Bloq | None]  # "cnot", "copy", "adder"; wires; the adder


@attrs.frozen
class SquareSum(Bloq):
    """|q>|k> -> |q>|k>|<q, k> >= T>|junk>; or back, every And erased by measurement.

    Each word has its components as unsigned x_c + 2**(b_c - 1), and W bits beside: of a key
    (|k|**2 + sum k) / 2, of a row (|q|**2 + sum q) / 2 + T - 1 less a constant, both modulo 2**W
    (`square_plan`). While the sum stands the key's components hold the low bits of q + k.

    Args:
        widths: b_c of each component, of rows and keys alike.
        uncompute: give sign and junk back.

    Registers:
        row, key: shape (w + W,), single bits.
        sign: 1 if <q, k> >= T.
        junk: carries and sum wires, opaque.

    Costs: b_c And's a component for q + k, and one for each of b_c (b_c + 1) / 2 XORs, less the width of the
    sum; none to uncompute.

    References:
        Quarter squares; the signs that make their bits XORs are this package's own. Carries kept and erased
        by measurement: Gidney, arXiv:1709.06648.
    """

    widths: tuple[int, ...] = attrs.field(converter=integers)
    uncompute: bool = False
    part: ClassVar[str] = "square_sum"  # its name in paths of parts

    @property
    def plan(self) -> SquarePlan:
        """The adders of the sum, in order."""
        return plan_squares(self.widths)

    @property
    def word_bits(self) -> int:
        """Bits of both words, w + W."""
        return sum(self.widths) + n_columns(self.widths)

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        words = [Register(name, QInt(1), shape=(self.word_bits,)) for name in ("row", "key")]
        junk = Register("junk", QAny(self.plan.compressor.n_junk), side=side)
        return Signature([*words, Register("sign", QBit(), side=side), junk])

    def adjoint(self) -> "SquareSum":
        return attrs.evolve(self, uncompute=not self.uncompute)

    def gates(self) -> list[Gate]:
        """Of the way there, in order; a copy's second wire enters, an adder's last one too."""
        found: list[Gate] = []
        for kind, s, x, y, new, invert_s, invert_other in self.plan.compressor.steps.tolist():
            hosts = [tuple(self.plan.pairs[-2 - wire].tolist()) for wire in (x, y) if wire < -1]
            x, y = (int(self.plan.pairs[-2 - wire][0]) if wire < -1 else wire for wire in (x, y))
            held: list[Gate] = [("cnot", (other, host), None) for host, other in hosts]
            if kind == StepKind.COPY:
                core: Gate = ("copy", (x, new), None)
            elif kind == StepKind.FULL:
                core = ("adder", (s, x, y, new), FullAdder(bool(invert_s), bool(invert_other)))
            else:
                core = ("adder", (s, x, new), HalfAdder(bool(invert_s), bool(invert_other)))
            found += [*held, core, *held[::-1]]
        return found

    def build_composite_bloq(
        self, bb: BloqBuilder, row: SoquetT, key: SoquetT, **given: SoquetT
    ) -> dict[str, SoquetT]:
        wires = dict(enumerate(bit for word in (row, key) for part in word for bit in bb.split(part)))
        n_words = len(wires)
        if self.uncompute:
            wires |= enumerate(bb.split(given["junk"]), start=n_words)
            bb.free(self._xor_sign(bb, wires, given["sign"]))
        for gate in self.gates()[::-1] if self.uncompute else self.gates():
            self._add(bb, wires, gate)
        if not self.uncompute:
            given = {"sign": self._xor_sign(bb, wires, bb.allocate(1))}
        words = np.array([bb.join(np.array([wires.pop(i)]), dtype=QInt(1)) for i in range(n_words)])
        out: dict[str, SoquetT] = {"row": words[: self.word_bits], "key": words[self.word_bits :]}
        if self.uncompute:
            return out
        junk = np.array([wires[i] for i in sorted(wires)])
        return {**out, **given, "junk": bb.join(junk, dtype=QAny(len(junk)))}

    def _add(self, bb: BloqBuilder, wires: dict[int, SoquetT], gate: Gate) -> None:
        kind, at, adder = gate
        if kind == "copy" and not self.uncompute:
            wires[at[1]] = bb.allocate(1)
        if adder is None:
            wires[at[0]], wires[at[1]] = bb.add(CNOT(), ctrl=wires[at[0]], target=wires[at[1]])
            if kind == "copy" and self.uncompute:
                bb.free(wires.pop(at[1]))
            return
        bloq = adder.adjoint() if self.uncompute else adder
        names = dict(zip(("s", "x", "y")[: len(at) - 1], at, strict=False))
        carry = {"carry": wires.pop(at[-1])} if self.uncompute else {}
        out = bb.add_d(bloq, **{name: wires[wire] for name, wire in names.items()}, **carry)
        wires |= {wire: out[name] for name, wire in names.items()}
        if not self.uncompute:
            wires[at[-1]] = out["carry"]

    def _xor_sign(self, bb: BloqBuilder, wires: dict[int, SoquetT], sign: SoquetT) -> SoquetT:
        for wire in self.plan.compressor.sign_wires:
            wires[wire], sign = bb.add(CNOT(), ctrl=wires[wire], target=sign)
        return bb.add(XGate(), q=sign) if self.plan.compressor.sign_inverted else sign

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        counts: Counter[Bloq] = Counter({CNOT(): len(self.plan.compressor.sign_wires)})
        for _, _, adder in self.gates():
            counts[CNOT() if adder is None else adder.adjoint() if self.uncompute else adder] += 1
        counts[XGate()] += int(self.plan.compressor.sign_inverted)
        return {bloq: count for bloq, count in counts.items() if count}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("<q,k>" + (" †" if self.uncompute else ""))
        if reg.name in ("row", "key"):
            return TextBox("q" if reg.name == "row" else "k")
        return directional_text_box("≥T" if reg.name == "sign" else "junk", side=reg.side)

    def __str__(self) -> str:
        return "SquareSum" + ("†" if self.uncompute else "")


@bloq_example
def _square_sum() -> SquareSum:
    square_sum = SquareSum(widths=(2, 2))
    return square_sum
