"""The family of machine kinds: each record is whole, and nobody else asks for a member by name."""

import ast
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import qattention
from qattention.errors import SpecError
from qattention.estimates.physical import MACHINES, NAMED, LogicalCounts, Machine, kinds, physical_report
from qattention.estimates.physical.kind import MachineKind
from qattention.estimates.physical.kinds import KINDS

SOURCE = Path(qattention.__file__).parent
FAMILY = SOURCE / "estimates" / "physical" / "kinds"
MEMBERS = list(KINDS.values())
ENVIRONMENT = os.environ | {"PYTHONPATH": str(SOURCE.parent)}
MAY_BE_EMPTY = {"known_errors", "models", "qre", "published"}  # of models and qre one is there


def faults(kind: MachineKind) -> list[str]:
    """Fields of a record that say nothing."""
    empty = [
        field.name
        for field in attrs.fields(type(kind))
        if field.name not in MAY_BE_EMPTY and getattr(kind, field.name) in ("", (), None)
    ]
    sentences = [name for name in ("summary", "validity") if not getattr(kind, name).endswith(".")]
    return [*empty, *sentences, *([] if kind.qre or kind.models else ["models"])]


@pytest.mark.parametrize("kind", MEMBERS, ids=lambda kind: kind.name)
def test_a_record_is_whole(kind: MachineKind) -> None:
    assert faults(kind) == []
    assert "arXiv:" in kind.source
    assert kind.name in {info.name.replace("_", "-") for info in pkgutil.iter_modules(kinds.__path__)}
    for one in kind.machines:
        machine = NAMED[one.name]
        assert (machine.what, machine.p_physical) == (kind, one.p_physical)
        assert one.name.startswith(kind.name)
        assert machine.gate_time_ns == kind.gate_time_ns


@pytest.mark.parametrize("field", ["summary", "source", "validity", "machines", "models"])
def test_an_incomplete_record_is_told_by_the_field(field: str) -> None:
    lacking = attrs.evolve(MEMBERS[0], **{field: () if field in ("machines", "models") else ""}, qre=None)
    assert field in faults(lacking)


def test_the_usual_machines_have_places_of_their_own() -> None:
    places = [one.place for kind in MEMBERS for one in kind.machines if one.place]
    assert sorted(places) == list(range(1, len(MACHINES) + 1))
    assert Machine(p_physical=1e-3) == MACHINES[0]
    assert len(NAMED) == sum(len(kind.machines) for kind in MEMBERS)


def test_times_are_those_of_the_kind_unless_given() -> None:
    for kind in MEMBERS:
        error = kind.machines[0].p_physical
        found = Machine(kind=kind.name, p_physical=error)
        assert found.gate_time_ns == kind.gate_time_ns
        assert found.measurement_time_ns == kind.measurement_time_ns
        assert Machine(kind=kind.name, p_physical=error, gate_time_ns=7).gate_time_ns == 7
    with pytest.raises(SpecError, match="`kind`: got 'ion'; must be one of superconducting"):
        Machine(kind="ion", p_physical=1e-3)


def test_a_report_says_what_each_kind_is() -> None:
    """Kinds whose models are this package's own: what they are, and where they hold."""
    counts = LogicalCounts(n_qubits=20, n_compute_qubits=5, n_ccz=1000)
    machines = [NAMED[kind.machines[0].name] for kind in MEMBERS]
    told = [note.text for note in physical_report(counts, machines, 0.1).assumptions]
    for kind in MEMBERS:
        assert sum(text.startswith(kind.summary) for text in told) == (kind.qre is None)
    waiting = next(text for text in told if "5 of 20 qubits at work at once" in text)
    assert "cultivation" not in waiting
    assert "superconducting 0.001, majorana" in waiting
    alone = physical_report(counts, [NAMED["cat-1e-5"]], 0.1).assumptions
    assert not any("lattice" in note.text or "Beverland" in note.text for note in alone)


def mentions(path: Path) -> Iterator[str]:
    """Names of members or of their machines among the string constants of a module."""
    known = {*KINDS, *NAMED}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and node.value in known:
            yield f"{path.relative_to(SOURCE)}:{node.lineno} {node.value}"


def test_nobody_outside_the_family_asks_for_a_member_by_name() -> None:
    outside = [path for path in SOURCE.rglob("*.py") if path.parent != FAMILY]
    assert len(outside) > 100
    assert [line for path in outside for line in mentions(path)] == []


def test_a_mention_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)
    (tmp_path / "x.py").write_text('"""x."""\nmatch 1:\n    case {"a": "majorana"}:\n        pass\n')
    assert list(mentions(tmp_path / "x.py")) == ["x.py:3 majorana"]


def imported_at_once(path: Path) -> set[str]:
    """First words of the modules that a module imports when it is imported."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_no_library_is_imported_before_it_is_asked() -> None:
    """`qdk` takes a second; Qualtran is a witness of tests alone. `engines` imports `qre` when it asks."""
    modules = [path for path in FAMILY.parent.rglob("*.py") if not path.name.startswith("qre")]
    assert len(modules) > 20
    assert [path.name for path in modules if imported_at_once(path) & {"qdk", "qualtran", "cirq"}] == []
    script = "import qattention.estimates.physical, sys; print('qdk' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    assert found.stdout.strip() == "False"
