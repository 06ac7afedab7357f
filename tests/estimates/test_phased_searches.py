"""Schedules whose finds carry phases: every one is billed as what it is, and the circuit has as many."""

import math

import numpy as np
import pytest

from qattention.bloqs.grover import GroverSearch, Readout
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.phased_search import PhasedSearch
from qattention.compiler import BloqCounts, ask, bloq_counts, compile_question
from qattention.estimates import estimate
from qattention.formulas import own_phases
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.plan import Plan
from qattention.problem import AttentionProblem
from qattention.search import Exact, Polynomial, schedule_kind
from qattention.search.moves import POLYNOMIAL, moves
from qattention.search.phases import own_phases as phases_of
from qattention.search.phases import own_phases_of_all

PROBLEM = AttentionProblem(n_queries=64, n_keys=64, head_dim=4, n_heavy=2, key_bits=4, query_bits=4)
COUNTED = ("toffoli", "rotation", "measurement", "clifford")


def test_a_matched_run_takes_two_rotations() -> None:
    """64 times two runs, one for each promised key; without phases there is no rotation on 2**6 keys."""
    found = estimate(PROBLEM, Plan(search="known-k-exact"))
    assert found.search.certificate_iterations_per_row == 0
    assert found.logical.expected.rotation == pytest.approx(64 * 2 * 2)
    assert found.search.phase_pairs_per_row == 2
    assert found.budget.synthesis > 0
    assert not any("No rotations" in note.text for note in found.assumptions)
    assert estimate(PROBLEM, Plan(search="known-k")).logical.expected.rotation == 0


def whole_searches(program) -> dict[str, int]:
    """Counts of one row's runs, circuit by circuit: k left, then k - 1, and so on."""
    oracle, n_heavy = program.iteration.oracle, program.problem.n_heavy
    runs = [Exact(n_items=int(oracle.n_items), n_marked=left).phases() for left in range(1, n_heavy + 1)]
    circuits = [PhasedSearch(oracle, phases) if phases else GroverSearch(oracle, 0) for phases in runs]
    counts: list[BloqCounts] = [bloq_counts(circuit) for circuit in circuits]
    counts += [bloq_counts(Readout(oracle.table.address_bits))] * n_heavy
    assert not any(one.t for one in counts)
    return {field: sum(getattr(one, field) for one in counts) for field in COUNTED}


@pytest.mark.parametrize(
    ("n_keys", "n_heavy", "rotations"),
    # a quarter of all keys: plain; half: S gates; an eighth: one of each; all: no iteration
    [
        (4, 1, 0),
        (2, 1, 0),
        (8, 1, 1),
        (8, 2, 1),
        (8, 4, 3),
        (16, 4, 5),
        (4, 4, 2),
        (16, 3, 5),
        (12, 12, None),
    ],
)
def test_phases_are_billed_as_what_they_are(n_keys: int, n_heavy: int, rotations: int | None) -> None:
    """Closed forms of all runs against their circuits; start states rotate over 12 keys."""
    problem = AttentionProblem(n_queries=1, n_keys=n_keys, head_dim=2, n_heavy=n_heavy)
    plan = Plan(search="known-k-exact")
    found = estimate(problem, plan)
    built = whole_searches(compile_question(ask(None, problem), plan))
    got = {field: getattr(found.logical.expected, field) for field in COUNTED}
    assert got == built
    if rotations is not None:
        assert got["rotation"] == found.search.phase_rotations_per_row == rotations
        assert (found.budget.synthesis > 0) == (rotations > 0)


@pytest.mark.parametrize("n_keys", [2, 4, 8, 5])
def test_gates_have_the_same_phases(n_keys: int) -> None:
    """Lowered, an exact run has the rotations of `own_phases` beside those of its start states."""
    keys = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=4)
    for n_marked in range(1, n_keys):
        phases = Exact(n_items=n_keys, n_marked=n_marked).phases()
        phased, plain = (
            count(lower(bloq)) for bloq in (PhasedSearch(oracle, phases), GroverSearch(oracle, len(phases)))
        )
        more, rotations = phases_of(n_keys, n_marked)
        assert phased.rotation - plain.rotation == rotations
        assert phased.toffoli - plain.toffoli == more * int(own_phases(n_keys).toffoli)
        assert phased.t == plain.t == 0


@pytest.mark.parametrize("n_items", [1, 2, 8, 16, 24, 37, 100, 128])
def test_sums_over_the_left_are_sums_of_single_runs(n_items: int) -> None:
    each = [phases_of(n_items, left) for left in range(1, n_items + 1)]
    for n_marked in range(n_items + 1):
        assert own_phases_of_all(n_items, n_marked) == tuple(
            sum(one[i] for one in each[:n_marked]) for i in (0, 1)
        )


@pytest.mark.parametrize("eighths", [1, 2, 3, 4, 5, 6, 7, 9, -1, -3, -2, -4, 12])
def test_multiples_of_an_eighth_turn_are_no_rotations(eighths: int) -> None:
    """Odd ones are a T each, even ones Clifford, in call graph and gates, whatever angle went before."""
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=4)
    angle = eighths * math.pi / 4
    search = PhasedSearch(oracle, phases=((1.0, 2.0), (angle, angle), (angle, 0.3)))
    counts, gates, start = bloq_counts(search), count(lower(search)), bloq_counts(search.start)
    odd = eighths % 2
    assert counts.t == gates.t == 3 * odd
    assert counts.rotation == gates.rotation == 3 + (1 + 2 * 3) * start.rotation
    assert counts.toffoli == gates.toffoli


def test_every_iteration_of_a_fixed_point_find_takes_two_rotations() -> None:
    found = estimate(PROBLEM, Plan(search="fixed-point"))
    assert found.search.find_iterations_per_row == 0
    assert found.logical.expected.rotation == pytest.approx(64 * 2 * found.search.iterations_per_row)
    assert found.search.phase_pairs_per_row == pytest.approx(found.search.iterations_per_row)
    assert found.logical.worst_case.rotation >= found.logical.expected.rotation


def test_plain_iterations_of_a_phased_certificate_are_plain() -> None:
    """A polynomial's run has two phases a root, whatever the stride, and Grover runs beside it have none."""
    n_items, run = 2**14, Polynomial(roots=(0.1, 0.4, 0.8), stride=5)
    marked, start = np.array(run.phases()).T
    one = moves(np.array([POLYNOMIAL]), np.array([run.iterations]), np.array([True]), np.zeros(1), [run])
    assert one.own_phases(n_items)[:, 0].tolist() == [(start != np.pi).sum(), 2 * (marked != np.pi).sum()]
    assert run.iterations == 17
    schedule = schedule_kind("adaptive-phased").make(n_items, 4, 1e-6)
    mean = schedule.expected(4, share=0.25)
    assert 0 < mean.phased < mean.certificate / 4  # a stride of 5 here
    assert mean.rotations == 2 * mean.phased


@pytest.mark.parametrize("n_keys", [3, 5, 16, 32, 37])
def test_own_phases_are_what_the_circuit_has_more(n_keys: int) -> None:
    keys = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=4)
    phases = Exact(n_items=n_keys, n_marked=1).phases()
    phased, plain = bloq_counts(PhasedSearch(oracle, phases)), bloq_counts(GroverSearch(oracle, len(phases)))
    more = own_phases(n_keys)
    assert phased.toffoli - plain.toffoli == int(more.toffoli)
    assert phased.measurement - plain.measurement == int(more.measurement)
    assert phased.rotation - plain.rotation == int(more.rotation)
