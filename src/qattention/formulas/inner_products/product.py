"""Closed form of `StockProduct`: Q x b bits multiplied take (2 Q - 1) b And's, the addition W - 1."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import InnerProductKind
from qattention.costs import IntArray
from qattention.formulas.adders import multiply_words
from qattention.formulas.inner_product import SumFigures, in_turn
from qattention.formulas.row_sums import RowSums
from qattention.formulas.sum_cliffords import add_word_cliffords
from qattention.formulas.sum_tapes import Pair, add_word, bits_of, key_words, ones_among
from qattention.formulas.tape import Pen, Tape
from qattention.formulas.tape_layers import ONE


def _figures(sums: RowSums) -> SumFigures:
    """And again backwards, but for the first row of each product, which is measured."""
    query, widths = sums.query_bits()[:, None], sums.widths()[:, None]
    each = multiply_words(query, sums.channel_bits)
    made = np.cumsum(query + sums.channel_bits, axis=1)
    in_use = made + np.maximum(query + 2 * sums.channel_bits, widths - 1)
    ands = (each.toffoli + widths - 1).sum(axis=1)
    return SumFigures(
        ands=ands,
        again=ands - sums.word_bits,
        junk=made[:, -1] + sums.widths() - 1,
        work=in_use.max(axis=1) - made[:, -1],
    )


def _t_depth(sums: RowSums, first: IntArray, n_rows: IntArray) -> IntArray:
    """Products are made beside the additions that go before, as far as wires are free: played.

    Once for all rows whose words and sum are as wide: no number but these counts. Of several rows at most
    14 % above the gates at d = 4, less than 4 % at d = 16.
    """
    shapes = np.stack([sums.query_bits(), sums.widths()], axis=1)
    _, at, same = np.unique(shapes, axis=0, return_index=True, return_inverse=True)
    found = [_played_t_depth(sums, int(row)) for row in at]
    return in_turn(np.array(found, dtype=np.int64)[same], first, n_rows)


@lru_cache(maxsize=256)
def _played_t_depth(sums: RowSums, row: int) -> int:
    return sum(tape.depths(None)[0] for tape in _tape(sums.take([row])))


def multiply_words_cliffords(n_query: ArrayLike, n_key: ArrayLike, uncompute: bool = False) -> IntArray:
    """Q - 1 additions, a CZ an And that is erased, and X's around each row that is taken away."""
    query, key = np.asarray(n_query, dtype=np.int64), np.asarray(n_key, dtype=np.int64)
    erased, taken_away = (query, query - 2) if uncompute else (query - 1, 1)
    return (query - 1) * add_word_cliffords(key, key + 1) + erased * key + 2 * (key + 1) * taken_away


def _cliffords(sums: RowSums) -> tuple[IntArray, IntArray]:
    """Two X's around the top bits of each word and product, and those that write the weight, twice."""
    widths, query, bits = sums.widths(), sums.query_bits(), sums.channel_bits
    scale, weights = np.array([1 << (int(b) - 1) for b in bits], dtype=object), sums.weights.astype(object)
    lifted = np.array([1 << int(q) for q in query], dtype=object) * int(scale.sum())
    constant = ones_among(-sums.clipped - weights @ scale - lifted, widths)
    written = sum((ones_among(column, query) for column in weights.T), start=np.zeros_like(query))
    words = np.minimum(query[:, None] + bits, widths[:, None])
    additions = add_word_cliffords(words, widths[:, None]).sum(axis=1) + 4 * len(bits) + 2 * written
    there, back = (multiply_words_cliffords(query[:, None], bits, way).sum(axis=1) for way in (False, True))
    return constant + additions + there, constant + additions + back + 2 * widths * len(bits)


