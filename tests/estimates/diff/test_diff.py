"""Two estimates: every difference is told once, and factors multiply to their ratio."""

import json
import math
from typing import Any

import attrs
import jsonschema
import pytest

from qattention.errors import SpecError
from qattention.estimates import Estimate, estimate, to_dict, to_json, with_physical
from qattention.estimates.diff import DiffReport, RatioReport, compare_estimates, read_estimate
from qattention.generated.schemas import command_schemas
from qattention.plan import Plan
from qattention.problem import AttentionProblem

SIZES = {"n_queries": 64, "n_keys": 64, "head_dim": 4, "n_heavy": 2}


@pytest.fixture(scope="module")
def left() -> Estimate:
    return with_physical(estimate(AttentionProblem(**SIZES), Plan.of(loader="one-hot")))


@pytest.fixture(scope="module")
def right() -> Estimate:
    other = AttentionProblem(**(SIZES | {"n_keys": 50, "key_bits": 5}))  # phases, rotations, an unload
    return with_physical(estimate(other, Plan.of(loader="qrom")))


@pytest.fixture(scope="module")
def found(left: Estimate, right: Estimate) -> DiffReport:
    return compare_estimates(left, right)


def total(report: DiffReport, path: str) -> RatioReport:
    return next(one for one in report.totals if one.path.endswith(path))


def test_inputs_that_differ_are_told_and_no_others(found: DiffReport) -> None:
    told = {change.path: (change.a, change.b) for change in found.inputs}
    budget = {path for path in told if path.startswith("budget.")}
    assert {path: told[path] for path in told if path not in budget} == {
        "problem.n_keys": (64, 50),
        "problem.key_bits": (8, 5),
        "plan.loader": ("one-hot", "qrom"),
    }
    assert budget == {"budget.search", "budget.synthesis"}


def test_parts_that_one_lacks_are_null_there(found: DiffReport) -> None:
    parts = {change.path: change for change in found.iteration}
    assert parts["iteration.breakdown.oracle/unload"].a is None
    assert parts["iteration.breakdown.oracle/unload"].b
    assert not any(path.startswith("certificate_iteration.") for path in parts)  # the same in both


def test_a_certificate_of_its_own_is_told(left: Estimate, right: Estimate) -> None:
    phased = attrs.evolve(left.certificate_iteration, rotation=2)
    found = compare_estimates(attrs.evolve(left, certificate_iteration=phased), right)
    changes = {change.path: (change.a, change.b) for change in found.iteration}
    assert changes["certificate_iteration.rotation"] == (2, right.certificate_iteration.rotation)


def test_factors_multiply_to_every_ratio(left: Estimate, right: Estimate, found: DiffReport) -> None:
    assert len(found.totals) > 2
    for one in found.totals:
        assert one.ratio == pytest.approx(one.b / one.a)
        assert math.prod(one.factors.values()) == pytest.approx(one.ratio)
        assert one.factors["the rest"] == pytest.approx(1, rel=0.5)
    toffoli = total(found, "expected.toffoli").factors
    assert toffoli["iterations"] == pytest.approx(
        right.search.iterations_total / left.search.iterations_total
    )
    parts = {name: value for name, value in toffoli.items() if name not in ("iterations", "the rest")}
    assert set(parts) == {"oracle/load", "oracle/unload", "oracle/inner_product", "reflection"}
    assert math.prod(parts.values()) == pytest.approx(right.iteration.toffoli / left.iteration.toffoli)
    assert parts["oracle/unload"] > 1 > parts["oracle/inner_product"]


def test_swapping_the_two_inverts_the_factors(left: Estimate, right: Estimate, found: DiffReport) -> None:
    back = compare_estimates(right, left)
    for one, other in zip(found.totals[:2], back.totals[:2], strict=True):
        assert one.ratio == pytest.approx(1 / (other.ratio or 0))
        for name, factor in one.factors.items():
            assert factor == pytest.approx(1 / other.factors[name])
    assert (back.only_a, back.only_b) == (found.only_b, found.only_a)
    assert any("words of 20 bits" in note for note in found.only_b)


def test_a_breakdown_of_one_part_is_one_factor(left: Estimate, right: Estimate) -> None:
    part = attrs.evolve(left.iteration, breakdown=left.iteration.breakdown[:1])
    found = compare_estimates(attrs.evolve(left, iteration=part), right)
    assert set(total(found, "expected.toffoli").factors) == {"iterations", "one iteration", "the rest"}


