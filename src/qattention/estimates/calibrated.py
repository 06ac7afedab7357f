"""The calibration study: published machines again, and what stands behind counts of T gates."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.one_hot_load import OneHotLoad
from qattention.circuit import Circuit
from qattention.estimates.physical.brigade import Brigade, brigade
from qattention.estimates.physical.calibration import CalibrationRow, calibration
from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.engines import P_FAIL, qre_front
from qattention.estimates.physical.kind import SEARCHED
from qattention.estimates.physical.kinds.cultivation import KIND, cultivated
from qattention.estimates.physical.kinds.flasq import (
    CONSERVATIVE,
    OPTIMISTIC,
    FlasqGates,
    flasq_volume,
    grid_span,
)
from qattention.estimates.physical.machine import NAMED, Machine
from qattention.estimates.physical.qre_settings import QreSettings
from qattention.estimates.price import counts_of
from qattention.estimates.result import MemoryUse, PhysicalFigures
from qattention.estimates.volume import VolumeSplit, volume_split
from qattention.estimates.waiting import whole_waiting
from qattention.lowering.lower import lower
from qattention.lowering.schedule import schedule
from qattention.lowering.waiting import memory_uses
from qattention.plan import PlanOptions, PlanTotals
from qattention.plan.choose import PlanSearch, best_of
from qattention.problem import AttentionProblem

SEED = 2307_08045
REFERENCE = AttentionProblem(n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=16)
FAN_OUT_BITS = (6, 8, 10, 12)
BRIGADES = ((14, 1e-3, 1e-3), (20, 1e-3, 1e-3), (30, 1e-3, 1e-3), (30, 1e-4, 1e-3), (30, 1e-3, 1e-12))


@attrs.frozen(kw_only=True)
class Example:
    """A figure of an engine's own tests."""

    name: str
    published: float
    found: float
    source: str


@attrs.frozen(kw_only=True)
class FanOut:
    """T layers of the one-hot lines of n addresses, with free fan-out and without."""

    n_keys: int
    tree: tuple[int, int]
    halves: tuple[int, int]


@attrs.frozen(kw_only=True)
class WaitingRow:
    """A use of the memory, and the machine with it; `chosen`: the one that the machine takes.

    Attributes:
        use: of an iteration. figures: of all of them.
    """

    use: MemoryUse
    figures: PhysicalFigures
    chosen: bool


@attrs.frozen(kw_only=True)
class Calibrated:
    """All of the study."""

    circuit: Circuit
    machines: tuple[CalibrationRow, ...]
    examples: tuple[Example, ...]
    split: VolumeSplit
    waiting: tuple[WaitingRow, ...]
    fan_outs: tuple[FanOut, ...]
    brigades: tuple[tuple[float, float, Brigade], ...]


def calibrated() -> Calibrated:
    """Seconds: the reference case is lowered once, with made-up keys (seeded)."""
    totals = best_of(PlanSearch(REFERENCE, PlanOptions()))
    oracle = reference_oracle(totals)
    return Calibrated(
        circuit=oracle.circuit,
        machines=calibration(),
        examples=(*ising_examples(), *yoked_examples()),
        split=volume_split(oracle),
        waiting=waiting_rows(totals, oracle),
        fan_outs=tuple(fan_out(1 << bits) for bits in FAN_OUT_BITS),
        brigades=tuple((p, q, brigade(depth, p, q)) for depth, p, q in BRIGADES),
    )


def reference_oracle(totals: PlanTotals) -> HeavyKeyOracle:
    """Of the plan that is chosen; uniform keys and weights."""
    problem = totals.problem
    rng, half = np.random.default_rng(SEED), 1 << (problem.key_bits - 1)
    keys = rng.integers(-half, half, (problem.n_keys, problem.head_dim))
    weights = tuple(rng.integers(-half, half, problem.head_dim).tolist())
    table = KeyTable.from_values(keys, problem.key_bits)
    return HeavyKeyOracle(table, weights, 0, circuit=totals.plan.circuit)


