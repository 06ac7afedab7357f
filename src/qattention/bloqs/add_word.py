"""`AddWord`: add a word to a register in place, its carries erased by measurement."""

from collections import Counter
from functools import cached_property

import attrs
from qualtran import Bloq, BloqBuilder, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT
from qualtran.drawing import Text, TextBox, WireSymbol

from .adders import FullAdder, HalfAdder


@attrs.frozen
class AddWord(Bloq):
    """|x, a> -> |x, a + x mod 2**n_acc>.

    Args:
        n_word: bits of x, at most n_acc.
        n_acc: bits of a.

    Registers:
        word: x, unsigned.
        acc: a, unsigned.

    Costs: n_acc - 1 And's, each erased by a measurement; the carries are held meanwhile.

    References:
        Gidney, arXiv:1709.06648, figure 1 (in-place addition with measured And's).
    """

    n_word: int
    n_acc: int

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("word", QUInt(self.n_word)), Register("acc", QUInt(self.n_acc))])

    def build_composite_bloq(self, bb: BloqBuilder, word: SoquetT, acc: SoquetT) -> dict[str, SoquetT]:
        """All carries up; then down again, each sum bit set once the carry that it feeds is gone."""
        wires = {("x", i): bit for i, bit in enumerate(bb.split(word)[::-1])}
        wires |= {("a", i): bit for i, bit in enumerate(bb.split(acc)[::-1])}
        for i in range(self.n_acc - 1):
            self._add_carry(bb, wires, i, uncompute=False)
        for i in reversed(range(self.n_acc)):
            if i < self.n_acc - 1:
                self._add_carry(bb, wires, i, uncompute=True)
            for name in self._addends(i):
                wires[name], wires["a", i] = bb.add(CNOT(), ctrl=wires[name], target=wires["a", i])
        return {
            "word": bb.join([wires["x", i] for i in reversed(range(self.n_word))], dtype=QUInt(self.n_word)),
            "acc": bb.join([wires["a", i] for i in reversed(range(self.n_acc))], dtype=QUInt(self.n_acc)),
        }

    def _addends(self, i: int) -> list[tuple[str, int]]:
        """What is added to bit i of acc: the word's bit, and the carry into it."""
        return [*([("x", i)] if i < self.n_word else []), *([("c", i)] if i else [])]

    def _adder(self, i: int, uncompute: bool) -> Bloq:
        return (FullAdder if len(self._addends(i)) == 2 else HalfAdder)(uncompute=uncompute)

    def _add_carry(
        self, bb: BloqBuilder, wires: dict[tuple[str, int], SoquetT], i: int, uncompute: bool
    ) -> None:
        names = dict(zip("sxy", [("a", i), *self._addends(i)], strict=False))
        carry = {"carry": wires.pop(("c", i + 1))} if uncompute else {}
        bits = {key: wires[name] for key, name in names.items()}
        out = bb.add_d(self._adder(i, uncompute), **bits, **carry)
        wires.update({name: out[key] for key, name in names.items()})
        if not uncompute:
            wires["c", i + 1] = out["carry"]

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        counts: Counter[Bloq] = Counter({CNOT(): sum(len(self._addends(i)) for i in range(self.n_acc))})
        for i in range(self.n_acc - 1):
            counts.update([self._adder(i, uncompute=False), self._adder(i, uncompute=True)])
        return dict(counts)

    def on_classical_vals(self, word, acc):  # type: ignore[no-untyped-def]
        return {"word": word, "acc": (int(acc) + int(word)) % 2**self.n_acc}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return TextBox("x" if reg.name == "word" else "+x")

    def __str__(self) -> str:
        return "AddWord"


@bloq_example
def _add_word() -> AddWord:
    add_word = AddWord(n_word=2, n_acc=4)
    return add_word
