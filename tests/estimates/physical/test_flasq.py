"""FLASQ: the golden figures of Qualtran's main branch for the paper's Ising lattices, and the machine."""

import attrs
import pytest

from qattention.errors import InfeasibleError
from qattention.estimates.physical import LogicalCounts, physical_report
from qattention.estimates.physical.kinds.flasq import (
    CONSERVATIVE,
    OPTIMISTIC,
    FlasqGates,
    flasq,
    flasq_volume,
    grid_span,
)
from qattention.estimates.physical.machine import NAMED

MACHINE = NAMED["flasq-1e-3"]


def ising(side: int, n_zz_layers: int, n_x_layers: int) -> FlasqGates:
    """Trotter steps on a torus of side^2 spins: a bond is CNOT, rotation, CNOT."""
    bonds = [
        (at, (row % side, column % side))
        for at in ((row, column) for row in range(side) for column in range(side))
        for row, column in ((at[0], at[1] + 1), (at[0] + 1, at[1]))
    ]
    return FlasqGates(
        n_qubits=side**2,
        n_rotations=n_zz_layers * len(bonds) + n_x_layers * side**2,
        span=2 * n_zz_layers * sum(map(grid_span, bonds)),
    )


GOLDEN = [  # side, layers; volumes; T states, cultivation, steps, S
    (11, 20, 21, CONSERVATIVE, 74_857.11, 673_713.99, 17_675.73, 3_906_336.31),
    (11, 20, 21, OPTIMISTIC, 74_857.11, 449_142.66, 9_097.72, 2_010_595.37),
    (10, 100, 101, CONSERVATIVE, 305_270.16, 2_747_431.41, 72_093.63, 14_418_725.64),
]


@pytest.mark.parametrize(("side", "zz", "x", "volumes", "n_t", "grown", "steps", "whole"), GOLDEN)
def test_golden_figures_of_ising_lattices(
    side: int, zz: int, x: int, volumes: object, n_t: float, grown: float, steps: float, whole: float
) -> None:
    gates = ising(side, zz, x)
    found = flasq_volume(gates, volumes, n_ancillas=100, reaction_steps=1.0)  # type: ignore[arg-type]
    assert round(gates.n_t_states, 2) == n_t
    assert round(found.cultivation, 2) == grown
    assert round(found.steps, 2) == steps
    assert round(found.whole, 2) == whole


def test_and_gates_have_the_volume_of_the_paper() -> None:
    """Hamming weight phasing on seven qubits: four And's, three rotations (the same tests)."""
    gates = FlasqGates(n_qubits=12, n_and=4, n_rotations=3)
    assert gates.n_t_states == pytest.approx(46.425597, rel=1e-6)
    found = flasq_volume(FlasqGates(n_qubits=1, n_and=1), n_ancillas=1, reaction_steps=1.0)
    assert found.gates == 64 + 2
    assert flasq_volume(FlasqGates(n_qubits=1, n_toffoli=1), n_ancillas=1, reaction_steps=1.0).gates == 68 + 5


def test_reactions_or_volume_set_the_pace() -> None:
    gates = FlasqGates(n_qubits=50, n_t=1000, reaction_depth=1000)
    few, many = (flasq_volume(gates, n_ancillas=n, reaction_steps=2.0) for n in (1, 1000))
    assert few.steps == few.ancillas == 1000 * (6 + 2 + 9)
    assert many.steps == 2000
    assert many.waiting == 50 * 2000
    with pytest.raises(ValueError, match="at most 3"):
        grid_span([(0, 0)] * 4)


def test_a_machine_is_a_floor_paced_by_reactions() -> None:
    counts = LogicalCounts(n_qubits=209, n_ccz=479_750, n_measurements=213_612)
    found = flasq(counts, MACHINE, 0.01)
    assert found.runtime_s == pytest.approx(found.reaction_bound_s, rel=1e-3)
    assert found.physical_qubits == found.n_tiles * 2 * (found.code_distance + 1) ** 2
    assert found.n_tiles > 209
    assert found.p_fail <= 0.01
    assert "without corridors" in found.model
    twice = flasq(attrs.evolve(counts, n_ccz=2 * counts.n_ccz), MACHINE, 0.01)
    assert twice.runtime_s == pytest.approx(2 * found.runtime_s, rel=1e-3)


def test_a_machine_of_gates_has_their_corridors() -> None:
    """A patch of span takes five blocks; Toffolis are dearer than And's, and reactions those of the gates."""
    counts = LogicalCounts(n_qubits=209, n_ccz=479_750, t_depth=10_000)
    floor = flasq(counts, MACHINE, 0.01)
    gates = attrs.evolve(counts, span=10**8, span_each=3 * 10**8, n_and=479_000, n_hadamard=4, n_s=2)
    found = flasq(gates, MACHINE, 0.01)
    assert "with its gates' corridors" in found.model
    assert found.physical_qubits > floor.physical_qubits
    assert found.runtime_s == pytest.approx(found.reaction_bound_s, rel=1e-2)
    deep = flasq(attrs.evolve(gates, reaction_depth=20_000), MACHINE, 0.01)
    assert deep.runtime_s == pytest.approx(2 * found.runtime_s, rel=1e-2)
    told = [note.text for note in physical_report(gates, [MACHINE], 0.01).assumptions]
    assert any("made of the program's own gates" in text and "3 times as long" in text for text in told)
    told = [note.text for note in physical_report(counts, [MACHINE], 0.01).assumptions]
    assert any("made of counts" in text for text in told)


def test_the_volume_of_a_machine_is_its_gates() -> None:
    """Ancillas of all patches: by the paper's formula from the same gates."""
    counts = LogicalCounts(
        n_qubits=50, n_ccz=1000, t_depth=100, n_and=900, n_hadamard=70, n_s=30, span=10**6, span_each=10**6
    )
    found = flasq(counts, MACHINE, 0.1)
    gates = FlasqGates(
        n_qubits=50, n_and=900, n_toffoli=100, n_hadamard=70, n_s=30, span=10**6, reaction_depth=100
    )
    steps = 10.0 / found.code_distance  # of a reaction of 10 us
    blocks = flasq_volume(gates, n_ancillas=1, reaction_steps=steps).ancillas
    n_ancillas = found.n_tiles - 50
    assert (n_ancillas - 1) * 100 * steps < blocks <= n_ancillas * 100 * steps


def test_states_that_are_not_good_enough_are_told() -> None:
    with pytest.raises(InfeasibleError, match=r"of the T and Toffoli \(cultivated states err with 2e-9\)"):
        flasq(LogicalCounts(n_qubits=10, n_t=10**9), MACHINE, 0.1)
