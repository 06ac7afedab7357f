"""T and Clifford layers of a tape of gates, under the default rule of `lowering.schedule`, compiled.

A tape is what a form of this package plays in place of a bloq's gates: int32, shape (n, 4), a kind and up to
three wires; the third operand of a measurement and of a conditioned CZ is a classical bit. It knows no words
and no devices. The rule is written here once more, without a line of the lowering: the first pass finds how
many T layers each gate waits for, the second puts T layer after T layer as soon as all of its gates are
ready, and Cliffords into the first layer with room.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled

Rows = NDArray[np.int32]

# Kinds. Controls, phases and CZs are diagonal: on one wire they may share a layer.
ONE, PHASE, CNOT, CZ, AND, MEASURE, CZ_IF, BEAR, ROTATION = range(9)
NO_WIRE = -1
_N_WIRES = np.array([1, 1, 2, 2, 3, 1, 2, 1, 1])
_TURNS = np.array([0, -1, 1, -1, 2, 0, -1, -1, -1])  # the operand that is not acted on diagonally


class _Wires(NamedTuple):
    """When each wire last changed and when it was last used, and when each bit was written."""

    settled: Rows
    touched: Rows
    written: Rows


class _Batches(NamedTuple):
    """Gates by T layer: batch i is `gates[at[i] : at[i + 1]]`, in order."""

    gates: Rows
    at: NDArray[np.int64]


class _Room(NamedTuple):
    """Cliffords in each layer; how many layers on to look for one with room, 0 where there is some."""

    n_gates: Rows
    skip: Rows


@compiled(**BORROWS)
def _ready(row, wires):  # type: ignore[no-untyped-def]
    ready, kind = 0, row[0]
    for k in range(_N_WIRES[kind]):
        times = wires.touched if k == _TURNS[kind] else wires.settled
        ready = max(ready, times[row[k + 1]])
    return max(ready, wires.written[row[3]]) if kind == CZ_IF else ready


@compiled(**BORROWS)
def _hold(row, end, wires):  # type: ignore[no-untyped-def]
    kind = row[0]
    for k in range(_N_WIRES[kind]):
        wires.touched[row[k + 1]] = max(wires.touched[row[k + 1]], end)
        if k == _TURNS[kind]:
            wires.settled[row[k + 1]] = wires.touched[row[k + 1]]
    if kind == MEASURE:
        wires.written[row[3]] = end


@compiled(**BORROWS)
def _bear(row, wires):  # type: ignore[no-untyped-def]
    """A wire that enters again waits for all uses of its last life."""
    if row[0] == BEAR:
        wires.settled[row[1]] = wires.touched[row[1]]
    elif row[0] == AND:
        wires.settled[row[3]] = wires.touched[row[3]]


@compiled(**BORROWS)
def _waited(tape, wires, t_per_rotation, begins, ends):  # type: ignore[no-untyped-def]
    """The T depth; filled in: the T layer that each gate begins with (-1: none), and those till its end."""
    t_depth = 0
    for i in range(len(tape)):
        kind = tape[i, 0]
        _bear(tape[i], wires)
        ready = _ready(tape[i], wires)
        ends[i] = ready + (1 if kind == AND else t_per_rotation if kind == ROTATION else 0)
        begins[i] = ready + 1 if ends[i] > ready else -1
        if kind != BEAR:
            _hold(tape[i], ends[i], wires)
            t_depth = max(t_depth, ends[i])
    return t_depth


@compiled()
def _sorted_by(keys, chosen, n_levels):  # type: ignore[no-untyped-def]
    """The chosen gates level by level, in order, and where each level starts."""
    at = np.zeros(n_levels + 1, np.int64)
    for i in range(len(keys)):
        if chosen[i]:
            at[keys[i] + 1] += 1
    at = np.cumsum(at)
    found, free = np.empty(at[-1], np.int32), at.copy()
    for i in range(len(keys)):
        if chosen[i]:
            found[free[keys[i]]] = i
            free[keys[i]] += 1
    return found, at


@compiled(**BORROWS)
def _take_room(layer, room, per_layer):  # type: ignore[no-untyped-def]
    """The first layer from `layer` on with room for a gate, which is put there."""
    while room.skip[layer]:
        after = layer + room.skip[layer]
        room.skip[layer] += room.skip[after]  # halve the path for those who come after
        layer = after
    room.n_gates[layer] += 1
    if room.n_gates[layer] == per_layer:
        room.skip[layer] = 1
    return layer


@compiled(**BORROWS)
def _place(tape, begins, finishes, others, wires, room, per_layer):  # type: ignore[no-untyped-def]
    layer = -1  # of the last T layer
    for level in range(len(begins.at) - 1):
        if level:
            layer += 1
            for at in range(begins.at[level], begins.at[level + 1]):
                layer = max(layer, _ready(tape[begins.gates[at]], wires))
        for at in range(finishes.at[level], finishes.at[level + 1]):
            row = tape[finishes.gates[at]]
            _bear(row, wires)
            _hold(row, layer + 1, wires)
        for at in range(others.at[level], others.at[level + 1]):
            row = tape[others.gates[at]]
            _bear(row, wires)
            if row[0] != BEAR:
                _hold(row, _take_room(_ready(row, wires), room, per_layer) + 1, wires)


def layers(
    tape: Rows, n_wires: int, n_bits: int, per_layer: int | None = 64, t_per_rotation: int = 1
) -> tuple[int, int]:
    """(T layers, Clifford layers), at most `per_layer` Cliffords in one; about 40 nanoseconds a gate."""
    rows = np.ascontiguousarray(tape, dtype=np.int32)

    def fresh() -> _Wires:
        settled, touched = np.zeros((2, n_wires), np.int32)
        return _Wires(settled, touched, np.zeros(n_bits, np.int32))

    begins, ends = np.empty((2, len(rows)), np.int32)
    t_depth = int(_waited(rows, fresh(), t_per_rotation, begins, ends))
    sorts = (begins, begins > 0), (ends, begins > 0), (ends, begins < 0)
    batches = [_Batches(*_sorted_by(*sort, t_depth + 1)) for sort in sorts]
    room = _Room(*np.zeros((2, len(rows) + t_depth + 2), np.int32))  # no layer is empty
    _place(rows, *batches, fresh(), room, per_layer or 0)
    return t_depth, int(np.count_nonzero(room.n_gates))
