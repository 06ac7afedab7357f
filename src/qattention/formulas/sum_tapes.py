"""The gates of every form of the inner product and of its uncompute, played from a row's numbers alone.

Trees come off their replay (`tree_replay`); additions in place and stock products are written here.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from qattention.buckets import plain_digits
from qattention.errors import SpecError, bad
from qattention.formulas.costs import IntArray
from qattention.formulas.row_sums import RowSums
from qattention.formulas.tape import Pen, Tape
from qattention.formulas.tape_layers import CNOT, ONE, Rows
from qattention.formulas.tree_replay import played

Pair = tuple[Tape, Tape]  # there and back; key wires first, then what is held, the sign last


@lru_cache(maxsize=256)
def add_word(n_word: int, n_acc: int) -> Tape:
    """Add a word in place: inputs are the word's bits, then the sum's, least significant first.

    All carries up; then down again, each sum bit set once the carry that it feeds is gone.
    """
    pen = Pen(n_word + n_acc)
    word, acc, carries = range(n_word), range(n_word, n_word + n_acc), [-1] * n_acc

    def addends(i: int) -> list[int]:
        return [*word[i : i + 1], *([carries[i]] if i else [])]

    for i in range(n_acc - 1):
        x, s = addends(i), acc[i]
        if len(x) == 2:
            pen.gate(CNOT, x[0], s)
            pen.gate(CNOT, x[0], x[1])
        carries[i + 1] = pen.made(s, x[-1])
        if len(x) == 2:
            pen.gate(CNOT, x[0], carries[i + 1])
            pen.gate(CNOT, x[0], x[1])
        pen.gate(CNOT, x[-1], s)
    for i in reversed(range(n_acc)):
        x, s = addends(i), acc[i]
        if i < n_acc - 1:
            pen.gate(CNOT, x[-1], s)
            if len(x) == 2:
                pen.gate(CNOT, x[0], x[1])
                pen.gate(CNOT, x[0], carries[i + 1])
            pen.erase(s, x[-1], carries[i + 1])
            if len(x) == 2:
                pen.gate(CNOT, x[0], x[1])
                pen.gate(CNOT, x[0], s)
        for wire in x:
            pen.gate(CNOT, wire, s)
    return pen.tape(range(n_word + n_acc))


@lru_cache(maxsize=64)
def multiply_words(n_query: int, n_key: int, uncompute: bool) -> Tape:
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


def _words(channel_bits: IntArray) -> list[IntArray]:
    """The key's wires of each component, least significant bit first."""
    ends = np.cumsum(channel_bits)
    return [np.arange(end - 1, end - 1 - b, -1) for end, b in zip(ends, channel_bits, strict=True)]


def _tree(bucketed: bool):  # type: ignore[no-untyped-def]
    def pair(row: RowSums) -> Pair:
        (rows, n_wires), w = next(played(row, bucketed)), row.word_bits
        there = Tape(rows=rows, n_wires=n_wires, n_bits=0, inputs=np.arange(w), outputs=np.arange(n_wires))
        back = there.backwards()
        n_sign = _trailing_on(rows, n_wires - 1)  # the sign's CNOTs come in the same order both ways
        back.rows[:n_sign] = rows[len(rows) - n_sign :]
        return there, back

    return pair


def _trailing_on(rows: Rows, wire: int) -> int:
    """Gates at the end of a tape, after the last birth, that make the sign."""
    births = np.flatnonzero(rows[:, 1] == wire)
    return len(rows) - 1 - int(births[0])


def _bits_of(number: int, wires: IntArray) -> IntArray:
    """The wires where a two's complement number has its ones."""
    return wires[[bool(number >> i & 1) for i in range(len(wires))]]


def _in_place(row: RowSums) -> Pair:
    width, weights = int(row.widths()[0]), tuple(row.weights[0].tolist())
    terms = [(c, e, s) for _, c, e, s in plain_digits(weights).terms.tolist() if e < width]
    constant, bits = -int(row.clipped[0]), row.channel_bits.tolist()
    for c, e, sign in terms:
        constant += ((sign < 0) - (1 << (bits[c] - 1))) << e
    words = _words(row.channel_bits)

    def played_out(pen: Pen, acc: IntArray, uncompute: bool) -> None:
        if not uncompute:
            pen.each(ONE, _bits_of(constant, acc))
        for c, e, sign in reversed(terms) if uncompute else terms:
            added, target = words[c][: width - e], acc[e:]
            is_top = np.arange(len(added)) == bits[c] - 1
            flipped = added[is_top if sign > 0 else ~is_top][::-1]
            pen.each(ONE, flipped)
            pen.each(ONE, target[: len(target) * uncompute])
            pen.splice(add_word(len(added), len(target)), np.concatenate([added, target]))
            pen.each(ONE, target[: len(target) * uncompute])
            pen.each(ONE, flipped)
        if uncompute:
            pen.each(ONE, _bits_of(constant, acc))
            pen.release(acc)

    there = Pen(row.word_bits)
    acc = there.born(width)
    played_out(there, acc, uncompute=False)
    back = Pen(row.word_bits + width)
    played_out(back, np.arange(row.word_bits, back.n_given), uncompute=True)
    return there.tape([*range(row.word_bits), *acc]), back.tape(range(row.word_bits))


def _product(row: RowSums) -> Pair:
    width, n_query = int(row.widths()[0]), int(row.query_bits()[0])
    weights, bits = row.weights[0].tolist(), row.channel_bits.tolist()
    constant, words = -int(row.clipped[0]), _words(row.channel_bits)
    for q, b in zip(weights, bits, strict=True):
        constant -= (q << (b - 1)) + (1 << (n_query + b - 1))

    def multiply(pen: Pen, q: int, word: IntArray, product: IntArray | None) -> IntArray:
        query = pen.born(n_query)
        written = _bits_of(q, query)
        pen.each(ONE, [*written, word[-1]])
        given = [query, word] + ([] if product is None else [product])
        out = pen.splice(multiply_words(n_query, len(word), product is not None), np.concatenate(given))
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
    there.each(ONE, _bits_of(constant, acc))
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
    back.each(ONE, _bits_of(constant, acc))
    return out, back.tape(range(row.word_bits))


PLAYED = {
    "compressor-tree": _tree(bucketed=False),
    "bucket-tree": _tree(bucketed=True),
    "shift-add": _in_place,
    "product": _product,
}


def sum_tapes(sums: RowSums, form: str, row: int = 0) -> Pair:
    """Inner product and uncompute of one row.

    Raises:
        SpecError: there is no such form.
    """
    if form not in PLAYED:
        raise SpecError(bad("form", form, f"one of {', '.join(PLAYED)}"))
    pair: Pair = PLAYED[form](sums.take([row]))
    return pair
