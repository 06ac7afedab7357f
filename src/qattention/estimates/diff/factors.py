"""The factors whose product is the ratio of two totals."""

from __future__ import annotations

import math

from qattention.estimates.diff.model import RatioReport
from qattention.estimates.model import Estimate, PhysicalFigures


def total_ratios(a: Estimate, b: Estimate) -> tuple[RatioReport, ...]:
    """Expected Toffoli, T depth if both have one, logical qubits, and what every machine of both takes."""
    return (_toffoli(a, b), *_t_depth(a, b), _qubits(a, b), *_machines(a, b))


def _toffoli(a: Estimate, b: Estimate) -> RatioReport:
    """Iterations x Toffoli of an iteration, part by part; the rest is start states, certificates, other rows.

    A part's factor is exp(its change over the logarithmic mean of both sums), so that the factors of all
    parts multiply to the ratio of the sums exactly, parts that one of the two lacks included (Ang, Energy
    Policy 33 (2005) 867: the logarithmic mean Divisia index).
    """
    path, left, right = "logical.expected.toffoli", a.logical.expected.toffoli, b.logical.expected.toffoli
    iterations = _ratio(a.search.iterations_total, b.search.iterations_total)
    parts = _part_factors(a, b)
    if iterations is None or parts is None:
        return _report(path, left, right, {})
    return _report(path, left, right, {"iterations": iterations} | parts)


def _part_factors(a: Estimate, b: Estimate) -> dict[str, float] | None:
    """None where an iteration has no Toffoli; one factor for all where a breakdown is of one part only."""
    whole_a, whole_b = a.iteration.toffoli, b.iteration.toffoli
    whole = _ratio(whole_a, whole_b)
    if whole is None:
        return None
    left, right = ({part.path: part.toffoli for part in one.iteration.breakdown} for one in (a, b))
    if (sum(left.values()), sum(right.values())) != (whole_a, whole_b):
        return {"one iteration": whole}
    mean = whole_a if whole_a == whole_b else (whole_b - whole_a) / math.log(whole)
    names = dict.fromkeys((*left, *right))
    return {name: math.exp((right.get(name, 0) - left.get(name, 0)) / mean) for name in names}


def _t_depth(a: Estimate, b: Estimate) -> list[RatioReport]:
    """Iterations x layers of an iteration."""
    left, right = a.logical.expected.t_depth, b.logical.expected.t_depth
    if left is None or right is None:
        return []
    factors = {
        "iterations": _ratio(a.search.iterations_total, b.search.iterations_total),
        "layers of an iteration": _ratio(a.iteration.t_depth or 0, b.iteration.t_depth or 0),
    }
    known = {name: factor for name, factor in factors.items() if factor is not None}
    return [_report("logical.expected.t_depth", left, right, known if len(known) == len(factors) else {})]


def _qubits(a: Estimate, b: Estimate) -> RatioReport:
    """Bits of a key, which every plan holds, and what the plan makes of them."""
    word = _ratio(*(one.problem.head_dim * one.problem.key_bits for one in (a, b)))
    left, right = a.logical.qubits, b.logical.qubits
    return _report("logical.qubits", left, right, {"bits of a key": word or 1.0})


def _machines(a: Estimate, b: Estimate) -> list[RatioReport]:
    """Qubits and runtime of the fastest point of every engine and model that both have."""
    left, right = _fastest(a), _fastest(b)
    shared = [key for key in left if key in right]
    if not shared:
        return []
    from qattention.estimates.physical import compare  # takes half a second

    found = []
    for key in shared:
        one, two = left[key], right[key]
        name, of_qubits, of_runtime = f"{key[1]} [{key[0]}]", dict[str, float](), dict[str, float]()
        if all(_parameters(one)) and all(_parameters(two)):
            ratio = compare(two, one)
            of_qubits, of_runtime = ratio.qubit_factors, ratio.runtime_factors
        qubits = one.physical_qubits, two.physical_qubits
        found.append(_report(f"{name}: physical_qubits", *qubits, of_qubits))
        found.append(_report(f"{name}: runtime_s", one.runtime_s, two.runtime_s, of_runtime))
    return found


def _parameters(one: PhysicalFigures) -> tuple[float, ...]:
    """What factors divide by."""
    sizes = one.physical_qubits, one.n_tiles, one.patch_qubits
    return (*sizes, one.runtime_s, one.n_steps, one.code_distance, one.cycle_time_us, one.waiting)


def _fastest(estimate: Estimate) -> dict[tuple[str, str], PhysicalFigures]:
    found: dict[tuple[str, str], PhysicalFigures] = {}
    for one in estimate.physical or ():
        found.setdefault((one.engine, one.model), one)
    return found


def _report(path: str, a: float, b: float, factors: dict[str, float]) -> RatioReport:
    """With one factor more, "the rest", so that the product is the ratio whatever was left out."""
    ratio = _ratio(a, b)
    if ratio is None:
        return RatioReport(path=path, a=float(a), b=float(b), ratio=None, factors={})
    rest = {"the rest": ratio / math.prod(factors.values())}
    return RatioReport(path=path, a=float(a), b=float(b), ratio=ratio, factors=factors | rest)


def _ratio(a: float, b: float) -> float | None:
    return b / a if a and b else None
