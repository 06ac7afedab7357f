"""The phased bit-sliced engine: one program on many basis states at once, measured outcomes given.

A wire is a row of 64-bit words, one bit a basis state; the sign of each state's amplitude is one more row.
Measuring a wire in the X basis with outcome r multiplies a state by (-1)**(r AND wire) and takes the wire
away, so every step is classical, and exact.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.errors import SpecError, bad
from qattention.lowering.operands import FlatMasks, flatten_masks, masked_items, members, scratch
from qattention.lowering.program import GateProgram, Op

Words = NDArray[np.uint64]

_ALLOC, _FREE, _X, _Z, _CNOT, _CZ, _SWAP, _AND = (int(op) for op in list(Op)[:8])
_TOFFOLI, _CSWAP, _MEASURE_X = int(Op.TOFFOLI), int(Op.CSWAP), int(Op.MEASURE_X)
_X_IF, _Z_IF, _CZ_IF, _CZ_PARITY, _XOR_ROW = (int(op) for op in list(Op)[12:17])
_PHASE, _QUERY = int(Op.PHASE), int(Op.QUERY)
_IS_REFUSED = members(Op.MEASURE_Z, Op.H, Op.GLOBAL_PHASE)

BATCH_BYTES = 1 << 20  # wires of one batch: about a core's second-level cache


@attrs.frozen(eq=False, kw_only=True)
class RunResult:
    """What a program did to each basis state.

    Attributes:
        outputs: register -> values, shape (n_states, *register shape), unsigned, object beyond 63 bits.
        phase: bool, shape (n_states,): True where the sign is -1.
        turns: bool, shape (n_phase_gates, n_states): where each phase gate found its wire 1, in order.
        dirty: bool, shape (n_states,): True where a wire that had to be |0> was not.
    """

    outputs: Mapping[str, NDArray[np.int64]]
    phase: NDArray[np.bool_]
    turns: NDArray[np.bool_]
    dirty: NDArray[np.bool_]


@compiled()
def fired(code, outcomes, masks: FlatMasks, flips, flips_at, items):  # type: ignore[no-untyped-def]
    """Whether each conditioned operation is applied, given the classical bits."""
    out = np.zeros(len(code), dtype=np.bool_)
    for i in range(len(code)):
        op = code[i, 0]
        if op in (_X_IF, _Z_IF, _CZ_IF, _MEASURE_X):
            out[i] = outcomes[code[i, 4]] != 0
        elif op == _CZ_PARITY:
            parity = flips[flips_at[code[i, 5]] + code[i, 4]]
            for k in range(masked_items(masks, code[i], items)):
                parity ^= outcomes[items[k]] != 0
            out[i] = parity
    return out


@compiled()
def _xor_row(row, masks, items, wires):  # type: ignore[no-untyped-def]
    """Only the words in which the control is somewhere 1 can change."""
    control, n_items = wires[row[1]], -1
    for word in range(wires.shape[1]):
        if control[word]:
            if n_items < 0:
                n_items = masked_items(masks, row, items)
            for k in range(n_items):
                wires[items[k], word] ^= control[word]


@compiled()
def query_each(row, masks, wires):  # type: ignore[no-untyped-def]
    """Look the row of each basis state's address up."""
    span = masks.span_items[masks.span_at[row[3]] : masks.span_at[row[3] + 1]]
    n_bits, n_words, start = row[4], masks.n_words[row[5]], masks.table_at[row[5]]
    n_rows = (masks.table_at[row[5] + 1] - start) // n_words
    for k in range(wires.shape[1]):
        for state in range(64):
            address = np.int64(0)
            for wire in span[:n_bits]:
                address = 2 * address + np.int64(wires[wire, k] >> np.uint64(state) & np.uint64(1))
            for part in range(n_words if address < n_rows else 0):
                word, i = masks.words[start + address * n_words + part], n_bits + 64 * part
                while word:
                    wires[span[i], k] ^= (word & np.uint64(1)) << np.uint64(state)
                    word >>= np.uint64(1)
                    i += 1


@compiled()
def _execute(code, fires, masks, items, wires, phase, dirty, turns):  # type: ignore[no-untyped-def]
    """Run the code on one batch: wires (n_wires, n_words), phase and dirty (n_words,), turns a row a gate."""
    n_words, n_turns = wires.shape[1], 0
    for i in range(len(code)):
        op, a, b, c = code[i, 0], code[i, 1], code[i, 2], code[i, 3]
        if op == _CNOT:
            for k in range(n_words):
                wires[b, k] ^= wires[a, k]
        elif op in (_AND, _TOFFOLI):
            if op == _AND:
                for k in range(n_words):
                    dirty[k] |= wires[c, k]
            for k in range(n_words):
                wires[c, k] ^= wires[a, k] & wires[b, k]
        elif op == _MEASURE_X:
            if fires[i]:
                for k in range(n_words):
                    phase[k] ^= wires[a, k]
            wires[a, :] = 0
        elif op == _XOR_ROW:
            _xor_row(code[i], masks, items, wires)
        elif op in (_CZ, _CZ_IF, _CZ_PARITY):
            if op == _CZ or fires[i]:
                for k in range(n_words):
                    phase[k] ^= wires[a, k] & (wires[b, k] if b >= 0 else ~np.uint64(0))
        elif op == _X or (op == _X_IF and fires[i]):
            for k in range(n_words):
                wires[a, k] = ~wires[a, k]
        elif op == _Z or (op == _Z_IF and fires[i]):
            for k in range(n_words):
                phase[k] ^= wires[a, k]
        elif op in (_ALLOC, _FREE):
            for k in range(n_words):
                dirty[k] |= wires[a, k]
            wires[a, :] = 0
        elif op == _PHASE:
            turns[n_turns, :] = wires[a, :]
            n_turns += 1
        elif op == _QUERY:
            query_each(code[i], masks, wires)
        elif op in (_SWAP, _CSWAP):
            for k in range(n_words):
                on = wires[a, k] if op == _CSWAP else ~np.uint64(0)
                x, y = (b, c) if op == _CSWAP else (a, b)
                change = (wires[x, k] ^ wires[y, k]) & on
                wires[x, k] ^= change
                wires[y, k] ^= change


