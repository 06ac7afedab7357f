"""Direct emission of the hot bloqs: the same gates in the same order as their decompositions, as arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qualtran import Bloq

from qattention.bloqs.adders import FullAdder, HalfAdder
from qattention.bloqs.compressor import Step
from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.bloqs.one_hot import OneHot
from qattention.bloqs.qrom_load import QROMLoad
from qattention.bloqs.unary_walk import Event, unary_walk
from qattention.lowering.assembler import Assembler
from qattention.lowering.masks import flipped, key_masks
from qattention.lowering.program import NONE, GateProgram, Op, Wires

Lower = Callable[..., GateProgram]
Rows = NDArray[np.int32]


def _rows(n: int, op: Op, **operands: Any) -> Rows:
    """n code rows of one opcode; operands are scalars or arrays of length n."""
    rows = np.full((n, 6), NONE, dtype=np.int32)
    rows[:, 0] = op
    for letter, value in operands.items():
        rows[:, "?abcde".index(letter)] = value
    return rows


def _walk_rows(
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
        code[start[:-1][here]] = _rows(int(here.sum()), op, **operands)
    here = kind == Event.ERASE
    n, a, b, c = int(here.sum()), *(wire_of[walk[here, i]] for i in (1, 2, 3))
    bits = asm.cbits(n)
    code[start[:-1][here]] = _rows(n, Op.MEASURE_X, a=c, d=bits)
    code[start[:-1][here] + 1] = _rows(n, Op.CZ_IF, a=a, b=b, d=bits)
    at = np.repeat(start[:-1][is_leaf], per_leaf)
    code[at + np.arange(len(at)) - np.repeat(np.cumsum(per_leaf) - per_leaf, per_leaf)] = leaf_rows
    return code


def _emit_load(bloq: QROMLoad, lower: Lower) -> GateProgram:
    table = bloq.table
    n, m, w = int(table.n_keys), int(table.address_bits), int(table.word_bits)
    masks = key_masks(table, n)
    walk = unary_walk(n, m, guard=bloq.padded)
    if (walk[:, 0] == Event.LEAF).sum() == 1 and walk[0, 0] == Event.LEAF:
        return lower(bloq, hot=False)  # a single key without a select wire
    asm = Assembler()
    address, key, ancillas = asm.wires(m), asm.wires(w), asm.wires(max(0, m - 1))
    wire_of = np.concatenate([address, [NONE], ancillas]).astype(np.int32)  # slot m (depth 0) is never used
    asm.emit_rows(_rows(w, Op.ALLOC, a=key))
    leaves = walk[walk[:, 0] == Event.LEAF]
    leaves = leaves[masks.rows[leaves[:, 2]].any(axis=1)]
    per_leaf = masks.rows.any(axis=1).astype(np.int64)
    named = {"c": asm.span(key, Op.XOR_ROW), "e": asm.table(masks)}
    rows = _rows(len(leaves), Op.XOR_ROW, a=wire_of[leaves[:, 1]], d=leaves[:, 2], **named)
    asm.emit_rows(_walk_rows(walk, wire_of, asm, rows, per_leaf))
    d, b = int(table.head_dim), int(table.key_bits)
    outputs = {"address": address.reshape(1, m)[0], "key": key.reshape(d, b)}
    return asm.finish({"address": address}, outputs)


def _emit_unload(bloq: MeasuredUnload, lower: Lower) -> GateProgram:
    table, low, n_rows = bloq.table, bloq.low_bits, bloq.n_rows
    m, w = int(table.address_bits), int(table.word_bits)
    masks = flipped(key_masks(table, n_rows), bloq.flips)
    asm = Assembler()
    address, key = asm.wires(m), asm.wires(w)
    outcomes = asm.cbits(w)
    asm.emit_rows(_rows(w, Op.MEASURE_X, a=key, d=outcomes))
    asm.release(key)
    lines = np.array([NONE], dtype=np.int32)
    if low:
        lines = asm.splice(lower(OneHot(low)), {"address": address[m - low :]}, {})["lines"].reshape(-1)
    walk = unary_walk(-(-n_rows >> low), m - low, guard=n_rows == 1)
    leaves = walk[walk[:, 0] == Event.LEAF]
    first = leaves[:, 2] << low
    per_leaf = np.minimum(np.full(len(first), 1 << low), n_rows - first)
    ancillas = asm.wires(max(0, m - low - 1))
    wire_of = np.concatenate([address[: m - low], [NONE], ancillas, [NONE]]).astype(np.int32)
    select = np.repeat(wire_of[leaves[:, 1]], per_leaf)
    row = np.arange(n_rows)
    line = lines[row & ((1 << low) - 1)]
    a, b = np.where(select == NONE, line, select), np.where(select == NONE, NONE, line)
    named = {"c": asm.span(outcomes, Op.CZ_PARITY), "e": asm.table(masks)}
    rows = _rows(n_rows, Op.CZ_PARITY, a=a, b=b, d=row, **named)
    asm.emit_rows(_walk_rows(walk, wire_of, asm, rows, per_leaf))
    asm.release(ancillas)
    if low:
        held = {"address": address[m - low :], "lines": lines.reshape(-1, 1)}
        asm.splice(lower(OneHot(low).adjoint()), held, {})
    return asm.finish({"address": address, "key": key.reshape(int(table.head_dim), -1)}, {"address": address})


_COPY_GATES = ("x>new",)


def _step_gates(kind: int, invert_s: int, invert_other: int) -> tuple[str, ...]:
    if kind == Step.COPY:
        return _COPY_GATES
    adder = (FullAdder if kind == Step.FULL else HalfAdder)(bool(invert_s), bool(invert_other))
    return tuple(gate.replace("carry", "new") for gate in adder.gates)


def _step_rows(gates: tuple[str, ...], kind: int, uncompute: bool) -> list[tuple[Op, str]]:
    """(opcode, names of its operands) of one step, in order."""
    rows: list[tuple[Op, str]] = []
    for gate in reversed(gates) if uncompute else gates:
        if "&" in gate:
            pair = gate.replace("&", " ")
            erase = [(Op.MEASURE_X, "new bit"), (Op.CZ_IF, f"{pair} bit")]
            rows += erase if uncompute else [(Op.AND, f"{pair} new")]
        else:
            rows.append((Op.CNOT, gate.replace(">", " ")))
    if kind == Step.COPY:
        rows = [*rows, (Op.FREE, "new")] if uncompute else [(Op.ALLOC, "new"), *rows]
    return rows


_MAX_ROWS = 10  # a full adder has at most 9, one more when erased


def _adder_rows(bloq: InnerProduct, asm: Assembler) -> Rows:
    """Code of all steps, vectorised over the steps of one kind."""
    steps = bloq.plan.steps[::-1] if bloq.uncompute else bloq.plan.steps
    code = np.full((len(steps), _MAX_ROWS, 6), NONE, dtype=np.int32)
    measured = steps[:, 0] != Step.COPY
    bit = np.full(len(steps), NONE)
    if bloq.uncompute:
        bit[measured] = asm.cbits(int(measured.sum()))
    for kind, invert_s, invert_other in np.unique(steps[:, [0, 5, 6]], axis=0).tolist():
        here = (steps[:, [0, 5, 6]] == (kind, invert_s, invert_other)).all(axis=1)
        named = dict(zip(("s", "x", "y", "new"), steps[here, 1:5].T, strict=True)) | {"bit": bit[here]}
        rows = _step_rows(_step_gates(kind, invert_s, invert_other), kind, bloq.uncompute)
        for i, (op, names) in enumerate(rows):
            letters = {Op.MEASURE_X: "ad", Op.CZ_IF: "abd"}.get(op, "abc")
            operands = {letter: named[name] for letter, name in zip(letters, names.split(), strict=False)}
            code[here, i] = _rows(int(here.sum()), op, **operands)
    flat = code.reshape(-1, 6)
    return flat[flat[:, 0] != NONE]


def _emit_inner_product(bloq: InnerProduct, lower: Lower) -> GateProgram:
    """Wires: key bits, then junk in the order of the plan, then the sign."""
    plan, d, b = bloq.plan, len(bloq.weights), bloq.key_bits
    asm = Assembler()
    wires = asm.wires(d * b + plan.n_junk + 1)
    sign = int(wires[-1])
    n_sign = len(plan.sign_wires)
    flag = [_rows(n_sign, Op.CNOT, a=np.array(plan.sign_wires, dtype=np.int32), b=sign)]
    flag += [_rows(1, Op.X, a=sign)] if plan.sign_inverted else []
    steps = _adder_rows(bloq, asm)
    if bloq.uncompute:
        asm.emit_rows(np.concatenate([*flag, _rows(1, Op.FREE, a=sign), steps]))
    else:
        asm.emit_rows(np.concatenate([steps, _rows(1, Op.ALLOC, a=sign), *flag]))
    key = {"key": wires[: d * b].reshape(d, b)}
    held = {"sign": wires[-1:]} | ({"junk": wires[d * b : -1]} if plan.n_junk else {})
    return asm.finish(key | held, key) if bloq.uncompute else asm.finish(key, key | held)


EMISSIONS: dict[type[Bloq], Callable[[Any, Lower], GateProgram]] = {
    InnerProduct: _emit_inner_product,
    MeasuredUnload: _emit_unload,
    QROMLoad: _emit_load,
}
