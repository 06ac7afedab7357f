"""Direct emission of loads that hold all words or borrow wires: the same gates in the same order.

Apart from `emission` because loads by networks of swaps share their own templates, and each kind of load
fills a page.
"""

from __future__ import annotations

import numpy as np
from qualtran import Bloq

from qattention.bloqs.block_table import picks
from qattention.bloqs.bucket_brigade_load import BucketBrigadeLoad, cell_table, fan_in
from qattention.bloqs.dirty_look_up import DirtyLookUp
from qattention.bloqs.swap_network_load import SwapNetworkLoad
from qattention.lowering.assembler import Assembler
from qattention.lowering.code_rows import Rows, code_rows
from qattention.lowering.emission_loads import Emission, Lower, held_registers, look_up, xor_rows
from qattention.lowering.emission_trees import grown_rows
from qattention.lowering.masks import key_masks
from qattention.lowering.program import GateProgram, Op, Wires


def _emit_load(bloq: SwapNetworkLoad, lower: Lower) -> GateProgram:
    w, n_slots = int(bloq.table.word_bits), int(bloq.n_slots)
    asm = Assembler()
    address, words = asm.wires(int(bloq.table.address_bits)), asm.wires(n_slots * w)
    written = _first_level(asm, bloq, address, words)
    asm.emit_rows(np.concatenate([code_rows(len(words), Op.ALLOC, a=words), *written]))
    key = words
    if n_slots > 1:
        slots = words.reshape(n_slots, w)
        choices = _choices(asm, bloq, address, slots)
        key = asm.wires(w)
        copied = interleaved(code_rows(w, Op.ALLOC, a=key), code_rows(w, Op.CNOT, a=slots[0], b=key))
        asm.emit_rows(np.concatenate([interleaved(*choices), copied, _forgotten(asm, *choices)]))
        asm.emit_rows(np.concatenate([*written[::-1], code_rows(len(words), Op.FREE, a=words)]))
        asm.release(words)
    return asm.finish({"address": address}, {"address": address, **held_registers(bloq, key)})


def interleaved(*columns: Rows) -> Rows:
    """Row 0 of each, then row 1 of each, and so on."""
    return np.stack(columns, axis=1).reshape(-1, 6)


def _first_level(asm: Assembler, bloq: SwapNetworkLoad, address: Wires, words: Wires) -> list[Rows]:
    """X's for the constants, and the lowest address bit's CNOTs."""
    masks = key_masks(bloq.levels, 2)
    ones = words[masks.bits()[0]]
    rows = [code_rows(len(ones), Op.X, a=ones)]
    if bloq.is_selected and masks.rows[1].any():
        rows.append(xor_rows(asm, bloq.levels, address[-1:], np.array([1], dtype=np.int32), words))
    return rows


def _choices(asm: Assembler, bloq: SwapNetworkLoad, address: Wires, slots: Wires) -> tuple[Rows, Rows]:
    """The And of each bit of each choice, and the CNOT that uses it."""
    n_slots, w = slots.shape
    bits, sources, into = np.array([*picks(n_slots, len(address) - 1)], dtype=np.int64).T
    controls, new = np.repeat(address[len(address) - 2 - bits], w), asm.wires(len(bits) * w)
    ands = code_rows(len(new), Op.AND, a=controls, b=slots[sources].ravel(), c=new)
    return ands, code_rows(len(new), Op.CNOT, a=new, b=slots[into].ravel())


def _forgotten(asm: Assembler, ands: Rows, cnots: Rows) -> Rows:
    """The choices backwards, every And measured away."""
    ands, cnots, bits = ands[::-1], cnots[::-1], asm.cbits(len(ands))
    measures = code_rows(len(ands), Op.MEASURE_X, a=ands[:, 3], d=bits)
    mends = code_rows(len(ands), Op.CZ_IF, a=ands[:, 1], b=ands[:, 2], d=bits)
    asm.release(ands[::-1, 3])
    return interleaved(cnots, measures, mends)


def _emit_dirty(bloq: DirtyLookUp, lower: Lower) -> GateProgram:
    clean, d, w = bloq.clean, int(bloq.table.head_dim), int(bloq.table.word_bits)
    asm = Assembler()
    address, words = asm.wires(int(bloq.table.address_bits)), asm.wires(clean.n_slots * w)
    high, how = address[: len(address) - clean.low_bits], (clean.is_selected, bloq.padded)
    added = _added_to_front(address, words.reshape(-1, w), clean.low_bits)
    asm.emit_rows(added)
    look_up(asm, clean.block_table, high, words, *how)
    if bloq.n_dirty:
        asm.emit_rows(added)
        look_up(asm, bloq.rest_table, high, words[w:], *how)
    registers = {"address": address, "key": words[:w].reshape(d, -1)}
    registers |= {"dirty": words[w:]} if bloq.n_dirty else {}
    return asm.finish(registers, registers)


