"""Wires that wait: how few of a program's need to be at work at once, and how often the others are moved.

Gates run one after another here, as on a machine of lattice surgery in sequence. Between two uses a wire may
lie in a denser memory, for a move there and one back.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.lowering.operands import MEASURES, members, wires_of
from qattention.lowering.program import GateProgram, Op

Ints = NDArray[np.int64]

EIGHTHS = range(1, 8)  # of the wires, at work at once: the uses of the memory that are tried
RUN = 16  # of a run of one-to-many CNOTs into the same wires every so many is a use of them
LEAST_GAP = 2 * RUN  # operations; a wire that is used again sooner stays

_THIRD_IS_WIRE = members(Op.AND, Op.TOFFOLI, Op.CSWAP)
_MANY = members(Op.XOR_ROW, Op.QUERY)
_BIRTHS = members(Op.ALLOC, Op.AND)
_DEATHS = members(Op.FREE, *MEASURES)


def memory_uses(program: GateProgram) -> list[tuple[int, int]]:
    """(most wires outside of the memory at once, fewest wires that go there and come back), fewest first.

    Of each eighth of the program's wires that its uses leave room for.
    """
    gaps = _gaps(program)
    rooms = [gaps.most * eighths // 8 for eighths in EIGHTHS]
    tried = [(room, gaps.fewest_moves(room)) for room in rooms if room]
    return [(room, moves) for room, moves in tried if moves is not None]


def fewest_moves(program: GateProgram, room: int) -> int | None:
    """The same for so many outside of the memory; None where that cannot be."""
    return _gaps(program).fewest_moves(room)


class _Gaps(NamedTuple):
    """Between two uses of a wire, by their beginnings; `live`: wires at each operation."""

    live: Ints
    begins: Ints
    ends: Ints

    @property
    def most(self) -> int:
        return int(self.live.max(initial=0))

    def fewest_moves(self, room: int) -> int | None:
        moves = int(_moves(self.live, self.begins, self.ends, room))
        return None if moves < 0 else moves


def _gaps(program: GateProgram) -> _Gaps:
    rows, wires = _uses(program)
    kinds, n_ops = program.code[rows, 0], len(program)
    is_born = _BIRTHS[kinds] & (wires == np.where(kinds == Op.AND, *_columns(program, rows)))
    dies = _DEATHS[kinds]
    kept = (wires[1:] == wires[:-1]) & ~is_born[1:] & ~dies[:-1] & (np.diff(rows) > LEAST_GAP)
    live = np.zeros(n_ops + 1, np.int64)
    live[0] = len(wires_of(program.inputs.values()))
    np.add.at(live, rows[is_born], 1)
    np.add.at(live, rows[dies] + 1, -1)
    begins, ends = rows[:-1][kept], rows[1:][kept]
    order = np.argsort(begins, kind="stable")
    return _Gaps(np.cumsum(live)[:n_ops], begins[order], ends[order])


def _columns(program: GateProgram, rows: Ints) -> tuple[Ints, Ints]:
    """The wire that an And makes, and the first operand."""
    return program.code[rows, 3], program.code[rows, 1]


def _uses(program: GateProgram) -> tuple[Ints, Ints]:
    """(operation, wire) of all uses, by wire and then in order; inputs and outputs from end to end."""
    code, kinds = program.code, program.code[:, 0]
    found = []
    for column in (1, 2, 3):
        used = code[:, column] >= 0
        used = used & _THIRD_IS_WIRE[kinds] if column == 3 else used
        at = np.flatnonzero(used)
        found.append((at, code[at, column]))
    many = np.flatnonzero(_MANY[kinds])
    for at, span in _sampled(many, code[many, 3]):
        one = program.spans[span].ravel()
        found.append((np.repeat(at, len(one)), np.tile(one, len(at))))
    for row, side in ((0, program.inputs), (len(code) - 1, program.outputs)):
        held = wires_of(side.values())
        found.append((np.full(len(held), row), held))
    rows, wires = (np.concatenate(part).astype(np.int64) for part in zip(*found, strict=True))
    order = np.lexsort((rows, wires))
    return rows[order], wires[order]


def _sampled(at: Ints, spans: Ints) -> list[tuple[Ints, int]]:
    """Of each unbroken run into one span every 16th operation, and the last; by span."""
    if not len(at):
        return []
    begins = np.append(True, (np.diff(at) > 1) | (np.diff(spans) != 0))
    number = np.arange(len(at))
    first = number[begins][np.cumsum(begins) - 1]
    kept = ((number - first) % RUN == 0) | np.append(begins[1:], True)
    return [(at[kept & (spans == span)], int(span)) for span in np.unique(spans)]


@compiled()
def _moves(live, begins, ends, room):  # type: ignore[no-untyped-def]
    """Gaps to store so that no more than `room` wires are outside of the memory; -1 if that cannot be.

    Whenever too many are outside, the wire that is next used last goes: no choice of gaps is smaller.
    """
    waiting, returns = [(0, 0) for _ in range(0)], np.zeros(len(live) + 1, np.int64)
    stored, moves, at = 0, 0, 0
    for row in range(len(live)):
        stored -= returns[row]
        while at < len(begins) and begins[at] < row:
            heapq.heappush(waiting, (-ends[at], at))
            at += 1
        while live[row] - stored > room:
            if not waiting:
                return -1
            end = -heapq.heappop(waiting)[0]
            if end <= row:
                return -1
            returns[end] += 1
            stored += 1
            moves += 1
    return moves
