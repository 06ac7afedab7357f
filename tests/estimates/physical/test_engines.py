"""Both engines on the same counts: bounds, demand, budgets, and why they differ."""

import math
import os
from collections.abc import Callable

import attrs
import pytest
from qualtran.resource_counting import GateCounts
from qualtran.surface_code import CCZ2TFactory, get_ccz2t_costs_from_error_budget

from qattention.errors import InfeasibleError, SpecError
from qattention.estimates.physical import (
    LogicalCounts,
    Machine,
    PhysicalReport,
    beverland,
    compare,
    gidney_fowler,
    physical_report,
    qre_front,
    synthesise,
)
from qattention.estimates.physical.machine import NAMED
from qattention.estimates.physical.units import Catalysed
from qattention.estimates.result import PhysicalFigures

MAJORANA = NAMED["majorana-1e-6"]
REALISTIC, OPTIMISTIC = Machine(p_physical=1e-3), Machine(p_physical=1e-4)
CLIFFORD = LogicalCounts(n_qubits=10, n_measurements=1000)
ROTATIONS = LogicalCounts(n_qubits=30, n_t=5, n_rotations=4000, rotation_depth=200, n_measurements=50)
WIDE = LogicalCounts(n_qubits=3912, n_ccz=336_369_028_301, n_measurements=354_071_053_926)
Engine = Callable[[LogicalCounts, Machine, float], PhysicalFigures]


def fastest(counts: LogicalCounts, machine: Machine, p_fail: float) -> PhysicalFigures:
    return qre_front(counts, machine, p_fail)[0]


ENGINES = [fastest, gidney_fowler, beverland]


@pytest.fixture(scope="module")
def report() -> PhysicalReport:
    return physical_report(WIDE)


def products(one: PhysicalFigures, two: PhysicalFigures) -> tuple[float, float]:
    """Product of factors over ratio, of qubits and of runtime."""
    ratio = compare(one, two)
    return (
        math.prod(ratio.qubit_factors.values()) / ratio.physical_qubits,
        math.prod(ratio.runtime_factors.values()) / ratio.runtime,
    )


@pytest.mark.parametrize("p_fail", [0.1, 0.003])
@pytest.mark.parametrize("machine", [REALISTIC, OPTIMISTIC])
@pytest.mark.parametrize("counts", [CLIFFORD, ROTATIONS, WIDE])
def test_factors_multiply_to_the_ratio(counts: LogicalCounts, machine: Machine, p_fail: float) -> None:
    front = qre_front(counts, machine, p_fail)
    others = []
    for model in (gidney_fowler, beverland):
        try:
            others.append(model(counts, machine, p_fail))
        except InfeasibleError:
            assert (counts, p_fail) == (WIDE, 0.003)
    for one in (*front, *others):
        assert products(one, front[0]) == pytest.approx((1, 1), rel=0.05)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("patch_qubits", 1.1), ("n_tiles", 1.1), ("cycle_time_us", 1.1), ("waiting", 0.9), ("n_steps", 2)],
)
def test_a_wrong_parameter_breaks_the_product(field: str, wrong: float, report: PhysicalReport) -> None:
    one, two = report.figures[0], report.figures[-1]
    planted = attrs.evolve(one, **{field: getattr(one, field) * wrong})
    assert products(planted, two) != pytest.approx((1, 1), rel=0.05)


def test_the_report_has_every_engine_and_says_why_they_differ(report: PhysicalReport) -> None:
    engines = {(one.engine, one.p_physical) for one in report.figures}
    assert engines == {
        *(("qdk.qre", p) for p in (1e-3, 1e-4, 1e-6)),
        *(("qualtran.surface_code", p) for p in (1e-3, 1e-4)),
    }
    for one in report.figures:
        assert (one.versus is None) == (one.engine == "qdk.qre")
        if one.versus:
            base = next(other for other in report.figures if other.p_physical == one.p_physical)
            assert one.versus.physical_qubits == pytest.approx(one.physical_qubits / base.physical_qubits)
            assert one.versus.runtime == pytest.approx(one.runtime_s / base.runtime_s)
            assert str(one.p_physical) in one.versus.baseline
    assert sum("Gidney-Fowler" in one.model for one in report.figures) == 2
    assert sum("Beverland" in one.model for one in report.figures) == 2


def test_a_front_has_no_dominated_point(report: PhysicalReport) -> None:
    front = [one for one in report.figures if one.engine == "qdk.qre" and one.p_physical == 1e-6]
    assert len(front) > 2
    assert front == sorted(front, key=lambda one: one.runtime_s)
    assert [one.physical_qubits for one in front] == sorted(
        (one.physical_qubits for one in front), reverse=True
    )


