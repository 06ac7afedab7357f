"""`FullAdder` and `HalfAdder`: one And each, the sum in place, the carry kept until it is measured."""

from functools import cached_property

import attrs
from qualtran import Bloq, BloqBuilder, QBit, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box


class _Adder(Bloq):
    """What both adders share; `uncompute` runs the gates backwards, the And erased by measurement."""

    uncompute: bool

    def _signature(self, *names: str) -> Signature:
        carry = Register("carry", QBit(), side=Side.LEFT if self.uncompute else Side.RIGHT)
        return Signature([*(Register(name, QBit()) for name in names), carry])

    def _run(self, bb: BloqBuilder, wires: dict[str, SoquetT], gates: tuple[str, ...]) -> dict[str, SoquetT]:
        """Gates are written "control>target", the And "a&b"."""
        for gate in reversed(gates) if self.uncompute else gates:
            if "&" in gate:
                pair = gate.split("&")
                carry = {"target": wires.pop("carry")} if self.uncompute else {}
                out = bb.add_d(And(uncompute=self.uncompute), ctrl=[wires[name] for name in pair], **carry)
                wires[pair[0]], wires[pair[1]] = out["ctrl"]
                if not self.uncompute:
                    wires["carry"] = out["target"]
            else:
                control, target = gate.split(">")
                wires[control], wires[target] = bb.add(CNOT(), ctrl=wires[control], target=wires[target])
        return wires

    def _counts(self, gates: tuple[str, ...]) -> dict[Bloq, int]:
        return {And(uncompute=self.uncompute): 1, CNOT(): len(gates) - 1}

    def _checked(self, carry: int, expected: int) -> None:
        if carry != expected:
            raise ValueError(f"`carry`: got {carry}; must be {expected} to be erased")

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        if reg.name == "carry":
            return directional_text_box("c", side=reg.side)
        return TextBox("Σ" if reg.name == "s" else "+")


@attrs.frozen
class FullAdder(_Adder):
    """|s, x, y> -> |s + x + y mod 2, x, y, carry>, carry = majority(s', x, y') XOR (invert_s AND invert_y).

    s' and y' are s and y complemented if `invert_s`, `invert_y`: the planner keeps track of complements, so
    that none costs an X.

    Costs: 1 And forward, none to uncompute.

    References:
        Cuccaro et al., quant-ph/0410184 (the majority gate); Gidney, arXiv:1709.06648 (erasing the carry).
    """

    invert_s: bool = False
    invert_y: bool = False
    uncompute: bool = False

    @cached_property
    def signature(self) -> Signature:
        return self._signature("s", "x", "y")

    def adjoint(self) -> "FullAdder":
        return attrs.evolve(self, uncompute=not self.uncompute)

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates in order: `x>s` is a CNOT from x to s, `s&y` an And."""
        return (
            *("x>s", "x>y", "s&y"),
            *(("s>carry",) if self.invert_y else ()),
            *(("y>carry",) if self.invert_s else ()),
            *("x>carry", "x>y", "y>s"),
        )

    def build_composite_bloq(self, bb: BloqBuilder, **wires: SoquetT) -> dict[str, SoquetT]:
        return self._run(bb, wires, self.gates)

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return self._counts(self.gates)

    def on_classical_vals(self, s, x, y, carry=None):  # type: ignore[no-untyped-def]
        before = s ^ x ^ y if self.uncompute else s
        majority = (before ^ self.invert_s) + x + (y ^ self.invert_y) >= 2
        expected = int(majority) ^ (self.invert_s & self.invert_y)
        if not self.uncompute:
            return {"s": s ^ x ^ y, "x": x, "y": y, "carry": expected}
        self._checked(carry, expected)
        return {"s": before, "x": x, "y": y}

    def __str__(self) -> str:
        return "FullAdder†" if self.uncompute else "FullAdder"


@attrs.frozen
class HalfAdder(_Adder):
    """|s, x> -> |s + x mod 2, x, carry>, carry = (s' AND x') XOR (invert_s AND invert_x).

    Costs: 1 And forward, none to uncompute.
    """

    invert_s: bool = False
    invert_x: bool = False
    uncompute: bool = False

    @cached_property
    def signature(self) -> Signature:
        return self._signature("s", "x")

    def adjoint(self) -> "HalfAdder":
        return attrs.evolve(self, uncompute=not self.uncompute)

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates in order: `x>s` is a CNOT from x to s, `s&x` an And."""
        return (
            "s&x",
            *(("s>carry",) if self.invert_x else ()),
            *(("x>carry",) if self.invert_s else ()),
            "x>s",
        )

    def build_composite_bloq(self, bb: BloqBuilder, **wires: SoquetT) -> dict[str, SoquetT]:
        return self._run(bb, wires, self.gates)

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return {bloq: count for bloq, count in self._counts(self.gates).items() if count}

    def on_classical_vals(self, s, x, carry=None):  # type: ignore[no-untyped-def]
        before = s ^ x if self.uncompute else s
        expected = ((before ^ self.invert_s) & (x ^ self.invert_x)) ^ (self.invert_s & self.invert_x)
        if not self.uncompute:
            return {"s": s ^ x, "x": x, "carry": int(expected)}
        self._checked(carry, expected)
        return {"s": before, "x": x}

    def __str__(self) -> str:
        return "HalfAdder†" if self.uncompute else "HalfAdder"


@bloq_example
def _full_adder() -> FullAdder:
    full_adder = FullAdder(invert_y=True)
    return full_adder


@bloq_example
def _half_adder() -> HalfAdder:
    half_adder = HalfAdder()
    return half_adder
