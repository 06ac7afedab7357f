"""Direct emission of `SelectCopyLoad`: the same gates in the same order, as arrays."""

from __future__ import annotations

import numpy as np
from qualtran import Bloq

from qattention.bloqs.select_copy_load import SelectCopyLoad
from qattention.bloqs.unary_walk import Event, unary_walk
from qattention.lowering.assembler import Assembler
from qattention.lowering.code_rows import Rows, code_rows, walk_rows
from qattention.lowering.emission_loads import Emission, Lower, held_registers, look_up
from qattention.lowering.program import NONE, GateProgram, Op, Wires


def _emit(bloq: SelectCopyLoad, lower: Lower) -> GateProgram:
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


COPIES: dict[type[Bloq], Emission] = {SelectCopyLoad: _emit}