def waiting_rows(totals: PlanTotals, oracle: HeavyKeyOracle) -> tuple[WaitingRow, ...]:
    """All at work, and what the iteration's own gates allow, on the kind's first named machine."""
    program = lower(GroverIterate(oracle))
    uses = [MemoryUse(n_working=n, n_moves=moves) for n, moves in memory_uses(program)]
    machine, counts = NAMED[KIND.machines[0].name], attrs.evolve(counts_of(totals), waiting=())
    every = MemoryUse(n_working=counts.n_qubits, n_moves=0)
    each = [every, *uses]
    found = [
        cultivated(counts if one is every else counts.with_waiting(whole), machine, P_FAIL)
        for one, whole in zip(each, whole_waiting(each, 0, totals.reads), strict=True)
    ]
    best = min(found, key=lambda one: (one.physical_qubits * one.runtime_s, one.physical_qubits))
    return tuple(
        WaitingRow(use=use, figures=one, chosen=one is best) for use, one in zip(each, found, strict=True)
    )


def ising_examples(side: int = 11, n_layers: int = 20) -> tuple[Example, ...]:
    """FLASQ's golden lattice: Trotter steps on a torus of spins, a bond is CNOT, rotation, CNOT."""
    places = [(row, column) for row in range(side) for column in range(side)]
    bonds = [
        (at, (row % side, column % side))
        for at in places
        for row, column in ((at[0], at[1] + 1), (at[0] + 1, at[1]))
    ]
    gates = FlasqGates(
        n_qubits=side**2,
        n_rotations=n_layers * len(bonds) + (n_layers + 1) * side**2,
        span=2 * n_layers * sum(map(grid_span, bonds)),
    )
    careful, hopeful = (
        flasq_volume(gates, volumes, n_ancillas=100, reaction_steps=1.0)
        for volumes in (CONSERVATIVE, OPTIMISTIC)
    )
    said = f"Ising, {side} x {side}, {n_layers} steps: "
    source = "Qualtran's main branch, tests of surface_code/flasq (arXiv:2511.08508)"
    return tuple(
        Example(name=said + name, published=published, found=found, source=source)
        for name, published, found in (
            ("T states", 74_857.11, gates.n_t_states),
            ("blocks of cultivation", 673_713.99, careful.cultivation),
            ("the same, optimistic", 449_142.66, hopeful.cultivation),
        )
    )


YOKED = LogicalCounts(
    n_qubits=1000,
    n_t=1_500_000,
    n_ccz=1_000_000_000,
    n_measurements=25_000_000,
    n_compute_qubits=200,
    n_memory_reads=30_000_000,
    n_memory_writes=30_000_000,
)


def yoked_examples() -> tuple[Example, ...]:
    """Both ends of the library's own front for a program with a memory, by its parts alone."""
    settings = QreSettings(
        distances=tuple(range(3, 26, 2)), slow_downs=(1.0, 2.0), factory=SEARCHED, yoked=True
    )
    found = qre_front(YOKED, Machine(p_physical=1e-4, reaction_time_us=0.0), 1 / 3, settings)
    return tuple(
        Example(
            name=f"Yoked memory, 1,000 qubits, 200 at work, 10^9 CCZ: qubits, the {which}",
            published=published,
            found=one.physical_qubits,
            source="qdk 1.33.1, tests of its estimation methods",
        )
        for which, published, one in zip(("faster", "smaller"), (240_407, 238_707), found, strict=True)
    )


def fan_out(n_keys: int) -> FanOut:
    """From the gates of both codes, words of a bit."""
    table = KeyTable.from_values(np.zeros((n_keys, 1), dtype=np.int64), 1)
    tree, halves = (_layers(OneHotLoad(table, halves=by)) for by in (False, True))
    return FanOut(n_keys=n_keys, tree=tree, halves=halves)


def _layers(load: OneHotLoad) -> tuple[int, int]:
    program = lower(load)
    free, turns = (schedule(program, shared_controls=shared).t_depth for shared in (True, False))
    return free, turns
