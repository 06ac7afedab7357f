"""What free fan-out is worth: T layers without it, and the copies of controls that it stands for."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.lowering.program import GateProgram, Op
from qattention.lowering.schedule import GateSchedule, schedule

CONTROLS = {Op.AND: 2, Op.TOFFOLI: 2, Op.CSWAP: 1}  # their first operands: all carry T gates of the block


@attrs.frozen(kw_only=True)
class FanOut:
    """Of one program.

    Attributes:
        t_depth: T layers if a wire is a control of one gate at a time.
        qubits: copies of controls that the schedule with free fan-out takes in its widest layer: each use of
            a wire beyond its first in a layer is one.
    """

    t_depth: int
    qubits: int


def fan_out(program: GateProgram, shared: GateSchedule, t_per_rotation: int | None = None) -> FanOut:
    """Both figures; `shared` is the program's schedule with free fan-out."""
    alone = schedule(program, shared_controls=False, t_per_rotation=t_per_rotation)
    return FanOut(t_depth=alone.t_depth, qubits=most_copies(program, shared))


def most_copies(program: GateProgram, shared: GateSchedule) -> int:
    """Uses of wires as controls less the wires that are used, in the layer where that is most."""
    uses = []
    for op, n_controls in CONTROLS.items():
        at = np.flatnonzero(program.code[:, 0] == op)
        uses += [np.stack([shared.layers[at], program.code[at, 1 + i]]) for i in range(n_controls)]
    layers, wires = np.concatenate(uses, axis=1) if uses else np.empty((2, 0), np.int64)
    if not layers.size:
        return 0
    distinct = np.unique(layers.astype(np.int64) * program.n_wires + wires) // program.n_wires
    depth = int(layers.max()) + 1
    return int((np.bincount(layers, minlength=depth) - np.bincount(distinct, minlength=depth)).max())
