"""What each operand of an opcode is, and the programs' masks laid flat for compiled kernels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.lowering.program import NONE, Code, GateProgram, Op

OPERANDS: dict[Op, str] = {
    Op.ALLOC: "a",
    Op.FREE: "a",
    Op.X: "a",
    Op.Z: "a",
    Op.CNOT: "ab",
    Op.CZ: "ab",
    Op.SWAP: "ab",
    Op.AND: "abc",
    Op.TOFFOLI: "abc",
    Op.CSWAP: "abc",
    Op.MEASURE_X: "ad",
    Op.MEASURE_Z: "ad",
    Op.X_IF: "ad",
    Op.Z_IF: "ad",
    Op.CZ_IF: "abd",
    Op.CZ_PARITY: "abcde",
    Op.XOR_ROW: "acde",
    Op.H: "a",
    Op.PHASE: "ad",
    Op.GLOBAL_PHASE: "d",
    Op.QUERY: "cde",
}

MASKED = (Op.CZ_PARITY, Op.XOR_ROW, Op.QUERY)  # name a span, a row (or a width) and a table
MEASURES = (Op.MEASURE_X, Op.MEASURE_Z)
CONDITIONED = (Op.X_IF, Op.Z_IF, Op.CZ_IF)  # on one classical bit


def members(*ops: Op) -> NDArray[np.bool_]:
    """Whether each opcode is one of `ops`; indexed by a column of opcodes it is a fast `np.isin`."""
    return np.isin(np.arange(len(Op)), ops)


TIMELESS = members(Op.ALLOC, Op.FREE, Op.GLOBAL_PHASE)  # take no layer


def encode(ops: Iterable[tuple[int, ...]]) -> Code:
    """Code rows of `(op, *operands)`, the operands in the order of `OPERANDS`; shape (n_ops, 6)."""
    rows = []
    for op, *operands in ops:
        row = [int(op)] + [NONE] * 5
        for letter, operand in zip(OPERANDS[Op(op)], operands, strict=True):
            row["?abcde".index(letter)] = int(operand)
        rows.append(row)
    return np.array(rows, dtype=np.int32).reshape(len(rows), 6)


class FlatMasks(NamedTuple):
    """Spans and mask rows as flat arrays; row r of table t begins at word `table_at[t] + r * n_words[t]`."""

    span_items: NDArray[np.int32]
    span_at: NDArray[np.int64]
    words: NDArray[np.uint64]
    table_at: NDArray[np.int64]
    n_words: NDArray[np.int64]


_NO_MASKS = FlatMasks(
    span_items=np.zeros(0, np.int32),
    span_at=np.zeros(1, np.int64),
    words=np.zeros(0, np.uint64),
    table_at=np.zeros(1, np.int64),
    n_words=np.zeros(0, np.int64),
)


def flatten_masks(program: GateProgram) -> FlatMasks:
    """The spans and tables of `program` laid flat; a single table is viewed, not copied."""
    if not program.spans and not program.tables:
        return _NO_MASKS
    spans = [np.asarray(span, dtype=np.int32).ravel() for span in program.spans]
    rows = [np.ascontiguousarray(table.rows, dtype=np.uint64).ravel() for table in program.tables]
    return FlatMasks(
        span_items=np.concatenate(spans) if spans else np.zeros(0, np.int32),
        span_at=_starts([len(span) for span in spans]),
        words=rows[0] if len(rows) == 1 else np.concatenate([np.zeros(0, np.uint64), *rows]),
        table_at=_starts([len(row) for row in rows]),
        n_words=np.array([table.rows.shape[1] for table in program.tables], dtype=np.int64),
    )


def _starts(lengths: list[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)


def scratch(program: GateProgram) -> NDArray[np.int32]:
    """Room for the items of any one masked operation."""
    return np.zeros(max((len(span) for span in program.spans), default=0), dtype=np.int32)


_QUERY = int(Op.QUERY)


@compiled(**BORROWS)
def masked_items(masks, row, items):  # type: ignore[no-untyped-def]
    """Write the span items that a masked code row picks (all of a QUERY's); returns how many."""
    if row[0] == _QUERY:
        first, n = masks.span_at[row[3]], masks.span_at[row[3] + 1] - masks.span_at[row[3]]
        for k in range(n):
            items[k] = masks.span_items[first + k]
        return n
    n_words, first, n = masks.n_words[row[5]], masks.span_at[row[3]], 0
    start = masks.table_at[row[5]] + row[4] * n_words
    for k in range(n_words):
        word, i = masks.words[start + k], first + 64 * k
        while word:
            if word & np.uint64(1):
                items[n] = masks.span_items[i]
                n += 1
            word >>= np.uint64(1)
            i += 1
    return n


def wires_of(registers: Iterable[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Every wire of the registers, in order, as one vector."""
    return np.concatenate([np.zeros(0, np.int32), *(np.ravel(wires) for wires in registers)]).astype(np.int32)
