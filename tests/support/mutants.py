"""Mutation testing of oracles: alter one gate at random; does `verify` notice?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.lowering.lower import lower
from qattention.lowering.operands import OPERANDS
from qattention.lowering.program import NONE, GateProgram, Op
from qattention.simulate.bitslice import run_program
from qattention.simulate.exact import prove_program
from qattention.simulate.verify import Oracle, expected_phase

_BOOKKEEPING = (Op.ALLOC, Op.FREE)  # no gate: nothing to drop
_CONTROLS = {
    **dict.fromkeys((Op.CNOT, Op.XOR_ROW, Op.CSWAP, Op.MEASURE_X, Op.Z), "a"),
    **dict.fromkeys((Op.AND, Op.TOFFOLI, Op.CZ, Op.CZ_IF, Op.CZ_PARITY), "ab"),
}
# A bit is written once: measuring twice is no program. A device's query is on its own wires or not made.
_NOT = {Op.MEASURE_X: "duplicate", Op.MEASURE_Z: "duplicate", Op.QUERY: "alter"}


@attrs.frozen(kw_only=True, eq=False)
class Mutant:
    """A program that differs from the lowered one in one gate: `kind` is drop, duplicate or alter."""

    index: int
    op: Op
    kind: str
    program: GateProgram


@attrs.frozen(kw_only=True)
class MutationReport:
    """How many mutants `verify` kills.

    Attributes:
        n_mutants: tried, those that change nothing by construction left out.
        survivors: (index, opcode, kind) of the mutants that no address and no outcomes tell apart.
        n_idle: drawn, but a gate that never acts (`is_idle`) or with an equal control (`is_renamed`).
    """

    n_mutants: int
    survivors: tuple[tuple[int, str, str], ...]
    n_idle: int

    @property
    def killed_share(self) -> float:
        return 1 - len(self.survivors) / self.n_mutants


def is_idle(program: GateProgram, index: int, n_addresses: int) -> bool:
    """A gate that never acts: a fix-up with nothing to mend, or controls that no address sets all at once."""
    row = program.code[index]
    table = program.tables[row[5]] if row[0] == Op.CZ_PARITY else None
    if table is not None and not table.rows[row[4]].any() and not table.flips[row[4]]:
        return True
    return bool(_control_columns(row)) and not _acts(program, index, row, n_addresses).any()


def is_renamed(program: GateProgram, mutant: Mutant, n_addresses: int) -> bool:
    """A gate with another control that makes it act at the same addresses as the right one."""
    old, new = program.code[mutant.index], mutant.program.code[mutant.index]
    (columns,) = np.nonzero(old != new)
    if mutant.kind != "alter" or columns.tolist()[0] not in _control_columns(old):
        return False
    acts = [_acts(program, mutant.index, row, n_addresses) for row in (old, new)]
    return bool((acts[0] == acts[1]).all())


def _control_columns(row: NDArray[np.int32]) -> list[int]:
    letters = _CONTROLS.get(Op(int(row[0])), "")
    return [column for column in map("?abcde".index, letters) if row[column] != NONE]


def _acts(program: GateProgram, index: int, row: NDArray[np.int32], n_addresses: int) -> NDArray[np.bool_]:
    """Whether all controls of `row`, run in place of gate `index`, are 1; shape (n_addresses,)."""
    wires = row[_control_columns(row)].reshape(-1, 1)
    before = attrs.evolve(program, code=program.code[:index], outputs={"held": wires})
    none = np.zeros(program.n_cbits, dtype=np.uint8)
    held = run_program(before, {"address": np.arange(n_addresses)}, none).outputs["held"]
    return np.asarray(held.all(axis=1))


def _drop(program: GateProgram, index: int, _rng: np.random.Generator) -> GateProgram:
    return attrs.evolve(program, code=np.delete(program.code, index, axis=0))


def _duplicate(program: GateProgram, index: int, _rng: np.random.Generator) -> GateProgram:
    return attrs.evolve(program, code=np.insert(program.code, index, program.code[index], axis=0))


def _alter(program: GateProgram, index: int, rng: np.random.Generator) -> GateProgram:
    """One wire of the gate becomes another wire, one that the gate does not use."""
    code = program.code.copy()
    op = Op(int(code[index, 0]))
    columns = ["?abcde".index(x) for x in OPERANDS[op] if x in ("ab" if op.name.endswith("ROW") else "abc")]
    if op == Op.CZ_PARITY:
        columns = [1] if code[index, 2] < 0 else [1, 2]
    column = rng.choice(columns)
    others = np.setdiff1d(np.arange(program.n_wires), code[index, columns])
    code[index, column] = rng.choice(others)
    return attrs.evolve(program, code=code)


KINDS: dict[str, Callable[[GateProgram, int, np.random.Generator], GateProgram]] = {
    "drop": _drop,
    "duplicate": _duplicate,
    "alter": _alter,
}


def mutants(program: GateProgram, n_mutants: int, seed: int) -> Iterator[Mutant]:
    """`n_mutants` programs with one gate dropped, duplicated or put on a wrong wire."""
    rng = np.random.default_rng(seed)
    gates = np.flatnonzero(~np.isin(program.code[:, 0], _BOOKKEEPING))
    for index in rng.choice(gates, n_mutants).tolist():
        op = Op(int(program.code[index, 0]))
        kind = rng.choice([kind for kind in KINDS if kind != _NOT.get(op)])
        yield Mutant(index=index, op=op, kind=str(kind), program=KINDS[kind](program, index, rng))


def is_killed(mutant: GateProgram, oracle: Oracle) -> bool:
    """Whether some address and some outcomes tell it from the oracle."""
    return any(prove_program(mutant, expected_phase(oracle)).errors)


def measure_mutants(oracle: Oracle, n_mutants: int, seed: int = 0) -> MutationReport:
    """Draw mutants of the lowered oracle and try to kill each."""
    program, survivors, n_idle, n_items = lower(oracle), [], 0, int(oracle.n_items)
    for mutant in mutants(program, n_mutants, seed):
        if is_idle(program, mutant.index, n_items) or is_renamed(program, mutant, n_items):
            n_idle += 1
        elif not is_killed(mutant.program, oracle):
            survivors.append((mutant.index, mutant.op.name, mutant.kind))
    return MutationReport(n_mutants=n_mutants - n_idle, survivors=tuple(survivors), n_idle=n_idle)
