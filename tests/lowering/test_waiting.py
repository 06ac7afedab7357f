"""Wires that wait: the fewest moves, against every choice of gaps, and uses of real oracles."""

from itertools import combinations

import numpy as np
import pytest

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.lowering import waiting
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.resources import count
from qattention.lowering.waiting import LEAST_GAP, fewest_moves, memory_uses


def iteration(n_keys: int, head_dim: int, loader: str, block: int | None = None) -> GateProgram:
    rng = np.random.default_rng(n_keys)
    table = KeyTable.from_values(rng.integers(-8, 8, (n_keys, head_dim)), 4)
    weights = tuple(rng.integers(-8, 8, head_dim).tolist())
    circuit = Circuit(loader=loader, block_size=block)
    return lower(GroverIterate(HeavyKeyOracle(table, weights, 3, circuit=circuit)))


def by_trying(live: np.ndarray, begins: np.ndarray, ends: np.ndarray, room: int) -> int:
    """The least number of gaps of any choice; -1 where none does."""
    for size in range(len(begins) + 1):
        for chosen in combinations(range(len(begins)), size):
            away = np.zeros(len(live), int)
            for one in chosen:
                away[begins[one] + 1 : ends[one]] += 1
            if (live - away <= room).all():
                return size
    return -1


def test_no_choice_of_gaps_is_smaller() -> None:
    rng = np.random.default_rng(7)
    seen = set()
    for _ in range(150):
        n_ops, n_gaps = int(rng.integers(3, 12)), int(rng.integers(0, 8))
        ends_at = np.sort(rng.integers(0, n_ops, (n_gaps, 2)), axis=1)
        begins, ends = ends_at[np.argsort(ends_at[:, 0], kind="stable")].T
        live = rng.integers(2, 7, n_ops)
        for room in range(7):
            found = waiting._moves(live, begins, ends, room)
            assert found == by_trying(live, begins, ends, room)
            seen.add(found)
    assert {-1, 0, 1, 2, 3} <= seen


@pytest.mark.parametrize(("n_uses", "moves"), [(LEAST_GAP - 4, None), (LEAST_GAP, 1), (9 * LEAST_GAP, 1)])
def test_a_wire_waits_while_another_lives(n_uses: int, moves: int | None) -> None:
    """Both at once without a memory; with it one, unless the other lives too short for a move."""
    other = [(Op.ALLOC, 1), *[(Op.X, 1)] * n_uses, (Op.FREE, 1)]
    code = encode([(Op.ALLOC, 0), (Op.X, 0), *other, (Op.X, 0), (Op.FREE, 0)])
    program = GateProgram(code=code, n_wires=2, n_cbits=0, inputs={}, outputs={})
    assert [fewest_moves(program, room) for room in (0, 1, 2)] == [None, moves, 0]


@pytest.mark.parametrize("loader", ["qrom", "one-hot-halves", "select-copy", "qroam", "bucket-brigade"])
def test_fewer_at_work_take_more_moves(loader: str) -> None:
    program = iteration(200, 4, loader, None if loader in ("qrom", "bucket-brigade") else 2)
    uses, most = memory_uses(program), count(program).qubits
    assert [room for room, _ in uses] == sorted({room for room, _ in uses})
    moves = [moves for _, moves in uses]
    assert moves == sorted(moves, reverse=True)
    assert all(0 < room < most for room, _ in uses)
    assert fewest_moves(program, most) == 0
    if uses:
        assert fewest_moves(program, most - 1) == 1 or uses[-1][1] > 0


def test_of_a_plain_look_up_most_wires_wait() -> None:
    """The sum's kept And's lie still until they are erased, the word while lines are written elsewhere."""
    program = iteration(300, 16, "qrom")
    room, moves = memory_uses(program)[0]
    assert room <= 0.5 * count(program).qubits
    assert moves < 3 * count(program).qubits
