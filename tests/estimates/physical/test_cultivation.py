"""Cultivated states and yoked memory: published machines, the library's own parts, and what cannot be."""

import attrs
import pytest
from qdk import qre
from qdk.qre import instruction_ids as ids
from qdk.qre import models

from qattention.errors import InfeasibleError, SpecError
from qattention.estimates.calibrated import YOKED, yoked_examples
from qattention.estimates.physical import (
    LogicalCounts,
    Machine,
    QreSettings,
    physical_report,
    qre_front,
)
from qattention.estimates.physical.cultivated import ROWS, grown
from qattention.estimates.physical.kinds.cultivation import cultivated, yoked_patches
from qattention.estimates.physical.machine import NAMED
from qattention.estimates.result import MemoryUse

MACHINE = NAMED["cultivation-1e-3"]
# Fewer than 1,200 logical qubits and 9e7 Toffoli (Google, 2026), a tenth of the qubits at work.
ECC_256 = LogicalCounts(n_qubits=1200, n_compute_qubits=120, n_ccz=90_000_000)
# 6.5e9 Toffoli on 1,399 logical qubits (Gidney, arXiv:2505.15917), a tenth of them at work.
RSA_2048 = LogicalCounts(n_qubits=1399, n_compute_qubits=140, n_ccz=6_500_000_000)


def test_elliptic_curves_take_fewer_than_half_a_million_qubits() -> None:
    found = cultivated(ECC_256, MACHINE, 0.1)
    assert found.physical_qubits == 452_712
    assert found.runtime_s == pytest.approx(9e7 * 3 * 21e-6)


def test_the_library_puts_the_same_machine_together() -> None:
    """Distances about the best; its factories run at gates' pace, not at rounds'."""

    class Application(qre.Application):
        def get_trace(self, parameters: None = None) -> object:  # noqa: ARG002 (the library's protocol)
            trace = qre.Trace(120)
            trace.add_block(repetitions=90_000_000).add_operation(ids.CCX, [0, 1, 2])
            trace.memory_qubits = 1080
            return trace

    def code(*distances: int) -> object:
        return models.SurfaceCode.q(distance=list(distances), code_cycle_override=1000)

    factory = models.GSJ24CCXFactory.q(source=code(17, 19, 21) * models.GSJ24Factory.q())
    memory = models.TwoDimensionalYokedSurfaceCode.q(source=code(7, 9, 11))
    found = qre.estimate(
        Application(),
        models.GateBased(gate_time=50, measurement_time=100, error_rate=1e-3),
        code(19, 21, 23) * factory * memory,
        qre.PSSPC.q(ccx_magic_states=True) * qre.LatticeSurgery.q(),
        max_error=0.1,
    )
    mine = cultivated(ECC_256, MACHINE, 0.1)
    assert [(one.qubits, one.runtime) for one in found] == [(mine.physical_qubits, 1e9 * mine.runtime_s)]


def test_the_engines_own_example() -> None:
    settings = QreSettings(
        distances=tuple(range(3, 26, 2)), slow_downs=(1.0, 2.0), factory="round-based", yoked=True
    )
    machine = Machine(p_physical=1e-4, reaction_time_us=0.0)
    found = qre_front(YOKED, machine, 1 / 3, settings)
    assert [(one.physical_qubits, one.runtime_s) for one in found] == [
        (240_407, pytest.approx(11_998.525)),
        (238_707, pytest.approx(23_997.05)),
    ]
    assert [(one.published, one.found) for one in yoked_examples()] == [(240_407,) * 2, (238_707,) * 2]


def test_gidneys_machine_of_2025() -> None:
    """897,864 qubits and less than a week."""
    found = cultivated(RSA_2048, MACHINE, 0.1)
    assert found.physical_qubits == pytest.approx(897_864, rel=0.35)
    assert found.runtime_s < 7 * 86_400


def test_without_a_memory_all_qubits_work() -> None:
    whole = cultivated(attrs.evolve(ECC_256, n_compute_qubits=None), MACHINE, 0.1)
    assert whole == cultivated(attrs.evolve(ECC_256, n_compute_qubits=1200), MACHINE, 0.1)
    assert whole.physical_qubits > 4 * 452_712
    assert "yoked" not in whole.model
    moved = attrs.evolve(ECC_256, n_memory_reads=10**8, n_memory_writes=10**8)
    ratio = cultivated(moved, MACHINE, 0.1).runtime_s / (9e7 * 3 + 3e8)
    assert ratio == pytest.approx(21e-6)  # a step of 21 rounds, one for a read, two for a write


