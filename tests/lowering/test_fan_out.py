"""T layers without free fan-out: as many as the uses of a control, and the copies that fan-out takes."""

import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.lowering.fan_out import FanOut, fan_out, most_copies
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.schedule import schedule


def ands_on_one_wire(n_ands: int) -> GateProgram:
    """AND of wire 0 with each of the wires 1..n, into fresh ones."""
    n_wires = 2 * n_ands + 1
    ops = [(Op.AND, 0, 1 + i, n_ands + 1 + i) for i in range(n_ands)]
    wires = np.arange(n_wires)
    return GateProgram(
        n_wires=n_wires, n_cbits=0, code=encode(ops), inputs={"x": wires[: n_ands + 1]}, outputs={"x": wires}
    )


@pytest.mark.parametrize("n_ands", [1, 2, 7])
def test_a_control_of_many_is_a_layer_each_or_a_copy_each(n_ands: int) -> None:
    program = ands_on_one_wire(n_ands)
    shared = schedule(program)
    assert shared.t_depth == 1
    assert fan_out(program, shared) == FanOut(t_depth=n_ands, qubits=n_ands - 1)


def test_a_tree_of_lines_is_linear_without_fan_out() -> None:
    """The last level's n / 2 And's share an address bit; they take turns, or n / 2 - 1 copies."""
    found = {}
    for n in (16, 64, 256):
        keys = np.random.default_rng(0).integers(-4, 4, (n, 2))
        table = KeyTable.from_values(keys, 3)
        program = lower(HeavyKeyOracle(table, (3, -1), 4, circuit=Circuit(loader="one-hot")))
        shared = schedule(program)
        found[n] = (shared.t_depth, fan_out(program, shared))
    assert {n: (free, one.t_depth) for n, (free, one) in found.items()} == {
        16: (10, 17),
        64: (12, 43),
        256: (14, 141),
    }
    assert all(one.qubits == n // 2 - 1 for n, (_, one) in found.items())


def test_a_program_without_such_gates_takes_none() -> None:
    program = GateProgram(
        n_wires=1,
        n_cbits=0,
        code=encode([(Op.X, 0)]),
        inputs={"x": np.arange(1)},
        outputs={"x": np.arange(1)},
    )
    assert most_copies(program, schedule(program)) == 0
