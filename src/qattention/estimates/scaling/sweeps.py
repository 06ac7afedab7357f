"""Costs of one point (n, k, d, b) for one loader: all rows from closed forms, an iteration from circuits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import attrs
import numpy as np

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit, LoaderKind
from qattention.compiler import bloq_counts
from qattention.compiler.program import typical_oracle
from qattention.estimates.scaling.fit import ends, slope
from qattention.estimates.scaling.leading import TOFFOLI_STEPS
from qattention.estimates.scaling.result import Cost, Exponents, TotalScaling
from qattention.formulas import TOFFOLI_T, RowSums, fix_up_bit_ops, load_of, unload_of
from qattention.formulas.iteration_layers import iteration_clifford_depth
from qattention.formulas.loader_costs import look_up_clifford_depth, look_up_t_depth
from qattention.formulas.part_depths import reflection_t_depth
from qattention.formulas.sum_depths import sums_depths
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.plan import Plan, PlanTotals, RowGroups, plan_totals, typical_rows
from qattention.plan.rows import typical_threshold, typical_weights
from qattention.plan.searches import Searches
from qattention.problem import AttentionProblem

Depths = tuple[int, int]  # (T depth, Clifford depth)
SEED = 0  # of synthetic keys


def iteration_depths(circuit: Circuit, n_keys: int, head_dim: int, bits: int) -> Depths:
    """One oracle and one reflection; its parts touch the same wires one after another, so depths add up."""
    (t_depth,), (layers,) = sums_depths(_typical_sums(head_dim, bits), [0], [1], circuit.inner_product)
    both = look_up_clifford_depth(circuit, n_keys, head_dim * bits)
    look_up, reflection = look_up_t_depth(circuit, n_keys, head_dim * bits), reflection_t_depth(n_keys, 0)
    return int(look_up + t_depth + reflection), int(iteration_clifford_depth(*both, layers, n_keys))


@lru_cache(maxsize=64)
def _typical_sums(head_dim: int, bits: int) -> RowSums:
    """A typical row's; its sum knows no n."""
    weights, threshold = _row(head_dim, bits, 2**14, 16)
    return RowSums.from_weights([weights], [threshold], bits)


def gate_costs(circuit: Circuit, n_keys: int, head_dim: int, bits: int, n_heavy: int) -> tuple[int, int, int]:
    """(T depth, Clifford depth, qubits) of one iteration's gates, lowered with synthetic keys."""
    weights, threshold = _row(head_dim, bits, n_keys, n_heavy)
    half = 1 << (bits - 1)
    keys = np.random.default_rng(SEED).integers(-half, half, (n_keys, head_dim))
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, bits), weights, threshold, circuit=circuit)
    program = lower(GroverIterate(oracle))
    plan = schedule(program)
    return plan.t_depth, plan.clifford_depth, count(program).qubits


def _row(head_dim: int, bits: int, n_keys: int, n_heavy: int) -> tuple[tuple[int, ...], int]:
    weights = typical_weights(head_dim, bits)
    return tuple(weights.tolist()), typical_threshold(weights, bits, n_keys, n_heavy)


LOGICAL_STEP_US = 10.0  # a reaction time (Gidney and Ekera, arXiv:1905.09749, section 2)


@attrs.frozen(kw_only=True)
class Point:
    """A square problem without data: n = n_queries = n_keys, b = key_bits = query_bits."""

    n: int
    k: int
    d: int
    b: int
    p_fail: float = 1e-3

    @property
    def letters(self) -> dict[str, int]:
        """The values of n, k, d and b by these names."""
        return {"n": self.n, "k": self.k, "d": self.d, "b": self.b}

    @property
    def problem(self) -> AttentionProblem:
        """The point as a problem without data."""
        return AttentionProblem(
            n_queries=self.n,
            n_keys=self.n,
            head_dim=self.d,
            n_heavy=self.k,
            key_bits=self.b,
            query_bits=self.b,
            p_fail=self.p_fail,
        )


@attrs.frozen(kw_only=True)
class FoundAndProved:
    """A cost of all rows: what finding takes, and what proving that nothing is left takes."""

    find: float
    certificate: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.find + self.certificate


@lru_cache(maxsize=64)
def _rows(problem: AttentionProblem) -> RowGroups:
    return typical_rows(problem)


def best_plan(loader: LoaderKind, point: Point, search: str) -> Plan:
    """The loader with the power-of-two block of fewest Toffolis in one look-up and its unload."""
    return Plan(circuit=_best_circuit(loader, point), search=search)


