"""Counts, their synthesis, and the JSON they are read from."""

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from qdk import qsharp
from qdk.estimator import LogicalCounts as LibraryCounts
from qualtran.resource_counting import GateCounts
from qualtran.surface_code import AlgorithmSummary, BeverlandEtAlRotationCost, beverland_et_al_model

from qattention.errors import SpecError
from qattention.estimates.physical import LogicalCounts, Machine, read_logical_counts, synthesise

AZURE = {
    "numQubits": 209,
    "tCount": 3,
    "rotationCount": 6,
    "rotationDepth": 2,
    "cczCount": 479_750,
    "ccixCount": 50,
    "measurementCount": 213_612,
}


MEMORY_PROGRAM = """
operation Moved() : Unit {
    Std.ResourceEstimation.EnableMemoryComputeArchitecture(3, Std.ResourceEstimation.LeastRecentlyUsed());
    use q = Qubit[8];
    for i in 0..5 { CCNOT(q[i], q[i + 1], q[i + 2]); }
    ResetAll(q);
}
"""


@pytest.mark.parametrize("p_fail", [0.3, 1e-3])
@pytest.mark.parametrize(
    "counts",
    [
        LogicalCounts(n_qubits=5, n_t=7, n_ccz=11, n_measurements=13),
        LogicalCounts(n_qubits=50, n_t=7, n_ccz=11, n_rotations=90, rotation_depth=4, n_measurements=2),
    ],
)
def test_steps_and_states_are_those_of_qualtran(counts: LogicalCounts, p_fail: float) -> None:
    summary = AlgorithmSummary(
        n_algo_qubits=counts.n_qubits,
        n_logical_gates=GateCounts(
            t=counts.n_t,
            toffoli=counts.n_ccz,
            rotation=counts.n_rotations,
            measurement=counts.n_measurements,
        ),
        n_rotation_layers=counts.rotation_depth,
    )
    asked = {"error_budget": p_fail, "alg": summary, "rotation_model": BeverlandEtAlRotationCost}
    found = synthesise(counts, p_fail)
    assert found.n_steps == beverland_et_al_model.minimum_time_steps(**asked)
    assert found.n_t_equivalent == beverland_et_al_model.t_states(**asked)
    layers = counts.n_t + counts.n_ccz + found.t_per_rotation * counts.rotation_depth
    assert found.t_depth == layers


def test_rotations_synthesised_before_take_nothing_of_the_budget() -> None:
    counts = LogicalCounts(n_qubits=4, n_rotations=10, rotation_depth=10, t_per_rotation=30)
    found = synthesise(counts, 0.1)
    assert (found.n_t, found.t_depth, found.eps_synthesis) == (300, 300, 0.0)
    assert synthesise(LogicalCounts(n_qubits=4, n_rotations=10, rotation_depth=10), 0.1).eps_synthesis > 0


@pytest.mark.parametrize("wrapped", [False, True])
def test_azure_counts_are_read(wrapped: bool) -> None:
    found = read_logical_counts(json.dumps({"logicalCounts": AZURE} if wrapped else AZURE))
    assert found == LogicalCounts(
        n_qubits=209,
        n_t=3,
        n_rotations=6,
        rotation_depth=2,
        n_ccz=479_800,
        n_measurements=213_612,
    )


def test_what_the_estimator_says_of_a_memory_of_qubits() -> None:
    """`qdk.estimator.LogicalCounts` passes these three on if a program has them."""
    more = {"numComputeQubits": 9, "readFromMemoryCount": 7, "writeToMemoryCount": 8}
    found = read_logical_counts(LibraryCounts(AZURE | more).json)
    plain = read_logical_counts(json.dumps(AZURE))
    assert found == attrs.evolve(plain, n_compute_qubits=9, n_memory_reads=7, n_memory_writes=8)
    for at_work in (0, 210):
        with pytest.raises(SpecError, match=r"`n_compute_qubits`: got .*; must be 1\.\.209"):
            read_logical_counts(json.dumps(AZURE | {"numComputeQubits": at_work}))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: {"data": {"status": "success", "logicalCounts": one, "physicalCounts": {}}},
        lambda one: {"status": "success", "logicalCounts": one},
        lambda one: [{"logicalCounts": one}, {"logicalCounts": dict(one), "errorBudget": {}}],
        lambda one: {"data": [{"logicalCounts": one}]},
        lambda one: {"data": one},
        lambda one: {"success": True, "data": {"status": "success", "logicalCounts": one}},
        lambda one: {"0": {"logicalCounts": one}, "1": {"logicalCounts": dict(one)}},
        lambda one: [{"code": "X", "message": "no code"}, {"status": "success", "logicalCounts": one}],
    ],
)
def test_results_are_read_in_the_forms_in_which_they_come(wrap: Callable[[Any], Any]) -> None:
    """One result, a batch over machines, and either as Azure wraps it."""
    assert read_logical_counts(json.dumps(wrap(AZURE))) == read_logical_counts(json.dumps(AZURE))