def test_the_same_counts_give_the_same_report(report: PhysicalReport) -> None:
    assert physical_report(WIDE) == report


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("reaction_time_us", [10.0, 1e4])
def test_no_run_is_faster_than_its_reactions(
    engine: Engine, reaction_time_us: float, peers: LogicalCounts
) -> None:
    machine = attrs.evolve(REALISTIC, reaction_time_us=reaction_time_us)
    found = engine(peers, machine, 0.01)
    bound_s = 479_750 * 1e-6 * reaction_time_us
    assert found.reaction_bound_s == pytest.approx(bound_s)
    assert found.runtime_s >= bound_s * (1 - 1e-9)
    if reaction_time_us == 1e4:  # the reactions decide
        assert found.runtime_s == pytest.approx(bound_s, rel=1e-3)
        assert found.n_factories == 1


def test_gates_of_one_layer_run_at_once_but_cliffords_take_their_rounds(peers: LogicalCounts) -> None:
    """2,000 T layers, 479,750 Toffoli, 10^6 Clifford layers of d rounds: as many factories as needed."""
    layers = attrs.evolve(peers, t_depth=2000)
    alone, found = (
        gidney_fowler(layers, REALISTIC, 0.01),
        gidney_fowler(attrs.evolve(layers, clifford_depth=10**6), REALISTIC, 0.01),
    )
    assert alone.reaction_bound_s == found.reaction_bound_s == pytest.approx(0.02)
    assert alone.runtime_s == pytest.approx(0.02, rel=0.05)
    assert found.runtime_s == pytest.approx(found.code_distance * 1.0)  # rounds of 1 us
    assert (found.n_steps, found.waiting) == (10**6, 1.0)
    made_us = 479_750 * (alone.runtime_s / 479_750 * alone.n_factories * 1e6)  # of one factory, all of them
    assert found.n_factories == pytest.approx(made_us / (1e6 * found.runtime_s), abs=1)
    assert found.physical_qubits < alone.physical_qubits
    for engine in (fastest, beverland):  # Cliffords compiled away: everything one after another
        assert engine(attrs.evolve(layers, clifford_depth=10**6), REALISTIC, 0.01) == engine(
            layers, REALISTIC, 0.01
        )


def test_layers_are_told(peers: LogicalCounts) -> None:
    counts = attrs.evolve(peers, t_depth=2000, clifford_depth=10**6)
    told = " ".join(note.text for note in physical_report(counts, [REALISTIC]).assumptions)
    assert "2e+03 T layers x a reaction time of 10 us = 0.02 s" in told
    assert "code-distance rounds for each of 1e+06 Clifford layers" in told
    told = " ".join(note.text for note in physical_report(peers, [REALISTIC]).assumptions)
    assert "T layers are not known: every T and Toffoli is taken for one" in told
    assert "no time for Cliffords" in told


def test_without_reactions_a_layer_takes_a_round(peers: LogicalCounts) -> None:
    found = gidney_fowler(peers, attrs.evolve(REALISTIC, reaction_time_us=0.0), 0.01)
    assert found.reaction_bound_s == 0.0
    assert found.runtime_s >= 479_750 * 1e-6


@pytest.mark.parametrize("engine", ENGINES)
def test_late_fixups_lengthen_the_run(engine: Engine, peers: LogicalCounts) -> None:
    """10^10 XORs are 10 ms at 10^12 a second: 9.99 ms beyond the reaction time."""
    waiting = attrs.evolve(peers, n_fixups=50_000, fixup_bit_ops=10**10)
    found = engine(waiting, REALISTIC, 0.01)
    assert found.fixup_latency_us == pytest.approx(1e4)
    assert found.fixup_share == pytest.approx(1e3)
    assert found.reaction_bound_s == pytest.approx(4.7975 + 50_000 * 9.99e-3)
    assert found.runtime_s >= found.reaction_bound_s * (1 - 1e-9)
    in_time = attrs.evolve(peers, n_fixups=50_000, fixup_bit_ops=10**7)
    assert engine(in_time, REALISTIC, 0.01).reaction_bound_s == pytest.approx(4.7975)


