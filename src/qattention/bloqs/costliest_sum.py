"""`CostliestSum`: an inner product of weights that are not known, only how many and how wide."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import attrs
from qualtran import Bloq, CompositeBloq, DecomposeTypeError, QAny, QBit, QInt, Register, Side, Signature
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box
from qualtran.symbolics import SymbolicInt, bit_length, ceil, floor, smax


@attrs.frozen(kw_only=True)
class UnknownWeights:
    """Weights of which the sizes alone are known, in place of a tuple of them.

    Attributes:
        n_weights: d.
        query_bits: Q, bits of each in two's complement.
        saved: And's, there and back, by which a row is known to be cheaper than the costliest one.
    """

    n_weights: SymbolicInt
    query_bits: SymbolicInt
    saved: SymbolicInt = 0


@attrs.frozen
class CostliestSum(Bloq):
    """|k> -> |k>|acc < 0>|junk>, acc = sum_c q_c k_c - T, or back: the counts of the costliest weights.

    No weights of so many bits need more And's in this form, whatever T. It has counts and no circuit.

    Args:
        form: the class of the inner product, such as `InnerProduct`; it knows its worst case (`most_ands`).
        weights: their sizes.
        key_bits: b.
        uncompute: give sign and junk back.

    Registers:
        key: shape (d,), signed integers of b bits.
        sign: 1 if acc < 0.
        junk: opaque; its size is not claimed (one wire stands for it).
    """

    form: Any
    weights: UnknownWeights
    key_bits: SymbolicInt
    uncompute: bool = False

    @property
    def part(self) -> str:
        """As of the form."""
        return str(self.form.part)

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        return Signature(
            [
                Register("key", QInt(self.key_bits), shape=(self.weights.n_weights,)),
                Register("sign", QBit(), side=side),
                Register("junk", QAny(1), side=side),
            ]
        )

    def adjoint(self) -> CostliestSum:
        return attrs.evolve(self, uncompute=not self.uncompute)

    def decompose_bloq(self) -> CompositeBloq:
        raise DecomposeTypeError(f"{self}: its weights are not known (costs need none); a circuit needs all")

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        there, back = self.form.most_ands(self.weights.n_weights, self.weights.query_bits, self.key_bits)
        made, again = (back, there) if self.uncompute else (there, back)
        saved = (0, self.weights.saved) if self.uncompute else (self.weights.saved, 0)
        counts = {And(): made - saved[0], And().adjoint(): again - saved[1]}
        return {bloq: count for bloq, count in counts.items() if count != 0}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("<q,k> - T")
        if reg.name == "key":
            return TextBox("×q")
        return directional_text_box("<0" if reg.name == "sign" else "junk", side=reg.side)

    def __str__(self) -> str:
        return "CostliestSum" + ("†" if self.uncompute else "")


def widest_sum(n_weights: SymbolicInt, query_bits: SymbolicInt, key_bits: SymbolicInt) -> SymbolicInt:
    """W: 1 + the bits of d 2**(Q - 1) (2**b - 1), how far two sums of such words can be apart."""
    return 1 + bit_length(n_weights * 2 ** (query_bits - 1) * (2**key_bits - 1))


def most_digits(n_weights: SymbolicInt, query_bits: SymbolicInt) -> SymbolicInt:
    """Most signed digits of each weight, ceil(Q / 2)."""
    return n_weights * ceil(query_bits / 2)


def half(value: SymbolicInt) -> SymbolicInt:
    """Rounded down."""
    return floor(value / 2)


def at_least_two(query_bits: SymbolicInt) -> SymbolicInt:
    """Q as a product of words takes it."""
    return smax(2, query_bits)
