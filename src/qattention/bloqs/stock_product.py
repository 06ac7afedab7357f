"""`StockProduct`: the inner product of stock parts, a product and an addition a component: the baseline."""

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
from .costliest_sum import at_least_two, widest_sum
from .inner_product import InnerProduct
from .multiply_words import MultiplyWords

Bits = list[SoquetT]  # least significant first


@attrs.frozen
class StockProduct(InnerProduct):
    """|k> -> |k>|acc < 0>|junk>, acc = sum_c q_c k_c - T; or back, step by step.

    For each component q_c is written into a register, multiplied by k_c as one number that is not known by
    another, and the product, which is kept, is added to a register of W bits. That starts as a constant: -T,
    and what turns words with complemented top bits into signed ones.

    Args and registers are those of `InnerProduct`; the junk is the products and all of the sum but its sign.

    Costs: for each component (2 Q - 1) b_c And's of its product and W - 1 of the addition, Q the two's
    complement bits of the largest weight; b_c fewer to uncompute.
    """

    @cached_property
    def spec(self) -> SumSpec:
        """What is summed: the weights, the threshold and the bits of a key."""
        return SumSpec.of(self.weights, self.threshold, self.key_bits)

    @property
    def n_query(self) -> int:
        """Q, at least 2: two's complement bits that hold every weight."""
        return max(2, 1 + max((q if q >= 0 else ~q).bit_length() for q in self.weights))

    @property
    def n_product(self) -> int:
        """Bits of all products."""
        return sum(self.spec.key_bits) + self.n_query * len(self.weights)

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        elements, bits = self.key_shape
        return Signature(
            [
                Register("key", QInt(bits), shape=(elements,)),
                Register("sign", QBit(), side=side),
                Register("junk", QAny(self.n_product + self.spec.width - 1), side=side),
            ]
        )

    @classmethod
    def most_ands(cls, d: SymbolicInt, query_bits: SymbolicInt, b: SymbolicInt) -> tuple[SymbolicInt, ...]:
        """And's (there, back) that no row of d weights of Q bits exceeds: (2 Q - 1) b + W - 1 a component."""
        there = d * ((2 * at_least_two(query_bits) - 1) * b + widest_sum(d, query_bits, b) - 1)
        return there, there - d * b

    @property
    def constant(self) -> int:
        """What the sum starts as, modulo 2**W."""
        total = -self.spec.threshold
        for q, b in zip(self.weights, self.spec.key_bits, strict=True):
            total -= (q << (b - 1)) + (1 << (self.n_query + b - 1))
        return total % (1 << self.spec.width)

    def build_composite_bloq(self, bb: BloqBuilder, key: SoquetT, **given: SoquetT) -> dict[str, SoquetT]:
        bits = [bit for part in key for bit in bb.split(part)]
        ends = np.cumsum(self.spec.key_bits).tolist()
        words = [bits[end - b : end][::-1] for end, b in zip(ends, self.spec.key_bits, strict=True)]
        out = self._unmake(bb, words, **given) if self.uncompute else self._make(bb, words)
        joined = np.array([bit for word in words for bit in word[::-1]]).reshape(self.key_shape)
        return {"key": np.array([bb.join(part, dtype=QInt(self.key_shape[1])) for part in joined]), **out}

    def _make(self, bb: BloqBuilder, words: list[Bits]) -> dict[str, SoquetT]:
        acc = _flip(bb, [bb.allocate(1) for _ in range(self.spec.width)], self.constant)
        products: Bits = []
        for q, word in zip(self.weights, words, strict=True):
            product = self._multiply(bb, q, word)
            acc = self._add(bb, product, acc)
            products += product
        junk = bb.join([*products, *acc[:-1]], dtype=QAny(len(products) + len(acc) - 1))
        return {"sign": acc[-1], "junk": junk}

    def _unmake(self, bb: BloqBuilder, words: list[Bits], sign: SoquetT, junk: SoquetT) -> dict[str, SoquetT]:
        held = bb.split(junk).tolist()
        acc, products = [*held[self.n_product :], sign], held[: self.n_product]
        for q, word in zip(self.weights[::-1], words[::-1], strict=True):
            start = len(products) - self.n_query - len(word)
            product, products = products[start:], products[:start]
            acc = self._add(bb, product, acc)
            self._multiply(bb, q, word, product)
        for bit in _flip(bb, acc, self.constant):
            bb.free(bit)
        return {}

    def _multiply(self, bb: BloqBuilder, q: int, word: Bits, product: Bits | None = None) -> Bits:
        """The product of q and the word, which top bit complemented meanwhile; or given back."""
        query = _flip(bb, [bb.allocate(1) for _ in range(self.n_query)], q)
        word[-1] = bb.add(XGate(), q=word[-1])
        given = {"query": bb.join(query[::-1], dtype=QInt(self.n_query))}
        given["key"] = bb.join(word[::-1], dtype=QUInt(len(word)))
        if product is not None:
            given["result"] = bb.join(product[::-1], dtype=QInt(len(product)))
        out = bb.add_d(MultiplyWords(self.n_query, len(word), product is not None), **given)
        word[:] = bb.split(out["key"])[::-1].tolist()
        word[-1] = bb.add(XGate(), q=word[-1])
        for bit in _flip(bb, bb.split(out["query"])[::-1].tolist(), q):
            bb.free(bit)
        return [] if product is not None else bb.split(out["result"])[::-1].tolist()

    def _add(self, bb: BloqBuilder, product: Bits, acc: Bits) -> Bits:
        """Add the product, its top bit complemented, to the sum; or take it away."""
        n_bits, n_acc = min(len(product), len(acc)), len(acc)
        product[-1] = bb.add(XGate(), q=product[-1])
        acc = _flip(bb, acc, -self.uncompute)
        word = bb.join(product[:n_bits][::-1], dtype=QUInt(n_bits))
        word, total = bb.add(AddWord(n_bits, n_acc), word=word, acc=bb.join(acc[::-1], dtype=QUInt(n_acc)))
        product[:n_bits] = bb.split(word)[::-1].tolist()
        product[-1] = bb.add(XGate(), q=product[-1])
        return _flip(bb, bb.split(total)[::-1].tolist(), -self.uncompute)

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        counts: Counter[Bloq] = Counter({XGate(): self.constant.bit_count()})
        width = self.spec.width
        for q, b in zip(self.weights, self.spec.key_bits, strict=True):
            counts[MultiplyWords(self.n_query, b, self.uncompute)] += 1
            counts[AddWord(min(self.n_query + b, width), width)] += 1
            written = (q % (1 << self.n_query)).bit_count()
            counts[XGate()] += 4 + 2 * written + 2 * width * self.uncompute
        return {bloq: count for bloq, count in counts.items() if count}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("<q,k> - T of products" + (" †" if self.uncompute else ""))
        if reg.name == "key":
            return TextBox("×q")
        return directional_text_box("<0" if reg.name == "sign" else "junk", side=reg.side)


def _flip(bb: BloqBuilder, bits: Bits, mask: int) -> Bits:
    """X on the bits of the mask, a two's complement integer."""
    return [bb.add(XGate(), q=bit) if mask >> i & 1 else bit for i, bit in enumerate(bits)]


@bloq_example
def _stock_product() -> StockProduct:
    stock_product = StockProduct(weights=(3, -2), threshold=1, key_bits=2)
    return stock_product