def test_factories_are_as_many_as_the_demand(peers: LogicalCounts) -> None:
    """One fewer makes fewer states than are consumed."""
    found = gidney_fowler(peers, REALISTIC, 0.01)
    alone = gidney_fowler(peers, REALISTIC, 0.01, n_factories=1, factories=[Catalysed(inner=15, outer=31)])
    assert found.n_factories > 10
    assert alone.runtime_s > found.runtime_s == pytest.approx(found.reaction_bound_s, rel=1e-4)
    fewer = attrs.evolve(peers, t_depth=479_750 // 4)
    assert gidney_fowler(fewer, REALISTIC, 0.01).n_factories > 3 * found.n_factories
    steps = beverland(peers, REALISTIC, 0.01)
    assert steps.runtime_s == pytest.approx(steps.n_steps * steps.code_distance * 0.4e-6)


def test_one_factory_is_what_qualtran_says(peers: LogicalCounts) -> None:
    factory, unit = CCZ2TFactory(15, 25), Catalysed(inner=15, outer=25)
    found = gidney_fowler(peers, REALISTIC, 0.01, n_factories=1, factories=[unit])
    theirs = get_ccz2t_costs_from_error_budget(
        n_logical_gates=GateCounts(toffoli=479_750), n_algo_qubits=209, factory=factory
    )
    assert found.physical_qubits == theirs.footprint
    assert found.runtime_s == pytest.approx(3600 * theirs.duration_hr)
    assert found.p_fail == pytest.approx(theirs.failure_prob)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("machine", [REALISTIC, OPTIMISTIC])
@pytest.mark.parametrize("counts", [CLIFFORD, LogicalCounts(n_qubits=10)])
def test_a_program_without_t_takes_time_but_no_factories(
    engine: Engine, machine: Machine, counts: LogicalCounts
) -> None:
    found = engine(counts, machine, 0.01)
    assert (found.n_factories, found.factory_qubits, found.reaction_bound_s) == (0, 0, 0.0)
    assert found.physical_qubits == found.n_tiles * found.patch_qubits
    n_steps = max(1, counts.n_measurements)
    assert found.runtime_s == pytest.approx(1e-6 * n_steps * found.code_distance * found.cycle_time_us)


@pytest.mark.parametrize("engine", ENGINES)
def test_failures_are_within_the_budget(engine: Engine) -> None:
    loose, tight = (engine(ROTATIONS, REALISTIC, p_fail) for p_fail in (0.3, 0.003))
    assert 0 < tight.p_fail <= 0.003 < loose.p_fail <= 0.3
    assert tight.code_distance > loose.code_distance


@pytest.mark.parametrize("engine", [fastest, gidney_fowler])
def test_synthesis_is_part_of_the_failures(engine: Engine) -> None:
    """The same design, rotations synthesised before, has the rest of the budget and of the failures."""
    gates = synthesise(ROTATIONS, 0.1)
    before = attrs.evolve(ROTATIONS, t_per_rotation=gates.t_per_rotation)
    whole, rest = engine(ROTATIONS, REALISTIC, 0.1), engine(before, REALISTIC, 0.1 - gates.eps_synthesis)
    assert whole.physical_qubits == rest.physical_qubits
    assert whole.p_fail - rest.p_fail == pytest.approx(0.1 / 3)


@pytest.mark.parametrize("machine", [REALISTIC, OPTIMISTIC])
def test_beverland_failures_are_data_states_and_synthesis(machine: Machine) -> None:
    found = beverland(ROTATIONS, machine, 0.1)
    step = 0.03 * (machine.p_physical / 0.01) ** ((found.code_distance + 1) / 2)
    states = found.p_fail - found.n_tiles * found.n_steps * found.waiting * step - 0.1 / 3
    assert 1e-6 < states <= 0.1 / 3


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        (gidney_fowler, "is 0.35"),
        (beverland, "0.00953 of the T and Toffoli"),
        (fastest, "of the logical steps, or a lower physical error"),
    ],
)
def test_what_cannot_be_built_says_what_could(engine: Engine, told: str) -> None:
    p_fail = 1e-13 if engine is fastest else 0.01
    with pytest.raises(InfeasibleError, match="p_fail of superconducting") as caught:
        engine(LogicalCounts(n_qubits=10, n_ccz=10**13), REALISTIC, p_fail)
    assert told in str(caught.value)


@pytest.mark.parametrize(("engine", "p_fail"), [(gidney_fowler, 0.01), (beverland, 0.01), (fastest, 1e-12)])
def test_the_nearest_budget_is_feasible(engine: Engine, p_fail: float) -> None:
    counts = LogicalCounts(n_qubits=10, n_ccz=10**12)
    with pytest.raises(InfeasibleError) as caught:
        engine(counts, REALISTIC, p_fail)
    floor = float(str(caught.value.nearest).split()[0])
    assert engine(counts, REALISTIC, 1.02 * floor).p_fail <= 1.02 * floor
    with pytest.raises(InfeasibleError):
        engine(counts, REALISTIC, 0.98 * floor)


