"""Direct emission of the hot bloqs: the same gates in the same order as their decompositions, as arrays.

Here are those of sums and of the oracle, whose parts' programs follow one another with no bloqs wired up
between; and the table of all.

Apart from `lower` because rules that write a bloq's gates at once are many, and lowering any bloq needs
none of them.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product

import numpy as np
from qualtran import Bloq

from qattention.bloqs.adders import FullAdder, HalfAdder
from qattention.bloqs.bucket_tree import BucketTree
from qattention.bloqs.compressor import StepKind
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.square_sum import Gate, SquareSum
from qattention.bloqs.threshold_flag import ThresholdFlag
from qattention.compiled import compiled
from qattention.lowering.assembler import Assembler, located
from qattention.lowering.code_rows import Rows, code_rows
from qattention.lowering.emission_loads import LOADS, Emission, Lower
from qattention.lowering.emission_networks import NETWORKS
from qattention.lowering.emission_trees import TREES
from qattention.lowering.program import NONE, GateProgram, Op, Wires

_FULL, _HALF = int(StepKind.FULL), int(StepKind.HALF)
_CNOTS = {StepKind.COPY: ("x>new",), StepKind.XOR: ("x>s",)}
_MEASURED = {"outcomes": "junk"}  # what measuring the load's junk gives takes its place
_SUMMED = {"junk": "carries"}  # the sum's junk is not the load's
_FLAGGED = {"q": "flag"}
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


_NAMES = ("s", "x", "y", "new", "bit", "none")


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


@compiled()
def _write_steps(steps, ops, named, first_bit, code):  # type: ignore[no-untyped-def]
    """Write all steps, backwards with outcomes from `first_bit` on unless that is -1; rows written."""
    wires, at, bit = np.full(len(_NAMES), NONE, np.int64), 0, first_bit
    for i in range(len(steps)):
        step = steps[len(steps) - 1 - i] if first_bit >= 0 else steps[i]
        wires[:4], kind = step[1:5], step[0] * 4 + step[5] * 2 + step[6]
        wires[4] = bit
        if first_bit >= 0 and step[0] in (_FULL, _HALF):
            bit += 1
        for row in range(ops.shape[1]):
            if ops[kind, row] == NONE:
                break
            code[at, 0] = ops[kind, row]
            for j in range(5):
                code[at, j + 1] = wires[named[kind, row, j]]
            at += 1
    return at


def _adder_rows(bloq: InnerProduct, asm: Assembler) -> Rows:
    """Code of all steps at once."""
    plan = bloq.plan
    code = np.empty((_MAX_ROWS * len(plan.steps), 6), dtype=np.int32)
    first_bit = NONE
    if bloq.uncompute:
        first_bit = asm.n_cbits
        asm.cbits(plan.n_ands)
    n_rows = _write_steps(plan.steps, *_templates(bloq.uncompute), first_bit, code)
    return code[:n_rows]


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


class _Chain:
    """Parts spliced in order; a register keeps its name from part to part, unless renamed."""

    def __init__(self, lower: Lower, asm: Assembler, held: dict[str, Wires]) -> None:
        self.lower, self.asm, self.held = lower, asm, held

    def play(self, bloq: Bloq, names: dict[str, str] | None = None) -> None:
        self.splice(self.lower(bloq), names or {})

    def splice(self, program: GateProgram, names: dict[str, str]) -> None:
        taken = [*program.inputs, *program.cbit_inputs]
        given = {name: self.held.pop(names.get(name, name)) for name in taken}
        outputs = self.asm.splice(program, given, given)
        self.held |= {names.get(name, name): wires for name, wires in outputs.items()}


def _load(chain: _Chain, bloq: HeavyKeyOracle) -> None:
    for part in bloq.load_parts:
        chain.play(part, _MEASURED)
    if bloq.exclusion == "live":
        words = chain.held["key"]
        chain.held |= {"key": words[:-1], "live": words[-1]}


def _mark(chain: _Chain, bloq: HeavyKeyOracle) -> None:
    product = bloq.inner_product
    chain.play(product, _SUMMED)
    chain.splice(_flagged(bloq.mark, chain.lower), {})
    chain.play(product.adjoint(), _SUMMED)


@lru_cache(maxsize=16)
def _flagged(mark: Bloq, lower: Lower) -> GateProgram:
    """The flag of a sign, its phase, and the flag given back: the same whatever the sum."""
    asm = Assembler()
    beside = {r.name: int(r.total_bits()) for r in mark.signature if r.name in ("live", "address")}
    given = {name: asm.wires(n_bits) for name, n_bits in ({"sign": 1} | beside).items()}
    chain = _Chain(lower, asm, dict(given))
    chain.play(ThresholdFlag())
    chain.play(mark, _FLAGGED)
    chain.play(ThresholdFlag().adjoint())
    return asm.finish(given, chain.held)


def _unload(chain: _Chain, bloq: HeavyKeyOracle) -> None:
    if bloq.exclusion == "live":
        chain.held["key"] = np.append(chain.held["key"], chain.held.pop("live"))
    for part in (bloq.unload, *bloq.afterwards):
        chain.play(part)


def oracle_program(bloq: HeavyKeyOracle, lower: Lower, marks: bool = True) -> GateProgram:
    """Load, mark, unload; without marks load and unload alone, the same gates on other wires."""
    asm = Assembler()
    address = asm.wires(int(bloq.table.address_bits))
    chain = _Chain(lower, asm, {"address": address})
    with located(bloq):
        _load(chain, bloq)
        if marks:
            _mark(chain, bloq)
        _unload(chain, bloq)
    return asm.finish({"address": address}, chain.held)


def load_program(bloq: HeavyKeyOracle, lower: Lower) -> GateProgram:
    """What comes before the marks: address to address, key and what else is held there."""
    asm = Assembler()
    address = asm.wires(int(bloq.table.address_bits))
    chain = _Chain(lower, asm, {"address": address})
    with located(bloq):
        _load(chain, bloq)
    bits = {"outcomes": chain.held.pop("junk")} if bloq.measures_junk else {}
    return asm.finish({"address": address}, chain.held, {}, bits)


def mark_program(bloq: HeavyKeyOracle, lower: Lower) -> GateProgram:
    """What comes between load and unload, on the key (and live bit) that the load puts out."""
    asm, n_bits = Assembler(), int(bloq.table.word_bits)
    given = {"key": asm.wires(n_bits).reshape(bloq.inner_product.key_shape)}
    if bloq.exclusion == "live":
        given["live"] = asm.wires(1)
    chain = _Chain(lower, asm, dict(given))
    with located(bloq):
        _mark(chain, bloq)
    return asm.finish(given, chain.held)


def _emit_oracle(bloq: HeavyKeyOracle, lower: Lower) -> GateProgram:
    return oracle_program(bloq, lower)


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


EMISSIONS: dict[type[Bloq], Emission] = {
    InnerProduct: _emit_inner_product,
    BucketTree: _emit_inner_product,
    SquareSum: _emit_square_sum,
    HeavyKeyOracle: _emit_oracle,
    **LOADS,
    **NETWORKS,
    **TREES,
}
