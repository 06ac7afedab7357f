"""`KeyTable`: the classical data of a key loader, or only its shape when no data is at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray
from qualtran import Bloq, Signature
from qualtran.symbolics import SymbolicInt, bit_length, is_symbolic, smax

from qattention.errors import SpecError, bad


def _frozen_int64(values: NDArray[np.integer] | None) -> NDArray[np.int64] | None:
    if values is None:
        return None
    copy = np.array(values, dtype=np.int64, order="C")
    copy.setflags(write=False)
    return copy


def _frozen_widths(bits: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if bits is None else tuple(int(one) for one in bits)


def _digest(table: KeyTable) -> str:
    if table.data is None:
        return ""
    return hashlib.sha256(np.ascontiguousarray(table.data, dtype="<i8").data).hexdigest()[:16]


@attrs.frozen(kw_only=True)
class KeyTable(Bloq):
    """A table of n keys of d signed integers (two's complement), of b bits each or of b_c bits by component.

    Two tables are equal if their shapes and a digest of their values are; hashing is O(1).
    It is no operation. It has the shape of a bloq, without registers, because Qualtran stores an argument
    of a bloq only if it is a number, a text, an array or a bloq of such (`qualtran.serialization`).

    Attributes:
        n_keys: n, the number of addresses; may be symbolic or huge when there is no data.
        head_dim: d.
        key_bits: b, the widest component's.
        channel_bits: b_c of each component; None if all have `key_bits`.
        data: the values, int64, shape (n_keys, head_dim); None if they are not at hand.
        digest: of the values; "" without data.

    Raises:
        SpecError: `channel_bits` are not d numbers of at least 1 with `key_bits` as the largest; values of
            another shape, or one that does not fit.
    """

    n_keys: SymbolicInt
    head_dim: SymbolicInt
    key_bits: SymbolicInt
    channel_bits: tuple[int, ...] | None = attrs.field(default=None, converter=_frozen_widths)
    data: NDArray[np.int64] | None = attrs.field(default=None, eq=False, repr=False, converter=_frozen_int64)
    digest: str = attrs.field(init=False, default=attrs.Factory(_digest, takes_self=True))

    @channel_bits.validator
    def _check_channel_bits(self, _: object, bits: tuple[int, ...] | None) -> None:
        if bits is not None and (len(bits) != self.head_dim or min(bits) < 1 or max(bits) != self.key_bits):
            allowed = f"{self.head_dim} widths of at least 1, the largest {self.key_bits}"
            raise SpecError(bad("channel_bits", bits, allowed))

    def __attrs_post_init__(self) -> None:
        if self.data is None:
            return
        if self.data.shape != (self.n_keys, self.head_dim):
            raise SpecError(bad("data", self.data.shape, f"of shape ({self.n_keys}, {self.head_dim})"))
        half = np.array([1 << (bits - 1) for bits in self._widths], dtype=object)
        outside = np.flatnonzero((self.data.min(axis=0) < -half) | (self.data.max(axis=0) >= half))
        if len(outside):
            low, high = -half[outside[0]], half[outside[0]] - 1
            ends = (int(self.data[:, outside[0]].min()), int(self.data[:, outside[0]].max()))
            raise SpecError(bad("values", ends, f"within {low}..{high}"))

    @property
    def signature(self) -> Signature:
        """Of no registers."""
        return Signature([])

    @classmethod
    def from_values(cls, values: NDArray[np.integer], key_bits: int | tuple[int, ...]) -> KeyTable:
        """The table of `values`, shape (n, d), in words of `key_bits` (one width, or one a component).

        Raises:
            SpecError: a value does not fit, or there is not one width a component.
        """
        shape = np.shape(values)
        if len(shape) != 2 or 0 in shape:
            raise SpecError(bad("values", shape, "of shape (n_keys >= 1, head_dim >= 1)"))
        n_keys, head_dim = shape
        widths = key_bits if isinstance(key_bits, tuple) else (key_bits,) * head_dim
        same = widths == widths[:1] * head_dim
        return cls(
            n_keys=n_keys,
            head_dim=head_dim,
            key_bits=max(widths, default=0),
            channel_bits=None if same else widths,
            data=values,
        )

    @property
    def values(self) -> NDArray[np.int64]:
        """Read-only int64, shape (n_keys, head_dim); raises SpecError for a table without data."""
        if self.data is None:
            raise SpecError("`table`: has no data (costs need none); gates need the values of all keys")
        return self.data

    @property
    def has_data(self) -> bool:
        """Whether the keys are known; without them there are costs, and no gates."""
        return self.data is not None

    @property
    def address_bits(self) -> SymbolicInt:
        """Bits of an address, max(1, ceil(log2 n)): one address has a (constant) bit too."""
        return smax(1, bit_length(self.n_keys - 1))

    @property
    def word_bits(self) -> SymbolicInt:
        """Bits of one key, w = d * b, or the sum of the components' widths."""
        return self.head_dim * self.key_bits if self.channel_bits is None else sum(self.channel_bits)

    @property
    def word_widths(self) -> int | tuple[int, ...]:
        """Bits of each component, b or b_c: what sums over the components are made of."""
        if self.channel_bits is not None:
            return self.channel_bits
        return self.key_bits if is_symbolic(self.key_bits) else int(self.key_bits)

    @property
    def _widths(self) -> tuple[int, ...]:
        return self.channel_bits or (int(self.key_bits),) * int(self.head_dim)

    def as_bits(self) -> KeyTable:
        """The same words as `word_bits` components of one bit each."""
        if self.has_data:
            return KeyTable.from_values(-self.bits.astype(np.int64), 1)
        return KeyTable(n_keys=self.n_keys, head_dim=self.word_bits, key_bits=1)

    @cached_property
    def bits(self) -> NDArray[np.bool_]:
        """Shape (n_keys, word_bits): component after component, most significant bit first."""
        n_bytes = next(size for size in (1, 2, 4, 8) if 8 * size >= int(self.key_bits))
        as_bytes = self.values.astype(f">i{n_bytes}").view(np.uint8).reshape(*self.values.shape, n_bytes)
        unpacked = np.unpackbits(as_bytes, axis=2)
        if self.channel_bits is None:  # a slice: on large tables a mask takes several times as long
            equal = unpacked[..., 8 * n_bytes - int(self.key_bits) :]
            return equal.reshape(len(self.values), -1).astype(bool)
        kept = np.arange(8 * n_bytes) >= 8 * n_bytes - np.array(self.channel_bits)[:, None]
        return unpacked[:, kept].astype(bool)

    @cached_property
    def ones(self) -> int:
        """Number of 1 bits in the whole table (the CNOTs of one look-up)."""
        return int(self.bits.sum())

    def expected_ones(self) -> SymbolicInt:
        """`ones`, or n w / 2 (rounded up) when there is no data."""
        if self.has_data:
            return self.ones
        half = self.n_keys * self.word_bits / 2 if self.is_symbolic else -(-self.n_keys * self.word_bits // 2)
        return half

    @property
    def is_symbolic(self) -> bool:
        """Whether a size is a SymPy expression."""
        return is_symbolic(self.n_keys, self.head_dim, self.key_bits)

    def __str__(self) -> str:
        widths = f"{self.key_bits} bits" if self.channel_bits is None else f"{self.word_bits} bits in all"
        return f"{self.n_keys} x {self.head_dim} x {widths}"