def test_the_same_estimate_differs_in_nothing(left: Estimate) -> None:
    found = compare_estimates(left, read_estimate(to_json(left), "a"))
    assert found.identical
    assert found.inputs == found.search == found.iteration == found.only_a == found.only_b == ()
    assert [one.ratio for one in found.totals] == pytest.approx([1.0] * len(found.totals), rel=1e-5)  # digits


def test_a_figure_outside_every_list_is_a_difference(left: Estimate) -> None:
    memory = attrs.evolve(left.memory, writes=1)
    assert not compare_estimates(left, attrs.evolve(left, memory=memory)).identical


def test_nothing_is_divided_by_zero(left: Estimate) -> None:
    nothing = attrs.evolve(left.logical, expected=attrs.evolve(left.logical.expected, toffoli=0.0))
    free = attrs.evolve(left.iteration, toffoli=0, breakdown=())
    found = compare_estimates(attrs.evolve(left, logical=nothing, iteration=free, physical=None), left)
    assert (found.totals[0].ratio, found.totals[0].factors) == (None, {})
    assert len(found.totals) == 3  # no machine that both have


def test_t_depth_is_iterations_times_layers(left: Estimate, right: Estimate, found: DiffReport) -> None:
    layers = total(found, "expected.t_depth")
    assert layers.ratio == pytest.approx(
        (right.logical.expected.t_depth or 0) / (left.logical.expected.t_depth or 1)
    )
    assert layers.factors["layers of an iteration"] == pytest.approx(
        (right.iteration.t_depth or 0) / (left.iteration.t_depth or 1)
    )
    unknown = attrs.evolve(left.logical, expected=attrs.evolve(left.logical.expected, t_depth=None))
    without = compare_estimates(attrs.evolve(left, logical=unknown), right)
    assert not any(one.path.endswith("t_depth") for one in without.totals)


def test_machines_of_one_alone_are_told(left: Estimate, right: Estimate) -> None:
    assert left.physical is not None
    found = compare_estimates(
        attrs.evolve(left, physical=left.physical[1:]), attrs.evolve(right, physical=None)
    )
    assert found.machines_a
    assert found.machines_b == ()
    same = compare_estimates(left, right)
    assert same.machines_a == same.machines_b == ()


def test_a_machine_of_zeros_has_no_factors(left: Estimate) -> None:
    assert left.physical is not None
    broken = attrs.evolve(left.physical[0], runtime_s=0.0, physical_qubits=0, waiting=0.0)
    found = compare_estimates(attrs.evolve(left, physical=(broken, *left.physical[1:])), left)
    zero, _, *others = [one for one in found.totals if "[" in one.path]
    assert (zero.ratio, zero.factors) == (None, {})
    assert all(one.factors for one in others[:2])


def test_json_keeps_to_the_published_schema(found: DiffReport) -> None:
    document = {"schema": "qattention/diff/1", **json.loads(to_json(found))}
    jsonschema.validate(document, command_schemas()["diff"])
    assert list(to_dict(found)["totals"][0]) == ["path", "a", "b", "ratio", "factors"]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            ("logical", "expected", "toffoli"),
            -5.0,
            "logical.expected.toffoli`: got '-5'; must be in 0..1e300",
        ),
        (("physical", 0, "waiting"), -1.0, "physical.0.waiting"),
        (("memory", "cells"), 10**400, "memory.cells`: got 'a longer number'"),
        (("iteration", "breakdown", 0, "toffoli"), -1, "iteration.breakdown.0.toffoli"),
    ],
)
def test_counts_that_count_nothing_are_refused(
    left: Estimate, path: tuple[str | int, ...], value: float, told: str
) -> None:
    document = to_dict(left)
    here: Any = document
    for name in path[:-1]:
        here = here[name]
    here[path[-1]] = value
    with pytest.raises(SpecError) as caught:
        read_estimate(json.dumps(document), "x.json")
    assert told in caught.value.problems[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "`x.json`: is not JSON"),
        ("[]", "`x.json`: got None; must be of the schema qattention/estimate/1"),
        ('{"schema": "qattention/run/1"}', "`x.json`: got 'qattention/run/1'"),
        ('{"schema": "qattention/estimate/1"}', "`x.json`: is no sound estimate: .*problem.*more"),
    ],
)
def test_a_foreign_file_is_one_line(text: str, told: str) -> None:
    with pytest.raises(SpecError, match=told) as caught:
        read_estimate(text, "x.json")
    assert len(caught.value.problems) == 1
