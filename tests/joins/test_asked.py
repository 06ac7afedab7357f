"""Joins where estimates are asked for: studies, the front, comparisons, bills of models, refusals."""

import json

import attrs
import pytest

from qattention.api.comparing import compare, explore
from qattention.api.estimating import estimate, estimate_model
from qattention.api.studying import study
from qattention.api.writing import export
from qattention.compiler.joins import join_sizes
from qattention.compiler.question import ask
from qattention.errors import InfeasibleError, SpecError
from qattention.estimates.classical.runtimes import by_clock, runtime_at
from qattention.estimates.front import merged
from qattention.estimates.request import Request
from qattention.estimates.studies import Study
from qattention.estimates.studies.spec import Column
from qattention.joins.choose import choose_join, rows_at_least
from qattention.plan import PlanOptions
from qattention.problem.options import ProblemOptions

SIZES = {"n_tokens": 256, "head_dim": 8, "n_heavy": 4}


def columns(*paths):
    return tuple(Column(path=path, label=path) for path in paths)


def swept(algorithms, *paths, **more):
    return Study(
        title="t",
        question="q",
        problem=ProblemOptions(**SIZES),
        sweep={"plan.algorithm": algorithms},
        columns=columns(*paths),
        **more,
    )


def test_a_study_sweeps_algorithms_of_both_kinds():
    asked = swept(
        ("row-by-row", "blocked"), "logical.expected.toffoli", "logical.toffoli_per_row", "rows_alone.toffoli"
    )
    rows, blocked = study(asked).solved.points
    assert rows.values["logical.toffoli_per_row"] is None is rows.infeasible
    per_row = blocked.values["logical.toffoli_per_row"]
    assert blocked.values["logical.expected.toffoli"] == pytest.approx(256 * per_row)
    assert blocked.values["rows_alone.toffoli"] > 0


def test_a_study_of_one_join_is_its_estimate():
    alone = attrs.evolve(swept(()), sweep={}, plan=PlanOptions(algorithm="blocked"))
    found = study(alone)
    expected = alone.request().join_estimate()
    assert found.solved.phases == expected.phases
    assert found.solved.rows_alone == expected.rows_alone
    assert found.rows()[0]["logical.qubits"] == expected.logical.qubits
    report = found.files["report.md"]
    assert report.startswith("# t\n\nq\n\n")
    assert "## Phases, all blocks of each" in report
    assert f"| Toffoli | {expected.logical.expected.toffoli:,.0f} |" in report
    assert json.loads(found.files["result.json"])["algorithm"] == "blocked"


def test_the_library_writes_a_join(tmp_path):
    found = estimate(algorithm="blocked", physical=False, **SIZES)
    assert export(found, tmp_path / "a.md") == "markdown"
    assert (tmp_path / "a.md").read_text() == found.markdown()
    assert export(found, tmp_path / "a.csv") == "csv"
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 1 + len(found.phases)
    with pytest.raises(SpecError, match="json or csv or markdown"):
        export(found, tmp_path / "a.tex", "latex")


def test_columns_of_no_estimate_are_refused():
    with pytest.raises(SpecError, match=r"logical\.nothing"):
        study(swept(("blocked",), "logical.nothing"))
    with pytest.raises(SpecError, match=r"logical\.toffoli_per_row"):
        study(swept(("row-by-row",), "logical.toffoli_per_row"))


def test_rows_never_take_less_than_is_said():
    for n, k, d in ((256, 4, 8), (512, 16, 4), (512, 1, 4)):
        asked = Request.of(None, algorithm="auto", n_tokens=n, head_dim=d, n_heavy=k)
        least = rows_at_least(join_sizes(asked.question), asked.plan)
        assert 0 < least < asked.of_rows.expected("toffoli")
    causal = Request.of(None, algorithm="auto", causal=True, **SIZES)
    assert rows_at_least(join_sizes(causal.question), causal.plan) == 0


@pytest.fixture(scope="module")
def front():
    return explore(**SIZES)


def test_the_front_spans_the_algorithms(front):
    made = {one.algorithm for one in front.points}
    assert made & {"blocked", "pair-join", "auto"}
    assert made & {"row-by-row", "shared-load"}
    for one in front.points:
        assert (one.plan is None) == bool(one.phases)
        for other in front.points:
            costs = [(getattr(one, x), getattr(other, x)) for x in ("qubits", "t", "t_depth")]
            assert one is other or any(a < b for a, b in costs)
    marks = [mark for one in front.points for mark in one.best]
    assert sorted(marks) == ["qubits", "t-depth", "toffoli", "volume"]
    least = min(front.points, key=lambda one: one.t)
    assert "toffoli" in least.best
    assert least.algorithm == "auto"


