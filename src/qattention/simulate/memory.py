"""A memory that errs: what a query with a wrong address or a flipped bit does to a search.

An error is drawn anew for each call of the oracle: a memory has an infidelity per query (Hann, Lee, Girvin,
Jiang, arXiv:2012.05340; Di Matteo, Gheorghiu, Mosca, arXiv:1902.01329), and a search of m queries stands
about 1 / m of it (Arunachalam et al., arXiv:1502.03450; Regev, Schiff, arXiv:1202.1027).
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.compressor import sum_range
from qattention.errors import SpecError, bad
from qattention.simulate.verify import Oracle

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def _probability(_: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise SpecError(bad(attribute.name, value, "a probability in 0..1"))


@attrs.frozen(kw_only=True)
class MemoryErrors:
    """Error rates of one oracle call; both kinds may hit the same call.

    Attributes:
        address_error: probability that the word of another address is loaded on every branch: one of the
            address's bits, drawn uniformly, is flipped for the load. The unload mends the phase of the true
            address, and so leaves (-1)**parity(r AND (word_j XOR word_j')), r uniform outcomes: just what
            tracing out the remains of a word read twice, once wrongly, would do.
        bit_error: probability that one bit of the loaded word, drawn uniformly, is flipped. Measured in X or
            read again it leaves nothing but a global sign.
    Raises:
        SpecError: not probabilities.
    """

    address_error: float = attrs.field(default=0.0, validator=_probability)
    bit_error: float = attrs.field(default=0.0, validator=_probability)

    def __bool__(self) -> bool:
        return self.address_error > 0 or self.bit_error > 0


@attrs.frozen(eq=False)
class Fault:
    """One wrong query: where some row's sum reaches its threshold, and which signs stay; (n_items,) each."""

    heavy: Bools
    odd: Bools


@attrs.frozen(eq=False)
class FaultyQueries:
    """The queries of one oracle with a memory that errs.

    Attributes:
        sums: <q_r, word_j>, shape (n_rows, n_items); padding holds the zero word.
        thresholds: T_r, shape (n_rows, 1).
        bits: of the words, shape (n_items, w).
        steps: what bit b of a word, being 1, adds to row r's sum; shape (n_rows, w).
        n_bits: m, of an address.
    """

    errors: MemoryErrors
    sums: Ints
    thresholds: Ints
    bits: Bools
    steps: Ints
    n_bits: int

    @classmethod
    def of(cls, oracle: Oracle, errors: MemoryErrors) -> FaultyQueries:
        """For an oracle whose sums fit in 64 bits; raises SpecError for wider ones."""
        table, n_items = oracle.table, int(oracle.n_items)
        weights, thresholds = zip(*oracle.rows, strict=True)
        widths = np.broadcast_to(table.word_widths, int(table.head_dim))
        low, high = zip(*(sum_range(row, tuple(widths.tolist())) for row in weights), strict=True)
        if max(high) - min(low) >= 2**62:
            raise SpecError(bad("key_bits", int(widths.max()), "small enough for sums of 62 bits"))
        bits = np.zeros((n_items, int(table.word_bits)), dtype=bool)
        bits[: len(table.bits)] = table.bits
        place = np.concatenate([1 << np.arange(width)[::-1] for width in widths])
        place[np.cumsum(widths) - widths] *= -1  # the top bit of two's complement
        steps = np.repeat(np.array(weights), widths, axis=1) * place
        clipped = [max(lo, min(hi + 1, limit)) for lo, hi, limit in zip(low, high, thresholds, strict=True)]
        return cls(errors, steps @ bits.T, np.array(clipped)[:, None], bits, steps, int(table.address_bits))

    @property
    def heavy(self) -> Bools:
        """Where some row's sum reaches its threshold, nothing being wrong; shape (n_items,)."""
        return np.asarray((self.sums >= self.thresholds).any(axis=0))

    def draw(self, rng: np.random.Generator) -> Fault | None:
        """What is wrong with the next query; None if nothing is."""
        moved, flipped = rng.random(2) < (self.errors.address_error, self.errors.bit_error)
        if not (moved or flipped):
            return None
        served, inside = np.arange(len(self.bits)), np.ones(len(self.bits), dtype=bool)
        if moved:
            served ^= 1 << int(rng.integers(self.n_bits))
            inside = served < len(self.bits)  # beyond the table there is the zero word
            served = np.where(inside, served, 0)
        words = self.bits[served] & inside[:, None]
        outcomes = rng.integers(0, 2, self.bits.shape[1], dtype=np.uint8).astype(bool)
        odd = np.asarray(((words ^ self.bits) & outcomes).sum(axis=1) % 2 == 1)
        sums = self.sums[:, served] * inside
        if flipped:
            bit = int(rng.integers(self.bits.shape[1]))
            sums = sums + self.steps[:, bit, None] * np.where(words[:, bit], -1, 1)
        return Fault(heavy=np.asarray((sums >= self.thresholds).any(axis=0)), odd=odd)
