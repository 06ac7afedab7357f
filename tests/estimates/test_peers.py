"""The study of other tools quotes each at its best effort, and says what that is."""

import json
import re
from pathlib import Path

import pytest

STUDY = Path(__file__).parents[2] / "estimates" / "peers"
REPORT = (STUDY / "report.md").read_text()


def quoted(words: str) -> float:
    """The figure of a line of the table "Published", Toffolis."""
    (line,) = [line for line in REPORT.splitlines() if words in line and line.startswith("|")]
    found = re.search(r"\| ([\d.,]+)( million)? Toffoli", line)
    assert found is not None
    return float(found[1].replace(",", "")) * (1e6 if found[2] else 1)


def test_pennylane_is_quoted_with_its_junk_left() -> None:
    """Restored, the swaps take 518,000 and 82.4 million."""
    assert quoted("PennyLane 0.45.1 estimator, N = 2^12") == 310_550
    assert quoted("PennyLane 0.45.1 estimator, N = 2^20") == 23.6e6
    assert "Each peer at its best effort, with its own conventions" in REPORT


@pytest.mark.parametrize(("n", "lead"), [(12, 5.5), (20, 1.7)])
def test_the_lead_over_it_is_of_its_best_effort(n: int, lead: float) -> None:
    points = json.loads((STUDY / "result.json").read_text())["points"]
    (here,) = [p["values"]["logical.expected.toffoli"] for p in points if p["axes"]["problem.n_keys"] == 2**n]
    assert quoted(f"PennyLane 0.45.1 estimator, N = 2^{n}") / here == pytest.approx(lead, abs=0.1)
