"""The scheduler against a slow twin in plain Python, on random programs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, MaskTable, Op
from qattention.lowering.resources import count
from qattention.lowering.schedule import GateSchedule, schedule, with_fresh_wires

N_INPUTS, N_WIRES = 4, 9
ANGLES = np.array([np.pi / 4, 0.3, np.pi / 2])
T_PER_ROTATION = 3
SPANS = (np.array([0, 2, 5, 6, 7], np.int32), np.array([4, 1, 6], np.int32))
# How the wire operands of each gate act on them: "d" diagonal, "x" not.
ACTS = {
    Op.X: "x", Op.Z: "d", Op.H: "x", Op.PHASE: "d", Op.CNOT: "dx", Op.CZ: "dd", Op.SWAP: "xx", Op.AND: "ddx",
    Op.TOFFOLI: "ddx", Op.CSWAP: "dxx", Op.MEASURE_X: "x", Op.MEASURE_Z: "x", Op.X_IF: "x", Op.Z_IF: "d",
    Op.CZ_IF: "dd", Op.CZ_PARITY: "dd", Op.XOR_ROW: "d",
}  # fmt: skip


def random_program(seed: int, n_ops: int = 60) -> GateProgram:
    """Births, deaths, gates, masks and feed-forward at random; all wires alive at the end are outputs."""
    rng = np.random.default_rng(seed)
    live, n_bits, ops = list(range(N_INPUTS)), 0, []
    bit_span = rng.integers(0, 3, 4).astype(np.int32)
    while len(ops) < n_ops:
        op = Op(rng.choice(list(Op)))
        free = [w for w in range(N_WIRES) if w not in live]
        a, b, c = (int(w) for w in rng.permutation(live)[:3])
        d = int(rng.integers(max(n_bits, 1)))
        if op in (Op.ALLOC, Op.AND) and free:
            new = int(rng.choice(free))
            ops.append((op, new) if op == Op.ALLOC else (op, a, b, new))
            live.append(new)
        elif op in (Op.MEASURE_X, Op.MEASURE_Z, Op.FREE) and len(live) > 4:
            ops.append((op, a) if op == Op.FREE else (op, a, n_bits))
            n_bits += op != Op.FREE
            live.remove(a)
        elif op in (Op.X_IF, Op.Z_IF, Op.CZ_IF) and n_bits:
            ops.append((op, a, b, d) if op == Op.CZ_IF else (op, a, d))
        elif op == Op.CZ_PARITY and n_bits >= 3:
            ops.append((op, a, b if rng.integers(2) else -1, 2, int(rng.integers(4)), 1))
        elif op == Op.XOR_ROW:
            span = int(rng.integers(2))
            if set(SPANS[span].tolist()) <= set(live) and (others := set(live) - set(SPANS[span].tolist())):
                ops.append((op, int(rng.choice(sorted(others))), span, int(rng.integers(4)), 2 * span))
        elif op in (Op.X, Op.Z, Op.H, Op.CNOT, Op.CZ, Op.SWAP, Op.TOFFOLI, Op.CSWAP):
            ops.append((op, a, b, c)[: 1 + len(ACTS[op])])
        elif op in (Op.PHASE, Op.GLOBAL_PHASE):
            ops.append((op, a, int(rng.integers(3)))[:: 1 if op == Op.PHASE else 2])
    tables = tuple(MaskTable.from_bits(rng.integers(0, 2, (4, n)).astype(bool)) for n in (5, 4, 3))
    return GateProgram(
        code=encode(ops),
        n_wires=N_WIRES,
        n_cbits=n_bits + 3,
        inputs={"x": np.arange(N_INPUTS, dtype=np.int32)},
        outputs={"y": np.array(live, dtype=np.int32)},
        spans=(*SPANS, bit_span),
        tables=tables,
        angles=ANGLES,
    )


class Twin:
    """Pairwise dependencies written down one by one, then the same rule in the plainest way."""

    def __init__(self, program: GateProgram, p: int | None, shared: bool, reuse: bool) -> None:
        self.program, self.p, self.shared, self.reuse = program, p, shared, reuse
        self.ops = [(Op(row[0]), row[1:]) for row in program.code.tolist()]
        self.masks = [table.bits() for table in program.tables]
        self.name_wires()
        self.t = [self.t_layers(*op) for op in self.ops]
        self.timed = [i for i, (op, _) in enumerate(self.ops) if op in ACTS]
        self.before = {j: [i for i in self.timed if i < j and self.clash(i, j)] for j in self.timed}
        self.levels: dict[int, int] = {}
        for j in self.timed:
            self.levels[j] = self.t[j] + max((self.levels[i] for i in self.before[j]), default=0)
        self.place()

    def name_wires(self) -> None:
        """`uses[i]`: {life: act}; a life is (wire, number of its birth); `wrote`, `read`: classical bits."""
        births: Counter[int] = Counter()
        self.uses: list[dict[tuple[int, int], str]] = []
        self.wrote: list[set[int]] = []
        self.read: list[set[int]] = []
        self.dies: list[tuple[int, int] | None] = []
        for op, (a, b, c, d, e) in self.ops:
            if op in (Op.ALLOC, Op.AND):
                births[a if op == Op.ALLOC else c] += 1
            acts = dict(zip([w for w in (a, b, c) if w >= 0], ACTS.get(op, ""), strict=False))
            picked: list[int] = []
            if op in (Op.XOR_ROW, Op.CZ_PARITY):
                picked = self.program.spans[c][self.masks[e][d]].tolist()
                acts = {w: "d" for w in (a, b) if w >= 0}
            if op == Op.XOR_ROW:
                acts |= dict.fromkeys(picked, "x")
            self.uses.append({(w, births[w]): act for w, act in acts.items()})
            self.wrote.append({d} if op in (Op.MEASURE_X, Op.MEASURE_Z) else set())
            self.read.append(
                {d} if op in (Op.X_IF, Op.Z_IF, Op.CZ_IF) else set(picked) if op == Op.CZ_PARITY else set()
            )
            self.dies.append((a, births[a]) if op in (Op.FREE, Op.MEASURE_X, Op.MEASURE_Z) else None)
        self.last_births = births

    def t_layers(self, op: Op, operands: list[int]) -> int:
        if op == Op.PHASE:
            return [1, T_PER_ROTATION, 0][operands[3]]
        return int(op in (Op.AND, Op.TOFFOLI, Op.CSWAP))

    def clash(self, i: int, j: int) -> bool:
        if self.wrote[i] & self.read[j]:
            return True
        for (wire, life), act in self.uses[i].items():
            for (other, other_life), other_act in self.uses[j].items():
                if wire == other and life != other_life and self.reuse:
                    return True
                if (wire, life) == (other, other_life) and not (self.shared and act == other_act == "d"):
                    return True
        return False

    def place(self) -> None:
        self.first: dict[int, int] = {}
        self.end: dict[int, int] = {}
        gates: Counter[int] = Counter()
        at = [-1]
        for level in range(max(self.levels.values(), default=0) + 1):
            if level:
                begins = [j for j in self.timed if self.t[j] and self.levels[j] - self.t[j] + 1 == level]
                at.append(max([at[-1] + 1, *(self.ready(j) for j in begins)]))
            for j in self.timed:
                if self.t[j] and self.levels[j] == level:
                    self.first[j], self.end[j] = at[level - self.t[j] + 1], at[level] + 1
            for j in self.timed:
                if not self.t[j] and self.levels[j] == level:
                    layer = self.ready(j)
                    while self.p is not None and gates[layer] == self.p:
                        layer += 1
                    gates[layer] += 1
                    self.first[j], self.end[j] = layer, layer + 1
        self.t_layers_at = at[1:]

    def ready(self, j: int) -> int:
        return max((self.end[i] for i in self.before[j]), default=0)

    def live(self, depth: int) -> list[int]:
        lives: dict[tuple[int, int], list[int]] = {(w, 0): [0, 0] for w in range(N_INPUTS)}
        for j in self.timed:
            for life in self.uses[j]:
                span = lives.setdefault(life, [self.first[j], 0])
                span[0], span[1] = min(span[0], self.first[j]), max(span[1], self.end[j])
        dead = set(self.dies)
        out = {(w, self.last_births[w]) for w in self.program.outputs["y"].tolist()}
        for life in out - dead:
            lives.setdefault(life, [depth - 1, depth])[1] = depth
        return [sum(first <= layer < end for first, end in lives.values()) for layer in range(depth)]

    def check(self, plan: GateSchedule) -> None:
        assert plan.layers.tolist() == [self.first.get(i, -1) for i in range(len(self.ops))]
        assert plan.depth == max(self.end.values(), default=0)
        assert np.flatnonzero(plan.is_t_layer).tolist() == self.t_layers_at
        assert plan.t_depth == len(self.t_layers_at)
        toffolis = [i for i in self.timed if self.ops[i][0] in (Op.AND, Op.TOFFOLI, Op.CSWAP)]
        assert plan.toffoli_depth == len({self.first[i] for i in toffolis})
        assert plan.clifford_depth == len({self.first[i] for i in self.timed if not self.t[i]})
        spans = [(self.first[i], self.end[i]) for i in self.timed]
        assert plan.gate_profile.tolist() == [sum(a <= t < b for a, b in spans) for t in range(plan.depth)]
        assert plan.live_profile.tolist() == self.live(plan.depth)
        assert plan.qubits == max([*self.live(plan.depth), N_INPUTS, len(self.program.outputs["y"])])


@pytest.mark.parametrize("seed", range(25))
def test_schedule_equals_its_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    program = random_program(seed)
    for shared in (True, False):
        for reuse in (True, False):
            p = [None, 1, 2, 5][rng.integers(4)]
            knobs: dict[str, Any] = {"shared_controls": shared, "reuse": reuse}
            plan = schedule(program, parallelism=p, t_per_rotation=T_PER_ROTATION, **knobs)
            Twin(program, p, shared, reuse).check(plan)


@pytest.mark.parametrize("seed", range(25))
def test_freedom_never_costs_t_layers(seed: int) -> None:
    """T depth does not see the Clifford bound; sharing and fresh wires never lengthen it."""
    program = random_program(100 + seed)
    base = schedule(program, t_per_rotation=3)
    serial, tally = schedule(program, t_per_rotation=3, parallelism=1), count(program)
    assert serial.t_depth == base.t_depth
    assert serial.clifford_depth == np.sum(serial.layers >= 0) - tally.toffoli - tally.t - tally.rotation
    assert schedule(program, t_per_rotation=3, shared_controls=False).t_depth >= base.t_depth
    assert schedule(program, t_per_rotation=3, reuse=False).t_depth <= base.t_depth
    assert base.qubits <= N_WIRES


@pytest.mark.parametrize("seed", range(10))
def test_fresh_wires_give_every_birth_its_own(seed: int) -> None:
    program = random_program(200 + seed)
    renamed = with_fresh_wires(program)
    alloc, born = renamed.code[:, 0] == Op.ALLOC, renamed.code[:, 0] == Op.AND
    names = np.concatenate([renamed.code[alloc, 1], renamed.code[born, 3]])
    assert sorted(names.tolist()) == list(range(N_WIRES, N_WIRES + len(names)))
    assert count(renamed) == count(program)
