"""The fields of `estimate --json` as values: one class an object, None where a figure is not computed."""

from __future__ import annotations

from typing import Literal

import attrs

from qattention.estimates.classical.result import ClassicalFigures
from qattention.plan import FailureBudget, Plan
from qattention.problem import AttentionProblem

SCHEMA = "qattention/estimate/1"
THE_HEAD = "the head"  # the source of a note that only an estimate of a head has


@attrs.frozen(kw_only=True)
class SearchFigures:
    """Iterations of the searches; means over rows with all promised keys marked.

    Attributes:
        iterations_total: of all rows.
        iterations_stderr, find_stderr, certificate_stderr: standard errors of the means a row, 0 where they
            are exact sums; of rows of many sizes at most so large. None in files written without them.
        worst_case_iterations_per_row: no row that keeps the promise takes more.
        phase_pairs_per_row: phases other than -1, one of an oracle call and one of a reflection each;
            phase_rotations_per_row: rotations among them, the others being Clifford gates. None in files
            written without them.
    """

    iterations_per_row: float
    find_iterations_per_row: float
    certificate_iterations_per_row: float
    iterations_total: float
    worst_case_iterations_per_row: int
    iterations_stderr: float | None = None
    find_stderr: float | None = None
    certificate_stderr: float | None = None
    phase_pairs_per_row: float | None = None
    phase_rotations_per_row: float | None = None


@attrs.frozen(kw_only=True)
class BreakdownEntry:
    """A part of an iteration, its Toffolis and their share of the iteration's."""

    path: str
    toffoli: int
    share: float


@attrs.frozen(kw_only=True)
class MemoryUse:
    """A way to let wires wait in a denser memory while an iteration's gates run one after another.

    Attributes:
        n_working: most wires outside of it at once. n_moves: wires brought to it, and fetched again.
    """

    n_working: int
    n_moves: int


@attrs.frozen(kw_only=True)
class GridFigures:
    """An iteration's gates with its wires in rows of a square, a patch each, as the program numbers them.

    Attributes:
        n_and: of the Toffolis those whose target enters in 0. hadamard, s_gates: counts.
        span: patches of grid distance that gates of two and three wires span, conditioned ones by halves, a
            one-to-many CNOT along one corridor that branches. span_each: one corridor to each of its bits.
        reaction_depth: layers of Toffolis, T and measurements, each of which the next waits for.
    """

    n_and: int
    hadamard: int
    s_gates: int
    span: float
    span_each: float
    reaction_depth: int


@attrs.frozen(kw_only=True)
class IterationFigures:
    """One oracle call and one reflection of the row with median Toffoli count: exact integers.

    Attributes:
        toffoli: And's and Toffolis.
        t: 4 a Toffoli, and the synthesised rotations.
        t_depth: layers, from the gates' schedule, or without gates from closed forms: the parts one after
            another. clifford_depth: the same. None in files that were written without them.
        t_depth_without_fan_out: layers if a wire is a control of one gate at a time; fan_out_qubits: copies
            of controls that t_depth takes for free, in its widest layer, in no count of qubits. Never below
            t_depth: of sizes, where that is a bound, so is this. None without gates (`verify` lowers larger
            tables).
        qubits: most wires live at once.
        rotation, clifford, measurement: counts; Cliffords of a table without data are expected.
        classical_bit_ops: bit XORs between the unload's measurement and its fix-up.
        row: the query row, of those on one load the first.
        waiting: ways to let wires wait, fewest at work first; empty where none is known to save any.
        grid: what its gates take on a grid of patches; None without gates of its own keys.
    """

    row: int
    toffoli: int
    t: int
    t_depth: int | None
    clifford_depth: int | None
    qubits: int
    rotation: int
    clifford: int
    measurement: int
    classical_bit_ops: int
    t_depth_without_fan_out: int | None = None
    fan_out_qubits: int | None = None
    breakdown: tuple[BreakdownEntry, ...]
    waiting: tuple[MemoryUse, ...] = ()
    grid: GridFigures | None = None


@attrs.frozen(kw_only=True)
class ExpectedTotals:
    """Means over the schedule's randomness, all rows; counts as in `IterationFigures`.

    Attributes:
        t_depth: rows and iterations one after another. volume: qubits times t_depth.
        clifford_depth: the same in Clifford layers; without gates at most 3 % or 32 layers an iteration
            above.
    """

    toffoli: float
    t: float
    clifford: float
    measurement: float
    rotation: float
    t_depth: float | None
    clifford_depth: float | None = None
    volume: float | None


@attrs.frozen(kw_only=True)
class WorstTotals:
    """What no run exceeds in which every row keeps the promise, exact integers."""

    toffoli: int
    t: int
    clifford: int
    measurement: int
    rotation: int
    t_depth: int | None
    clifford_depth: int | None = None
    volume: int | None


@attrs.frozen(kw_only=True)
class LogicalFigures:
    """Totals of one head and all its query rows; `qubits` is the most that any row needs."""

    expected: ExpectedTotals
    worst_case: WorstTotals
    qubits: int


@attrs.frozen(kw_only=True)
class MemoryFigures:
    """The key table.

    Attributes:
        cells: bits held, n_keys * head_dim * key_bits.
        writes: key components written once, n_keys * head_dim.
        reads: coherent look-ups expected, one an iteration.
    """

    cells: int
    writes: int
    reads: float