def test_runtimes_that_the_library_cannot_hold_are_refused() -> None:
    """It counts ns in 64 bits and wraps: 2^62 Toffoli would take 0 s."""
    with pytest.raises(InfeasibleError, match=r"logical steps of qdk\.qre, "):
        qre_front(LogicalCounts(n_qubits=10, n_ccz=2**62), OPTIMISTIC, 0.1)
    slow = attrs.evolve(REALISTIC, cycle_time_ns=10**9)
    with pytest.raises(InfeasibleError, match=r"logical steps of qdk\.qre, "):
        qre_front(WIDE, slow, 0.1)


def test_what_one_engine_cannot_build_is_told_beside_the_others() -> None:
    found = physical_report(LogicalCounts(n_qubits=10, n_ccz=10**13), p_fail=0.01)
    assert {one.engine for one in found.figures} == {"qdk.qre", "qualtran.surface_code"}
    assert not any("Gidney-Fowler" in one.model for one in found.figures if one.p_physical == 1e-3)
    assert sum("Not built" in note.text for note in found.assumptions) == 2
    with pytest.raises(InfeasibleError):
        physical_report(LogicalCounts(n_qubits=10, n_ccz=2**100))


def test_other_qubits(peers: LogicalCounts) -> None:
    majorana = fastest(peers, MAJORANA, 0.01)
    assert majorana.patch_qubits == 4 * majorana.code_distance**2 - 3  # arXiv:2310.12981, section 2
    assert majorana.cycle_time_us == pytest.approx(4 + 4 / majorana.code_distance)  # table 1 of it
    with pytest.raises(SpecError, match=r"one that qdk\.qre costs: superconducting, majorana"):
        fastest(peers, NAMED["neutral-atom-1e-3"], 0.01)


def test_nothing_is_sent_or_printed(peers: LogicalCounts, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InfeasibleError):
        qre_front(peers, attrs.evolve(REALISTIC, p_physical=9e-3), 0.01)
    assert capsys.readouterr().out == ""
    assert os.environ["QDK_PYTHON_TELEMETRY"] == "none"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("reaction_time_us", [0.0, 10.0])
def test_a_memory_adds_its_waiting_and_its_errors(
    engine: Engine, reaction_time_us: float, peers: LogicalCounts
) -> None:
    """10^5 reads of 100 us: 10 s in which no gate runs, protected by codes at least as wide."""
    machine = attrs.evolve(REALISTIC, reaction_time_us=reaction_time_us)
    without = engine(peers, machine, 0.01)
    reads = {"n_reads": 10**5, "read_latency_us": 100.0, "p_read": 3e-7}
    found = engine(attrs.evolve(peers, **reads), machine, 0.01)
    assert found.memory_s == pytest.approx(10.0)
    assert found.reaction_bound_s == pytest.approx(without.reaction_bound_s + 10.0)
    if engine is not gidney_fowler or reaction_time_us:  # that model's steps are its reactions
        alone_s = without.runtime_s * found.code_distance / without.code_distance
        expected_s = without.reaction_bound_s if engine is gidney_fowler else alone_s
        assert found.runtime_s == pytest.approx(expected_s + 10.0, rel=1e-4)
    assert found.runtime_s >= found.reaction_bound_s * (1 - 1e-9)
    assert found.code_distance >= without.code_distance
    assert found.p_memory == pytest.approx(0.03)
    assert 0.03 < found.p_fail <= 0.04
    broken = engine(attrs.evolve(peers, **(reads | {"p_read": 0.5})), machine, 0.01)
    assert (broken.p_memory, broken.p_fail) == (1.0, 1.0)
    assert products(found, without) == pytest.approx((1, 1), rel=0.05)


def test_a_memory_is_told(peers: LogicalCounts) -> None:
    counts = attrs.evolve(peers, n_reads=10**5, read_latency_us=100.0, p_read=1e-3)
    told = [note.text for note in physical_report(counts, [REALISTIC]).assumptions]
    assert sum("1e+05 queries of the memory device take 100 us each" in text for text in told) == 1
    assert sum("sum to 100, counted as 1" in text for text in told) == 1


@pytest.mark.parametrize("wrong", [{"read_latency_us": -1.0}, {"p_read": 1.5}, {"read_latency_us": math.inf}])
def test_a_memory_is_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(SpecError, match=next(iter(wrong))):
        LogicalCounts(n_qubits=1, n_reads=1, **wrong)


def test_a_program_too_wide_for_the_library_is_refused_before_it_allocates() -> None:
    """It asks for eight bytes a qubit, and ends the process if it does not get them."""
    with pytest.raises(InfeasibleError, match=r"logical qubits of qdk\.qre, superconducting 0\.001"):
        qre_front(LogicalCounts(n_qubits=10**18, n_t=5), REALISTIC, 0.1)
