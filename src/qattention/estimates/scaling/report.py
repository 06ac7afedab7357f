"""`scaling_report`: every loader and cost fitted, compared with the claim, and held against circuits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

import attrs

from qattention.circuit import LOADERS, LoaderKind
from qattention.errors import SpecError, bad
from qattention.estimates.scaling.fit import finite_difference_slope, require_agreement, slope
from qattention.estimates.scaling.joins import COVERED, join_verdicts
from qattention.estimates.scaling.leading import (
    CERTIFICATES,
    FINDS,
    crossover,
    iteration,
    judge,
    leading_exponents,
    row_by_row,
)
from qattention.estimates.scaling.result import (
    CertificateScaling,
    CircuitCheck,
    Claim,
    Cost,
    Exponents,
    ScalingReport,
    Verdict,
)
from qattention.estimates.scaling.shared import SEARCH as SHARED_SEARCH
from qattention.estimates.scaling.shared import shared_verdicts, shares
from qattention.estimates.scaling.sweeps import (
    LOGICAL_STEP_US,
    Costed,
    Point,
    Sweep,
    best_plan,
    circuit_costs,
    formula_costs,
    gate_costs,
    iteration_depths,
    total_scaling,
    totals_of,
)
from qattention.lowering.schedule import DEFAULT_PARALLELISM
from qattention.plan.algorithms import ALGORITHMS, JOINS, OF_ROWS, ROW_BY_ROW, SHARED_LOAD
from qattention.search import TEXTBOOK_SCHEDULE

GATE_POINTS = tuple(Point(n=2**m, k=4, d=8, b=4) for m in (6, 8, 10, 12))  # lowered in a second
Source = Literal["bloqs", "gates", "search"]


def check_of(loader: LoaderKind, cost: Cost, search: str, sweep: Sweep) -> CircuitCheck | None:
    """The check of a loader and cost; `sweep` runs over n. None for depths of a loader that has no gates.

    Raises:
        CheckFailed: the exponents are further apart than the tolerance.
    """
    if cost == "queries":
        found = [costed[cost].find for costed in sweep.costs]
        return _checked(loader, cost, "search", sweep.values, found, None)
    if cost in ("t", "runtime"):
        built = [circuit_costs(loader, point, search)[cost] for point in sweep.points]
        closed = [costed[cost].find / costed["queries"].find for costed in sweep.costs]
        return _checked(loader, cost, "bloqs", sweep.values, built, closed)
    if loader.is_device or cost == "fix_up":  # XORs are the classical side's: `iteration.classical_bit_ops`
        return None
    sizes = tuple(point.n for point in GATE_POINTS)
    built = [gates_at(loader, point, search)[cost] for point in GATE_POINTS]
    closed = [_small_formula(loader, point, search)[cost] for point in GATE_POINTS]
    return _checked(loader, cost, "gates", sizes, built, closed)


def _checked(
    loader: LoaderKind,
    cost: Cost,
    source: Source,
    sizes: tuple[int, ...],
    built: list[float],
    closed: list[float] | None,
) -> CircuitCheck:
    fitted, _ = slope(sizes, built)
    formula = leading_exponents(FINDS).n if closed is None else finite_difference_slope(sizes, closed)
    require_agreement(f"{loader} {cost}", fitted, formula)
    return CircuitCheck(source=source, n_keys=sizes, fitted=fitted, formula=formula)


@lru_cache(maxsize=256)
def gates_at(loader: LoaderKind, point: Point, search: str) -> dict[Cost, float]:
    """Depths and volume of one iteration, lowered."""
    circuit = best_plan(loader, point, search).circuit
    t_depth, clifford_depth, qubits = gate_costs(circuit, point.n, point.d, point.b, point.k)
    return {"t_depth": t_depth, "clifford_depth": clifford_depth, "volume": t_depth * qubits}


@lru_cache(maxsize=256)
def _small_formula(loader: LoaderKind, point: Point, search: str) -> dict[Cost, float]:
    totals = totals_of(loader, point, search)
    t_depth, clifford_depth = iteration_depths(totals.plan.circuit, point.n, point.d, point.b)
    return {"t_depth": t_depth, "clifford_depth": clifford_depth, "volume": t_depth * totals.qubits}


# Restarted searches of unknown k and a certificate (quant-ph/9605034), the paper's theorem 3.1; the default
# schedule of an estimate gives the same exponents and takes ten times as long to measure.
SEARCH = TEXTBOOK_SCHEDULE
COSTS: tuple[Cost, ...] = ("queries", "t", "t_depth", "clifford_depth", "volume", "runtime", "fix_up")
N_KEYS = tuple(2**m for m in (14, 18, 22, 26, 30))  # 4.8 decades; even powers keep the blocks' rounding alike
N_HEAVY, HEAD_DIM, KEY_BITS = (4, 16, 64, 256), (32, 64, 128, 256), (4, 8, 16)
GRIDS = {"n": N_KEYS, "k": N_HEAVY, "d": HEAD_DIM, "b": KEY_BITS}
BASE = Point(n=2**22, k=16, d=128, b=8)

CONVENTIONS = (
    "n queries against n keys, every row searched by itself with its k promised heavy keys; b bits of keys "
    "and queries alike. The claim counts words, so a power of b is no breach.",
    "leading: the term that dominates as n grows, logarithms ignored, of finding. finding: fitted to the "
    "finding part, one variable at a time, others at `base`; logarithms stay in the fits of t_depth, where "
    "an address bit is a layer. all: fitted to finding and certificate together, all rows and all of p_fail: "
    "what a bill grows by; with its local exponents of n at the first and the last step of the grid.",
    "crossover: n at which the leading term is half of one iteration's terms, at the base's d and b; a fit "
    "in a window about it is of no power law.",
    "Blocks are those of fewest Toffolis in one look-up and its unload; all costs are of that one circuit.",
    "t counts four a Toffoli. t_depth: controls of a layer fan out freely. clifford_depth: at most "
    f"{DEFAULT_PARALLELISM} Clifford gates or measurements a layer, a one-to-many CNOT one. volume: qubits "
    "times t_depth.",
    f"runtime: {LOGICAL_STEP_US:g} us a sequential logical step (arXiv:2211.07629, equation D3: "
    "measurements, and three steps a Toffoli); the code distance, a polylog, is held fixed, and fix-ups "
    "are in time. fix-ups: classical XORs of bits between an unload's measurements and its fix-up, all that "
    "is measured of a row times n / 2. Start states and readouts are in no row.",
    "shared-load: the rows that share a load are those of fewest Toffolis at every point, searched with "
    f"{SHARED_SEARCH} (finds alone; its means are closed forms however many keys are marked). all: the same "
    "rows a load, searched and certified as one with the schedule of rows that are searched alone.",
    "check: one iteration of constructed circuits against the closed form, on the same grid.",
)


def scaling_report(
    loaders: Sequence[str | LoaderKind] | None = None,
    *,
    search: str = SEARCH,
    base: Point = BASE,
    algorithms: Sequence[str] = tuple(OF_ROWS),
    advance: Callable[[], None] = lambda: None,
) -> ScalingReport:
    """The verdicts; `advance` is called after each loader.

    Raises:
        SpecError: no such loader or algorithm.
        CheckFailed: circuits and closed forms do not scale alike.
    """
    kinds = available() if loaders is None else tuple(map(LOADERS.find, loaders))
    wrong = [one for one in algorithms if one not in ALGORITHMS]
    problems = [bad("algorithm", one, " or ".join(ALGORITHMS)) for one in wrong]
    if problems:
        raise SpecError(problems)
    verdicts: list[Verdict] = []
    for loader in kinds:
        if ROW_BY_ROW.name in algorithms:
            verdicts += _verdicts(loader, search, base)
        if SHARED_LOAD.name in algorithms and shares(loader):
            verdicts += shared_verdicts(loader, base, GRIDS, search)
        for algorithm in (one for one in algorithms if one in JOINS and loader.has_fix_up):
            verdicts += join_verdicts(algorithm, loader, base, GRIDS)
        advance()
    return ScalingReport(
        search=search,
        p_fail=base.p_fail,
        n_keys=N_KEYS,
        n_heavy=N_HEAVY,
        head_dim=HEAD_DIM,
        key_bits=KEY_BITS,
        base=base.letters,
        verdicts=tuple(verdicts),
        conventions=(*CONVENTIONS, *(COVERED if set(JOINS) & set(algorithms) else ())),
    )


def available() -> tuple[LoaderKind, ...]:
    """Loaders of the family whose leading terms are written down."""
    return tuple(kind for kind in LOADERS.values() if kind.leading is not None)


def _verdicts(loader: LoaderKind, search: str, base: Point) -> list[Verdict]:
    sweeps = _sweeps(loader, search, base)
    some = [cost for cost in COSTS if sweeps[0].costs[0][cost].find]  # a device has no fix-ups
    return [_verdict(loader, cost, search, base, sweeps) for cost in some]


def _sweeps(loader: LoaderKind, search: str, base: Point) -> tuple[Sweep, ...]:
    costed: dict[Point, Costed] = {}
    sweeps = []
    for variable, values in GRIDS.items():
        points = tuple(attrs.evolve(base, **{variable: value}) for value in values)
        for point in points:
            if point not in costed:
                costed[point] = formula_costs(totals_of(loader, point, search))
        sweeps.append(
            Sweep(variable=variable, values=values, points=points, costs=tuple(map(costed.get, points)))  # type: ignore[arg-type]
        )
    return tuple(sweeps)


def _verdict(loader: LoaderKind, cost: Cost, search: str, base: Point, sweeps: tuple[Sweep, ...]) -> Verdict:
    each = None if loader.leading is None else iteration(row_by_row(loader), cost)
    leading = None if each is None else leading_exponents(FINDS * each)
    finding, proving = _fits(sweeps, cost, "find"), _fits(sweeps, cost, "certificate")
    assert finding is not None  # every schedule iterates to find
    answer, assumption = judge(loader, cost, leading, finding[0])
    return Verdict(
        algorithm=ROW_BY_ROW.name,
        loader=loader.name,
        cost=cost,
        claimed=Claim(),
        leading=leading,
        fitted=finding[0],
        stderr=finding[1],
        verdict=answer,
        assumption=assumption,
        certificate=None
        if proving is None
        else CertificateScaling(
            leading=None if each is None else leading_exponents(CERTIFICATES * each),
            fitted=proving[0],
            stderr=proving[1],
        ),
        total=total_scaling(sweeps, cost, search),
        crossover_n=None if each is None else crossover(each, base.letters),
        check=check_of(loader, cost, search, sweeps[0]),
        totals=tuple(costed[cost].total for costed in sweeps[0].costs),
    )


def _fits(sweeps: tuple[Sweep, ...], cost: Cost, part: str) -> tuple[Exponents, Exponents] | None:
    """(exponents, standard errors) of a part; None if the schedule has none of it."""
    found = {sweep.variable: sweep.fit(cost, part) for sweep in sweeps}
    known = {variable: fit for variable, fit in found.items() if fit is not None}
    if len(known) < len(found):
        return None
    values, errors = ({name: fit[i] for name, fit in known.items()} for i in (0, 1))
    return Exponents(**values), Exponents(**errors)
