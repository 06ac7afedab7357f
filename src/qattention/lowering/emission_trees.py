"""Direct emission of `OneHotLoad` and `TreeUnload`: the same gates in the same order, as arrays.

A code's lines come from a tree that splits (`RowTree`) or from products of halves (`Halves`).
"""

from __future__ import annotations

import numpy as np
from qualtran import Bloq

from qattention.bloqs.halves import Halves
from qattention.bloqs.one_hot import OneHot
from qattention.bloqs.one_hot_load import OneHotLoad
from qattention.bloqs.row_tree import Lines, RowTree
from qattention.bloqs.tree_unload import TreeUnload
from qattention.lowering.assembler import Assembler
from qattention.lowering.code_rows import Rows, code_rows
from qattention.lowering.emission_loads import Emission, Lower, held_registers, measured, pick_rows, xor_rows
from qattention.lowering.masks import flipped, key_masks
from qattention.lowering.program import NONE, GateProgram, Op, Wires


def _emit_load(bloq: OneHotLoad, lower: Lower) -> GateProgram:
    if not bloq.is_selected:
        return lower(bloq, hot=False)
    m, tree, table = int(bloq.table.address_bits), bloq.tree, bloq.block_table
    asm = Assembler()
    address, words = asm.wires(m), asm.wires(bloq.n_slots * int(bloq.table.word_bits))
    lines = asm.wires(tree.n_lines)
    asm.emit_rows(code_rows(len(words), Op.ALLOC, a=words))
    asm.emit_rows(grown_rows(tree, address, lines))
    rows = np.array([*tree.rows(int(bloq.n_blocks))], dtype=np.int64)
    rows = rows[key_masks(table, int(table.n_keys)).rows[rows[:, 0]].any(axis=1)]
    asm.emit_rows(xor_rows(asm, table, lines[rows[:, 1]], rows[:, 0].astype(np.int32), words))
    kept = {"tree": lines} if bloq.keeps_tree else {}
    if not kept:
        asm.emit_rows(_felled(asm, tree, address, lines))
    asm.emit_rows(pick_rows(bloq, address, words))
    return asm.finish({"address": address}, {"address": address, **held_registers(bloq, words), **kept})


def grown_rows(code: Lines, bits: Wires, lines: Wires) -> Rows:
    """A code's lines, made."""
    if isinstance(code, Halves):
        return _multiplied(code, bits, lines)
    assert isinstance(code, RowTree)  # there is no third
    return _split(code, bits, lines)


def _multiplied(code: Halves, bits: Wires, lines: Wires) -> Rows:
    """Copies of the bits, and every stage's And's and CNOTs."""
    bit, line = np.array(code.copies, dtype=np.int64).T
    copied = np.stack(
        [
            code_rows(len(line), Op.ALLOC, a=lines[line]),
            code_rows(len(line), Op.CNOT, a=bits[bit], b=lines[line]),
        ],
        axis=1,
    )
    rows = [copied.reshape(-1, 6), code_rows(1, Op.X, a=lines[line[-1]])]
    for stage in code.stages:
        a, b, new = lines[stage.ands].T
        rows.append(code_rows(len(new), Op.AND, a=a, b=b, c=new))
        rows.append(code_rows(len(stage.xors), Op.CNOT, a=lines[stage.xors[:, 0]], b=lines[stage.xors[:, 1]]))
    return np.concatenate(rows)


def _divided(asm: Assembler, code: Halves, bits: Wires, lines: Wires) -> Rows:
    """The same backwards: an And is measured, and mended by a CZ of its high and low line."""
    rows = []
    for stage in reversed(code.stages):
        xors, (a, b, new) = lines[stage.xors[::-1]], lines[stage.ands[::-1]].T
        rows.append(code_rows(len(xors), Op.CNOT, a=xors[:, 0], b=xors[:, 1]))
        outcomes = asm.cbits(len(new))
        erased = [code_rows(len(new), Op.MEASURE_X, a=new, d=outcomes)]
        erased.append(code_rows(len(new), Op.CZ_IF, a=a, b=b, d=outcomes))
        rows.append(np.stack(erased, axis=1).reshape(-1, 6))
    bit, line = np.array(code.copies[::-1], dtype=np.int64).T
    rows.append(code_rows(1, Op.X, a=lines[line[0]]))
    freed = [code_rows(len(line), Op.CNOT, a=bits[bit], b=lines[line])]
    freed.append(code_rows(len(line), Op.FREE, a=lines[line]))
    rows.append(np.stack(freed, axis=1).reshape(-1, 6))
    asm.release(lines)
    return np.concatenate(rows)


