"""How each atomic bloq becomes gates, and how wires run through Qualtran's bookkeeping bloqs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from qualtran.bloqs.basic_gates import (
    CNOT,
    CZ,
    Discard,
    GlobalPhase,
    Hadamard,
    MeasureX,
    MeasureZ,
    Toffoli,
    TwoBitCSwap,
    TwoBitSwap,
    XGate,
    ZGate,
    ZPowGate,
)
from qualtran.bloqs.bookkeeping import Allocate, Cast, Free, Join, Split
from qualtran.bloqs.mcmt import And

from qattention.bloqs.memory_query import MemoryQuery
from qattention.bloqs.parity_phase import ParityPhase
from qattention.bloqs.xor_word import XorWord
from qattention.lowering.assembler import Assembler
from qattention.lowering.masks import flipped, key_masks
from qattention.lowering.program import NONE, Op, Wires

Values = dict[str, Wires]  # register -> wires or classical bits, shape (*register shape, bitsize)
Rule = Callable[[Any, Assembler, Values], Values]


def _one(wires: Wires) -> int:
    return int(wires.reshape(-1)[0])


def _single(op: Op) -> Rule:
    def rule(bloq: Any, asm: Assembler, ins: Values) -> Values:
        asm.emit(op, a=_one(ins["q"]))
        return ins

    return rule


def _pair(op: Op, first: str, second: str) -> Rule:
    def rule(bloq: Any, asm: Assembler, ins: Values) -> Values:
        asm.emit(op, a=_one(ins[first]), b=_one(ins[second]))
        return ins

    return rule


def _phase(bloq: ZPowGate, asm: Assembler, ins: Values) -> Values:
    asm.emit(Op.PHASE, a=_one(ins["q"]), d=asm.angle(float(bloq.exponent) * np.pi))
    return ins


def _global_phase(bloq: GlobalPhase, asm: Assembler, ins: Values) -> Values:
    asm.emit(Op.GLOBAL_PHASE, d=asm.angle(float(bloq.exponent) * np.pi))
    return ins


def _and(bloq: And, asm: Assembler, ins: Values) -> Values:
    """An And, or its erasure by an X measurement and a conditioned CZ."""
    if (bloq.cv1, bloq.cv2) != (1, 1):
        raise NotImplementedError("And with negative controls; write it as And and CNOTs")
    a, b = ins["ctrl"].reshape(-1).tolist()
    if not bloq.uncompute:
        target = asm.wires(1)
        asm.emit(Op.AND, a=a, b=b, c=_one(target))
        return {**ins, "target": target}
    cbit = _one(asm.cbits(1))
    asm.emit(Op.MEASURE_X, a=_one(ins["target"]), d=cbit)
    asm.release(ins["target"])
    asm.emit(Op.CZ_IF, a=a, b=b, d=cbit)
    return {"ctrl": ins["ctrl"]}


def _toffoli(bloq: Toffoli, asm: Assembler, ins: Values) -> Values:
    a, b = ins["ctrl"].reshape(-1).tolist()
    asm.emit(Op.TOFFOLI, a=a, b=b, c=_one(ins["target"]))
    return ins


def _cswap(bloq: TwoBitCSwap, asm: Assembler, ins: Values) -> Values:
    asm.emit(Op.CSWAP, a=_one(ins["ctrl"]), b=_one(ins["x"]), c=_one(ins["y"]))
    return ins


def _measure(op: Op) -> Rule:
    def rule(bloq: Any, asm: Assembler, ins: Values) -> Values:
        cbit = asm.cbits(1)
        asm.emit(op, a=_one(ins["q"]), d=_one(cbit))
        asm.release(ins["q"])
        return {"c": cbit}

    return rule


def _xor_word(bloq: XorWord, asm: Assembler, ins: Values) -> Values:
    key = ins["key"].reshape(-1)
    if not bloq.selected:
        for wire in key[bloq.word.reshape(-1)].tolist():
            asm.emit(Op.X, a=wire)
    elif bloq.word.any():
        table = asm.table(key_masks(bloq.table, int(bloq.table.n_keys)))
        asm.emit(Op.XOR_ROW, a=_one(ins["select"]), c=asm.span(key, Op.XOR_ROW), d=bloq.address, e=table)
    return ins


def _memory_query(bloq: MemoryQuery, asm: Assembler, ins: Values) -> Values:
    """An ideal look-up stands for the device, so that all around it can be run."""
    address = ins["address"].reshape(-1)
    key = ins["key"].reshape(-1) if bloq.uncompute else asm.wires(int(bloq.table.word_bits))
    for wire in () if bloq.uncompute else key.tolist():
        asm.emit(Op.ALLOC, a=wire)
    table = asm.table(key_masks(bloq.table, int(bloq.table.n_keys)))
    asm.emit(Op.QUERY, c=asm.span(np.concatenate([address, key]), Op.QUERY), d=len(address), e=table)
    if not bloq.uncompute:
        return {**ins, "key": key}
    for wire in key.tolist():
        asm.emit(Op.FREE, a=wire)
    asm.release(key)
    return {"address": ins["address"]}


def _parity_phase(bloq: ParityPhase, asm: Assembler, ins: Values) -> Values:
    n_rows = max(int(bloq.table.n_keys), bloq.addresses.stop)
    table = asm.table(flipped(key_masks(bloq.table, n_rows), bloq.flips))
    span = asm.span(ins["outcomes"].reshape(-1), Op.CZ_PARITY)
    select = [_one(ins["select"])] if bloq.selected else []
    lines = ins["lines"].reshape(-1).tolist() if bloq.n_lines else [NONE]
    for address, line in zip(bloq.addresses, lines, strict=True):
        a, b = ([*select, line] if line != NONE else [*select, NONE]) if select else [line, NONE]
        asm.emit(Op.CZ_PARITY, a=a, b=b, c=span, d=address, e=table)
    return ins


def _allocate(bloq: Allocate, asm: Assembler, ins: Values) -> Values:
    wires = asm.wires(int(bloq.dtype.num_qubits))
    for wire in wires.tolist():
        asm.emit(Op.ALLOC, a=wire)
    return {"reg": wires}


def _free(bloq: Free, asm: Assembler, ins: Values) -> Values:
    for wire in ins["reg"].reshape(-1).tolist():
        asm.emit(Op.FREE, a=wire)
    asm.release(ins["reg"])
    return {}


RULES: dict[type, Rule] = {
    Allocate: _allocate,
    And: _and,
    CNOT: _pair(Op.CNOT, "ctrl", "target"),
    CZ: _pair(Op.CZ, "q1", "q2"),
    Cast: lambda bloq, asm, ins: ins,
    Discard: lambda bloq, asm, ins: {},
    Free: _free,
    GlobalPhase: _global_phase,
    Hadamard: _single(Op.H),
    Join: lambda bloq, asm, ins: {"reg": ins["reg"].reshape(-1)},
    MeasureX: _measure(Op.MEASURE_X),
    MeasureZ: _measure(Op.MEASURE_Z),
    MemoryQuery: _memory_query,
    ParityPhase: _parity_phase,
    Split: lambda bloq, asm, ins: {"reg": ins["reg"].reshape(-1, 1)},
    Toffoli: _toffoli,
    TwoBitCSwap: _cswap,
    TwoBitSwap: _pair(Op.SWAP, "x", "y"),
    XGate: _single(Op.X),
    XorWord: _xor_word,
    ZGate: _single(Op.Z),
    ZPowGate: _phase,
}