def run_program(
    program: GateProgram,
    inputs: Mapping[str, NDArray[np.integer]],
    outcomes: NDArray[np.uint8],
    batch_bytes: int = BATCH_BYTES,
) -> RunResult:
    """Run a program on basis states.

    Args:
        program: without H, global phases or Z measurements.
        inputs: register -> values, shape (n_states, *register shape); signed values are taken modulo 2**bits.
        outcomes: of the measurements, one a classical bit, 0 or 1; shape (n_cbits,).
        batch_bytes: memory for the wires of one batch of states.

    Raises:
        SpecError: the program has a gate that leaves the computational basis, or outcomes of another length.
    """
    require_classical(program)
    if len(outcomes) != program.n_cbits:
        raise SpecError(bad("outcomes", len(outcomes), f"{program.n_cbits} bits"))
    masks, items = flatten_masks(program), scratch(program)
    flips = np.concatenate([np.zeros(0, bool), *(table.flips for table in program.tables)])
    flips_at = np.cumsum([0, *(len(table.flips) for table in program.tables)])
    fires = fired(program.code, outcomes.astype(np.uint8), masks, flips, flips_at, items)
    packed = _pack_inputs(program, inputs)
    n_states = len(next(iter(inputs.values())))
    kept = np.concatenate([np.zeros(0, np.int32), *(wires.ravel() for wires in program.outputs.values())])
    n_turns = int((program.code[:, 0] == Op.PHASE).sum())
    result = np.zeros((len(kept) + 2 + n_turns, packed.shape[1]), dtype=np.uint64)
    step = max(1, batch_bytes // (8 * max(1, program.n_wires)))
    for first in range(0, packed.shape[1], step):
        batch = slice(first, first + step)
        wires = np.zeros((program.n_wires, packed[:, batch].shape[1]), dtype=np.uint64)
        wires[_input_wires(program)] = packed[:, batch]
        extra = np.zeros((2 + n_turns, wires.shape[1]), dtype=np.uint64)
        _execute(program.code, fires, masks, items, wires, extra[0], extra[1], extra[2:])
        result[: len(kept), batch] = wires[kept]
        wires[kept] = 0
        extra[1] |= np.bitwise_or.reduce(wires, axis=0)
        result[len(kept) :, batch] = extra
    return _unpack(program, result, n_states)


def require_classical(program: GateProgram) -> None:
    """Raises SpecError if a gate leaves the computational basis."""
    refused = _IS_REFUSED.take(program.code[:, 0])
    if refused.any():
        found = sorted(Op(op).name for op in np.unique(program.code[refused, 0]).tolist())
        raise SpecError(bad("program", ", ".join(found), "free of H, global phases and Z measurements"))


def _input_wires(program: GateProgram) -> NDArray[np.int32]:
    return np.concatenate([np.zeros(0, np.int32), *(wires.ravel() for wires in program.inputs.values())])


def _pack_inputs(program: GateProgram, inputs: Mapping[str, NDArray[np.integer]]) -> Words:
    """Rows in the order of `_input_wires`, 64 states a word."""
    rows = []
    for name, wires in program.inputs.items():
        n_bits = wires.shape[-1]
        values = np.asarray(inputs[name])
        values = values.reshape(len(values), -1)
        for part in range(values.shape[1]):
            rows += [values[:, part] >> (n_bits - 1 - i) & 1 for i in range(n_bits)]
    return pack_rows(np.array(rows).astype(bool))


def pack_rows(bits: NDArray[np.bool_]) -> Words:
    """Pack bool rows, shape (n_rows, n_states), 64 states a word (the first in the lowest bit)."""
    n_words = -(-bits.shape[1] // 64)
    padded = np.zeros((len(bits), n_words * 64), dtype=bool)
    padded[:, : bits.shape[1]] = bits
    return np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def _unpack(program: GateProgram, rows: Words, n_states: int) -> RunResult:
    bits = np.unpackbits(rows.astype("<u8").view(np.uint8), axis=1, bitorder="little")[:, :n_states]
    outputs, at = {}, 0
    for name, wires in program.outputs.items():
        n_bits = wires.shape[-1]
        own = bits[at : at + wires.size].reshape(*wires.shape, n_states)
        at += wires.size
        dtype = np.int64 if n_bits < 63 else object
        weights = np.array([1 << i for i in reversed(range(n_bits))], dtype=dtype)
        outputs[name] = np.moveaxis(np.tensordot(own, weights, axes=([-2], [0])), -1, 0)
    phase, dirty, *turns = bits[at:].astype(bool)
    return RunResult(outputs=outputs, phase=phase, dirty=dirty, turns=np.array(turns).reshape(-1, n_states))