@lru_cache(maxsize=1024)  # all loaders on all grids: whatever searches, the circuit is one
def _best_circuit(loader: LoaderKind, point: Point) -> Circuit:
    if not loader.has_blocks:
        return Circuit(loader=loader)
    # Beyond sqrt(n) keys a block, picking outweighs walking even for words of one bit.
    blocks = [1 << low for low in range(1, point.n.bit_length() // 2 + 2)]
    circuits = [Circuit(loader=loader, block_size=block) for block in blocks]
    return min(circuits, key=lambda circuit: look_up_toffoli(circuit, point))


def look_up_toffoli(circuit: Circuit, point: Point) -> int:
    """Of one look-up and its unload."""
    sizes = (point.n, point.d * point.b)
    return int((load_of(circuit, *sizes) + unload_of(circuit, *sizes)).toffoli)


def totals_of(loader: LoaderKind, point: Point, search: str) -> PlanTotals:
    """The plan's closed forms."""
    problem = point.problem
    return plan_totals(problem, best_plan(loader, point, search), _rows(problem), searches_of(problem))


@lru_cache(maxsize=64)
def searches_of(problem: AttentionProblem) -> Searches:
    """What is known of its searches: loaders search alike."""
    del problem
    return Searches()


def formula_costs(totals: PlanTotals) -> dict[Cost, FoundAndProved]:
    """Every cost of all rows from closed forms; states prepared and read out between runs are left out."""
    return {cost: _all_rows(totals, *each) for cost, each in _iteration_costs(totals).items()}


def _iteration_costs(totals: PlanTotals) -> dict[Cost, tuple[float, float]]:
    """(finding iteration, mean iteration of the certificate) of each cost."""
    problem, each = totals.problem, totals.t_per_rotation
    toffoli, measured, turns = (
        _with_phases(totals, field) for field in ("toffoli", "measurement", "rotation")
    )
    sizes = (problem.n_keys, problem.head_dim, problem.key_bits)
    t_depth, clifford_depth = iteration_depths(totals.plan.circuit, *sizes)
    depths = [t_depth + turn * each for turn in turns]
    step_s = 1e-6 * LOGICAL_STEP_US
    fix_up = float(fix_up_bit_ops(totals.plan.circuit, problem.n_keys, totals.look_up_bits).flat[0])
    t = [TOFFOLI_T * gates + turn * each for gates, turn in zip(toffoli, turns, strict=True)]
    steps = [
        bits + TOFFOLI_STEPS * gates + turn * (1 + each)
        for bits, gates, turn in zip(measured, toffoli, turns, strict=True)
    ]
    return {
        "queries": (1.0, 1.0),
        "t": (t[0], t[1]),
        "t_depth": (depths[0], depths[1]),
        "clifford_depth": (clifford_depth, clifford_depth),
        "volume": (totals.qubits * depths[0], totals.qubits * depths[1]),
        "runtime": (steps[0] * step_s, steps[1] * step_s),
        "fix_up": (fix_up, fix_up),
    }


def _with_phases(totals: PlanTotals, field: str) -> tuple[float, float]:
    """A count of a plain iteration, and its mean over the certificate, some of whose have phases."""
    plain = float(getattr(totals.iterate, field).flat[0])
    mean, certificate = totals.mean_searches, float(totals.mean_searches.certificate[0])
    if not totals.has_fixed_points or not certificate:
        return plain, plain
    uses = {name: float(getattr(mean, name)[0]) / certificate for name in ("phased", "rotations")}
    return plain, plain + sum(
        times * float(getattr(totals.parts[name].costs, field).flat[0]) for name, times in uses.items()
    )


def _all_rows(totals: PlanTotals, find: float, certificate: float) -> FoundAndProved:
    mean, rows = totals.mean_searches, float(totals.problem.n_queries)
    return FoundAndProved(
        find=rows * float(mean.find[0]) * find, certificate=rows * float(mean.certificate[0]) * certificate
    )


@lru_cache(maxsize=256)
def circuit_costs(loader: LoaderKind, point: Point, search: str) -> dict[Cost, float]:
    """One finding iteration from the call graph of its circuit: the costs that it gives at any n."""
    circuit = best_plan(loader, point, search).circuit
    counts = bloq_counts(GroverIterate(typical_oracle(point.problem, circuit, point.n)))
    steps = counts.measurement + TOFFOLI_STEPS * counts.toffoli
    return {"t": TOFFOLI_T * counts.toffoli, "runtime": 1e-6 * LOGICAL_STEP_US * steps}


def certificate_polylog(point: Point) -> float:
    """Logarithm ln(4 / eps) of a certificate, eps = p_fail / n (Yoder, Low, Chuang, arXiv:1409.3305)."""
    return math.log(4.0 * point.n / point.p_fail)


Costed = dict[Cost, FoundAndProved]


@attrs.frozen(kw_only=True)
class Sweep:
    """A loader along one variable: its values, the points, and their costs."""

    variable: str
    values: tuple[int, ...]
    points: tuple[Point, ...]
    costs: tuple[Costed, ...]

    def fit(self, cost: Cost, part: str) -> tuple[float, float] | None:
        """(exponent, standard error) of a part; None where it costs nothing."""
        found = [getattr(costed[cost], part) for costed in self.costs]
        if part == "certificate":
            polylogs = map(certificate_polylog, self.points)
            found = [value / polylog for value, polylog in zip(found, polylogs, strict=True)]
        return slope(self.values, found) if all(found) else None

    @property
    def proves(self) -> bool:
        """Whether the schedule certifies."""
        return all(costed["queries"].certificate for costed in self.costs)

    def fit_total(self, cost: Cost) -> tuple[float, float]:
        """(exponent, standard error) of finding and certificate together."""
        return slope(self.values, [costed[cost].total for costed in self.costs])

    def ends(self, cost: Cost) -> tuple[float, float]:
        """Local exponents of the same at both ends."""
        return ends(self.values, [costed[cost].total for costed in self.costs])


def total_scaling(sweeps: Sequence[Sweep], cost: Cost, search: str) -> TotalScaling | None:
    """Of sweeps over n, k, d and b, n first; None if the schedule proves nothing."""
    if not sweeps[0].proves:
        return None
    fits = {sweep.variable: sweep.fit_total(cost) for sweep in sweeps}
    low, high = sweeps[0].ends(cost)
    fitted, stderr = (Exponents(**{name: fit[i] for name, fit in fits.items()}) for i in (0, 1))
    return TotalScaling(search=search, fitted=fitted, stderr=stderr, low=low, high=high)
