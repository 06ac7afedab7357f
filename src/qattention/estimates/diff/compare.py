"""`compare_estimates`: two estimates side by side, and the factors by which their totals differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from qattention.errors import SpecError, bad
from qattention.estimates.diff.result import Change, DiffReport, RatioReport
from qattention.estimates.result import SCHEMA, Estimate, PhysicalFigures
from qattention.estimates.serialise import estimate_from_json, to_dict
from qattention.outside import read_json

INPUTS = ("problem", "plan", "budget", "versions")


def compare_estimates(a: Estimate, b: Estimate, names: tuple[str, str] = ("a", "b")) -> DiffReport:
    """What differs, and the factors by which the totals do."""
    left, right = to_dict(a), to_dict(b)
    return DiffReport(
        a=names[0],
        b=names[1],
        identical=left == right,
        inputs=tuple(change for part in INPUTS for change in _changes(part, left[part], right[part])),
        search=tuple(_changes("search", left["search"], right["search"])),
        iteration=tuple(_iteration_changes(left, right)),
        totals=total_ratios(a, b),
        only_a=_only(a, b),
        only_b=_only(b, a),
        machines_a=_machines(a, b),
        machines_b=_machines(b, a),
    )


def _machines(one: Estimate, other: Estimate) -> tuple[str, ...]:
    """Of one alone."""
    mine, theirs = (
        dict.fromkeys(f"{m.model} [{m.engine}]" for m in side.physical or ()) for side in (one, other)
    )
    return tuple(name for name in mine if name not in theirs)


def _only(one: Estimate, other: Estimate) -> tuple[str, ...]:
    known = set(other.assumptions)
    return tuple(f"{note.text} [{note.source}]" for note in one.assumptions if note not in known)


def _changes(path: str, a: Any, b: Any) -> Iterator[Change]:
    """Scalars below `path` that differ, in the order of a, then those of b alone."""
    if isinstance(a, Mapping) or isinstance(b, Mapping):
        inner_a, inner_b = (x if isinstance(x, Mapping) else {} for x in (a, b))
        for name in dict.fromkeys((*inner_a, *inner_b)):
            yield from _changes(f"{path}.{name}", inner_a.get(name), inner_b.get(name))
    elif a != b:
        yield Change(path=path, a=_scalar(a), b=_scalar(b))


def _scalar(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _iteration_changes(left: dict[str, Any], right: dict[str, Any]) -> Iterator[Change]:
    """Counts of a find's iteration, and of its parts by their paths: null where one lacks it.

    Then the certificate's, unless in both it is the same as the find's.
    """
    fields = ["iteration", "certificate_iteration"]
    for field in fields[: 1 + any(side[fields[0]] != side[fields[1]] for side in (left, right))]:
        a, b = (
            {name: value for name, value in side[field].items() if name != "breakdown"}
            for side in (left, right)
        )
        yield from _changes(field, a, b)
        a, b = (
            {part["path"]: part["toffoli"] for part in side[field]["breakdown"]} for side in (left, right)
        )
        yield from _changes(f"{field}.breakdown", a, b)


def total_ratios(a: Estimate, b: Estimate) -> tuple[RatioReport, ...]:
    """Expected Toffoli, T depth if both have one, logical qubits, and what every machine of both takes."""
    return (_toffoli(a, b), *_t_depth(a, b), _qubits(a, b), *_machine_ratios(a, b))


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


def _machine_ratios(a: Estimate, b: Estimate) -> list[RatioReport]:
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


def read_estimate(text: str, name: str) -> Estimate:
    """The estimate, or one line that says why there is none.

    Raises:
        SpecError: not JSON, of another schema, or with missing, unknown or ill-typed fields: the first, and
            how many more.
    """
    document = read_json(text, name)
    schema = document.get("schema") if isinstance(document, Mapping) else None
    if schema != SCHEMA:
        raise SpecError(bad(name, schema, f"of the schema {SCHEMA} (what `estimate --json` prints)"))
    try:
        return estimate_from_json(text)
    except SpecError as error:
        first, *more = error.problems
        rest = f" (and {len(more)} more)" if more else ""
        raise SpecError(f"`{name}`: is no sound estimate: {first}{rest}") from None