def test_a_join_that_beats_everything_stands_alone(front):
    cheap = attrs.evolve(front.points[0], qubits=1, t=1.0, t_depth=1.0, plan=None, algorithm="blocked")
    assert [one.algorithm for one in merged(front, [cheap]).points] == ["blocked"]
    dear = attrs.evolve(cheap, qubits=10**9, t=1e30, t_depth=1e30)
    assert merged(front, [dear]).points == front.points


def test_caps_hold_for_joins_and_what_they_cannot_have_is_said():
    capped = explore(**SIZES, max_qubits=600)
    assert all(one.qubits <= 600 for one in capped.points)
    assert "max_t_depth" in explore(**SIZES, max_t_depth=10**4).without_joins
    alone = explore(**SIZES, rows_per_load=1)
    assert alone.without_joins is None
    assert {one.algorithm for one in alone.points} == {"row-by-row"}


def test_compare_by_the_best_algorithm():
    """By a clock that has broken even, so that no larger n is looked at for it."""
    clock = {"physical": False, "logical_clock": 1e15}
    rows, joins = compare(**SIZES, **clock), compare(**SIZES, **clock, algorithm="blocked")
    assert (joins.plan, joins.algorithm, joins.joins_toffoli) == (None, "blocked", None)
    assert joins.toffoli < rows.toffoli
    assert 0 < rows.joins_toffoli < rows.toffoli
    assert joins.toffoli == best_at(256).toffoli
    assert joins.classical.growth[0].n == 256
    assert {one.break_even for one in joins.classical.against} == {"reached"}
    assert any("--algorithm auto" in line for line in rows.lines())
    assert not any("--algorithm auto" in line for line in joins.lines())


def best_at(n):
    asked = ask(None, ProblemOptions(**SIZES | {"n_tokens": n}), PlanOptions(algorithm="blocked"))
    return choose_join(join_sizes(asked), asked.options)


def test_runtimes_at_larger_n_are_of_the_join_there():
    problem = ask(None, ProblemOptions(**SIZES | {"n_tokens": 1024}), PlanOptions()).problem
    found = runtime_at(PlanOptions(algorithm="blocked"), None, by_clock(1e6))(problem, None)
    assert found.quantum_s == pytest.approx(best_at(1024).toffoli / 1e6)  # fix-ups are in time here
    assert found.n_qubits == best_at(1024).qubits


def test_break_even_is_looked_for_as_far_as_blocks_of_pairs_are_counted():
    far = {"n_tokens": 2**30, "head_dim": 1, "n_heavy": 1, "algorithm": "blocked"}
    found = compare(**far, physical=False, logical_clock=1e6).classical
    assert [point.n for point in found.growth] == [2**30]
    assert found.ended is None
    assert {one.break_even for one in found.against} == {"beyond"}


CONFIG = {
    "model_type": "llama",
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "hidden_size": 32,
}


def bill(tmp_path, **options):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIG))
    return estimate_model(str(path), n_tokens=256, n_heavy=4, physical=False, **options)


def test_the_bill_of_a_model_by_the_best_algorithm(tmp_path):
    rows, joins = bill(tmp_path), bill(tmp_path, algorithm="blocked")
    assert joins.prefill.plan is None is joins.prefill.logical.worst_case
    assert {part.algorithm for part in joins.prefill.parts} == {"blocked"}
    assert joins.prefill.logical.expected.toffoli < rows.prefill.logical.expected.toffoli
    assert sum(part.toffoli for part in joins.prefill.parts) == pytest.approx(
        joins.prefill.logical.expected.toffoli
    )
    assert rows.joins_toffoli < rows.prefill.logical.expected.toffoli
    assert joins.joins_toffoli is None
    assert rows.lines()
    assert joins.tables()
    with pytest.raises(SpecError, match="error_target"):
        bill(tmp_path, algorithm="blocked", error_target=0.1)


@pytest.mark.parametrize("kept", [{"keep_window": 4}, {"keep_first": 2}])
def test_keys_taken_for_free_are_refused_by_name(kept):
    name = next(iter(kept))
    asked = Request.of(None, algorithm="blocked", **SIZES, **kept)
    with pytest.raises(SpecError, match=f"`{name}`.*0 with blocks of pairs"):
        asked.join_estimate()
    assert Request.of(None, **SIZES, **kept).about_joined() is None


def test_a_cap_that_nothing_meets_is_told():
    with pytest.raises(InfeasibleError):
        Request.of(None, algorithm="blocked", max_qubits=20, **SIZES).join_estimate()
