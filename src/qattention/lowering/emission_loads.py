"""Direct emission of the key loaders and their unloads: the same gates in the same order, as arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from qualtran import Bloq

from qattention.bloqs.block_table import picks
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.measure_junk import MeasureJunk
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.bloqs.one_hot import OneHot
from qattention.bloqs.qrom_load import QROMLoad
from qattention.bloqs.select_copy_load import SelectCopyLoad
from qattention.bloqs.select_swap_load import BlockLoad, SelectSwapLoad
from qattention.bloqs.unary_walk import Event, unary_walk
from qattention.lowering.assembler import Assembler
from qattention.lowering.code_rows import Rows, code_rows, walk_rows
from qattention.lowering.masks import flipped, key_masks
from qattention.lowering.program import NONE, GateProgram, Op, Wires

Lower = Callable[..., GateProgram]
Emission = Callable[[Any, Lower], GateProgram]


def _emit_qrom(bloq: QROMLoad, lower: Lower) -> GateProgram:
    n, m, w = int(bloq.table.n_keys), int(bloq.table.address_bits), int(bloq.table.word_bits)
    asm = Assembler()
    address, key = asm.wires(m), asm.wires(w)
    asm.emit_rows(code_rows(len(key), Op.ALLOC, a=key))
    look_up(asm, bloq.table, address, key, selected=n > 1 or bloq.padded, guard=bloq.padded)
    return asm.finish({"address": address}, {"address": address, **held_registers(bloq, key)})


def _emit_select_swap(bloq: SelectSwapLoad, lower: Lower) -> GateProgram:
    m, low = int(bloq.table.address_bits), bloq.low_bits
    asm = Assembler()
    address, words = asm.wires(m), asm.wires(bloq.n_slots * int(bloq.table.word_bits))
    asm.emit_rows(code_rows(len(words), Op.ALLOC, a=words))
    look_up(asm, bloq.block_table, address[: m - low], words, bloq.is_selected, bloq.padded)
    asm.emit_rows(pick_rows(bloq, address, words))
    return asm.finish({"address": address}, {"address": address, **held_registers(bloq, words)})


def look_up(
    asm: Assembler, table: KeyTable, address: Wires, words: Wires, selected: bool, guard: bool
) -> None:
    """The walk that XORs a row of `table` into `words`; one row without a select wire: X."""
    masks = key_masks(table, int(table.n_keys))
    if not selected:
        ones = words[masks.bits()[0, :]]
        asm.emit_rows(code_rows(len(ones), Op.X, a=ones))
        return
    walk = unary_walk(int(table.n_keys), len(address), guard=guard)
    ancillas = asm.wires(max(0, len(address) - 1))
    wire_of = np.concatenate([address, [NONE], ancillas]).astype(np.int32)  # slot m (depth 0) is never used
    leaves = walk[walk[:, 0] == Event.LEAF]
    not_zero = np.asarray(masks.rows.any(axis=1))
    leaves = leaves[not_zero[leaves[:, 2]]]
    rows = xor_rows(asm, table, wire_of[leaves[:, 1]], leaves[:, 2], words)
    asm.emit_rows(walk_rows(walk, wire_of, asm, rows, not_zero.astype(np.int64)))
    asm.release(ancillas)


def xor_rows(asm: Assembler, table: KeyTable, selects: Wires, at: Rows, words: Wires) -> Rows:
    """XOR row `at[i]` into the words where wire `selects[i]` is 1."""
    named = {"c": asm.span(words, Op.XOR_ROW), "e": asm.table(key_masks(table, int(table.n_keys)))}
    return code_rows(len(at), Op.XOR_ROW, a=selects, d=at, **named)


def pick_rows(bloq: BlockLoad, address: Wires, words: Wires) -> Rows:
    """The Toffolis that bring the word to the front."""
    slots = words.reshape(bloq.n_slots, -1)
    bits, sources, into = np.array([*picks(bloq.n_slots, bloq.low_bits)], dtype=np.int64).reshape(-1, 3).T
    controls = np.repeat(address[len(address) - 1 - bits], slots.shape[1])
    return code_rows(len(controls), Op.TOFFOLI, a=controls, b=slots[sources].ravel(), c=slots[into].ravel())


def held_registers(load: Any, held: Wires) -> dict[str, Wires]:
    """Key and junk of a load, from their wires in this order."""
    d, w = int(load.table.head_dim), int(load.table.word_bits)
    return {"key": held[:w].reshape(d, -1)} | ({"junk": held[w:]} if load.junk_bits else {})


def _emit_unload(bloq: MeasuredUnload, lower: Lower) -> GateProgram:
    low, n_rows, m = bloq.low_bits, bloq.n_rows, int(bloq.table.address_bits)
    masks = flipped(key_masks(bloq.load.loaded, n_rows), bloq.flips)
    asm = Assembler()
    address, held = asm.wires(m), asm.wires(int(bloq.measured_bits))
    given = asm.cbits(bloq.load.loaded.word_bits - len(held))  # the junk's, if it was measured before
    outcomes = np.concatenate([measured(asm, held), given])
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
    rows = code_rows(n_rows, Op.CZ_PARITY, a=a, b=b, d=row, **named)
    asm.emit_rows(walk_rows(walk, wire_of, asm, rows, per_leaf))
    asm.release(ancillas)
    if low:
        kept = {"address": address[m - low :], "lines": lines.reshape(-1, 1)}
        asm.splice(lower(OneHot(low).adjoint()), kept, {})
    ins = {"address": address, **held_registers(bloq.load, held)}
    if bloq.junk_measured:
        ins.pop("junk", None)
    return asm.finish(ins, {"address": address}, {"junk": given.reshape(-1, 1)} if len(given) else {})


def measured(asm: Assembler, wires: Wires) -> Wires:
    """Measure wires in X, which then leave; returns the outcomes."""
    outcomes = asm.cbits(len(wires))
    asm.emit_rows(code_rows(len(wires), Op.MEASURE_X, a=wires, d=outcomes))
    asm.release(wires)
    return outcomes


def _emit_measure_junk(bloq: MeasureJunk, lower: Lower) -> GateProgram:
    asm = Assembler()
    junk = asm.wires(bloq.n_bits)
    return asm.finish({"junk": junk}, {}, {}, {"outcomes": measured(asm, junk).reshape(-1, 1)})


def _emit_select_copy(bloq: SelectCopyLoad, lower: Lower) -> GateProgram:
    cut, asm = bloq.cut, Assembler()
    address, key = asm.wires(int(bloq.table.address_bits)), asm.wires(cut.word_bits)
    held = asm.wires(cut.n_held).reshape(cut.slots - 1, cut.width)
    asm.emit_rows(code_rows(len(key), Op.ALLOC, a=key))
    asm.emit_rows(code_rows(held.size, Op.ALLOC, a=held.ravel()))
    slices = [key[a : a + n] for a, n in cut.slices]
    if bloq.lends:
        _copy(asm, bloq, address, held, slices[0])
        for one in slices[1:]:
            asm.emit_rows(code_rows(len(one), Op.CNOT, a=slices[0][: len(one)], b=one))
    for i, (table, targets) in enumerate(zip(bloq.tables, bloq.targets(key, held), strict=True)):
        high = address[: len(address) - cut.low]
        look_up(asm, table, high, targets.astype(np.int32), bloq.is_selected, bloq.padded)
        if i < len(slices) and cut.slots > 1:
            _copy(asm, bloq, address, held, slices[i])
    outs = {"address": address, **held_registers(bloq, np.concatenate([key, held.ravel()]))}
    if bloq.lends:
        asm.emit_rows(code_rows(held.size, Op.FREE, a=held.ravel()))
        asm.release(held.ravel())
        outs["key"] = key.reshape(int(bloq.table.head_dim), -1)
    return asm.finish({"address": address}, outs)


def _added(control: int, slot: Wires, into: Wires) -> Rows:
    return code_rows(len(into), Op.TOFFOLI, a=control, b=slot[: len(into)], c=into)


def _copy(asm: Assembler, bloq: SelectCopyLoad, address: Wires, held: Wires, into: Wires) -> None:
    """Pair by pair: the even word by the walk's wire, the odd one by its And with the lowest bit."""
    cut = bloq.cut
    lowest, others = int(address[-1]), address[len(address) - cut.low : -1]
    asm.emit_rows(_added(lowest, held[0], into))
    walk = unary_walk(cut.n_pairs, len(others))
    ancillas = asm.wires(max(0, len(others) - 1))
    wire_of = np.concatenate([others, [NONE], ancillas]).astype(np.int32)
    (both,) = asm.wires(1)
    leaves = walk[walk[:, 0] == Event.LEAF]
    parts = [
        _pair(asm, cut.slots, int(wire_of[a]), pair, lowest, int(both), held, into)
        for _, a, pair, _ in leaves
    ]
    rows = np.concatenate(parts)
    asm.emit_rows(walk_rows(walk, wire_of, asm, rows, np.array([len(part) for part in parts])))
    asm.release(np.concatenate([ancillas, [both]]).astype(np.int32))


def _pair(
    asm: Assembler, slots: int, select: int, pair: int, lowest: int, both: int, held: Wires, into: Wires
) -> Rows:
    if pair == 0:
        return code_rows(0, Op.AND)
    rows = [_added(select, held[2 * pair - 1], into)]
    if 2 * pair + 1 < slots:
        (outcome,) = asm.cbits(1)
        rows.append(code_rows(1, Op.AND, a=select, b=lowest, c=both))
        rows.append(_added(both, held[2 * pair], into))
        rows.append(code_rows(1, Op.MEASURE_X, a=both, d=outcome))
        rows.append(code_rows(1, Op.CZ_IF, a=select, b=lowest, d=outcome))
    return np.concatenate(rows)


LOADS: dict[type[Bloq], Emission] = {
    MeasureJunk: _emit_measure_junk,
    MeasuredUnload: _emit_unload,
    QROMLoad: _emit_qrom,
    SelectSwapLoad: _emit_select_swap,
    SelectCopyLoad: _emit_select_copy,
}
