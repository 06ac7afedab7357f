"""An estimate in Azure's JSON, as CSV and as LaTeX, each read back."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from qdk.estimator import LogicalCounts as TheirCounts

from qattention.errors import SpecError
from qattention.estimates import Estimate, estimate, estimate_from_json, to_json, with_physical
from qattention.estimates.machines import logical_counts
from qattention.estimates.physical import MACHINES, read_logical_counts
from qattention.estimates.report import report
from qattention.export.azure import to_azure
from qattention.export.tables import escape, to_csv, to_latex
from qattention.plan import Plan
from qattention.problem import AttentionProblem


@pytest.fixture(scope="module")
def found() -> Estimate:
    alone = estimate(AttentionProblem(n_queries=8, n_keys=50, head_dim=2, n_heavy=2), Plan())
    return with_physical(alone, machines=MACHINES[:1])


@pytest.fixture(scope="module")
def azure(found: Estimate) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(to_azure(found), allow_nan=False))
    return document


def test_counts_are_read_back_by_our_own_reader(found: Estimate, azure: dict[str, Any]) -> None:
    mine, back = logical_counts(found), read_logical_counts(json.dumps(azure))
    assert mine.n_rotations > 0
    for name in ("n_qubits", "n_t", "n_ccz", "n_rotations", "rotation_depth", "n_measurements"):
        assert getattr(back, name) == getattr(mine, name)


def test_counts_beyond_64_bits_are_refused(found: Estimate) -> None:
    """The estimator reads unsigned integers of 64 bits, and no floats in their place."""
    for n_ccz, is_held in ((2.0**63, True), (2.0**64, False)):
        totals = attrs.evolve(found.logical.expected, toffoli=n_ccz)
        large = attrs.evolve(found, logical=attrs.evolve(found.logical, expected=totals))
        if is_held:
            assert to_azure(large)["logicalCounts"]["cczCount"] == 2**63
            continue
        with pytest.raises(SpecError, match="`cczCount`: got 18446744073709551616; must be at most 2"):
            to_azure(large)


def test_counts_are_taken_by_qdk(azure: dict[str, Any]) -> None:
    theirs = TheirCounts(azure["logicalCounts"]).estimate()
    assert theirs["status"] == "success"
    assert theirs["logicalCounts"] == azure["logicalCounts"]
    assert {"path", "label", "description", "explanation"} <= set(
        azure["reportData"]["groups"][0]["entries"][0]
    )
    assert set(theirs["reportData"]["groups"][0]) <= set(azure["reportData"]["groups"][0])


def test_paths_lead_to_figures_and_the_estimate_is_in_it(found: Estimate, azure: dict[str, Any]) -> None:
    entries = [entry for group in azure["reportData"]["groups"] for entry in group["entries"]]
    assert len(entries) > 30
    for entry in entries:
        here: Any = azure
        for name in entry["path"].split("/"):
            here = here[int(name)] if isinstance(here, list) else here[name]
        assert here is not None or entry["value"] == "not computed"
    assert to_json(estimate_from_json(json.dumps(azure["estimate"]))) == to_json(found)


def test_frontier_is_that_of_the_machines(found: Estimate, azure: dict[str, Any]) -> None:
    assert found.physical
    assert azure["physicalCounts"]["physicalQubits"] == found.physical[0].physical_qubits
    assert azure["physicalCounts"]["runtime"] == pytest.approx(1e9 * found.physical[0].runtime_s)
    assert len(azure["frontierEntries"]) == len(found.physical)
    none = to_azure(attrs.evolve(found, physical=None))
    assert (none["physicalCounts"], none["frontierEntries"]) == (None, [])


def test_csv_is_read_back_line_by_line(found: Estimate) -> None:
    text = to_csv(found)
    assert text.count("\r\n") == len(text.splitlines())
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head == ["group", "path", "label", "value", "description", "explanation"]
    entries = [(g.title, e) for g in report(found).groups for e in g.entries]
    assert [(row[0], row[1], row[2], row[5]) for row in rows] == [
        (title, e.path, e.label, e.explanation) for title, e in entries
    ]
    values = {row[1]: row[3] for row in rows}
    assert float(values["logical/expected/toffoli"]) == pytest.approx(
        found.logical.expected.toffoli, rel=1e-5
    )
    assert int(values["iteration/toffoli"]) == found.iteration.toffoli
    assert int(values["iteration/t_depth"]) == found.iteration.t_depth
    layers = attrs.evolve(found.logical.expected, clifford_depth=None)
    unknown = attrs.evolve(found, logical=attrs.evolve(found.logical, expected=layers))
    blank = {row[1]: row[3] for row in csv.reader(io.StringIO(to_csv(unknown), newline=""))}
    assert blank["logical/expected/clifford_depth"] == ""


def test_latex_escapes_and_balances(found: Estimate) -> None:
    text = to_latex(found, r"50 % & a_b \x {y} #1 $ ^ ~ <z|")
    assert r"50 \% \& a\_b \textbackslash{}x \{y\} \#1 \$ \textasciicircum{} \textasciitilde{}" in text
    assert text.count(r"\begin{longtable}") == text.count(r"\end{longtable}") == 1
    rows = [
        line
        for line in text.splitlines()
        if line.endswith(r"\\") and not line.startswith((r"\caption", r"\multi"))
    ]
    assert len(rows) == sum(len(group.entries) for group in report(found).groups)
    assert all(len(re.findall(r"(?<!\\)&", row)) == 1 for row in rows)
    assert not re.search(r"(?<!\\)[_%#]", text.split(r"\toprule")[1])
    large = attrs.evolve(found.memory, writes=10**12)
    assert r"& $1 \times 10^{12}$ \\" in to_latex(attrs.evolve(found, memory=large), "")


def test_every_sign_of_latex_is_written_out() -> None:
    assert escape("plain text 1.5") == "plain text 1.5"
    assert escape("\\{") == r"\textbackslash{}\{"


def test_writing_an_estimate_as_qref_imports_no_qualtran() -> None:
    """An estimate that is read from a file is written in a blink."""
    heavy = "{'qualtran', 'cirq', 'sympy', 'networkx'}"
    code = f"import sys, qattention.export.qref; print(sorted({heavy} & set(sys.modules)))"
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=here)
    assert done.stdout.strip() == "[]"
