"""Direct emission of `SquareSum`: the same gates in the same order, as arrays."""

from __future__ import annotations

import numpy as np
from qualtran import Bloq

from qattention.bloqs.square_sum import Gate, SquareSum
from qattention.lowering.assembler import Assembler
from qattention.lowering.code_rows import Rows, code_rows
from qattention.lowering.emission_loads import Emission, Lower
from qattention.lowering.program import NONE, GateProgram, Op

Row = tuple[int, int, int, int, int, int]


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


def _rows(gate: Gate, bit: int | None, uncompute: bool) -> list[Row]:
    kind, at, adder = gate
    if adder is not None:
        return _adder(at, adder.gates, bit)
    rows: list[Row] = [(Op.CNOT, at[0], at[1], NONE, NONE, NONE)]
    if kind == "copy":
        entered = (Op.FREE if uncompute else Op.ALLOC, at[1], NONE, NONE, NONE, NONE)
        rows = [*rows, entered] if uncompute else [entered, *rows]
    return rows


def _emit_square_sum(bloq: SquareSum, lower: Lower) -> GateProgram:
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
        steps = [row for one in gates for row in _rows(one, next(bits) if one[2] is not None else None, True)]
        asm.emit_rows(np.concatenate([*flag, code_rows(1, Op.FREE, a=sign), np.array(steps, dtype=np.int32)]))
    else:
        steps = [row for one in gates for row in _rows(one, None, False)]
        asm.emit_rows(
            np.concatenate([np.array(steps, dtype=np.int32), code_rows(1, Op.ALLOC, a=sign), *flag])
        )
    words = {"row": wires[: n // 2].reshape(-1, 1), "key": wires[n // 2 : n].reshape(-1, 1)}
    held = {"sign": wires[-1:], "junk": wires[n:-1]}
    return asm.finish(words | held, words) if bloq.uncompute else asm.finish(words, words | held)


SQUARES: dict[type[Bloq], Emission] = {SquareSum: _emit_square_sum}
