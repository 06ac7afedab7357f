"""The compiled passes that place every operation, and the profiles that are read off what they placed.

Pass one (`levels`) gives each operation the T layers that must have run by its end. Pass two (`place`) takes
the operations by level: T layer number i is put as soon as all its gates are ready, and Cliffords go where
there is room, beside T layers too. Layers are numbered from 0; an end is the layer after the last one used.

Apart from `schedule` because where operations go is an algorithm, and what is counted of it a convention.
"""

from __future__ import annotations

from typing import NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.lowering.operands import (
    MASKED,
    MEASURES,
    TIMELESS,
    FlatMasks,
    flatten_masks,
    masked_items,
    members,
    scratch,
    wires_of,
)
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.wiring import NEVER, Wiring, bear, commit, ready_at

_ALLOC, _FREE, _AND = int(Op.ALLOC), int(Op.FREE), int(Op.AND)
_MEASURES = members(*MEASURES)
_MASKED = members(*MASKED)


class ProgramArrays(NamedTuple):
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


@compiled()
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


@compiled(**BORROWS)
def levels(program, wiring, ends):  # type: ignore[no-untyped-def]
    """Fill in the T layers that have run by each operation's end, shape (n_ops,)."""
    for i in range(len(program.code)):
        row = program.code[i]
        items = program.items[: _n_items(program, row)]
        ends[i] = ready_at(row, items, wiring) + program.t_layers[i]
        if row[0] == _ALLOC:
            bear(wiring, row[1])
        if not TIMELESS[row[0]]:
            commit(row, items, ends[i], ends[i], wiring)


@compiled(**BORROWS)
def place(program, begins, finishes, others, wiring, room, at, spans, lives):  # type: ignore[no-untyped-def]
    """How many rows of `lives` were filled.

    Args:
        program: the gates.
        begins, finishes: Batches of the T-type operations by first and last T layer.
        others: Batches of all the rest by level.
        wiring, room: at the start.
        at: int64 (t_depth + 1,), -1 first, filled with the layer of each T layer.
        spans: int64 (n_ops, 2), filled with the first layer and the end of each operation.
        lives: int64, a row a wire that leaves, filled with the first layer and the end of its use.
    """
    n_lives = 0
    for level in range(len(at)):
        if level:
            at[level] = _earliest(program, begins, level, at[level - 1] + 1, wiring)
        for k in range(finishes.at[level], finishes.at[level + 1]):
            i = finishes.ops[k]
            spans[i, 0], spans[i, 1] = at[level - program.t_layers[i] + 1], at[level] + 1
            _put(program, i, spans[i], wiring)
        for k in range(others.at[level], others.at[level + 1]):
            i = others.ops[k]
            row = program.code[i]
            if not TIMELESS[row[0]]:
                start = _open(room, ready_at(row, program.items[: _n_items(program, row)], wiring))
                spans[i, 0], spans[i, 1] = start, start + 1
            _put(program, i, spans[i], wiring)
            if (row[0] == _FREE or _MEASURES[row[0]]) and wiring.first[row[1]] != NEVER:
                lives[n_lives, 0], lives[n_lives, 1] = wiring.first[row[1]], wiring.touched[row[1]]
                n_lives += 1
    return n_lives


@compiled(**BORROWS)
def _earliest(program, begins, level, layer, wiring):  # type: ignore[no-untyped-def]
    """First layer, not before `layer`, at which every gate that begins with T layer `level` is ready."""
    for k in range(begins.at[level], begins.at[level + 1]):
        row = program.code[begins.ops[k]]
        layer = max(layer, ready_at(row, program.items[: _n_items(program, row)], wiring))
    return layer


@compiled(**BORROWS)
def _put(program, i, span, wiring):  # type: ignore[no-untyped-def]
    row = program.code[i]
    if row[0] == _ALLOC:
        bear(wiring, row[1])
    if row[0] == _AND:
        bear(wiring, row[3])
    if not TIMELESS[row[0]]:
        commit(row, program.items[: _n_items(program, row)], span[0], span[1], wiring)


