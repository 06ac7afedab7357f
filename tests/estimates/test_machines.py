"""An estimate with machines: the same counts, every field, the schema."""

import json
import math

import attrs
import jsonschema
import pytest

from qattention.errors import InfeasibleError, SpecError
from qattention.estimates import Estimate, estimate_from_json, estimate_schema, to_json, with_physical
from qattention.estimates.machines import logical_counts
from qattention.estimates.physical import synthesise
from qattention.plan import HardwareMemory, Plan

CONTRACT = ["engine", "model", "physical_qubits", "runtime_s", "code_distance", "n_factories", "p_fail"]


@pytest.fixture(scope="module")
def built(of_head: Estimate) -> Estimate:
    return with_physical(of_head)


def test_counts_are_the_expected_totals(of_head: Estimate) -> None:
    found, expected = logical_counts(of_head), of_head.logical.expected
    assert found.n_qubits == of_head.logical.qubits
    assert (found.n_ccz, found.n_rotations, found.n_measurements) == tuple(
        math.ceil(x) for x in (expected.toffoli, expected.rotation, expected.measurement)
    )
    assert found.n_rotations > 0
    assert found.t_depth == math.ceil(expected.t_depth or 0)
    assert found.n_fixups == math.ceil(of_head.search.iterations_total)
    assert found.n_fixups * found.fixup_bit_ops == pytest.approx(of_head.classical_work.bit_ops, rel=0.05)


def test_rotations_are_synthesised_once(of_head: Estimate) -> None:
    """T of the estimate, and none of the machine's budget."""
    gates = synthesise(logical_counts(of_head), 0.1)
    assert gates.n_t_equivalent == pytest.approx(of_head.logical.expected.t, rel=1e-3)
    assert gates.eps_synthesis == 0.0


def test_layers_are_counted_with_and_without_gates(of_head: Estimate, without_data: Estimate) -> None:
    for found in (of_head, without_data):
        counts, expected = logical_counts(found), found.logical.expected
        assert (counts.t_depth, counts.clifford_depth) == tuple(
            math.ceil(x or 0) for x in (expected.t_depth, expected.clifford_depth)
        )
    unknown = attrs.evolve(without_data.logical.expected, t_depth=None, clifford_depth=None)
    logical = attrs.evolve(without_data.logical, expected=unknown)
    counts = logical_counts(attrs.evolve(without_data, logical=logical))
    assert (counts.t_depth, counts.clifford_depth) == (None, None)


def test_physical_is_a_list_with_every_field(built: Estimate) -> None:
    plain = json.loads(to_json(built))
    assert {one["engine"] for one in plain["physical"]} == {"qdk.qre", "qualtran.surface_code"}
    for one in plain["physical"]:
        assert set(CONTRACT) <= set(one)
        assert 0 < one["p_fail"] <= 0.1
        assert one["runtime_s"] >= 0.999999 * one["reaction_bound_s"] > 0
    jsonschema.validate(plain, estimate_schema())


def test_what_it_rests_on_is_appended(of_head: Estimate, built: Estimate) -> None:
    before = len(of_head.assumptions)
    assert built.assumptions[:before] == of_head.assumptions
    assert len(built.assumptions) >= before + 6
    assert all(note.text and note.source for note in built.assumptions)
    assert set(built.versions) == {*of_head.versions, "qdk"}


def test_json_is_read_back_the_same(built: Estimate) -> None:
    assert to_json(estimate_from_json(to_json(built))) == to_json(built)


def test_a_budget_out_of_range_is_refused(of_head: Estimate) -> None:
    with pytest.raises(SpecError, match="machine_p_fail"):
        with_physical(of_head, 1.5)


def test_what_no_machine_can_run(of_head: Estimate) -> None:
    """2^100 Toffoli: an empty list with reasons, or an error where one is required."""
    totals = attrs.evolve(of_head.logical.expected, toffoli=2.0**100, t_depth=None)
    hopeless = attrs.evolve(of_head, logical=attrs.evolve(of_head.logical, expected=totals))
    with pytest.raises(InfeasibleError):
        with_physical(hopeless)
    found = with_physical(hopeless, required=False)
    assert json.loads(to_json(found))["physical"] == []
    assert sum("Not built" in note.text for note in found.assumptions) == 7


def test_a_memory_device_is_in_the_counts(of_head: Estimate) -> None:
    """Two queries a look-up; a device's own time and errors."""
    device = HardwareMemory(latency_us=2.5, p_query=1e-9)
    found = logical_counts(attrs.evolve(of_head, plan=Plan.of(loader="hardware", memory=device)))
    assert found.n_reads == 2 * math.ceil(of_head.memory.reads) > 0
    assert found.n_fixups == 0  # nothing of the key is measured
    assert (found.read_latency_us, found.p_read) == (2.5, 1e-9)
    assert logical_counts(of_head).n_reads == 0
