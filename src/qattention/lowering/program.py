"""`GateProgram`: a flat Clifford + Toffoli + rotation program with measurement, as NumPy arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import IntEnum
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

Code = NDArray[np.int32]
Wires = NDArray[np.int32]

NONE = -1  # an operand that is absent


class Op(IntEnum):
    """Opcodes. Operands are columns 1..5 of a code row, written (a, b, c, d, e); -1 where absent."""

    ALLOC = 0  # a: a wire enters in |0>
    FREE = 1  # a: a wire leaves; it must be |0>
    X = 2  # a
    Z = 3  # a
    CNOT = 4  # control a, target b
    CZ = 5  # a, b
    SWAP = 6  # a, b
    AND = 7  # controls a, b; target c enters in |0> and holds a AND b
    TOFFOLI = 8  # controls a, b; target c
    CSWAP = 9  # control a; b, c
    MEASURE_X = 10  # a is measured in the X basis into classical bit d, and leaves
    MEASURE_Z = 11  # a is measured in the Z basis into classical bit d, and leaves
    X_IF = 12  # X on a if classical bit d
    Z_IF = 13  # Z on a if classical bit d
    CZ_IF = 14  # CZ on a, b if classical bit d
    CZ_PARITY = 15  # CZ on a, b (Z on a if b is -1) if parity(bits of span c AND row d of table e) XOR flip
    XOR_ROW = 16  # control a; XOR row d of table e into the wires of span c (a multi-target CNOT)
    H = 17  # a
    PHASE = 18  # diag(1, exp(i angles[d])) on a
    GLOBAL_PHASE = 19  # exp(i angles[d])
    QUERY = 20  # of a memory device: span c is an address of d bits, then a word; row [address] of table e is
    # XORed into the word, zeros beyond the last row. No gate.


TOFFOLI_LIKE = (Op.AND, Op.TOFFOLI, Op.CSWAP)


@attrs.frozen(eq=False)
class MaskTable:
    """Packed bit rows, one a key, and one flip bit a row.

    Attributes:
        rows: uint64, shape (n_rows, ceil(n_bits / 64)); bit i of a row is word i // 64, bit i % 64.
        n_bits: bits a row.
        flips: bool, shape (n_rows,): XORed into the parity of `Op.CZ_PARITY`; `Op.XOR_ROW` ignores it.
    """

    rows: NDArray[np.uint64]
    n_bits: int
    flips: NDArray[np.bool_]

    @classmethod
    def from_bits(cls, bits: NDArray[np.bool_], flips: NDArray[np.bool_] | None = None) -> MaskTable:
        """Pack `bits`, shape (n_rows, n_bits); no flips unless given."""
        n_rows, n_bits = bits.shape
        n_words = -(-n_bits // 64)
        padded = np.zeros((n_rows, n_words * 64), dtype=bool)
        padded[:, :n_bits] = bits
        rows = np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)
        return cls(rows.reshape(n_rows, n_words), n_bits, np.zeros(n_rows, bool) if flips is None else flips)

    @cached_property
    def digest(self) -> bytes:
        """Of all that it holds."""
        found = hashlib.blake2b(repr((self.n_bits, self.rows.shape)).encode())
        for part in (self.rows, self.flips):
            found.update(np.ascontiguousarray(part).data)
        return found.digest()

    def bits(self) -> NDArray[np.bool_]:
        """The rows unpacked, shape (n_rows, n_bits)."""
        raw = np.unpackbits(self.rows.astype("<u8").view(np.uint8), axis=1, bitorder="little")
        return raw[:, : self.n_bits].astype(bool)


@attrs.frozen(eq=False, kw_only=True)
class GateProgram:
    """A program and the wires of its registers.

    Attributes:
        code: int32, shape (n_ops, 6): opcode and operands as `Op` says.
        n_wires: wires used; numbered 0 .. n_wires - 1. A wire may leave and be allocated again.
        n_cbits: classical bits, each written once (or given).
        inputs: register -> wires, shape (*register shape, bitsize), most significant bit first.
        outputs: the same on the right-hand side.
        cbit_outputs: classical registers on the right -> classical bits.
        cbit_inputs: classical registers on the left -> classical bits (parts of a larger program have them).
        spans: lists of wires (`Op.XOR_ROW`) or classical bits (`Op.CZ_PARITY`).
        tables: the mask tables, shared between programs, never copied.
        angles: radians, for `Op.PHASE` and `Op.GLOBAL_PHASE`.
    """

    code: Code
    n_wires: int
    n_cbits: int
    inputs: Mapping[str, Wires]
    outputs: Mapping[str, Wires]
    cbit_outputs: Mapping[str, Wires] = attrs.field(factory=dict)
    cbit_inputs: Mapping[str, Wires] = attrs.field(factory=dict)
    spans: tuple[Wires, ...] = ()
    tables: tuple[MaskTable, ...] = ()
    angles: NDArray[np.float64] = attrs.field(factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.code)