@lru_cache(maxsize=64)
def _multiplication(n_query: int, n_key: int, uncompute: bool) -> Tape:
    """Row by row, the last one taken away; inputs: query, key, and if `uncompute` the product."""
    product_bits = n_query + n_key if uncompute else 0
    pen = Pen(n_query + n_key + product_bits)
    q, k = range(n_query), range(n_query, n_query + n_key)
    product = [*range(n_query + n_key, pen.n_given)]

    def add_row(i: int) -> None:
        row = np.array([pen.made(q[i], key) for key in k])
        flipped = product[i:] if (i == n_query - 1) != uncompute else []
        pen.each(ONE, flipped)
        pen.splice(add_word(n_key, n_key + 1), np.array([*row, *product[i:]]))
        pen.each(ONE, flipped)
        for key, wire in zip(k, row.tolist(), strict=True):
            pen.erase(q[i], key, wire)

    if not uncompute:
        product = [*(pen.made(q[0], key) for key in k), *pen.born(1)]
        for i in range(1, n_query):
            product += pen.born(1).tolist()
            add_row(i)
        return pen.tape([*q, *k, *product])
    for i in reversed(range(1, n_query)):
        add_row(i)
        pen.release(np.array([product.pop()]))
    pen.release(np.array([product.pop()]))
    for key, wire in zip(k, product, strict=True):
        pen.erase(q[0], key, wire)
    return pen.tape([*q, *k])


def _tape(row: RowSums) -> Pair:
    """A product a component, each added up at once."""
    width, n_query = int(row.widths()[0]), int(row.query_bits()[0])
    weights, bits = row.weights[0].tolist(), row.channel_bits.tolist()
    constant, words = -int(row.clipped[0]), key_words(row.channel_bits)
    for q, b in zip(weights, bits, strict=True):
        constant -= (q << (b - 1)) + (1 << (n_query + b - 1))

    def multiply(pen: Pen, q: int, word: IntArray, product: IntArray | None) -> IntArray:
        query = pen.born(n_query)
        written = bits_of(q, query)
        pen.each(ONE, [*written, word[-1]])
        given = [query, word] + ([] if product is None else [product])
        out = pen.splice(_multiplication(n_query, len(word), product is not None), np.concatenate(given))
        pen.each(ONE, [word[-1], *written])
        for wire in query:
            pen.release(np.array([wire]))
        return out[n_query + len(word) :]

    def add(pen: Pen, product: IntArray, acc: IntArray, uncompute: bool) -> None:
        pen.each(ONE, [product[-1], *acc[: len(acc) * uncompute]])
        added = product[: len(acc)]
        pen.splice(add_word(len(added), len(acc)), np.concatenate([added, acc]))
        pen.each(ONE, [product[-1], *acc[: len(acc) * uncompute]])

    there = Pen(row.word_bits)
    acc, products = there.born(width), []
    there.each(ONE, bits_of(constant, acc))
    for q, word in zip(weights, words, strict=True):
        products.append(multiply(there, q, word, None))
        add(there, products[-1], acc, uncompute=False)
    out = there.tape([*range(row.word_bits), *np.concatenate(products), *acc])
    back = Pen(len(out.outputs))
    held = np.arange(row.word_bits, back.n_given)
    acc, ends = held[len(held) - width :], np.cumsum([n_query + b for b in bits])
    for q, word, end, b in [*zip(weights, words, ends, bits, strict=True)][::-1]:
        product = held[end - n_query - b : end]
        add(back, product, acc, uncompute=True)
        multiply(back, q, word, product)
    back.each(ONE, bits_of(constant, acc))
    return out, back.tape(range(row.word_bits))


def _most_toffoli(head_dim: int, query_bits: int, key_bits: int, width: int) -> int:
    each = multiply_words(max(2, query_bits), key_bits).toffoli + width - 1
    return head_dim * (2 * int(each) - key_bits)


KINDS = (
    InnerProductKind(
        name="product",
        rank=3,
        bloq=".stock_product:StockProduct",
        is_stock=True,
        only_asked=True,
        weighs_zeros=True,
        figures=_figures,
        t_depth=_t_depth,
        cliffords=_cliffords,
        tape=_tape,
        most_toffoli=_most_toffoli,
        how="by a product a component, added up and undone by the inverse",
        source="stock parts: schoolbook products and ripple adders",
        limits="A baseline to compare with: taken only where it is asked for.",
    ),
)
