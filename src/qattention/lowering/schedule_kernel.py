"""The compiled passes that place every operation: first in which T layer, then when.

Pass one (`levels`) gives each operation the T layers that must have run by its end. Pass two (`place`) takes
the operations by level: T layer number i is put as soon as all its gates are ready, and Cliffords go where
there is room, beside T layers too. Layers are numbered from 0; an end is the layer after the last one used.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from qattention.lowering.operands import MASKED, MEASURES, TIMELESS, FlatMasks, masked_items, members
from qattention.lowering.program import Op
from qattention.lowering.wiring import NEVER, bear, commit, ready_at

_ALLOC, _FREE, _AND = int(Op.ALLOC), int(Op.FREE), int(Op.AND)
_MEASURES = members(*MEASURES)
_MASKED = members(*MASKED)


class Program(NamedTuple):
    """A program's arrays; `t_layers` (n_ops,) T layers of each operation, `items` scratch for one mask."""

    code: NDArray[np.int32]
    t_layers: NDArray[np.int32]
    masks: FlatMasks
    items: NDArray[np.int32]


class Batches(NamedTuple):
    """Operations by level: batch i of `ops` is `ops[at[i] : at[i + 1]]`, in program order."""

    ops: NDArray[np.int64]
    at: NDArray[np.int64]


class Room(NamedTuple):
    """Clifford gates in each layer, and the next layer with room for one more (itself if it has)."""

    n_gates: NDArray[np.int32]
    next_open: NDArray[np.int64]
    parallelism: int  # gates a layer at most


@numba.njit(cache=True)
def by_level(ops, keys, n_levels):  # type: ignore[no-untyped-def]
    """`Batches` of `ops` by `keys[op]`: a counting sort."""
    at = np.zeros(n_levels + 1, np.int64)
    for i in ops:
        at[keys[i] + 1] += 1
    at = np.cumsum(at)
    free, found = at.copy(), np.empty(len(ops), np.int64)
    for i in ops:
        found[free[keys[i]]] = i
        free[keys[i]] += 1
    return found, at


@numba.njit(cache=True)
def levels(program, wiring):  # type: ignore[no-untyped-def]
    """T layers that have run by each operation's end, shape (n_ops,)."""
    ends = np.zeros(len(program.code), np.int64)
    for i in range(len(program.code)):
        row = program.code[i]
        items = _items(program, row)
        ends[i] = ready_at(row, items, wiring) + program.t_layers[i]
        if row[0] == _ALLOC:
            bear(wiring, row[1])
        if not TIMELESS[row[0]]:
            commit(row, items, ends[i], ends[i], wiring)
    return ends


@numba.njit(cache=True)
def place(program, begins, finishes, others, wiring, room, spans, lives):  # type: ignore[no-untyped-def]
    """Layer of each T layer (index 0: -1), and how many rows of `lives` were filled.

    Args:
        program: the gates.
        begins, finishes: Batches of the T-type operations by first and last T layer.
        others: Batches of all the rest by level.
        wiring, room: at the start.
        spans: int64 (n_ops, 2), filled with the first layer and the end of each operation.
        lives: int64, a row a wire that leaves, filled with the first layer and the end of its use.
    """
    at, n_lives = np.full(len(begins.at) - 1, -1), 0
    for level in range(len(at)):
        if level:
            at[level] = _earliest(program, begins, level, at[level - 1] + 1, wiring)
        for i in finishes.ops[finishes.at[level] : finishes.at[level + 1]]:
            spans[i] = at[level - program.t_layers[i] + 1], at[level] + 1
            _put(program, i, spans[i], wiring)
        for i in others.ops[others.at[level] : others.at[level + 1]]:
            row = program.code[i]
            if not TIMELESS[row[0]]:
                start = _open(room, ready_at(row, _items(program, row), wiring))
                spans[i] = start, start + 1
            _put(program, i, spans[i], wiring)
            if (row[0] == _FREE or _MEASURES[row[0]]) and wiring.first[row[1]] != NEVER:
                lives[n_lives] = wiring.first[row[1]], wiring.touched[row[1]]
                n_lives += 1
    return at, n_lives


@numba.njit(cache=True)
def _earliest(program, begins, level, layer, wiring):  # type: ignore[no-untyped-def]
    """First layer, not before `layer`, at which every gate that begins with T layer `level` is ready."""
    for i in begins.ops[begins.at[level] : begins.at[level + 1]]:
        layer = max(layer, ready_at(program.code[i], _items(program, program.code[i]), wiring))
    return layer


@numba.njit(cache=True)
def _put(program, i, span, wiring):  # type: ignore[no-untyped-def]
    row = program.code[i]
    if row[0] == _ALLOC:
        bear(wiring, row[1])
    if row[0] == _AND:
        bear(wiring, row[3])
    if not TIMELESS[row[0]]:
        commit(row, _items(program, row), span[0], span[1], wiring)


@numba.njit(cache=True)
def _items(program, row):  # type: ignore[no-untyped-def]
    return program.items[: masked_items(program.masks, row, program.items) if _MASKED[row[0]] else 0]


@numba.njit(cache=True)
def _open(room, layer):  # type: ignore[no-untyped-def]
    """Take a place in the first layer with room, not before `layer`; returns that layer."""
    if room.parallelism == 0:
        return layer
    found = layer
    while room.next_open[found] != found:
        found = room.next_open[found]
    while room.next_open[layer] != found:  # shorten the path for those who come after
        room.next_open[layer], layer = found, room.next_open[layer]
    room.n_gates[found] += 1
    if room.n_gates[found] == room.parallelism:
        room.next_open[found] = found + 1
    return found