def test_the_share_at_work_is_the_machines_where_the_counts_say_nothing() -> None:
    unsaid = attrs.evolve(ECC_256, n_compute_qubits=None)
    tenth = attrs.evolve(MACHINE, compute_share=0.1)
    assert cultivated(unsaid, tenth, 0.1) == cultivated(ECC_256, MACHINE, 0.1)
    assert cultivated(ECC_256, attrs.evolve(MACHINE, compute_share=0.5), 0.1) == cultivated(
        ECC_256, MACHINE, 0.1
    )  # the program's own profile comes first
    for share in (0.0, 1.5):
        with pytest.raises(SpecError, match="`compute_share`"):
            attrs.evolve(MACHINE, compute_share=share)
    with pytest.raises(SpecError, match=r"`compute_share`: got 0\.1; must be absent for superconducting"):
        Machine(p_physical=1e-3, compute_share=0.1)


USES = (MemoryUse(n_working=300, n_moves=10**6), MemoryUse(n_working=600, n_moves=10**5))
PROFILED = LogicalCounts(n_qubits=1000, n_ccz=10**7, waiting=USES)


def test_the_use_of_least_qubits_and_runtime_is_taken() -> None:
    """Of the program's profile, or none: by trying each."""
    bare = attrs.evolve(PROFILED, waiting=())
    each = [
        cultivated(bare, MACHINE, 0.1),
        *(cultivated(bare.with_waiting(use), MACHINE, 0.1) for use in USES),
    ]
    volumes = [one.physical_qubits * one.runtime_s for one in each]
    found = cultivated(PROFILED, MACHINE, 0.1)
    assert found == each[volumes.index(min(volumes))]
    assert found.n_waiting == 700
    assert volumes[0] > min(volumes)


def test_where_moving_costs_more_all_are_at_work() -> None:
    """Moves as long as the program: none waits, and the report says that they were tried."""
    dear = attrs.evolve(PROFILED, waiting=tuple(attrs.evolve(use, n_moves=10**8) for use in USES))
    found = cultivated(dear, MACHINE, 0.1)
    assert found == cultivated(attrs.evolve(dear, waiting=()), MACHINE, 0.1)
    assert found.n_waiting == 0
    told = {
        counts: " ".join(note.text for note in physical_report(counts, [MACHINE], 0.1).assumptions)
        for counts in (dear, PROFILED, attrs.evolve(dear, waiting=()))
    }
    assert "of 2 uses of the memory that the program's profile allows, from 300 of 1,000 qubits" in told[dear]
    assert "of least qubits x runtime: all at work" in told[dear]
    assert "of least qubits x runtime: 700 wait" in told[PROFILED]
    assert "none is known that waits" in told[attrs.evolve(dear, waiting=())]


def test_what_the_user_says_comes_before_the_profile() -> None:
    every = attrs.evolve(MACHINE, compute_share=1.0)
    assert cultivated(PROFILED, every, 0.1) == cultivated(attrs.evolve(PROFILED, waiting=()), MACHINE, 0.1)
    said = attrs.evolve(PROFILED, n_compute_qubits=500)
    assert cultivated(said, MACHINE, 0.1).n_waiting == 500


def test_a_use_that_cannot_be_is_refused() -> None:
    for use in (MemoryUse(n_working=1001, n_moves=0), MemoryUse(n_working=0, n_moves=0)):
        with pytest.raises(SpecError, match=r"`waiting`: got .*; must be 1\.\.1000 at work"):
            attrs.evolve(PROFILED, waiting=(use,))


@pytest.mark.parametrize("error", ROWS)
def test_states_are_those_of_the_next_worse_row(error: float) -> None:
    counts = LogicalCounts(n_qubits=10, n_t=1000)
    machine = attrs.evolve(MACHINE, p_physical=error)
    row = cultivated(counts, machine, 0.1)
    assert row.factory_qubits in {state.qubits for state in grown(error)}
    assert min(state.error for state in grown(5e-4)) < 1e-10
    with pytest.raises(SpecError, match=r"at most 0\.002 for cultivation"):
        attrs.evolve(MACHINE, p_physical=2.1e-3)


def test_more_work_takes_no_fewer_qubits_seconds() -> None:
    before = 0.0
    for n_ccz in (1, 10, 10**3, 10**5, 10**7, 10**9, 10**11):
        found = cultivated(LogicalCounts(n_qubits=500, n_ccz=n_ccz), MACHINE, 0.1)
        assert 1 <= found.n_factories <= n_ccz
        assert found.physical_qubits * found.runtime_s >= before
        before = found.physical_qubits * found.runtime_s


def test_what_cultivation_cannot_reach_is_said() -> None:
    with pytest.raises(InfeasibleError, match=r"err with 7\.9e-10"):
        cultivated(LogicalCounts(n_qubits=10, n_t=10**10), MACHINE, 0.1)


def test_yoked_rectangles_are_the_smallest() -> None:
    assert yoked_patches(1080) == (1216, 38)
    assert yoked_patches(800) == (27 * 34, 34)
    for n_qubits in range(1, 200):
        area, _ = yoked_patches(n_qubits)
        assert area == min((a + 2) * (-(-n_qubits // a) + 2) for a in range(1, n_qubits + 1))