def _split(tree: RowTree, bits: Wires, lines: Wires) -> Rows:
    """The first two lines copy an address bit; each further split is an And and a CNOT."""
    splits = np.array(tree.splits, dtype=np.int64)
    bit, (zero, one) = bits[splits[0, 0]], lines[:2]
    root = [
        code_rows(1, Op.ALLOC, a=one),
        code_rows(1, Op.CNOT, a=bit, b=one),
        code_rows(1, Op.ALLOC, a=zero),
    ]
    root += [code_rows(1, Op.CNOT, a=bit, b=zero), code_rows(1, Op.X, a=zero)]
    rows = np.full((len(splits) - 1, 2, 6), NONE, dtype=np.int32)
    line, new = lines[splits[1:, 1]], lines[splits[1:, 2]]
    rows[:, 0] = code_rows(len(rows), Op.AND, a=line, b=bits[splits[1:, 0]], c=new)
    rows[:, 1] = code_rows(len(rows), Op.CNOT, a=new, b=line)
    return np.concatenate([*root, rows.reshape(-1, 6)])


def _felled(asm: Assembler, code: Lines, bits: Wires, lines: Wires) -> Rows:
    """A code's lines given back, every And measured away."""
    if isinstance(code, Halves):
        return _divided(asm, code, bits, lines)
    assert isinstance(code, RowTree)  # there is no third
    return _joined(asm, code, bits, lines)


def _joined(asm: Assembler, tree: RowTree, bits: Wires, lines: Wires) -> Rows:
    """The same backwards, every And measured away."""
    splits = np.array(tree.splits, dtype=np.int64)
    bit, (zero, one), later = bits[splits[0, 0]], lines[:2], splits[:0:-1]
    line, new, outcomes = lines[later[:, 1]], lines[later[:, 2]], asm.cbits(len(later))
    rows = np.full((len(later), 3, 6), NONE, dtype=np.int32)
    rows[:, 0] = code_rows(len(rows), Op.CNOT, a=new, b=line)
    rows[:, 1] = code_rows(len(rows), Op.MEASURE_X, a=new, d=outcomes)
    rows[:, 2] = code_rows(len(rows), Op.CZ_IF, a=line, b=bits[later[:, 0]], d=outcomes)
    root = [code_rows(1, Op.X, a=zero), code_rows(1, Op.CNOT, a=bit, b=zero), code_rows(1, Op.FREE, a=zero)]
    root += [code_rows(1, Op.CNOT, a=bit, b=one), code_rows(1, Op.FREE, a=one)]
    asm.release(lines)
    return np.concatenate([rows.reshape(-1, 6), *root])


def _emit_unload(bloq: TreeUnload, lower: Lower) -> GateProgram:
    low, m, tree = bloq.low_bits, int(bloq.table.address_bits), bloq.load.tree
    asm = Assembler()
    address, held, lines = asm.wires(m), asm.wires(int(bloq.measured_bits)), asm.wires(tree.n_lines)
    given = asm.cbits(int(bloq.load.loaded.word_bits) - len(held))
    outcomes = np.concatenate([measured(asm, held), given])
    low_lines = np.array([NONE], dtype=np.int32)
    if low:
        low_lines = asm.splice(lower(OneHot(low)), {"address": address[m - low :]}, {})["lines"].reshape(-1)
    asm.emit_rows(_fix_ups(asm, bloq, lines, low_lines, outcomes))
    asm.emit_rows(_felled(asm, tree, address, lines))
    if low:
        asm.splice(
            lower(OneHot(low).adjoint()),
            {"address": address[m - low :], "lines": low_lines.reshape(-1, 1)},
            {},
        )
    ins = {"address": address, **held_registers(bloq.load, held), "tree": lines}
    if bloq.junk_measured:
        ins.pop("junk", None)
    return asm.finish(ins, {"address": address}, {"junk": given.reshape(-1, 1)} if len(given) else {})


def _fix_ups(asm: Assembler, bloq: TreeUnload, lines: Wires, low_lines: Wires, outcomes: Wires) -> Rows:
    """A conditioned CZ of two lines an address; the padding beyond the blocks by its own lines alone."""
    masks = flipped(key_masks(bloq.load.loaded, bloq.n_rows), bloq.flips)
    named = {"c": asm.span(outcomes, Op.CZ_PARITY), "e": asm.table(masks)}
    line_of = np.array([line for _, line in bloq.load.tree.rows(int(bloq.load.n_blocks))], dtype=np.int64)
    served = np.arange(min(len(line_of) << bloq.low_bits, bloq.n_rows))
    select, within = lines[line_of[served >> bloq.low_bits]], low_lines[served % len(low_lines)]
    rows = code_rows(len(served), Op.CZ_PARITY, a=select, b=within, d=served, **named)
    padding = np.array([(line, at) for line, at, _ in bloq.padding()], dtype=np.int64).reshape(-1, 2)
    beyond = code_rows(len(padding), Op.CZ_PARITY, a=lines[padding[:, 0]], d=padding[:, 1], **named)
    return np.concatenate([rows, beyond])


TREES: dict[type[Bloq], Emission] = {OneHotLoad: _emit_load, TreeUnload: _emit_unload}
