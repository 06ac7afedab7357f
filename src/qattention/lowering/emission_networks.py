"""Direct emission of `SwapNetworkLoad`: the same gates in the same order, as arrays."""

from __future__ import annotations

import numpy as np
from qualtran import Bloq

from qattention.bloqs.block_table import picks
from qattention.bloqs.swap_network_load import SwapNetworkLoad
from qattention.lowering.assembler import Assembler
from qattention.lowering.code_rows import Rows, code_rows
from qattention.lowering.emission_loads import Emission, Lower, held_registers, xor_rows
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


NETWORKS: dict[type[Bloq], Emission] = {SwapNetworkLoad: _emit_load}
