"""`PairTable`: one side of a block of pairs, rows or keys, as the words that are looked up."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray
from qualtran import Bloq, Signature

from qattention.errors import SpecError, bad

from .key_table import KeyTable
from .square_plan import constant, most_sum, n_columns, offset_bits, side_words
from .storing import integers


@attrs.frozen(kw_only=True)
class PairTable(Bloq):
    """2**m words of rows, or of keys; places beyond the data hold what is never heavy.

    A word has its components, W bits beside (`SquareSum`); of a row `n_limits` bounds of the keys that it
    sees, `other_bits` + 1 bits each; and `n_slots` places for addresses of the other side that are known to
    be heavy with it: a bit that says "empty", and `other_bits` of the address.

    Attributes:
        address_bits: m. widths: b_c of each component. n_limits, n_slots, other_bits: as above.
        is_row: whether T is in the words beside.
        data: bits, shape (2**m, word_bits); None: only a shape.
    """

    address_bits: int
    widths: tuple[int, ...] = attrs.field(converter=integers)
    n_slots: int = 0
    n_limits: int = 0
    other_bits: int = 1
    is_row: bool = False
    data: KeyTable | None = None

    @classmethod
    def of(
        cls,
        values: NDArray[np.int64],
        widths: tuple[int, ...],
        thresholds: list[int] | None = None,
        *,
        address_bits: int | None = None,
        other_bits: int = 1,
        slots: tuple[tuple[int, ...], ...] = (),
        n_slots: int | None = None,
        limits: tuple[tuple[int, ...], ...] = (),
    ) -> PairTable:
        """Of `values`, shape (n, d): rows with their thresholds (any integers), or keys without.

        Args:
            slots: known addresses of the other side for each word, at most `n_slots`.
            limits: for each bound its value in every row, 0..2**other_bits: a key j is seen if it is below an
                odd number of them (an end, or an end and a start); none: all are seen.
        Raises:
            SpecError: more words than addresses, or more known addresses than places.
        """
        n, bits = len(values), address_bits or max(1, (len(values) - 1).bit_length())
        known = slots or ((),) * n
        places = max(map(len, known)) if n_slots is None else n_slots
        if n > 1 << bits:
            raise SpecError(bad("values", n, f"at most {1 << bits} of them"))
        if max(map(len, known)) > places:
            raise SpecError(bad("slots", max(map(len, known)), f"at most {places} a word"))
        missing = (1 << bits) - n
        padded = np.vstack([values, np.zeros((missing, values.shape[1]), dtype=np.int64)])
        words = offset_bits(padded, widths, _beside(padded, widths, thresholds, n))
        listed = _slot_bits([*known, *((),) * missing], places, other_bits)
        seen = [_limit_bits([*bound, *(0,) * missing], other_bits) for bound in limits]
        table = KeyTable.from_values(-np.hstack([words, *seen, listed]).astype(np.int64), 1)
        return cls(
            address_bits=bits,
            widths=widths,
            n_slots=places,
            n_limits=len(limits),
            other_bits=other_bits,
            is_row=thresholds is not None,
            data=table,
        )

    @property
    def signature(self) -> Signature:
        """Of no registers: it is an argument of bloqs."""
        return Signature([])

    @property
    def sum_bits(self) -> int:
        """Bits that the sum takes."""
        return sum(self.widths) + n_columns(self.widths)

    @property
    def slots_start(self) -> int:
        """Where the places for known addresses begin."""
        return self.sum_bits + self.n_limits * (self.other_bits + 1)

    @property
    def word_bits(self) -> int:
        """All bits of a word."""
        return self.slots_start + self.n_slots * (self.other_bits + 1)

    @cached_property
    def table(self) -> KeyTable:
        """What a loader looks up: single bits."""
        return self.data or KeyTable(n_keys=1 << self.address_bits, head_dim=self.word_bits, key_bits=1)


def _beside(
    values: NDArray[np.int64], widths: tuple[int, ...], thresholds: list[int] | None, n: int
) -> list[int]:
    """The word beside of each, modulo 2**W; of padding one that no partner makes heavy."""
    most, modulus = most_sum(widths), 1 << n_columns(widths)
    side = side_words(values)
    if thresholds is None:
        return [(word + (most + 1) * (i >= n)) % modulus for i, word in enumerate(side)]
    clipped = [min(max(t, -most), most + 1) for t in thresholds] + [most + 1] * (len(values) - n)
    base = constant(widths) + 1
    return [(word + t - base) % modulus for word, t in zip(side, clipped, strict=True)]


def _limit_bits(bounds: list[int], other_bits: int) -> NDArray[np.bool_]:
    """2**other_bits less each bound, shape (n, other_bits + 1): what carries out if it is added to a key."""
    below = (1 << other_bits) - np.array(bounds, dtype=np.int64)
    return np.stack([below >> shift & 1 for shift in reversed(range(other_bits + 1))], axis=1).astype(bool)


def _slot_bits(known: list[tuple[int, ...]], n_slots: int, other_bits: int) -> NDArray[np.bool_]:
    """Shape (n, n_slots (other_bits + 1)): [empty, address] of each place."""
    bits = np.zeros((len(known), n_slots, other_bits + 1), dtype=bool)
    bits[:, :, 0] = True
    for i, addresses in enumerate(known):
        for place, address in enumerate(addresses):
            bits[i, place, 0] = False
            bits[i, place, 1:] = [address >> shift & 1 for shift in reversed(range(other_bits))]
    return bits.reshape(len(known), -1)
