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

from qattention.compiled import compiled

Rows = NDArray[np.int32]

# Kinds. Controls, phases and CZs are diagonal: on one wire they may share a layer.
ONE, PHASE, CNOT, CZ, AND, MEASURE, CZ_IF, BEAR, ROTATION = range(9)
NO_WIRE = -1
_N_WIRES = np.array([1, 1, 2, 2, 3, 1, 2, 1, 1])
_TURNS = np.array([0, -1, 1, -1, 2, 0, -1, -1, -1])  # the operand that is not acted on diagonally


class _Wires(NamedTuple):
    """When each wire last changed and when it was last used, and when each bit was written."""

    settled: NDArray[np.int64]
    touched: NDArray[np.int64]
    written: NDArray[np.int64]


@compiled()
def _ready(row, wires):  # type: ignore[no-untyped-def]
    ready, kind = 0, row[0]
    for k in range(_N_WIRES[kind]):
        times = wires.touched if k == _TURNS[kind] else wires.settled
        ready = max(ready, times[row[k + 1]])
    return max(ready, wires.written[row[3]]) if kind == CZ_IF else ready


@compiled()
def _hold(row, end, wires):  # type: ignore[no-untyped-def]
    kind = row[0]
    for k in range(_N_WIRES[kind]):
        wires.touched[row[k + 1]] = max(wires.touched[row[k + 1]], end)
        if k == _TURNS[kind]:
            wires.settled[row[k + 1]] = wires.touched[row[k + 1]]
    if kind == MEASURE:
        wires.written[row[3]] = end


@compiled()
def _bear(row, wires):  # type: ignore[no-untyped-def]
    """A wire that enters again waits for all uses of its last life."""
    if row[0] == BEAR:
        wires.settled[row[1]] = wires.touched[row[1]]
    elif row[0] == AND:
        wires.settled[row[3]] = wires.touched[row[3]]


@compiled()
def _t_layers(kind, t_per_rotation):  # type: ignore[no-untyped-def]
    return 1 if kind == AND else (t_per_rotation if kind == ROTATION else 0)


@compiled()
def _sorted_by(keys, chosen, n_levels):  # type: ignore[no-untyped-def]
    """Positions of the chosen gates, level by level in order, and where each level starts."""
    at = np.zeros(n_levels + 1, np.int64)
    for i in range(len(keys)):
        if chosen[i]:
            at[keys[i] + 1] += 1
    at = np.cumsum(at)
    found, free = np.empty(at[-1], np.int64), at.copy()
    for i in range(len(keys)):
        if chosen[i]:
            found[free[keys[i]]] = i
            free[keys[i]] += 1
    return found, at


@compiled()
def _take_room(layer, n_gates, open_at, per_layer):  # type: ignore[no-untyped-def]
    """The first layer from `layer` on with room for a gate, which is put there."""
    while open_at[layer] != layer:
        open_at[layer] = open_at[open_at[layer]]  # halve the path for those who come after
        layer = open_at[layer]
    n_gates[layer] += 1
    if n_gates[layer] == per_layer:
        open_at[layer] = layer + 1
    return layer


@compiled()
def _played(tape, n_wires, n_bits, per_layer, t_per_rotation):  # type: ignore[no-untyped-def]
    n = len(tape)
    wires = _Wires(np.zeros(n_wires, np.int64), np.zeros(n_wires, np.int64), np.zeros(n_bits, np.int64))
    ends, t_layers = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for i in range(n):
        t_layers[i] = _t_layers(tape[i, 0], t_per_rotation)
        _bear(tape[i], wires)
        ends[i] = _ready(tape[i], wires) + t_layers[i]
        if tape[i, 0] != BEAR:
            _hold(tape[i], ends[i], wires)
    n_levels = ends.max() + 1 if n else 1
    begins, begins_at = _sorted_by(ends - t_layers + 1, t_layers > 0, n_levels)
    finishes, finishes_at = _sorted_by(ends, t_layers > 0, n_levels)
    others, others_at = _sorted_by(ends, t_layers == 0, n_levels)

    wires.settled[:], wires.touched[:], wires.written[:] = 0, 0, 0
    n_gates, open_at = np.zeros(n + n_levels + 1, np.int64), np.arange(n + n_levels + 2)
    at = np.full(n_levels, -1)
    for level in range(n_levels):
        if level:
            layer = at[level - 1] + 1
            for i in begins[begins_at[level] : begins_at[level + 1]]:
                layer = max(layer, _ready(tape[i], wires))
            at[level] = layer
        for i in finishes[finishes_at[level] : finishes_at[level + 1]]:
            _bear(tape[i], wires)
            _hold(tape[i], at[level] + 1, wires)
        for i in others[others_at[level] : others_at[level + 1]]:
            _bear(tape[i], wires)
            if tape[i, 0] != BEAR:
                start = _take_room(_ready(tape[i], wires), n_gates, open_at, per_layer)
                _hold(tape[i], start + 1, wires)
    return n_levels - 1, np.count_nonzero(n_gates)


def layers(
    tape: Rows, n_wires: int, n_bits: int, per_layer: int | None = 64, t_per_rotation: int = 1
) -> tuple[int, int]:
    """(T layers, Clifford layers), at most `per_layer` Cliffords in one; about 0.2 microseconds a gate."""
    rows = np.ascontiguousarray(tape, dtype=np.int32)
    t_depth, clifford_depth = _played(rows, n_wires, max(1, n_bits), per_layer or 0, t_per_rotation)
    return int(t_depth), int(clifford_depth)
