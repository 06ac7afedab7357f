"""`study`: files beside the study, single or swept; infeasible points are said; bad input writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qattention.cli.main import main

HEAD = 'title = "T"\nquestion = "What if?"\n'
SWEEP = """
notes = ["A word by hand."]
[plan]
loader = "one-hot"
[problem]
head_dim = 2
n_heavy = 1
[sweep]
"problem.n_tokens" = [8, 16]
"plan.max_qubits" = [5, 500]
[[columns]]
path = "iteration.toffoli"
label = "Toffoli an iteration"
[[columns]]
path = "iteration.breakdown.0.path"
label = "largest part"
[figure]
x = "problem.n_keys"
y = "iteration.toffoli"
x_label = "n"
y_label = "Toffoli"
[[published]]
label = "someone's"
value = "12"
source = "a paper, table 1"
"""


def run(tmp_path: Path, text: str, *more: str) -> int:
    (tmp_path / "study.toml").write_text(HEAD + text)
    return main(["study", str(tmp_path), "--workers", "1", *more])


def test_a_sweep_writes_its_table_plot_and_what_binds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, SWEEP, "--json") == 0
    assert json.loads(capsys.readouterr().out)["points"] == 4
    result = json.loads((tmp_path / "result.json").read_text())
    values = [point["values"]["iteration.toffoli"] for point in result["points"]]
    assert values[0] is values[2] is None
    assert 0 < values[1] < values[3]
    assert "max_qubits" in result["points"][0]["infeasible"]
    report = (tmp_path / "report.md").read_text()
    assert "| 8 | 500 |" in report
    assert "A word by hand." in report
    assert "| someone's | 12 | a paper, table 1 |" in report
    assert "infeasible" in report
    assert "<svg" in (tmp_path / "figure.svg").read_text()
    assert not (tmp_path / ".points").exists()


def test_machines_are_found_by_a_word_of_their_model(tmp_path: Path) -> None:
    columns = "".join(
        f'[[columns]]\npath = "physical.{name}"\nlabel = "x"\n'
        for name in ("0.engine", "Gidney-Fowler.model", "Beverland.runtime_s", "Nobody.runtime_s")
    )
    problem = 'physical = true\n[problem]\nhead_dim = 2\nn_heavy = 1\n[sweep]\n"problem.n_tokens" = [8]\n'
    assert run(tmp_path, problem + columns) == 0
    (point,) = json.loads((tmp_path / "result.json").read_text())["points"]
    engine, model, runtime, nobody = point["values"].values()
    assert (engine, nobody) == ("qdk.qre", None)
    assert "Gidney-Fowler" in model
    assert runtime > 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[columns]]\npath = "iteration.tofoli"\nlabel = "x"\n[sweep]\n"problem.n_tokens" = [8]', "tofoli"),
        ('[[columns]]\npath = "iteration"\nlabel = "x"\n[sweep]\n"problem.n_tokens" = [8]', "scalar"),
        ('[[columns]]\npath = "assumptions.x.text"\nlabel = "x"\n[sweep]\n"problem.n_tokens" = [8]', "'x'"),
        ('[sweep]\n"plan.loader" = ["qramx"]', "qramx"),
        ('[sweep]\n"plan.looder" = ["qrom"]', "plan.looder"),
        ("[problem]\nn_tokens = 0", "n_tokens"),
    ],
)
def test_bad_studies_are_one_line_a_problem_and_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: str
) -> None:
    assert run(tmp_path, text) == 2
    told = capsys.readouterr().err
    assert line in told
    assert "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["study.toml"]
