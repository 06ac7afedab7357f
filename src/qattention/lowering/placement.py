"""Run the scheduling passes over a program, and read profiles off what they placed."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.lowering.operands import MEASURES, flatten_masks, members, scratch, wires_of
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.schedule_kernel import Batches, Program, Room, by_level, levels, place
from qattention.lowering.wiring import NEVER, Wiring

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
    arrays = Program(program.code, t_layers, flatten_masks(program), scratch(program))
    ends = levels(arrays, _wiring(program, shared))
    begins, finishes, others = _batches(ends, t_layers)
    most = len(others.ops) + len(begins.at) + 1  # layers: none is empty
    room = Room(np.zeros(most, np.int32), np.arange(most), parallelism)
    wiring = _wiring(program, shared)
    spans = np.full((len(program), 2), -1, np.int64)
    lives = np.empty((int(_DEATHS[program.code[:, 0]].sum()), 2), np.int64)
    t_layer_at, n_lives = place(arrays, begins, finishes, others, wiring, room, spans, lives)
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
    return int(np.count_nonzero(np.bincount(layers)))


def profile(first: Ints, end: Ints, depth: int) -> Ints:
    """How many of the intervals first .. end - 1 hold each layer; shape (depth,)."""
    return np.cumsum(np.bincount(first, minlength=depth + 1) - np.bincount(end, minlength=depth + 1))[:depth]


def live_profile(lives: Ints, depth: int) -> Ints:
    """Wires live in each layer; one born and never used is live in the last."""
    first, end = lives.T
    last = max(depth - 1, 0)
    return profile(np.where(first == NEVER, last, first), np.where(end == -1, depth, end), depth)
