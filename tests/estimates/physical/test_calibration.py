"""Published machines, costed again: every kind's ratios are within what its record says."""

import math
from pathlib import Path

import attrs
import pytest

from qattention.errors import SpecError
from qattention.estimates.physical import CalibrationRow, calibration
from qattention.estimates.physical.calibration import published_again
from qattention.estimates.physical.kinds import KINDS
from qattention.estimates.physical.machine import NAMED

PAGE = Path(__file__).parents[3] / "docs" / "machines.md"


@pytest.fixture(scope="module")
def rows() -> tuple[CalibrationRow, ...]:
    return calibration()


def test_ratios_are_within_what_the_records_say(rows: tuple[CalibrationRow, ...]) -> None:
    published = [one for kind in KINDS.values() for one in kind.published]
    assert [row.name for row in rows] == [one.name for one in published]
    for row, one in zip(rows, published, strict=True):
        for ratio in (row.qubit_ratio, row.runtime_ratio):
            assert ratio is None or abs(ratio - 1) <= one.within, row
        assert row.qubit_ratio == (row.physical_qubits / one.qubits if one.qubits else None)
        assert row.why.endswith(".")


def test_each_model_of_this_package_has_a_published_machine_or_golden_figures() -> None:
    without = {name for name, kind in KINDS.items() if not kind.published}
    assert without == {"majorana", "flasq"}  # the library's own; golden lattices (test_flasq)


@pytest.mark.parametrize(
    ("name", "qubits", "within"),
    [
        ("RSA-2048, 2019", 20_000_000, 0.07),
        ("ECC-256, 2026", 452_712, 0.05),
        ("RSA-2048, 2025", 897_864, 0.35),
    ],
)
def test_published_qubits(rows: tuple[CalibrationRow, ...], name: str, qubits: int, within: float) -> None:
    found = next(row for row in rows if row.name == name)
    assert found.physical_qubits == pytest.approx(qubits, rel=within)


def test_the_page_has_every_row(rows: tuple[CalibrationRow, ...]) -> None:
    page = PAGE.read_text()
    for row in rows:
        line = next(line for line in page.splitlines() if line.startswith(f"| {row.name} |"))
        assert f"{row.physical_qubits:,}" in line
        if row.qubit_ratio is not None:
            assert f"{row.qubit_ratio:.2f}" in line
        if row.runtime_ratio is not None and not math.isclose(row.runtime_ratio, 1):
            assert f"{row.runtime_ratio:.2f}" in line


def test_a_word_of_no_model_is_refused() -> None:
    kind = KINDS["cat"]
    wrong = attrs.evolve(kind.published[0], model="nobody")
    with pytest.raises(SpecError, match="`model`: got 'nobody'"):
        published_again(NAMED["cat-1e-5"], wrong)