def _added_to_front(address: Wires, slots: Wires, low: int) -> Rows:
    """Toffolis that add the picked word to slot 0 and leave the others as they were."""
    steps = np.array([*picks(len(slots), low)], dtype=np.int64).reshape(-1, 3)
    steps = np.concatenate([steps, steps[::-1][steps[::-1, 2] > 0]])
    controls = np.repeat(address[len(address) - 1 - steps[:, 0]], slots.shape[1])
    pair = {"b": slots[steps[:, 1]].ravel(), "c": slots[steps[:, 2]].ravel()}
    return code_rows(len(controls), Op.TOFFOLI, a=controls, **pair)


def _emit_bucket_brigade(bloq: BucketBrigadeLoad, lower: Lower) -> GateProgram:
    if not bloq.keeps_tree:
        return lower(bloq, hot=False)
    n, w, tree = int(bloq.table.n_keys), int(bloq.table.word_bits), bloq.tree
    asm = Assembler()
    address, lines = asm.wires(int(bloq.table.address_bits)), asm.wires(tree.n_lines)
    cells, key = asm.wires(n * w), asm.wires(w)
    ones = cells[key_masks(cell_table(bloq.table), 1).bits()[0]]
    written = code_rows(len(ones), Op.X, a=ones)
    asm.emit_rows(grown_rows(tree, address, lines))
    asm.emit_rows(np.concatenate([code_rows(len(cells), Op.ALLOC, a=cells), written]))
    asm.emit_rows(code_rows(w, Op.ALLOC, a=key))
    at = lines[np.repeat([line for _, line in tree.rows(n)], w)]
    read = _read_at_once if bloq.parallel else _read_one_by_one
    asm.emit_rows(read(asm, at, cells, key))
    asm.emit_rows(np.concatenate([written, code_rows(len(cells), Op.FREE, a=cells)]))
    asm.release(cells)
    return asm.finish({"address": address}, {"address": address, **held_registers(bloq, key), "tree": lines})


def _read_one_by_one(asm: Assembler, at: Wires, cells: Wires, key: Wires) -> Rows:
    """Through one wire: And of line and cell, into the key, and measured away."""
    n, (bit,), outcomes = len(cells), asm.wires(1), asm.cbits(len(cells))
    rows = [code_rows(n, Op.AND, a=at, b=cells, c=bit)]
    rows.append(code_rows(n, Op.CNOT, a=bit, b=np.tile(key, n // len(key))))
    rows.append(code_rows(n, Op.MEASURE_X, a=bit, d=outcomes))
    asm.release(np.array([bit]))
    return interleaved(*rows, code_rows(n, Op.CZ_IF, a=at, b=cells, d=outcomes))


def _read_at_once(asm: Assembler, at: Wires, cells: Wires, key: Wires) -> Rows:
    """Every And of line and cell, summed by a tree into the first row, that into the key, and all undone."""
    n, bits, outcomes = len(cells), asm.wires(len(cells)), asm.cbits(len(cells))
    rows = bits.reshape(-1, len(key))
    sums = np.array(fan_in(len(rows)), dtype=np.int32).reshape(-1, 2)
    forth, back = (_added_rows(rows, steps) for steps in (sums, sums[::-1]))
    ands, copied = code_rows(n, Op.AND, a=at, b=cells, c=bits), code_rows(len(key), Op.CNOT, a=rows[0], b=key)
    measured = code_rows(n, Op.MEASURE_X, a=bits, d=outcomes)
    mended = code_rows(n, Op.CZ_IF, a=at, b=cells, d=outcomes)
    asm.release(bits)
    return np.concatenate([ands, forth, copied, back, interleaved(measured, mended)])


def _added_rows(rows: Wires, steps: Rows) -> Rows:
    """CNOTs from one row of wires into another, (from, into) after (from, into)."""
    sources, into = rows[steps[:, 0]].ravel(), rows[steps[:, 1]].ravel()
    return code_rows(len(sources), Op.CNOT, a=sources, b=into)


NETWORKS: dict[type[Bloq], Emission] = {
    BucketBrigadeLoad: _emit_bucket_brigade,
    DirtyLookUp: _emit_dirty,
    SwapNetworkLoad: _emit_load,
}
