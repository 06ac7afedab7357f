"""Where an oracle's space-time volume is, from its own gates with its wires on a square grid.

Under FLASQ (arXiv:2511.08508) a gate takes the blocks of its kind, a corridor as long as its wires are apart,
and a Toffoli its grown T states too. Under lattice surgery in sequence every qubit waits while one gate after
another is done: three steps a Toffoli, one a Clifford of several qubits, a one-to-many CNOT as one, if all of
its targets can be reached at once, or as one after another.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.inner_product import InnerProduct
from qattention.estimates.physical.counts import STEPS_PER_CCZ
from qattention.estimates.physical.kinds.flasq import (
    CONSERVATIVE,
    CULTIVATION,
    FlasqVolumes,
)
from qattention.estimates.result import GridFigures
from qattention.formulas.synthesis import TOFFOLI_T
from qattention.lowering.lower import lower
from qattention.lowering.operands import members
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.schedule import reaction_depth

Floats = NDArray[np.float64]

_TOFFOLIS = members(Op.AND, Op.TOFFOLI, Op.CSWAP)
_PAIRS = members(Op.CNOT, Op.CZ, Op.SWAP, Op.CZ_IF, Op.CZ_PARITY)
_CONDITIONED = members(Op.CZ_IF, Op.CZ_PARITY)  # done for half of the outcomes
PARTS = ("arithmetic", "look-up Toffolis", "fan-out of the look-up", "other Cliffords of the look-up")


@attrs.frozen(kw_only=True)
class VolumePart:
    """A part of an oracle.

    Attributes:
        toffoli: of it. cnots: CNOTs, of a one-to-many each target, and CZs, conditioned ones by halves.
        blocks: of a patch and a step, each target of a one-to-many CNOT at the end of its own corridor.
        blocks_shared: the same with one corridor to all targets, along a column and out into the rows.
        steps: of lattice surgery in sequence, a one-to-many CNOT one of them.
        steps_each: the same with its targets one after another.
    """

    name: str
    toffoli: int
    cnots: float
    blocks: float
    blocks_shared: float
    steps: float
    steps_each: float


@attrs.frozen(kw_only=True)
class VolumeSplit:
    """All parts of an oracle; `n_wires` on the grid."""

    n_wires: int
    parts: tuple[VolumePart, ...]

    def share(self, name: str, of: str) -> float:
        """A part's share of one of the volumes."""
        values = {part.name: float(getattr(part, of)) for part in self.parts}
        return values[name] / sum(values.values())

    @property
    def hidden(self) -> str:
        """What T counts do not tell, in a sentence."""
        shared, each, at_once, in_turn = (
            f"{100 * self.share(PARTS[2], of):.3g} %"
            for of in ("blocks_shared", "blocks", "steps", "steps_each")
        )
        return (
            f"T counts hide the fan-out of the look-up: {shared} of an oracle's volume under FLASQ with a "
            f"corridor a line, {each} with one a bit; of the steps of lattice surgery in sequence {at_once} "
            f"if a line reaches all bits at once, {in_turn} if one after another."
        )


def volume_split(oracle: HeavyKeyOracle) -> VolumeSplit:
    """Of an oracle with data, gate by gate: its wires in rows of a square, as its program numbers them."""
    program = lower(oracle)
    place = _Grid(program.n_wires)
    sums = _sum_rows(oracle, program)
    found = [_part(PARTS[0], program, sums, place)]
    looked = ~sums
    kinds = program.code[:, 0]
    for name, chosen in (
        (PARTS[1], _TOFFOLIS[kinds]),
        (PARTS[2], kinds == Op.XOR_ROW),
        (PARTS[3], _PAIRS[kinds]),
    ):
        found.append(_part(name, program, looked & chosen, place))
    return VolumeSplit(n_wires=program.n_wires, parts=tuple(found))


def _sum_rows(oracle: HeavyKeyOracle, program: GateProgram) -> NDArray[np.bool_]:
    """Which code rows are of the sum, its flag and their undoing: those between load and unload."""
    rows = np.zeros(len(program), dtype=bool)
    begin = sum(len(lower(part)) for part in oracle.load_parts)
    rows[begin : len(program) - len(lower(oracle.unload))] = True
    assert isinstance(oracle.inner_product, InnerProduct)
    return rows


@attrs.frozen
class _Grid:
    n_wires: int

    def places(self, wires: NDArray[np.int32]) -> tuple[Floats, Floats]:
        side = max(1, math.isqrt(max(0, self.n_wires - 1)) + 1)
        row, column = np.divmod(wires.astype(np.float64), side)
        return row, column

    def span(self, *wires: NDArray[np.int32]) -> Floats:
        """Half the perimeter of the box around the wires of each gate; absent ones (-1) do not count."""
        span = np.zeros(len(wires[0]))
        for axis in (0, 1):
            at = np.stack([self.places(one)[axis] for one in wires])
            known = np.stack(wires) >= 0
            most = np.max(np.where(known, at, -np.inf), axis=0)
            span += np.maximum(0.0, most - np.min(np.where(known, at, np.inf), axis=0))
        return span


