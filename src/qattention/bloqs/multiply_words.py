"""`MultiplyWords`: the schoolbook product of two words, row by row."""

from collections import Counter
from functools import cached_property

import attrs
from qualtran import Bloq, BloqBuilder, QInt, QUInt, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import XGate
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box

from .add_word import AddWord

Bits = list[SoquetT]  # least significant first


@attrs.frozen
class MultiplyWords(Bloq):
    """|q, k> -> |q, k, q k>, q signed and k unsigned; or back.

    Row i is k AND bit i of q. Row 0 is the start of the product; each further one is added at bit i, the
    last one, which the sign bit of q selects, is taken away.

    Args:
        n_query: bits of q, at least 2.
        n_key: bits of k.
        uncompute: give the product back.

    Registers:
        query: q, signed.
        key: k, unsigned.
        result: q k, signed, of n_query + n_key bits.

    Costs: n_key + 2 (n_query - 1) n_key And's; n_key fewer to uncompute.

    References:
        The same count as `Product` in Qualtran, which multiplies unsigned words: 2 b**2 - b for b bits each.
    """

    n_query: int
    n_key: int
    uncompute: bool = False

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        return Signature(
            [
                Register("query", QInt(self.n_query)),
                Register("key", QUInt(self.n_key)),
                Register("result", QInt(self.n_query + self.n_key), side=side),
            ]
        )

    def adjoint(self) -> "MultiplyWords":
        return attrs.evolve(self, uncompute=not self.uncompute)

    def build_composite_bloq(
        self, bb: BloqBuilder, query: SoquetT, key: SoquetT, **given: SoquetT
    ) -> dict[str, SoquetT]:
        q, k = bb.split(query)[::-1].tolist(), bb.split(key)[::-1].tolist()
        if self.uncompute:
            product = bb.split(given["result"])[::-1].tolist()
            for i in reversed(range(1, self.n_query)):
                self._add_row(bb, q, k, product, i)
                bb.free(product.pop())
            bb.free(product.pop())
            self._select(bb, q, k, 0, product)
        else:
            product = [*self._select(bb, q, k, 0), bb.allocate(1)]
            for i in range(1, self.n_query):
                product.append(bb.allocate(1))
                self._add_row(bb, q, k, product, i)
        out = {"query": bb.join(q[::-1], dtype=QInt(self.n_query))}
        out["key"] = bb.join(k[::-1], dtype=QUInt(self.n_key))
        if not self.uncompute:
            out["result"] = bb.join(product[::-1], dtype=QInt(len(product)))
        return out

    def _select(self, bb: BloqBuilder, q: Bits, k: Bits, i: int, row: Bits | None = None) -> Bits:
        """k AND q_i on new wires; or those of `row` given back."""
        made = []
        for j in range(self.n_key):
            given = {} if row is None else {"target": row[j]}
            out = bb.add_d(And(uncompute=row is not None), ctrl=[q[i], k[j]], **given)
            q[i], k[j] = out["ctrl"]
            made += [] if row is not None else [out["target"]]
        return made

    def _add_row(self, bb: BloqBuilder, q: Bits, k: Bits, product: Bits, i: int) -> None:
        """Add row i to the bits from i on, or take it away: x - y is the complement of ~x + y."""
        row = self._select(bb, q, k, i)
        self._complement_if_subtracted(bb, product, i)
        word = bb.join(row[::-1], dtype=QUInt(self.n_key))
        acc = bb.join(product[: i - 1 : -1], dtype=QUInt(self.n_key + 1))
        word, acc = bb.add(AddWord(self.n_key, self.n_key + 1), word=word, acc=acc)
        product[i:] = bb.split(acc)[::-1].tolist()
        self._complement_if_subtracted(bb, product, i)
        self._select(bb, q, k, i, bb.split(word)[::-1].tolist())

    def _complement_if_subtracted(self, bb: BloqBuilder, product: Bits, i: int) -> None:
        if (i == self.n_query - 1) != self.uncompute:
            product[i:] = [bb.add(XGate(), q=bit) for bit in product[i:]]

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        rows = self.n_query - 1
        ands, erased = (rows + 1) * self.n_key, rows * self.n_key
        counts: Counter[Bloq] = Counter({AddWord(self.n_key, self.n_key + 1): rows})
        counts[And(uncompute=self.uncompute)] += ands
        counts[And(uncompute=not self.uncompute)] += erased
        counts[XGate()] = 2 * (self.n_key + 1) * (rows - 1 if self.uncompute else 1)
        return {bloq: count for bloq, count in counts.items() if count}

    def on_classical_vals(self, query, key, result=None):  # type: ignore[no-untyped-def]
        expected = int(query) * int(key)
        if not self.uncompute:
            return {"query": query, "key": key, "result": expected}
        if result != expected:
            raise ValueError(f"`result`: got {result}; must be {expected} to be erased")
        return {"query": query, "key": key}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        if reg.name == "result":
            return directional_text_box("q k", side=reg.side)
        return TextBox(reg.name[0])

    def __str__(self) -> str:
        return "MultiplyWords" + ("†" if self.uncompute else "")


@bloq_example
def _multiply_words() -> MultiplyWords:
    multiply_words = MultiplyWords(n_query=3, n_key=2)
    return multiply_words
