"""Estimates in symbols: every number that an estimate tells, on a grid, and Bartiq reads the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sympy
import yaml  # type: ignore[import-untyped]
from bartiq import compile_routine, evaluate
from qref import SchemaV1

from qattention.api.exporters import ESTIMATE_FORMATS
from qattention.api.verbs import request
from qattention.circuit import INNER_PRODUCTS, LOADERS
from qattention.errors import SpecError
from qattention.estimates import Estimate
from qattention.export.symbolic_qref import RESOURCES, meaning_lines, to_symbolic_qref
from qattention.search import SCHEDULES

# n, d, b, q, k: n a power of two, its neighbour, odd, twice an odd number; one component, one bit.
GRID = [(64, 3, 5, 5, 4), (65, 1, 3, 6, 2), (37, 2, 8, 8, 5), (100, 4, 1, 2, 1)]
FEW_KEYS = [
    (16, 2, 3, 3, 4),
    (8, 1, 2, 2, 8),
    (4, 1, 2, 2, 1),
    (12, 1, 2, 2, 6),
]  # phases that are no rotations
FORMULA = next(name for name, kind in SCHEDULES.items() if kind.has_matched_steps)
WORDS = {
    "sum_over": lambda term, index, low, high: sympy.Sum(term, (index, low, high)),
    "log2": lambda x: sympy.log(x, 2),
    "max": sympy.Max,
    "min": sympy.Min,
    "PI": sympy.pi,
}


def estimated(point: tuple[int, ...], **options: Any) -> Estimate:
    n, d, b, q, k = point
    sizes = {"n_tokens": n, "head_dim": d, "key_bits": b, "query_bits": q, "n_heavy": k}
    loader = LOADERS[options.setdefault("loader", next(iter(LOADERS)))]
    block = {"block_size": 4} if loader.has_blocks else {}
    plan = {
        "search": FORMULA,
        "padding": "off",
        "rows_per_load": 1,
        "inner_product": next(iter(INNER_PRODUCTS)),
    } | block
    return request(None, **sizes, **plan | options).estimate()


def here(estimate: Estimate, document: dict[str, Any]) -> dict[str, float]:
    """What the head of the file says that the parameters are."""
    lines = [line.split(":")[0::1] for line in meaning_lines(estimate, document)]
    return {name: float(rest[-1].rpartition("; ")[2].split()[0]) for name, *rest in lines}


def valued(node: Mapping[str, Any], at: Mapping[str, float]) -> dict[str, sympy.Expr]:
    """Resources of a node, every parameter being called alike all the way down."""
    own = {one["name"]: number(one["value"], at) for one in node.get("resources", ())}
    for child in node.get("children", ()):
        for name, value in valued(child, at).items():
            own[name] = own.get(name, 0) + value
    times = number(node["repetition"]["count"], at) if "repetition" in node else 1
    return {name: times * value for name, value in own.items()}


def number(expression: str | int, at: Mapping[str, float]) -> sympy.Expr:
    names = {symbol: sympy.Symbol(symbol) for symbol in (*at, "i", "t")}
    found = sympy.sympify(str(expression), locals={**WORDS, **names})
    exact = {names[name]: int(value) if value == int(value) else value for name, value in at.items()}
    return sympy.sympify(found).subs(exact).doit()


def told(estimate: Estimate) -> dict[str, float]:
    return {name: getattr(estimate.logical.expected, name) for name in RESOURCES}


GATES = [name for name, kind in LOADERS.items() if kind.in_symbols]
FEW = GATES[:2]
CASES = [
    *[pytest.param({"loader": name}, point) for name in GATES for point in GRID],
    *[pytest.param({"inner_product": name}, point) for name in INNER_PRODUCTS for point in GRID[:2]],
    *[pytest.param({"loader": name, "padding": "on"}, GRID[2]) for name in GATES],
]


@pytest.mark.parametrize(("options", "point"), CASES)
def test_the_parameters_of_an_estimate_give_its_numbers(
    options: dict[str, Any], point: tuple[int, ...]
) -> None:
    estimate = estimated(point, **options)
    document = to_symbolic_qref(estimate)
    assert set(document["program"]["input_params"]) == {"n", "d", "b", "q", "k", "sum_saving"}
    found = valued(document["program"], here(estimate, document))
    assert {name: float(found.get(name, 0)) for name in RESOURCES} == told(estimate)


def test_one_document_gives_the_numbers_of_other_sizes() -> None:
    """Only what is said to be chosen for a plan is kept: loader, block and form."""
    document = to_symbolic_qref(estimated(GRID[0]))
    for point in GRID[1:] + FEW_KEYS:
        estimate = estimated(point)
        found = valued(document["program"], here(estimate, document))
        assert {name: float(found.get(name, 0)) for name in RESOURCES} == told(estimate)


def test_without_a_saving_it_is_a_bound() -> None:
    for point in GRID:
        estimate = estimated(point)
        document = to_symbolic_qref(estimate)
        at = here(estimate, document)
        assert at["sum_saving"] > 0
        bound = valued(document["program"], at | {"sum_saving": 0})["toffoli"]
        assert bound > estimate.logical.expected.toffoli


def test_means_of_other_searches_are_parameters() -> None:
    estimate = estimated(GRID[0], search=next(iter(SCHEDULES)))
    document = to_symbolic_qref(estimate)
    assert {"iterations_per_row", "runs_per_row"} <= set(document["program"]["input_params"])
    at = here(estimate, document)
    found = valued(document["program"], at)["toffoli"]
    # A certificate's iterations may carry phases, an And each: they are costed as plain ones here.
    assert float(found) == pytest.approx(estimate.logical.expected.toffoli, rel=0.01)


def test_bartiq_evaluates_the_file_at_any_size() -> None:
    estimate = estimated(GRID[0], loader=next(name for name, kind in LOADERS.items() if kind.has_blocks))
    text = ESTIMATE_FORMATS["qref-symbolic"](estimate, "An estimate")
    assert text.startswith("# An estimate\n# b: bits of a key's component; 5 here\n")
    compiled = compile_routine(SchemaV1(**yaml.safe_load(text))).routine
    document = to_symbolic_qref(estimate)
    for point in GRID[:3]:
        other = estimated(point, loader=estimate.plan.circuit.loader.name)
        found = evaluate(compiled, {k: int(v) for k, v in here(other, document).items()}).routine
        assert {name: float(found.resources[name].value) for name in RESOURCES} == told(other)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"causal": True}, "`causal`: got True; must be False: symbols are of rows that see the same keys"),
        ({"rows_per_load": 2, "search": next(iter(SCHEDULES))}, "`rows_per_load`: got 2; must be 1"),
    ],
)
def test_what_has_no_symbols_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        to_symbolic_qref(estimated(GRID[0], **options))
