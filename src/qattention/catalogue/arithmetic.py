"""Records of the bloqs that compute the flag of a key: adders, the inner product, the threshold.

Apart from `records`, which lists all families, because a bloq is described, built and costed in one place
and one family's bloqs fill a page.
"""

from __future__ import annotations

from typing import Any

from qattention import bloqs, formulas
from qattention.catalogue.record import BloqRecord
from qattention.catalogue.shared import ERASE, row_weights
from qattention.circuit import INNER_PRODUCTS
from qattention.formulas import Costs, RowSums

WALLACE = (
    "Wallace, A suggestion for a fast multiplier, IEEE Trans. Electron. Comput. EC-13 (1964) 14: a tree of "
    "full adders; here carries are kept and measured away"
)


def _sum(
    d: int, b: int, threshold: int = 1, uncompute: bool = False, narrow: bool = False
) -> tuple[Any, ...]:
    """The arguments of every form of the sum: `narrow` keys lose a bit from component to component."""
    key_bits = tuple(max(1, b - c) for c in range(d)) if narrow else b
    return row_weights(d, b), threshold, key_bits, uncompute


def _inner_product(bloq: Any) -> Costs:
    from qattention.bloqs.made_of import bloq_class  # with Qualtran, which a built bloq has imported

    sums = RowSums.from_weights([bloq.weights], [bloq.threshold], bloq.key_bits)
    (kind,) = (kind for kind in INNER_PRODUCTS.values() if bloq_class(kind.bloq) is type(bloq))
    return formulas.inner_product(sums, kind, bloq.uncompute)


