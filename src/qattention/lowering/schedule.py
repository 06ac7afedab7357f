"""One schedule of a `GateProgram`, from which depths, qubits and profiles over time are all read.

Time is cut into layers. T layer number i runs as soon as every gate of it is ready, so there are as few T
layers as dependencies allow; Cliffords go as early as they can, beside T layers and between them.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.errors import SpecError, bad
from qattention.lowering.check import require_valid
from qattention.lowering.operands import MASKED, MEASURES, OPERANDS, members, wires_of
from qattention.lowering.placement import Placed, live_profile, n_layers, place_all, profile
from qattention.lowering.program import TOFFOLI_LIKE, GateProgram, Op, Wires
from qattention.lowering.resources import ROTATION, T_GATE, phase_kinds


def with_fresh_wires(program: GateProgram) -> GateProgram:
    """Rename the wires of a well-formed program (`check.require_valid`) so that each has one life.

    Inputs keep their wires; the i-th birth gets wire n_wires + i. A span whose wires are reborn between two
    uses becomes as many spans.
    """
    code = program.code.copy()
    births = np.flatnonzero(_BIRTHS[code[:, 0]])
    born = np.where(code[births, 0] == Op.ALLOC, code[births, 1], code[births, 3])
    now = np.arange(program.n_wires, dtype=np.int32)
    _rename_operands(code, now)
    spans = list(program.spans)
    for span in range(len(program.spans)):
        _rename_span(code, spans, span, births, born, program.n_wires)
    return attrs.evolve(
        program,
        code=code,
        n_wires=program.n_wires + len(births),
        outputs={name: now[wires] for name, wires in program.outputs.items()},
        spans=tuple(spans),
    )


def _rename_span(code: Wires, spans: list[Wires], span: int, births: Ints, born: Ints, n_wires: int) -> None:
    """Point the uses of one span at copies of it, one for each run of uses without a birth between."""
    uses = np.flatnonzero(_ON_WIRES[code[:, 0]] & (code[:, 3] == span))
    within = np.flatnonzero(np.isin(born, spans[span]))
    epochs = np.searchsorted(births[within], uses)  # births among the span's wires before each use
    for epoch in np.unique(epochs).tolist():
        wires = spans[span].copy()
        for birth in within[:epoch].tolist():
            wires[spans[span] == born[birth]] = n_wires + birth
        code[uses[epochs == epoch], 3] = len(spans)
        spans.append(wires)


_BIRTHS = members(Op.ALLOC, Op.AND)
_ON_WIRES = members(Op.XOR_ROW, Op.QUERY)
_ALLOC = int(Op.ALLOC)
_IS_WIRE = np.array([[c in OPERANDS[op] for c in "abc"] for op in Op])
_IS_WIRE[list(MASKED), 2] = False  # a span


@compiled()
def _rename_operands(code, now):  # type: ignore[no-untyped-def]
    """Rename single operands in place; `now[w]` is the present name of wire w, and ends as the last one."""
    fresh = len(now)
    for i in range(len(code)):
        op = code[i, 0]
        if _BIRTHS[op]:
            now[code[i, 1 if op == _ALLOC else 3]] = fresh
            fresh += 1
        for k in range(3):
            if _IS_WIRE[op, k] and code[i, k + 1] >= 0:
                code[i, k + 1] = now[code[i, k + 1]]


Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]

_TOFFOLIS, _MEASURED = members(*TOFFOLI_LIKE), members(*MEASURES)
DEFAULT_PARALLELISM = 64  # Clifford gates a layer; a convention of this package, printed in every rule


@attrs.frozen(eq=False, kw_only=True)
class GateSchedule:
    """Depths, qubits and profiles of one schedule; layers are numbered from 0.

    Attributes:
        t_depth: T layers, a rotation taking `t_per_rotation` of them.
        toffoli_depth: T layers in which an AND, TOFFOLI or CSWAP runs.
        clifford_depth: layers in which a Clifford gate or a measurement runs, at most `parallelism` in each.
        depth: all layers; between the larger of the two and their sum.
        qubits: most wires live in one layer.
        rule: the convention, in words.
        layers: int64, (n_ops,): layer each operation starts in; -1 where it takes none.
        live_profile: int64, (depth,): wires live in each layer.
        gate_profile: int64, (depth,): operations running in each layer.
        is_t_layer: bool, (depth,).
    """

    t_depth: int
    toffoli_depth: int
    clifford_depth: int
    depth: int
    qubits: int
    rule: str
    layers: Ints
    live_profile: Ints
    gate_profile: Ints
    is_t_layer: NDArray[np.bool_]


def schedule(
    program: GateProgram,
    *,
    parallelism: int | None = DEFAULT_PARALLELISM,
    shared_controls: bool = True,
    reuse: bool = True,
    t_per_rotation: int | None = None,
) -> GateSchedule:
    """Schedule `program` as soon as possible.

    Args:
        program: the gates; its order decides between operations that do not commute on a wire.
        parallelism: Clifford gates a layer at most; None for no bound. T layers are not bounded.
        shared_controls: whether diagonal uses of one wire (controls, CZ, phases) may share a layer.
        reuse: keep the program's wires, so that a wire's next life waits for the end of the last one; if
            False every birth gets a fresh wire, and qubits come from the lives in this same schedule.
        t_per_rotation: T layers of a phase gate that is not a multiple of pi/4.

    Raises:
        SpecError: the program is not well formed, a knob is below 1, or there are rotations and no
            `t_per_rotation`.
    """
    live_at_end = require_valid(program).live
    _require_positive(parallelism=parallelism, t_per_rotation=t_per_rotation)
    t_layers = _t_layers(program, t_per_rotation)
    if not reuse:
        program = with_fresh_wires(program)
        live_at_end = require_valid(program).live
    placed = place_all(program, t_layers, shared_controls, parallelism or 0, live_at_end)
    rule = _rule(parallelism, shared_controls, reuse, t_per_rotation)
    if np.any(program.code[:, 0] == Op.QUERY):
        rule += "; a query of the memory device one layer of neither kind, its latency apart"
    return _read_off(program, placed, t_layers, rule)


def reaction_depth(program: GateProgram, t_per_rotation: int | None = None) -> int:
    """Layers of T-like gates and of measurements, as soon as possible: each of them the next waits for.

    A measurement whose outcome nothing waits for adds none, but at the very end.

    Raises:
        SpecError: the program is not well formed, or there are rotations and no `t_per_rotation`.
    """
    live_at_end = require_valid(program).live
    layers = _t_layers(program, t_per_rotation) + _MEASURED[program.code[:, 0]].astype(np.int32)
    return len(place_all(program, layers, True, 0, live_at_end).t_layer_at) - 1


def _require_positive(**knobs: int | None) -> None:
    wrong = [bad(name, n, "at least 1") for name, n in knobs.items() if n is not None and n < 1]
    if wrong:
        raise SpecError(wrong)


def _t_layers(program: GateProgram, t_per_rotation: int | None) -> Ints32:
    """T layers of each operation, shape (n_ops,)."""
    layers = _TOFFOLIS[program.code[:, 0]].astype(np.int32)
    phases = np.flatnonzero(program.code[:, 0] == Op.PHASE)
    kinds = phase_kinds(program.angles)[program.code[phases, 4]]
    if t_per_rotation is None and np.any(kinds == ROTATION):
        raise SpecError(bad("t_per_rotation", None, "given: the program has rotations"))
    layers[phases] = np.where(kinds == T_GATE, 1, np.where(kinds == ROTATION, t_per_rotation or 0, 0))
    return layers


def _read_off(program: GateProgram, placed: Placed, t_layers: Ints32, rule: str) -> GateSchedule:
    first, end, depth = placed.first, placed.end, placed.depth
    cliffords = (t_layers == 0) & (first >= 0) & (program.code[:, 0] != Op.QUERY)
    timed = first >= 0
    live = live_profile(placed.lives, depth)
    sides = [len(wires_of(side.values())) for side in (program.inputs, program.outputs)]
    return GateSchedule(
        t_depth=len(placed.t_layer_at) - 1,
        toffoli_depth=n_layers(first[_TOFFOLIS[program.code[:, 0]]]),
        clifford_depth=n_layers(first[cliffords]),
        depth=depth,
        qubits=max(int(live.max(initial=0)), *sides),
        rule=rule,
        layers=first,
        live_profile=live,
        gate_profile=profile(first[timed], end[timed], depth),
        is_t_layer=np.bincount(placed.t_layer_at[1:], minlength=depth).astype(bool),
    )


def _rule(parallelism: int | None, shared_controls: bool, reuse: bool, t_per_rotation: int | None) -> str:
    rotation = "no rotations" if t_per_rotation is None else f"a rotation {t_per_rotation} T layers"
    share = "may share a layer (free fan-out)" if shared_controls else "take turns (no fan-out)"
    bound = "any number of" if parallelism is None else f"at most {parallelism}"
    wires = "wires reused as in the program" if reuse else "a fresh wire for every birth"
    return (
        f"as soon as possible; AND, TOFFOLI, CSWAP and T one T layer each, {rotation}; "
        f"uses of one wire as a control {share}; in each layer {bound} Clifford gates, "
        f"a one-to-many CNOT, a conditioned gate and a measurement one each; "
        f"classical feed-forward waits for its measurements and takes no layer of its own; "
        f"{wires}; a wire is live from its first gate to its last (inputs from the start, outputs to the end)"
    )
