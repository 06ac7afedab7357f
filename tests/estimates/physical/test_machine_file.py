"""Machines by name and from TOML: what is read, and what a machine's own cycle does to the engines."""

from pathlib import Path

import pytest

from qattention.errors import InfeasibleError, SpecError
from qattention.estimates.physical import (
    MACHINES,
    NAMED,
    LogicalCounts,
    Machine,
    beverland,
    chosen_machines,
    gidney_fowler,
    physical_report,
    qre_front,
)


def write(folder: Path, text: str, name: str = "chip.toml") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def test_names_and_files_make_machines(tmp_path: Path) -> None:
    path = write(tmp_path, 'label = "chip"\np_physical = 5e-4\ncycle_time_ns = 900\nreaction_time_us = 4')
    found = chosen_machines(["majorana-1e-4", path])
    assert found == (
        NAMED["majorana-1e-4"],
        Machine(label="chip", p_physical=5e-4, cycle_time_ns=900, reaction_time_us=4.0),
    )
    assert chosen_machines([]) == MACHINES


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["`machine.p_physical`: is missing"]),
        ("p_physical = ", ["`machine`: is not TOML: Invalid value"]),
        ('p_physical = "1e-3"', ["`machine.p_physical`: got '1e-3'; must be of type float"]),
        ("p_physical = 1e-3\ngate_time_ns = 5.5", ["`machine.gate_time_ns`"]),
        ("p_physical = 1e-3\nfidelity = 1", ["`machine`: got unknown fields fidelity; known are "]),
        *(
            (f"p_physical = 1e-3\n{name} = 1{'0' * 340}", [f"`{name}`: got an integer of"])
            for name in ("gate_time_ns", "measurement_time_ns", "cycle_time_ns")
        ),
        ("p_physical = 1e-3\nreaction_time_us = nan", ["`machine.reaction_time_us`: got nan"]),
        ("p_physical = 0.1\ngate_time_ns = 0", ["`gate_time_ns`: got 0", "`p_physical`: got 0.1"]),
        ('p_physical = 1e-3\nkind = "majorana"', ["`p_physical`: got 0.001; must be 0.0001 or 1e-05"]),
        ('p_physical = 1e-3\nkind = "ion"', ["`machine.kind`: got 'ion'"]),
        ("p_physical = 1e-3\ncycle_time_ns = 5", ["`cycle_time_ns`: got 5; must be at least 6"]),
        ('p_physical = 1e-4\nkind = "majorana"\ncycle_time_ns = 9', ["`cycle_time_ns`: got 9"]),
        ('p_physical = 1e-3\nlabel = "a\\nb"', ["`label`: got 'a\\nb'"]),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused(tmp_path: Path, text: str, told: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        chosen_machines([write(tmp_path, text)])
    assert len(caught.value.problems) == len(told)
    for line, expected in zip(caught.value.problems, told, strict=True):
        assert expected in line.split(": ", 1)[1] or line.startswith(expected)  # after the file's name


def test_names_are_known_and_given_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        chosen_machines(["mine", "absent.toml", "majorana-1e-4", "majorana-1e-4"])
    assert [line.split("; ")[0] for line in caught.value.problems] == [
        "`machine`: got 'mine'",
        "`machine`: got 'absent.toml'",
        "`machine`: got 'majorana 0.0001'",
    ]


@pytest.mark.parametrize(("gate", "measurement", "cycle"), [(50, 100, 1000), (3, 1000, 6), (1000, 1, 7)])
def test_gates_and_measurement_fill_the_round(gate: int, measurement: int, cycle: int) -> None:
    machine = Machine(
        p_physical=1e-3, gate_time_ns=gate, measurement_time_ns=measurement, cycle_time_ns=cycle
    )
    found = machine.round_times_ns
    assert min(found) >= 1
    assert 5 * found[0] + found[1] == cycle


def test_every_engine_takes_the_cycle_of_the_machine(peers: LogicalCounts) -> None:
    machine = Machine(p_physical=1e-3, cycle_time_ns=2000)
    figures = [
        qre_front(peers, machine, 0.1)[0],
        gidney_fowler(peers, machine, 0.1),
        beverland(peers, machine, 0.1),
    ]
    assert [one.cycle_time_us for one in figures] == pytest.approx([2.0] * 3)
    usual = qre_front(peers, Machine(p_physical=1e-3), 0.1)[0]
    assert figures[0].runtime_s == pytest.approx(usual.runtime_s * 2.0 / 0.35, rel=1e-6)
    assert figures[0].n_factories == usual.n_factories  # factories are as slow as the rest


def test_errors_beyond_the_tables_of_a_factory_are_told(peers: LogicalCounts) -> None:
    worse = Machine(p_physical=2e-3)
    with pytest.raises(InfeasibleError, match=r"p_physical of superconducting 0\.002.* is 0\.001"):
        qre_front(peers, worse, 0.1)
    assert qre_front(LogicalCounts(n_qubits=9, n_measurements=9), worse, 0.1)[0].n_factories == 0
    found = physical_report(peers, [worse], 0.1)
    assert {one.engine for one in found.figures} == {"qualtran.surface_code"}
    assert sum("Not built" in note.text for note in found.assumptions) == 1


def test_reaction_is_told_of_every_classical_side(peers: LogicalCounts) -> None:
    fast = Machine(label="fast", p_physical=1e-4, reaction_time_us=1)
    told = [note.text for note in physical_report(peers, [Machine(p_physical=1e-3), fast]).assumptions]
    assert sum("reaction time of fast of 1 us" in text for text in told) == 1
    assert sum("reaction time of superconducting 0.001 of 10 us" in text for text in told) == 1
