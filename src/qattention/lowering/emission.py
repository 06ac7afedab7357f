"""Direct emission of the hot bloqs: the same gates in the same order as their decompositions, as arrays."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product

import numpy as np
from qualtran import Bloq

from qattention.bloqs.adders import FullAdder, HalfAdder
from qattention.bloqs.bucket_tree import BucketTree
from qattention.bloqs.compressor import Step
from qattention.bloqs.inner_product import InnerProduct
from qattention.lowering.assembler import Assembler
from qattention.lowering.code_rows import Rows, code_rows
from qattention.lowering.emission_copies import COPIES
from qattention.lowering.emission_loads import LOADS, Emission, Lower
from qattention.lowering.emission_networks import NETWORKS
from qattention.lowering.emission_oracle import ORACLES
from qattention.lowering.emission_squares import SQUARES
from qattention.lowering.emission_trees import TREES
from qattention.lowering.program import NONE, GateProgram, Op

_CNOTS = {Step.COPY: ("x>new",), Step.XOR: ("x>s",)}


def _step_gates(kind: int, invert_s: int, invert_other: int) -> tuple[str, ...]:
    if kind in _CNOTS:
        return _CNOTS[Step(kind)]
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
_NAMES = ("s", "x", "y", "new", "bit", "none")


@lru_cache(maxsize=2)
def _templates(uncompute: bool) -> tuple[Rows, Rows]:
    """Opcodes of each kind of step, shape (16, _MAX_ROWS), NONE for no row; which name each operand has.

    A kind is 4 * `Step` + 2 * invert_s + invert_other.
    """
    ops = np.full((16, _MAX_ROWS), NONE, dtype=np.int32)
    named = np.full((16, _MAX_ROWS, 5), _NAMES.index("none"), dtype=np.int32)
    for kind, invert_s, invert_other in product(Step, (0, 1), (0, 1)):
        code = 4 * kind + 2 * invert_s + invert_other
        rows = _step_rows(_step_gates(kind, invert_s, invert_other), kind, uncompute)
        for i, (op, names) in enumerate(rows):
            ops[code, i] = op
            letters = {Op.MEASURE_X: "ad", Op.CZ_IF: "abd"}.get(op, "abc")
            for letter, name in zip(letters, names.split(), strict=False):
                named[code, i, "abcde".index(letter)] = _NAMES.index(name)
    return ops, named


def _adder_rows(bloq: InnerProduct, asm: Assembler) -> Rows:
    """Code of all steps at once."""
    steps = bloq.plan.steps[::-1] if bloq.uncompute else bloq.plan.steps
    wires = np.full((len(steps), len(_NAMES)), NONE, dtype=np.int32)
    wires[:, :4] = steps[:, 1:5]
    if bloq.uncompute:
        measured = np.isin(steps[:, 0], [Step.FULL, Step.HALF])
        wires[measured, 4] = asm.cbits(int(measured.sum()))
    ops, named = _templates(bloq.uncompute)
    kinds = steps[:, 0] * 4 + steps[:, 5] * 2 + steps[:, 6]
    step, row = np.nonzero(ops[kinds] != NONE)
    kinds = kinds[step]
    return np.column_stack([ops[kinds, row], wires[step[:, None], named[kinds, row]]])


def _emit_inner_product(bloq: InnerProduct, lower: Lower) -> GateProgram:
    """Wires: key bits, then junk in the order of the plan, then the sign."""
    plan, key_wires = bloq.plan, math.prod(bloq.key_shape)
    asm = Assembler()
    wires = asm.wires(key_wires + plan.n_junk + 1)
    sign = int(wires[-1])
    n_sign = len(plan.sign_wires)
    flag = [code_rows(n_sign, Op.CNOT, a=np.array(plan.sign_wires, dtype=np.int32), b=sign)]
    flag += [code_rows(1, Op.X, a=sign)] if plan.sign_inverted else []
    steps = _adder_rows(bloq, asm)
    if bloq.uncompute:
        asm.emit_rows(np.concatenate([*flag, code_rows(1, Op.FREE, a=sign), steps]))
    else:
        asm.emit_rows(np.concatenate([steps, code_rows(1, Op.ALLOC, a=sign), *flag]))
    key = {"key": wires[:key_wires].reshape(bloq.key_shape)}
    held = {"sign": wires[-1:]} | ({"junk": wires[key_wires:-1]} if plan.n_junk else {})
    return asm.finish(key | held, key) if bloq.uncompute else asm.finish(key, key | held)


EMISSIONS: dict[type[Bloq], Emission] = {
    InnerProduct: _emit_inner_product,
    BucketTree: _emit_inner_product,
    **COPIES,
    **LOADS,
    **NETWORKS,
    **ORACLES,
    **SQUARES,
    **TREES,
}