@compiled(**BORROWS)
def _n_items(program, row):  # type: ignore[no-untyped-def]
    """How many items the row's mask picks; they are written into the program's scratch."""
    return masked_items(program.masks, row, program.items) if _MASKED[row[0]] else 0


@compiled(**BORROWS)
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


Ints = NDArray[np.int64]


Ints32 = NDArray[np.int32]


_DEATHS = members(*MEASURES, Op.FREE)


@attrs.frozen(eq=False, kw_only=True)
class Placed:
    """Where everything went; an end is the layer after the last.

    Attributes:
        t_layer_at: layer of each T layer, shape (t_depth + 1,); -1 at index 0.
        first, end: layers of each operation, shape (n_ops,); -1 where it takes none.
        lives: (first, end) layers of each wire's life; first NEVER if it is not used, end -1 if it stays.
    """

    t_layer_at: Ints
    first: Ints
    end: Ints
    lives: Ints

    @property
    def depth(self) -> int:
        """Layers in all."""
        return int(self.end.max(initial=0))


def place_all(
    program: GateProgram, t_layers: Ints32, shared: bool, parallelism: int, live_at_end: Ints
) -> Placed:
    """Place every operation into the first layer that its wires and the room of a layer allow.

    Args:
        t_layers: T layer of each operation. shared: controls fan out freely. parallelism: most gates a layer.
        live_at_end: wires that stay.
    """
    arrays = ProgramArrays(program.code, t_layers, flatten_masks(program), scratch(program))
    ends = np.zeros(len(program), np.int64)
    levels(arrays, _wiring(program, shared), ends)
    begins, finishes, others = _batches(ends, t_layers)
    most = len(others.ops) + len(begins.at) + 1  # layers: none is empty
    room = Room(np.zeros(most, np.int32), np.arange(most), parallelism)
    wiring = _wiring(program, shared)
    spans = np.full((len(program), 2), -1, np.int64)
    lives = np.empty((int(_DEATHS[program.code[:, 0]].sum()), 2), np.int64)
    t_layer_at = np.full(len(begins.at) - 1, -1)
    n_lives = place(arrays, begins, finishes, others, wiring, room, t_layer_at, spans, lives)
    left = wiring.first[live_at_end]
    stay = np.stack([left, np.full_like(left, -1)], axis=1)
    lives = np.concatenate([lives[:n_lives], stay])
    return Placed(t_layer_at=t_layer_at, first=spans[:, 0], end=spans[:, 1], lives=lives)


def _wiring(program: GateProgram, shared: bool) -> Wiring:
    settled, touched = np.zeros((2, program.n_wires), np.int64)
    first = np.full(program.n_wires, NEVER, np.int64)
    first[wires_of(program.inputs.values())] = 0
    return Wiring(settled, touched, first, np.zeros(program.n_cbits, np.int64), shared)


def _batches(ends: Ints, t_layers: Ints32) -> list[Batches]:
    """T-type operations by their first T layer, by their last, and all other operations by level."""
    n_levels = int(ends.max(initial=0)) + 1
    magic, rest = np.flatnonzero(t_layers), np.flatnonzero(t_layers == 0)
    sorts = ((magic, ends - t_layers + 1), (magic, ends), (rest, ends))
    return [Batches(*by_level(ops, keys, n_levels)) for ops, keys in sorts]


def n_layers(layers: Ints) -> int:
    """How many different layers there are."""
    return int(np.count_nonzero(np.bincount(layers)))


def profile(first: Ints, end: Ints, depth: int) -> Ints:
    """How many of the intervals first .. end - 1 hold each layer; shape (depth,)."""
    return np.cumsum(np.bincount(first, minlength=depth + 1) - np.bincount(end, minlength=depth + 1))[:depth]


def live_profile(lives: Ints, depth: int) -> Ints:
    """Wires live in each layer; one born and never used is live in the last."""
    first, end = lives.T
    last = max(depth - 1, 0)
    return profile(np.where(first == NEVER, last, first), np.where(end == -1, depth, end), depth)
