"""The same program with a wire of its own for every birth: no gate waits for a wire to come free.

Apart from `schedule` because it rewrites a program, whoever asks for the new one.
"""

from __future__ import annotations

import attrs
import numba
import numpy as np
from numpy.typing import NDArray

from qattention.lowering.operands import MASKED, OPERANDS, members
from qattention.lowering.program import GateProgram, Op, Wires

Ints = NDArray[np.int64]


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


@numba.njit(cache=True)
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
