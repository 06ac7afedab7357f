"""Code rows by the array: many gates of one opcode, and the gates of a unary walk."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.unary_walk import Event
from qattention.lowering.assembler import Assembler
from qattention.lowering.program import NONE, Op, Wires

Rows = NDArray[np.int32]


def code_rows(n: int, op: Op, **operands: Any) -> Rows:
    """Code rows of one opcode, n of them; operands are scalars or arrays of length n."""
    rows = np.full((n, 6), NONE, dtype=np.int32)
    rows[:, 0] = op
    for letter, value in operands.items():
        rows[:, "?abcde".index(letter)] = value
    return rows


def walk_rows(
    walk: NDArray[np.int64], wire_of: Wires, asm: Assembler, leaf_rows: Rows, per_leaf: Any
) -> Rows:
    """Code of a walk; leaf i of the walk takes `per_leaf[i]` of the `leaf_rows`, in order."""
    kind = walk[:, 0]
    is_leaf = kind == Event.LEAF
    length = np.where(kind == Event.ERASE, 2, 1)
    length[is_leaf] = per_leaf
    start = np.concatenate([[0], np.cumsum(length)])
    code = np.full((start[-1], 6), NONE, dtype=np.int32)
    for event, op, letters in ((Event.X, Op.X, "a"), (Event.CNOT, Op.CNOT, "ab"), (Event.AND, Op.AND, "abc")):
        here = kind == event
        operands = {letter: wire_of[walk[here, i + 1]] for i, letter in enumerate(letters)}
        code[start[:-1][here]] = code_rows(int(here.sum()), op, **operands)
    here = kind == Event.ERASE
    n, a, b, c = int(here.sum()), *(wire_of[walk[here, i]] for i in (1, 2, 3))
    bits = asm.cbits(n)
    code[start[:-1][here]] = code_rows(n, Op.MEASURE_X, a=c, d=bits)
    code[start[:-1][here] + 1] = code_rows(n, Op.CZ_IF, a=a, b=b, d=bits)
    at = np.repeat(start[:-1][is_leaf], per_leaf)
    code[at + np.arange(len(at)) - np.repeat(np.cumsum(per_leaf) - per_leaf, per_leaf)] = leaf_rows
    return code
