"""The JSON of an estimate: the contract's fields, the published schema, and back again."""

import json
from importlib.resources import files

import jsonschema
import pytest

from qattention.errors import SpecError
from qattention.estimates import Estimate, estimate_from_json, estimate_schema, to_dict, to_json

# The fields that other programs rely on (the command's contract); more may be added.
CONTRACT = {
    "problem": "n_queries n_keys head_dim v_dim n_heavy key_bits query_bits causal p_fail p_fail_scope",
    "plan": "algorithm loader block_size inner_product search rows_per_load padding minimize",
    "budget": "search synthesis memory",
    "search": "iterations_per_row find_iterations_per_row certificate_iterations_per_row iterations_total "
    "worst_case_iterations_per_row",
    "iteration": "toffoli t t_depth clifford_depth qubits classical_bit_ops breakdown",
    "certificate_iteration": "toffoli t t_depth clifford_depth qubits classical_bit_ops breakdown",
    "logical": "expected worst_case qubits",
    "memory": "cells writes reads",
    "classical_work": "inner_products bit_ops inference_flops",
    "physical": "",
    "classical": "",
    "witnesses": "",
    "verified_at": "",
    "assumptions": "",
    "versions": "",
    "free": "",  # null where all keys are searched
}


@pytest.fixture(params=["of_head", "without_data"])
def found(request: pytest.FixtureRequest) -> Estimate:
    estimate: Estimate = request.getfixturevalue(request.param)
    return estimate


def test_every_field_of_the_contract_is_there(found: Estimate) -> None:
    plain = to_dict(found)
    assert plain["schema"] == "qattention/estimate/1"
    assert set(plain) == {"schema", *CONTRACT}
    for name, fields in CONTRACT.items():
        assert all(field in plain[name] for field in fields.split())
    totals = {"toffoli", "t", "clifford", "measurement", "rotation", "t_depth", "volume"}
    for part in ("expected", "worst_case"):
        assert set(plain["logical"][part]) == totals | {"clifford_depth"}


def test_json_keeps_to_the_published_schema(found: Estimate) -> None:
    schema = json.loads(files("qattention.estimates").joinpath("schema/estimate-1.json").read_text())
    assert schema == json.loads(json.dumps(estimate_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(to_json(found)), schema)


@pytest.mark.parametrize(
    "path", [("budget", "search"), ("iteration", "toffoli"), ("logical", "worst_case", "t"), ("physical",)]
)
def test_a_missing_or_wrong_field_breaks_the_schema(of_head: Estimate, path: tuple[str, ...]) -> None:
    plain = json.loads(to_json(of_head))
    inner = plain
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = "many"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, estimate_schema())
    del inner[path[-1]]
    with pytest.raises(jsonschema.ValidationError, match="required"):
        jsonschema.validate(plain, estimate_schema())


def test_json_is_read_back_the_same(found: Estimate) -> None:
    assert to_json(estimate_from_json(to_json(found))) == to_json(found)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"schema":', '"colour": 1, "schema":', "colour"),
        ('"cells":', '"sells":', "sells"),
        ('"budget": {', '"budget": 3, "x": {', "budget"),
        ('{"schema"', '["schema"', "not JSON"),
    ],
)
def test_a_broken_file_is_refused(of_head: Estimate, old: str, new: str, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        estimate_from_json(to_json(of_head).replace(old, new, 1))


def test_a_part_that_may_be_left_out_may_be_left_out(of_head: Estimate) -> None:
    document = json.loads(to_json(of_head))
    document.pop("physical")
    assert estimate_from_json(json.dumps(document)).physical is None


def test_integers_stay_exact_and_floats_have_six_digits(without_data: Estimate) -> None:
    plain = json.loads(to_json(without_data))
    assert plain["logical"]["worst_case"]["toffoli"] == without_data.logical.worst_case.toffoli > 2**100
    mean = plain["logical"]["expected"]["toffoli"]
    assert mean == float(f"{without_data.logical.expected.toffoli:.6g}")
    assert mean != without_data.logical.expected.toffoli


def test_every_estimate_is_compared_with_classical_attention(found: Estimate) -> None:
    classical = json.loads(to_json(found))["classical"]
    assert {"against", "line", "quantum_s"} <= set(classical)
    assert found.classical is not None
    assert classical["line"] == found.classical.line


def test_versions_that_move_numbers_are_named(of_head: Estimate) -> None:
    assert set(of_head.versions) == {"qattention", "qualtran", "cirq-core", "numpy"}
