"""Direct emission of sums: the same gates in the same order as their decompositions, as arrays.

Apart from `emission` because a sum is written from its plan by a compiled step, whoever asks for it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product

import numpy as np

from qattention.bloqs.adders import FullAdder, HalfAdder
from qattention.bloqs.compressor import CompressorPlan, StepKind
from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.square_sum import Gate, SquareSum
from qattention.compiled import BORROWS, compiled
from qattention.lowering.assembler import IS_WIRE, Assembler
from qattention.lowering.code_rows import Rows, code_rows
from qattention.lowering.emission_loads import Lower
from qattention.lowering.program import NONE, GateProgram, Op

_FULL, _HALF = int(StepKind.FULL), int(StepKind.HALF)
# As integers of one type: for literals Numba would compile everything once more.
_ALLOC, _FREE, _X, _CNOT, _TOP, _ABSENT = map(np.int64, (Op.ALLOC, Op.FREE, Op.X, Op.CNOT, 0, NONE))
_CNOTS = {StepKind.COPY: ("x>new",), StepKind.XOR: ("x>s",)}
Row = tuple[int, int, int, int, int, int]  # an opcode and its five operands


def _step_gates(kind: int, invert_s: int, invert_other: int) -> tuple[str, ...]:
    if kind in _CNOTS:
        return _CNOTS[StepKind(kind)]
    adder = (FullAdder if kind == StepKind.FULL else HalfAdder)(bool(invert_s), bool(invert_other))
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
    if kind == StepKind.COPY:
        rows = [*rows, (Op.FREE, "new")] if uncompute else [(Op.ALLOC, "new"), *rows]
    return rows


_MAX_ROWS = 10  # a full adder has at most 9, one more when erased


_NAMES = ("s", "x", "y", "new", "bit", "none")  # the first four stand in a step
_BIT = _NAMES.index("bit")


@lru_cache(maxsize=2)
def _templates(uncompute: bool) -> tuple[Rows, Rows]:
    """Opcodes of each kind of step, shape (16, _MAX_ROWS), NONE for no row; which name each operand has.

    A kind is 4 * `StepKind` + 2 * invert_s + invert_other.
    """
    ops = np.full((16, _MAX_ROWS), NONE, dtype=np.int32)
    named = np.full((16, _MAX_ROWS, 5), _NAMES.index("none"), dtype=np.int32)
    for kind, invert_s, invert_other in product(StepKind, (0, 1), (0, 1)):
        code = 4 * kind + 2 * invert_s + invert_other
        rows = _step_rows(_step_gates(kind, invert_s, invert_other), kind, uncompute)
        for i, (op, names) in enumerate(rows):
            ops[code, i] = op
            letters = {Op.MEASURE_X: "ad", Op.CZ_IF: "abd"}.get(op, "abc")
            for letter, name in zip(letters, names.split(), strict=False):
                named[code, i, "abcde".index(letter)] = _NAMES.index(name)
    return ops, named


@compiled(**BORROWS)
def _write_row(code, at, op, a, b):  # type: ignore[no-untyped-def]
    code[at, 0], code[at, 1], code[at, 2] = op, a, b
    code[at, 3] = code[at, 4] = code[at, 5] = NONE
    return at + 1


@compiled(**BORROWS)
def _write_steps(steps, templates, n_key, shift, first_bit, code, at):  # type: ignore[no-untyped-def]
    """Write all steps from row `at` on, backwards with outcomes from `first_bit` unless that is -1."""
    ops, named = templates
    bit = first_bit
    for i in range(len(steps)):
        step = steps[len(steps) - 1 - i] if first_bit >= 0 else steps[i]
        kind = step[0] * 4 + step[5] * 2 + step[6]
        for row in range(ops.shape[1]):
            if ops[kind, row] == NONE:
                break
            code[at, 0] = ops[kind, row]
            for j in range(5):
                name = named[kind, row, j]
                wire = step[1 + name] if name < _BIT else bit if name == _BIT else NONE
                code[at, j + 1] = wire + shift if name < _BIT and wire >= n_key else wire
            at += 1
        if first_bit >= 0 and step[0] in (_FULL, _HALF):
            bit += 1
    return at


@compiled(**BORROWS)
def _write_sign(signs, inverted, sign, n_key, shift, code, at):  # type: ignore[no-untyped-def]
    for i in range(len(signs)):
        at = _write_row(code, at, _CNOT, signs[i] + (shift if signs[i] >= n_key else 0), sign)
    return _write_row(code, at, _X, sign, _ABSENT) if inverted else at


@compiled(**BORROWS)
def _write_sum(steps, signs, inverted, templates, sign, n_key, shift, first_bit, code, at):  # type: ignore[no-untyped-def]
    """Write a sum and its sign from row `at` on, as `_write_steps` does; returns the row behind them.

    The plan's wires from `n_key` on are those that enter, moved by `shift`.
    """
    if first_bit < 0:
        at = _write_steps(steps, templates, n_key, shift, first_bit, code, at)
        at = _write_row(code, at, _ALLOC, sign, _ABSENT)
        return _write_sign(signs, inverted, sign, n_key, shift, code, at)
    at = _write_sign(signs, inverted, sign, n_key, shift, code, at)
    at = _write_row(code, at, _FREE, sign, _ABSENT)
    return _write_steps(steps, templates, n_key, shift, first_bit, code, at)


@compiled(**BORROWS)
def _write_there_and_back(steps, signs, inverted, there, back, flagged, is_wire, sizes, code):  # type: ignore[no-untyped-def]
    """A sum, the rows of `flagged`, and the sum given back; returns how many rows that is."""
    n_key, n_given, n_junk, first_bit = sizes
    shift, sign = n_given - n_key, n_given + n_junk
    at = _write_sum(steps, signs, inverted, there, sign, n_key, shift, _ABSENT, code, _TOP)
    for i in range(len(flagged)):
        for j in range(flagged.shape[1]):
            moved = is_wire[flagged[i, 0], j] and flagged[i, j] >= n_given
            code[at, j] = flagged[i, j] + (n_junk if moved else 0)
        at += 1
    return _write_sum(steps, signs, inverted, back, sign, n_key, shift, first_bit, code, at)


def sum_there_and_back(plan: CompressorPlan, flagged: GateProgram, n_key: int) -> Rows:
    """Code of a sum, of what is done with its sign, and of the sum given back.

    Args:
        flagged: what is done, without spans. Its wires are the key's, of others that are there before, the
            sign's, and those that enter; the sum's junk takes its place before the sign.
    """
    n_rows = 2 * (_MAX_ROWS * len(plan.steps) + len(plan.sign_wires) + 2) + len(flagged)
    code = np.empty((n_rows, 6), dtype=np.int32)
    signs = np.array(plan.sign_wires, dtype=np.int64)
    sizes = n_key, int(flagged.inputs["sign"][0]), plan.n_junk, flagged.n_cbits
    ways = _templates(False), _templates(True)
    n_rows = _write_there_and_back(
        plan.steps, signs, plan.sign_inverted, *ways, flagged.code, IS_WIRE, sizes, code
    )
    return code[:n_rows]


def emit_inner_product(bloq: InnerProduct, lower: Lower) -> GateProgram:
    """Wires: key bits, then junk in the order of the plan, then the sign."""
    del lower
    plan, key_wires = bloq.plan, math.prod(bloq.key_shape)
    asm = Assembler()
    wires = asm.wires(key_wires + plan.n_junk + 1)
    code = np.empty((_MAX_ROWS * len(plan.steps) + len(plan.sign_wires) + 2, 6), dtype=np.int32)
    signs, first_bit = np.array(plan.sign_wires, dtype=np.int64), 0 if bloq.uncompute else NONE
    asm.cbits(plan.n_ands if bloq.uncompute else 0)
    templates = _templates(bloq.uncompute)
    n_rows = _write_sum(
        plan.steps, signs, plan.sign_inverted, templates, wires[-1], key_wires, 0, first_bit, code, 0
    )
    asm.emit_rows(code[:n_rows])
    key = {"key": wires[:key_wires].reshape(bloq.key_shape)}
    held = {"sign": wires[-1:]} | ({"junk": wires[key_wires:-1]} if plan.n_junk else {})
    return asm.finish(key | held, key) if bloq.uncompute else asm.finish(key, key | held)


def _adder(at: tuple[int, ...], gates: tuple[str, ...], bit: int | None) -> list[Row]:
    """Rows of an adder on wires s, x, (y,) carry; backwards if its carry is measured into `bit`."""
    wires = dict(zip(("s", "x", "y"), at[:-1], strict=False)) | {"carry": at[-1]}
    rows: list[Row] = []
    for gate in gates if bit is None else reversed(gates):
        if "&" not in gate:
            control, target = (wires[name] for name in gate.split(">"))
            rows.append((Op.CNOT, control, target, NONE, NONE, NONE))
            continue
        a, b = (wires[name] for name in gate.split("&"))
        if bit is None:
            rows.append((Op.AND, a, b, at[-1], NONE, NONE))
        else:
            rows.append((Op.MEASURE_X, at[-1], NONE, NONE, bit, NONE))
            rows.append((Op.CZ_IF, a, b, NONE, bit, NONE))
    return rows


def _square_rows(gate: Gate, bit: int | None, uncompute: bool) -> list[Row]:
    kind, at, adder = gate
    if adder is not None:
        return _adder(at, adder.gates, bit)
    rows: list[Row] = [(Op.CNOT, at[0], at[1], NONE, NONE, NONE)]
    if kind == "copy":
        entered = (Op.FREE if uncompute else Op.ALLOC, at[1], NONE, NONE, NONE, NONE)
        rows = [*rows, entered] if uncompute else [entered, *rows]
    return rows


def emit_square_sum(bloq: SquareSum, lower: Lower) -> GateProgram:
    """Wires: the row's word, the key's, junk in the order of the plan, then the sign."""
    del lower
    plan, n, asm = bloq.plan.compressor, 2 * bloq.word_bits, Assembler()
    wires = asm.wires(n + plan.n_junk + 1)
    sign, gates = int(wires[-1]), bloq.gates()
    signs = np.array(plan.sign_wires, dtype=np.int32)
    flag: list[Rows] = [code_rows(len(signs), Op.CNOT, a=signs, b=sign)]
    flag += [code_rows(1, Op.X, a=sign)] if plan.sign_inverted else []
    if bloq.uncompute:
        gates = gates[::-1]
        bits = iter(asm.cbits(sum(adder is not None for _, _, adder in gates)).tolist())
        steps = [
            row
            for one in gates
            for row in _square_rows(one, next(bits) if one[2] is not None else None, True)
        ]
        asm.emit_rows(np.concatenate([*flag, code_rows(1, Op.FREE, a=sign), np.array(steps, dtype=np.int32)]))
    else:
        steps = [row for one in gates for row in _square_rows(one, None, False)]
        asm.emit_rows(
            np.concatenate([np.array(steps, dtype=np.int32), code_rows(1, Op.ALLOC, a=sign), *flag])
        )
    words = {"row": wires[: n // 2].reshape(-1, 1), "key": wires[n // 2 : n].reshape(-1, 1)}
    held = {"sign": wires[-1:], "junk": wires[n:-1]}
    return asm.finish(words | held, words) if bloq.uncompute else asm.finish(words, words | held)