class _Reach(NamedTuple):
    """Gates of some code rows, and how far they reach in patches.

    A conditioned gate is half of one; `span`: of all but one-to-many CNOTs.
    """

    toffoli: int
    ands: int
    pairs: float
    span: float
    fanned: _FanOut


def _reach(program: GateProgram, code: NDArray[np.int32], grid: _Grid) -> _Reach:
    kinds = code[:, 0]
    toffoli, pairs = code[_TOFFOLIS[kinds]], code[_PAIRS[kinds]]
    half = np.where(_CONDITIONED[pairs[:, 0]], 0.5, 1.0)
    span = float(grid.span(*toffoli[:, 1:4].T).sum())
    span += float(np.sum(half * grid.span(pairs[:, 1], pairs[:, 2])))
    fanned = _fan_out(program, code[kinds == Op.XOR_ROW], grid)
    return _Reach(len(toffoli), int(np.sum(toffoli[:, 0] == Op.AND)), float(half.sum()), span, fanned)


def _part(name: str, program: GateProgram, chosen: NDArray[np.bool_], grid: _Grid) -> VolumePart:
    found = _reach(program, program.code[chosen], grid)
    others, fanned = found.toffoli - found.ands, found.fanned
    steps = STEPS_PER_CCZ * found.toffoli + found.pairs
    return VolumePart(
        name=name,
        toffoli=found.toffoli,
        cnots=found.pairs + fanned.targets,
        blocks=_blocks(others, found.ands, found.span + fanned.each),
        blocks_shared=_blocks(others, found.ands, found.span + fanned.shared),
        steps=steps + fanned.lines,
        steps_each=steps + fanned.targets,
    )


def grid_figures(program: GateProgram, t_per_rotation: int | None = None) -> GridFigures:
    """Of all gates of a program; queries of a memory device are none."""
    code = program.code
    found = _reach(program, code, _Grid(program.n_wires))
    angles = program.angles[code[code[:, 0] == Op.PHASE, 4]] / (np.pi / 2)
    quarters = np.rint(angles)
    return GridFigures(
        n_and=found.ands,
        hadamard=int(np.sum(code[:, 0] == Op.H)),
        s_gates=int(np.sum((quarters % 2 == 1) & np.isclose(angles, quarters, rtol=0, atol=1e-9))),
        span=found.span + found.fanned.shared,
        span_each=found.span + found.fanned.each,
        reaction_depth=reaction_depth(program, t_per_rotation),
    )


def _blocks(n_toffoli: int, n_ands: int, span: float, volumes: FlasqVolumes = CONSERVATIVE) -> float:
    """Without reactions, whose time depends on a machine."""
    grown = volumes.growing * CULTIVATION * TOFFOLI_T * (n_toffoli + n_ands)
    return volumes.toffoli * n_toffoli + volumes.n_and * n_ands + grown + volumes.reach * span


class _FanOut(NamedTuple):
    """One-to-many CNOTs, their targets, and corridors: one a target, or one for all targets of a line."""

    lines: int
    targets: float
    each: float
    shared: float


def _fan_out(program: GateProgram, code: NDArray[np.int32], grid: _Grid) -> _FanOut:
    targets, each, shared = 0.0, 0.0, 0.0
    for span, table in sorted({(int(row[3]), int(row[5])) for row in code}):
        rows = code[(code[:, 3] == span) & (code[:, 5] == table)]
        bits = program.tables[table].bits()[rows[:, 4]]
        at, (row, column) = grid.places(program.spans[span]), grid.places(rows[:, 1])
        targets += float(bits.sum())
        for places, control in zip(at, (row, column), strict=True):
            known = np.unique(places)
            counts = bits.astype(np.float32) @ (places[:, None] == known).astype(np.float32)
            each += float(np.sum(counts * np.abs(control[:, None] - known)))
        shared += float(np.sum(_comb(bits, at, row, column)))
    return _FanOut(len(code), targets, each, shared)


def _comb(bits: NDArray[np.bool_], at: tuple[Floats, Floats], row: Floats, column: Floats) -> Floats:
    """Length of a corridor up and down the control's column, and along each row that holds a target."""
    top, bottom, length = row.copy(), row.copy(), np.zeros(len(row))
    for line in np.unique(at[0]):
        here = np.flatnonzero(at[0] == line)
        here = here[np.argsort(at[1][here])]
        held, columns = bits[:, here], at[1][here]
        any_here = held.any(axis=1)
        left = np.minimum(columns[held.argmax(axis=1)], column)
        right = np.maximum(columns[len(here) - 1 - held[:, ::-1].argmax(axis=1)], column)
        length += np.where(any_here, right - left, 0.0)
        top = np.where(any_here, np.minimum(top, line), top)
        bottom = np.where(any_here, np.maximum(bottom, line), bottom)
    return length + bottom - top
