"""`KeyTable`: the classical data of a key loader, or only its shape when no data is at hand."""

from __future__ import annotations

import hashlib
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray
from qualtran.symbolics import SymbolicInt, bit_length, is_symbolic, smax

from qattention.errors import SpecError, bad


def _frozen_int64(values: NDArray[np.integer] | None) -> NDArray[np.int64] | None:
    if values is None:
        return None
    copy = np.array(values, dtype=np.int64, order="C")
    copy.setflags(write=False)
    return copy


@attrs.frozen(kw_only=True)
class KeyTable:
    """n keys of d signed integers of b bits each (two's complement).

    Two tables are equal if their shapes and a digest of their values are; hashing is O(1).

    Attributes:
        n_keys: n, the number of addresses; may be symbolic or huge when there is no data.
        head_dim: d.
        key_bits: b.
        digest: of the values; "" without data.
    """

    n_keys: SymbolicInt
    head_dim: SymbolicInt
    key_bits: SymbolicInt
    digest: str = ""
    _values: NDArray[np.int64] | None = attrs.field(default=None, eq=False, repr=False)

    @classmethod
    def from_values(cls, values: NDArray[np.integer], key_bits: int) -> KeyTable:
        """The table of `values`, shape (n, d); raises SpecError if one does not fit in `key_bits`."""
        table = _frozen_int64(values)
        assert table is not None
        if table.ndim != 2 or 0 in table.shape:
            raise SpecError(bad("values", table.shape, "of shape (n_keys >= 1, head_dim >= 1)"))
        low, high = -(1 << (key_bits - 1)), (1 << (key_bits - 1)) - 1
        if table.min() < low or table.max() > high:
            raise SpecError(bad("values", (int(table.min()), int(table.max())), f"within {low}..{high}"))
        digest = hashlib.sha256(np.ascontiguousarray(table, dtype="<i8").data).hexdigest()[:16]
        n_keys, head_dim = table.shape
        return cls(n_keys=n_keys, head_dim=head_dim, key_bits=key_bits, digest=digest, values=table)

    @property
    def values(self) -> NDArray[np.int64]:
        """Read-only int64, shape (n_keys, head_dim); raises SpecError for a table without data."""
        if self._values is None:
            raise SpecError("`table`: has no data (costs need none); gates need the values of all keys")
        return self._values

    @property
    def has_data(self) -> bool:
        return self._values is not None

    @property
    def address_bits(self) -> SymbolicInt:
        """max(1, ceil(log2 n)): one address needs a (constant) bit too, so that the register exists."""
        return smax(1, bit_length(self.n_keys - 1))

    @property
    def word_bits(self) -> SymbolicInt:
        """w = d * b, the bits of one key."""
        return self.head_dim * self.key_bits

    @cached_property
    def bits(self) -> NDArray[np.bool_]:
        """Shape (n_keys, word_bits): component after component, most significant bit first."""
        n_bytes = next(size for size in (1, 2, 4, 8) if 8 * size >= int(self.key_bits))
        as_bytes = self.values.astype(f">i{n_bytes}").view(np.uint8).reshape(*self.values.shape, n_bytes)
        unpacked = np.unpackbits(as_bytes, axis=2)[..., 8 * n_bytes - int(self.key_bits) :]
        return unpacked.reshape(len(self.values), -1).astype(bool)

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
        return is_symbolic(self.n_keys, self.head_dim, self.key_bits)

    def __str__(self) -> str:
        return f"{self.n_keys} x {self.head_dim} x {self.key_bits} bits"