ARITHMETIC: tuple[BloqRecord, ...] = (
    BloqRecord(
        slug="full_adder",
        title="FullAdder",
        module="qattention.bloqs.adders",
        summary="Three bits to a sum in place and a carry that is kept.",
        action="|s, x, y⟩ → |s ⊕ x ⊕ y, x, y⟩|maj(s, x, y)⟩, up to complements kept track of classically",
        cost="1; none to uncompute",
        sizes=(
            {},
            {"invert_s": True},
            {"invert_y": True},
            {"invert_s": True, "invert_y": True},
            {"uncompute": True},
            {"invert_s": True, "invert_y": True, "uncompute": True},
        ),
        builder=lambda **inversions: bloqs.FullAdder(**inversions),
        formula=lambda bloq: formulas.full_adder(bloq.uncompute),
        references=("Cuccaro et al., quant-ph/0410184 (the majority gate)", ERASE),
    ),
    BloqRecord(
        slug="half_adder",
        title="HalfAdder",
        module="qattention.bloqs.adders",
        summary="Two bits to a sum in place and a carry that is kept.",
        action="|s, x⟩ → |s ⊕ x, x⟩|s AND x⟩, up to complements kept track of classically",
        cost="1; none to uncompute",
        sizes=(
            {},
            {"invert_s": True},
            {"invert_x": True},
            {"invert_s": True, "invert_x": True},
            {"uncompute": True},
            {"invert_x": True, "uncompute": True},
        ),
        builder=lambda **inversions: bloqs.HalfAdder(**inversions),
        formula=lambda bloq: formulas.half_adder(bloq.uncompute),
        references=(ERASE,),
    ),
    BloqRecord(
        slug="inner_product",
        title="InnerProduct",
        module="qattention.bloqs.inner_product",
        summary="⟨q, k⟩ − T of a loaded key with classical q and T, by a compressor tree.",
        action="|k⟩ → |k⟩|⟨q, k⟩ < T⟩|junk⟩, undone by its adjoint",
        cost="Σ_j ⌊m_j / 2⌋ over columns below the sign, m_j their key bits and carries; none to uncompute",
        sizes=(
            {"d": 1, "b": 1},
            {"d": 1, "b": 2},
            {"d": 2, "b": 2},
            {"d": 2, "b": 3, "uncompute": True},
            {"d": 3, "b": 3, "threshold": -2},
            {"d": 3, "b": 3, "narrow": True},
            {"d": 7, "b": 5},
        ),
        builder=lambda **sizes: bloqs.InnerProduct(*_sum(**sizes)),
        formula=_inner_product,
        references=(
            WALLACE,
            ERASE,
        ),
        limitations=(
            "about one qubit an And: carries are kept until they are measured",
            "one circuit a query row: q and T are in its wiring",
        ),
    ),
    BloqRecord(
        slug="bucket_tree",
        title="BucketTree",
        module="qattention.bloqs.bucket_tree",
        summary="⟨q, k⟩ − T by a compressor tree that adds up equal multiples of the components once.",
        action="|k⟩ → |k⟩|⟨q, k⟩ < T⟩|junk⟩, undone by its adjoint",
        cost="a tree over the digits ±v 2^e of q, and a smaller one for each odd v > 1; none to uncompute",
        sizes=(
            {"d": 2, "b": 2},
            {"d": 2, "b": 4, "uncompute": True},
            {"d": 5, "b": 4, "threshold": -2},
            {"d": 4, "b": 4, "narrow": True},
            {"d": 8, "b": 6},
        ),
        builder=lambda **sizes: bloqs.BucketTree(*_sum(**sizes)),
        formula=_inner_product,
        references=(
            "Pippenger, On the evaluation of powers and monomials, SIAM J. Comput. 9 (1980) 230: the "
            "buckets, there for products of powers",
            WALLACE,
            ERASE,
        ),
        limitations=(
            "weights beyond 12 bits, or sums beyond 60, fall back to the tree without buckets",
            "about one qubit an And, and one circuit a query row, as for the tree without",
        ),
    ),
    BloqRecord(
        slug="add_word",
        title="AddWord",
        module="qattention.bloqs.add_word",
        summary="Add a word to a register in place.",
        action="|x, a⟩ → |x, a + x mod 2^L⟩, L the bits of a",
        cost="L − 1, each erased by a measurement",
        sizes=(
            {"word": 1, "acc": 1},
            {"word": 1, "acc": 3},
            {"word": 2, "acc": 2},
            {"word": 2, "acc": 4},
            {"word": 5, "acc": 9},
        ),
        builder=lambda word, acc: bloqs.AddWord(word, acc),
        formula=lambda bloq: formulas.add_word(bloq.n_word, bloq.n_acc),
        references=("Gidney, arXiv:1709.06648, figure 1 (addition with And's erased by measurement)",),
    ),
    BloqRecord(
        slug="shift_add",
        title="ShiftAdd",
        module="qattention.bloqs.shift_add",
        summary="⟨q, k⟩ − T summed in place, digit by digit: few qubits, many Toffolis.",
        action="|k⟩ → |k⟩|⟨q, k⟩ < T⟩|junk⟩, undone by its adjoint",
        cost="Σ over non-zero digits ±2^e of q of W − 1 − e, W the width of the sum; as many to uncompute",
        sizes=(
            {"d": 1, "b": 1},
            {"d": 1, "b": 2},
            {"d": 2, "b": 2},
            {"d": 2, "b": 3, "uncompute": True},
            {"d": 3, "b": 3, "threshold": -2},
            {"d": 3, "b": 3, "narrow": True},
            {"d": 5, "b": 5},
        ),
        builder=lambda **sizes: bloqs.ShiftAdd(*_sum(**sizes)),
        formula=_inner_product,
        references=("Gidney, arXiv:1709.06648 (addition with And's erased by measurement)",),
        limitations=("additions run one after another; no closed form of the T depth",),
    ),
    BloqRecord(
        slug="multiply_words",
        title="MultiplyWords",
        module="qattention.bloqs.multiply_words",
        summary="The schoolbook product of a signed and an unsigned word.",
        action="|q, k⟩ → |q, k, q k⟩",
        cost="(2 Q − 1) b for words of Q and b bits; b fewer to uncompute",
        sizes=(
            {"query": 2, "key": 1},
            {"query": 2, "key": 2, "uncompute": True},
            {"query": 3, "key": 2},
            {"query": 3, "key": 3, "uncompute": True},
            {"query": 5, "key": 4},
        ),
        builder=lambda query, key, uncompute=False: bloqs.MultiplyWords(query, key, uncompute),
        formula=lambda bloq: formulas.multiply_words(bloq.n_query, bloq.n_key, bloq.uncompute),
        references=("Qualtran, `Product`: as many, for unsigned words", ERASE),
    ),
    BloqRecord(
        slug="stock_product",
        title="StockProduct",
        module="qattention.bloqs.stock_product",
        summary="⟨q, k⟩ − T of stock parts, a product and an addition a component: the baseline.",
        action="|k⟩ → |k⟩|⟨q, k⟩ < T⟩|junk⟩, undone by its adjoint",
        cost="Σ over components of (2 Q − 1) b + W − 1, Q, W bits of weight, sum; Σ b fewer to uncompute",
        sizes=(
            {"d": 1, "b": 1},
            {"d": 1, "b": 2, "uncompute": True},
            {"d": 2, "b": 2},
            {"d": 2, "b": 3, "uncompute": True},
            {"d": 3, "b": 3, "threshold": -2},
            {"d": 3, "b": 3, "narrow": True},
            {"d": 3, "b": 5},
        ),
        builder=lambda **sizes: bloqs.StockProduct(*_sum(**sizes)),
        formula=_inner_product,
        references=("Qualtran, `Product`: its cost for unsigned words", ERASE),
        limitations=(
            "the baseline of `--plan naive`: it takes no advantage of knowing q",
            "no closed form of the T depth",
        ),
    ),
    BloqRecord(
        slug="threshold_flag",
        title="ThresholdFlag",
        module="qattention.bloqs.threshold_flag",
        summary="The flag of a heavy key: NOT sign.",
        action="|sign⟩ → |sign⟩|NOT sign⟩",
        cost="0",
        sizes=({}, {"uncompute": True}),
        builder=lambda uncompute=False: bloqs.ThresholdFlag(uncompute),
        formula=lambda _: formulas.threshold_flag(),
        limitations=("no comparator: −T is already in the sum, so ties at the threshold are heavy",),
    ),
)