@pytest.mark.filterwarnings("ignore:This version of QRE is deprecated:DeprecationWarning")  # the older one's
def test_what_the_estimator_itself_writes_is_read() -> None:
    counts = LibraryCounts({key: min(value, 1000) for key, value in AZURE.items()})
    for asked in ({}, [{}, {"errorBudget": 0.1}]):
        result = counts.estimate(asked)
        assert read_logical_counts(result.json) == read_logical_counts(counts.json)
        assert read_logical_counts(json.dumps(result)) == read_logical_counts(counts.json)


@pytest.mark.filterwarnings("ignore:This version of QRE is deprecated:DeprecationWarning")  # the older one's
def test_of_a_batch_that_failed_in_part_the_rest_is_read() -> None:
    counts = LibraryCounts({"numQubits": 10, "tCount": 10**6})
    hopeless = {"errorBudget": 1e-30}
    result = counts.estimate([hopeless, {}, hopeless])
    assert read_logical_counts(result.json) == read_logical_counts(counts.json)
    for failed in (json.dumps(result.data()[0]), json.dumps([result.data()[0]] * 2)):
        with pytest.raises(SpecError, match=r"code distance.*must be in a result that did not fail"):
            read_logical_counts(failed)


@pytest.mark.filterwarnings("ignore:This version of QRE is deprecated:DeprecationWarning")  # the older one's
def test_a_program_with_a_memory_is_read_from_q_sharp_and_from_its_results() -> None:
    """Q#'s own count of moves, bare and in results; all qubits, of which three compute."""
    qsharp.init()
    qsharp.eval(MEMORY_PROGRAM)
    counts = qsharp.logical_counts("Moved()")
    found = read_logical_counts(counts.json)
    assert (found.n_qubits, found.n_compute_qubits, found.n_ccz) == (8, 3, 6)
    assert found.n_memory_reads > found.n_memory_writes > 0
    assert read_logical_counts(counts.estimate({}).json) == found


def test_without_a_depth_rotations_are_one_after_another() -> None:
    assert read_logical_counts('{"numQubits": 2, "rotationCount": 5}').rotation_depth == 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON"),
        ("[" * 5000, "nested too deeply"),
        ("[]", "results of one program"),
        ('[{"numQubits": 1}, {"numQubits": 2}]', "results of one program"),
        ("3", "an object"),
        ('{"tCount": 1}', "`numQubits`: is missing"),
        ('{"numQubits": 0}', "`numQubits`: got 0"),
        ('{"numQubits": 1, "tCount": -1}', "`tCount`: got -1"),
        ('{"numQubits": 1, "tCount": 1.0}', "`tCount`: got 1.0"),
        ('{"numQubits": 1, "tCount": true}', "`tCount`: got True"),
        ('{"numQubits": 1, "tCount": null}', "`tCount`: got None"),
        ('{"numQubits": 1, "tCount": NaN}', "not JSON: NaN"),
        ('{"numQubits": 1, "tCount": 1e400}', "not JSON: '1e400' is beyond any float"),
        ('{"numQubits": 1, "tCount": 9' + "0" * 40 + "}", "`tCount`"),
        ('{"numQubits": 1, "tCount": 9' + "0" * 5000 + "}", "not JSON"),
        ('{"numQubits": 1, "tcount": 1}', "got 'tcount'; must be one of numQubits"),
        ('{"numQubits": 1, "numQubits": 2}', "more than once"),
        ('{"numQubits": 1, "rotationCount": 2, "rotationDepth": 3}', "`rotation_depth`: got 3"),
        ('{"numQubits": 1, "rotationCount": 2, "rotationDepth": 0}', "`rotation_depth`: got 0"),
        ('{"logicalCounts": 3}', "an object"),
        (" " * 2**23 + "{}", "at most"),
    ],
)
def test_a_broken_file_is_refused(text: str, told: str) -> None:
    with pytest.raises(SpecError, match=told.replace("[", r"\[")):
        read_logical_counts(text)


def test_every_problem_is_told() -> None:
    with pytest.raises(SpecError) as caught:
        read_logical_counts('{"tCount": -1, "x": 2}')
    assert len(caught.value.problems) == 3
    with pytest.raises(SpecError) as caught:
        LogicalCounts(n_qubits=0, n_t=-1, n_ccz=True)
    assert len(caught.value.problems) == 3
    with pytest.raises(SpecError, match="t_depth"):
        LogicalCounts(n_qubits=1, n_t=1, t_depth=0)


@pytest.mark.parametrize("p_fail", [0.0, 1.0, -1.0, float("nan")])
def test_a_budget_is_a_probability(p_fail: float) -> None:
    with pytest.raises(SpecError, match="machine_p_fail"):
        synthesise(LogicalCounts(n_qubits=1), p_fail)


def test_a_machine_is_below_the_threshold() -> None:
    with pytest.raises(SpecError) as caught:
        Machine(p_physical=0.01, gate_time_ns=0, reaction_time_us=-1)
    assert len(caught.value.problems) == 3
