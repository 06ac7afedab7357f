"""`ShiftAdd`: the inner product summed in place, word by word: few qubits, more Toffolis."""

from collections import Counter
from functools import cached_property

import attrs
import numpy as np
from qualtran import (
    Bloq,
    BloqBuilder,
    QAny,
    QBit,
    QInt,
    QUInt,
    Register,
    Side,
    Signature,
    SoquetT,
    bloq_example,
)
from qualtran.bloqs.basic_gates import XGate
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box
from qualtran.symbolics import SymbolicInt

from .add_word import AddWord
from .compressor import SumSpec
from .costliest_sum import most_digits, widest_sum
from .inner_product import InnerProduct


@attrs.frozen
class ShiftAdd(InnerProduct):
    """|k> -> |k>|acc < 0>|junk>, acc = sum_c q_c k_c - T; or back, by the same additions on the complement.

    One register of W bits starts as the constant (-T and the corrections for signs); each non-zero digit
    +-2**e of q_c adds the word k_c, its top bit complemented, or for -2**e all other bits, at bit e. The top
    bit of the sum is the sign, the others are the junk.

    Args and registers are those of `InnerProduct`.

    Costs: W - 1 - e And's for each digit at e, forwards and again backwards.
    """

    @cached_property
    def spec(self) -> SumSpec:
        """What is summed: the digits of the weights, the threshold and the bits of a key."""
        return SumSpec.of(self.weights, self.threshold, self.key_bits)

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        elements, bits = self.key_shape
        junk = [Register("junk", QAny(self.spec.width - 1), side=side)] if self.spec.width > 1 else []
        key, sign = Register("key", QInt(bits), shape=(elements,)), Register("sign", QBit(), side=side)
        return Signature([key, sign, *junk])

    @classmethod
    def most_ands(cls, d: SymbolicInt, query_bits: SymbolicInt, b: SymbolicInt) -> tuple[SymbolicInt, ...]:
        """And's (there, back) that no row of d weights of Q bits exceeds: W - 1 a digit, either way."""
        each = most_digits(d, query_bits) * (widest_sum(d, query_bits, b) - 1)
        return each, each

    @property
    def digits(self) -> list[tuple[int, int, int]]:
        """(component, e, sign) of the words that reach into the sum, in order."""
        terms = self.spec.buckets().terms[:, 1:].tolist()
        return [(c, e, sign) for c, e, sign in terms if e < self.spec.width]

    @property
    def constant(self) -> int:
        """What the register starts as, modulo 2**W."""
        total = -self.spec.threshold
        for c, e, sign in self.digits:
            total += ((sign < 0) - (1 << (self.spec.key_bits[c] - 1))) << e
        return total % (1 << self.spec.width)

    def build_composite_bloq(self, bb: BloqBuilder, key: SoquetT, **given: SoquetT) -> dict[str, SoquetT]:
        wires = np.array([bit for part in key for bit in bb.split(part)])
        ends = np.cumsum(self.spec.key_bits).tolist()
        width = self.spec.width
        if self.uncompute:
            junk = bb.split(given["junk"]).tolist() if width > 1 else []
            acc = [given["sign"], *junk][::-1]
        else:
            acc = self._set_constant(bb, [bb.allocate(1) for _ in range(width)])
        for c, e, sign in reversed(self.digits) if self.uncompute else self.digits:
            here = slice(ends[c] - self.spec.key_bits[c], ends[c])
            wires[here], acc[e:] = self._add(bb, wires[here], acc[e:], sign)
        bits = wires.reshape(self.key_shape)
        out = {"key": np.array([bb.join(part, dtype=QInt(self.key_shape[1])) for part in bits])}
        if self.uncompute:
            for bit in self._set_constant(bb, acc):
                bb.free(bit)
            return out
        if width > 1:
            out["junk"] = bb.join(acc[-2::-1], dtype=QAny(width - 1))
        return {**out, "sign": acc[-1]}

    def _set_constant(self, bb: BloqBuilder, acc: list[SoquetT]) -> list[SoquetT]:
        return [bb.add(XGate(), q=bit) if self.constant >> i & 1 else bit for i, bit in enumerate(acc)]

    def _add(
        self, bb: BloqBuilder, word: SoquetT, acc: list[SoquetT], sign: int
    ) -> tuple[SoquetT, list[SoquetT]]:
        """Add one word, most significant bit first, to a sum, least significant first; or take it away."""
        added = word[-len(acc) :]
        flipped = self._flipped(len(word), sign)[-len(acc) :]
        bits = _flip(bb, added, flipped)
        acc = [bb.add(XGate(), q=bit) for bit in acc] if self.uncompute else acc
        add = AddWord(len(bits), len(acc))
        joined, total = bb.add(
            add, word=bb.join(bits, dtype=QUInt(len(bits))), acc=bb.join(acc[::-1], dtype=QUInt(len(acc)))
        )
        acc = bb.split(total)[::-1].tolist()
        acc = [bb.add(XGate(), q=bit) for bit in acc] if self.uncompute else acc
        word[-len(acc) :] = _flip(bb, bb.split(joined), flipped)
        return word, acc

    @staticmethod
    def _flipped(n_bits: int, sign: int) -> list[bool]:
        """Which bits of a word, most significant first, are complemented: the top one, or all others."""
        return [(sign < 0) != (i == 0) for i in range(n_bits)]

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        counts: Counter[Bloq] = Counter({XGate(): self.constant.bit_count()})
        for c, e, sign in self.digits:
            n_bits, n_acc = self.spec.key_bits[c], self.spec.width - e
            counts[AddWord(min(n_bits, n_acc), n_acc)] += 1
            counts[XGate()] += 2 * sum(self._flipped(n_bits, sign)[-n_acc:]) + 2 * n_acc * self.uncompute
        return {bloq: count for bloq, count in counts.items() if count}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("<q,k> - T in place" + (" †" if self.uncompute else ""))
        if reg.name == "key":
            return TextBox("×q")
        return directional_text_box("<0" if reg.name == "sign" else "junk", side=reg.side)


def _flip(bb: BloqBuilder, bits: SoquetT, flipped: list[bool]) -> list[SoquetT]:
    return [bb.add(XGate(), q=bit) if flip else bit for bit, flip in zip(bits, flipped, strict=True)]


@bloq_example
def _shift_add() -> ShiftAdd:
    shift_add = ShiftAdd(weights=(3, -2), threshold=1, key_bits=3)
    return shift_add