@attrs.frozen(kw_only=True)
class ClassicalWork:
    """What the classical side does.

    Attributes:
        inner_products: re-checks of read-out indices expected, head_dim multiplications each.
        bit_ops: XORs of the fix-ups expected, within the machine's reaction time.
        inference_flops: Algorithm 2 once B is known (additions, multiplications, divisions).
    """

    inner_products: float
    bit_ops: float
    inference_flops: int


@attrs.frozen(kw_only=True)
class FreeFigures:
    """Keys taken classically, and what is left to be searched.

    Attributes:
        keep_window, keep_first: the last and first keys that a row sees, so many of each.
        inner_products: of rows with their free keys, head_dim multiplications each.
        rows_searched, keys_searched: rows with other keys, and the table of those.
        needs_search: False where free keys answer every row: all quantum counts are 0 then.
    """

    keep_window: int
    keep_first: int
    inner_products: int
    rows_searched: int
    keys_searched: int
    needs_search: bool


@attrs.frozen(kw_only=True)
class PhysicalRatio:
    """How one machine's figures differ from another's: ratios, and the factors that multiply to them.

    Attributes:
        baseline: engine and model of the other.
        physical_qubits: ratio; its factors: distance (qubits of a patch), routing (patches), factories
            (all qubits over the data's).
        runtime: ratio; its factors: steps, distance, cycle_time, waiting (for states or reactions).
    """

    baseline: str
    physical_qubits: float
    qubit_factors: dict[str, float]
    runtime: float
    runtime_factors: dict[str, float]


@attrs.frozen(kw_only=True)
class PhysicalFigures:
    """One physical machine's cost of the expected logical counts.

    Attributes:
        p_fail: of the machine and of a memory device, at most 1; not of the search.
        cycle_time_us: of one round of error correction; a logical step takes code_distance rounds.
        n_tiles, patch_qubits: logical patches of data and routing, and physical qubits of each.
        n_factories, factory_qubits: magic-state factories, and physical qubits of each.
        n_steps: sequential logical steps as the model counts them.
        waiting: runtime over n_steps * code_distance * cycle_time_us.
        n_waiting: logical qubits that are kept in a denser memory, not among the tiles.
        reaction_bound_s: T depth x reaction time, late fix-ups, memory_s: runtime_s is no less.
        memory_s: of runtime_s, waiting for a memory device. p_memory: its errors' part of p_fail.
        fixup_latency_us, fixup_share: classical time of one fix-up, and its share of the reaction time.
        versus: against the fastest point of another engine on the same qubits; None for that engine.
    """

    engine: str
    model: str
    physical_qubits: int
    runtime_s: float
    code_distance: int
    n_factories: int
    p_fail: float
    p_physical: float
    cycle_time_us: float
    n_tiles: int
    patch_qubits: int
    factory_qubits: int
    n_steps: int
    waiting: float
    reaction_bound_s: float
    fixup_latency_us: float
    fixup_share: float | None
    memory_s: float
    p_memory: float
    versus: PhysicalRatio | None = None
    n_waiting: int = 0


@attrs.frozen(kw_only=True)
class VerifiedAt:
    """Sizes at which call graph, gates and closed form were held equal, and where that is checked."""

    n_keys: tuple[int, ...]
    head_dim: tuple[int, ...]
    key_bits: tuple[int, ...]
    evidence: str


@attrs.frozen(kw_only=True)
class Assumption:
    """Something the figures rest on, with the actual numbers, and where it comes from."""

    text: str
    source: str


@attrs.frozen(kw_only=True)
class Estimate:
    """Everything `estimate` says about one head and all its query rows.

    Attributes:
        certificate_iteration: one iteration of the certificate, where the schedule's differs or not.
        physical: engines' fronts, fastest first (`with_physical`); None unless asked for.
        classical: exact attention on classical machines, from recorded rates; None in a part of an estimate.
        witnesses: dotted field -> the independent sources that gave this value.
        free: keys taken classically; None where all are searched.
    """

    schema: Literal["qattention/estimate/1"] = SCHEMA  # type: ignore[assignment]
    problem: AttentionProblem
    plan: Plan
    budget: FailureBudget
    search: SearchFigures
    iteration: IterationFigures
    certificate_iteration: IterationFigures
    logical: LogicalFigures
    memory: MemoryFigures
    classical_work: ClassicalWork
    physical: tuple[PhysicalFigures, ...] | None = None
    classical: ClassicalFigures | None = None
    witnesses: dict[str, tuple[str, ...]]
    verified_at: tuple[VerifiedAt, ...]
    assumptions: tuple[Assumption, ...]
    versions: dict[str, str]
    free: FreeFigures | None = None

    @property
    def algorithm(self) -> str:
        """How rows share work."""
        return self.plan.algorithm

    @property
    def rows_plan(self) -> Plan:
        """The plan, which is of rows."""
        return self.plan

    @property
    def iteration_toffoli(self) -> int:
        """Of the typical iteration."""
        return self.iteration.toffoli

    @property
    def latency_us(self) -> float:
        """Of one query of a memory device, in microseconds; 0 without one."""
        return 0.0 if self.plan.memory is None else self.plan.memory.latency_us
