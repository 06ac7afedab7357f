"""Which gate waits for which, as a networkx graph, and the longest chain of T layers in it, bloq by bloq.

For looking at: a node a gate and Python loops. `schedule` places programs of any size by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import networkx as nx
import numpy as np
from numpy.typing import NDArray
from qualtran import Bloq, DecomposeNotImplementedError, DecomposeTypeError

from qattention.compiler.parts import part_name
from qattention.errors import SpecError, bad
from qattention.formulas.synthesis import t_per_rotation
from qattention.lowering.leaves import RULES
from qattention.lowering.lower import lower, lower_marked
from qattention.lowering.operands import CONDITIONED, MEASURES, TIMELESS
from qattention.lowering.program import TOFFOLI_LIKE, GateProgram, Op
from qattention.lowering.resources import ROTATION, T_GATE, phase_kinds
from qattention.lowering.wiring import ABSENT, ACTIONS, DIAGONAL

MAX_GATES = 100_000
T_PER_ROTATION = t_per_rotation(1e-9)  # of a rotation where nobody says how well it is to be synthesised


def gate_graph(
    program: GateProgram, t_layers: int = T_PER_ROTATION, *, max_gates: int = MAX_GATES
) -> nx.DiGraph:
    """Gates by their row in the program, `op` and `t_layers` each, with an edge to what must wait for them.

    Diagonal uses of a wire commute (free fan-out); a wire's next life waits for the end of the last one; a
    conditioned gate for the measurements of its bits. A rotation takes `t_layers`.

    Raises:
        SpecError: more than `max_gates` gates.
    """
    if len(program) > max_gates:
        allowed = f"at most {max_gates}: fewer keys or bits, or a larger --max-statements"
        raise SpecError(bad("graph", f"{len(program)} gates", allowed))
    kinds = phase_kinds(program.angles)
    masks = [table.bits() for table in program.tables]
    wires: dict[int, _Wire] = {}
    written: dict[int, int] = {}
    graph = nx.DiGraph()
    for at, row in enumerate(program.code.tolist()):
        op = Op(row[0])
        if op == Op.ALLOC:
            wires.setdefault(row[1], _Wire()).end_life()
        if TIMELESS[op]:
            continue
        graph.add_node(at, op=op.name, t_layers=_t_layers(op, row, kinds, t_layers))
        picked = program.spans[row[3]][masks[row[5]][row[4]]].tolist() if op in _BY_MASK else []
        if op == Op.QUERY:
            picked = program.spans[row[3]].ravel().tolist()
        bits = [row[4]] if op in CONDITIONED else picked if op == Op.CZ_PARITY else []
        waits = {written[bit] for bit in bits if bit in written}
        for wire, commutes in (*_uses(op, row), *((one, False) for one in picked if op != Op.CZ_PARITY)):
            waits |= wires.setdefault(wire, _Wire()).use(at, commutes)
        if op in MEASURES:
            written[row[4]] = at
        graph.add_edges_from((before, at) for before in waits)
    return graph


_BY_MASK = (Op.XOR_ROW, Op.CZ_PARITY)


@attrs.define
class _Wire:
    """Gates that its next use waits for: `settled` if it is diagonal, else `shared` if there are any."""

    settled: set[int] = attrs.field(factory=set)
    shared: set[int] = attrs.field(factory=set)

    def use(self, at: int, commutes: bool) -> set[int]:
        if commutes:
            self.shared.add(at)
            return self.settled
        waits = self.shared or self.settled
        self.settled, self.shared = {at}, set()
        return waits

    def end_life(self) -> None:
        self.settled, self.shared = self.shared or self.settled, set()


def _uses(op: Op, row: list[int]) -> Iterator[tuple[int, bool]]:
    for column in range(3):
        if ACTIONS[op, column] != ABSENT and row[column + 1] >= 0:
            yield row[column + 1], bool(ACTIONS[op, column] == DIAGONAL)


def _t_layers(op: Op, row: list[int], kinds: NDArray[np.int8], rotation: int) -> int:
    if op in TOFFOLI_LIKE:
        return 1
    return {T_GATE: 1, ROTATION: rotation}.get(int(kinds[row[4]]), 0) if op == Op.PHASE else 0


def longest_chain(graph: nx.DiGraph) -> list[int]:
    """Rows of a chain of gates with most T layers in all, in order."""
    best: dict[int, tuple[int, int | None]] = {}
    for gate in graph:  # rows are in an order that the edges keep
        before = max(((best[one][0], one) for one in graph.predecessors(gate)), default=(0, None))
        best[gate] = (before[0] + graph.nodes[gate]["t_layers"], before[1])
    last = max(best, key=lambda gate: best[gate][0], default=None)
    chain = []
    while last is not None:
        chain.append(last)
        last = best[last][1]
    return chain[::-1]


def gate_paths(bloq: Bloq, depth: int = 2) -> list[str]:
    """The part that each row of `lower(bloq)` belongs to ("oracle/load"), so many levels down."""
    whole = lower(bloq)
    if depth == 0 or type(bloq) in RULES:
        return [""] * len(whole)
    try:
        program, marks = lower_marked(bloq)
    except (DecomposeTypeError, DecomposeNotImplementedError):
        return [""] * len(whole)
    if not np.array_equal(program.code, whole.code):  # written in another order by a rule of its own
        return [""] * len(whole)
    paths: list[str] = []
    for mark in marks:
        name, n_rows = part_name(mark.bloq), mark.end - len(paths)
        below = gate_paths(mark.bloq, depth - 1) if type(mark.bloq) not in RULES else [""] * n_rows
        inner = below if len(below) == n_rows else [""] * n_rows
        paths += [f"{name}/{one}" if one else name for one in inner]
    return paths + [""] * (len(program) - len(paths))


@attrs.frozen
class Stretch:
    """Consecutive T layers of the longest chain that one part takes."""

    path: str
    t_layers: int


def critical_path(bloq: Bloq, t_layers: int = T_PER_ROTATION, depth: int = 2) -> list[Stretch]:
    """The longest chain of T layers, part by part; they add up to the T depth.

    Raises:
        SpecError: see `gate_graph`.
    """
    graph, paths = gate_graph(lower(bloq), t_layers), gate_paths(bloq, depth)
    found: list[Stretch] = []
    for gate in longest_chain(graph):
        layers = graph.nodes[gate]["t_layers"]
        if layers and found and found[-1].path == paths[gate]:
            found[-1] = Stretch(found[-1].path, found[-1].t_layers + layers)
        elif layers:
            found.append(Stretch(paths[gate], layers))
    return found
