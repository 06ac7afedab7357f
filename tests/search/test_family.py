"""Every schedule's record is whole and true, and nobody else asks for a schedule by its name."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.plan import Plan, plan_totals, typical_rows
from qattention.problem import AttentionProblem
from qattention.search import (
    DEFAULT_SCHEDULE,
    SCHEDULES,
    Done,
    Exact,
    FixedPoint,
    Polynomial,
    ScheduleKind,
    make_wary,
    schedule_kind,
    schedule_names,
    simulate_schedule,
)

SOURCE = Path(__file__).parents[2] / "src" / "qattention"
KINDS = tuple(SCHEDULES.values())
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def gaps(kind):
    """What is missing of a record, by the names of its fields."""
    texts = [field.name for field in attrs.fields(type(kind)) if field.type == "str"]
    empty = [name for name in texts if not str(getattr(kind, name) or "").strip()]
    unsaid = [
        field.name
        for field in attrs.fields(type(kind))
        if field.type == "bool" and not isinstance(getattr(kind, field.name), bool)
    ]
    unending = [name for name in ("summary", "limits") if not re.fullmatch(r"[A-Z].*\.", getattr(kind, name))]
    return [*empty, *unsaid, *unending, *([] if callable(kind.schedule) else ["schedule"])]


@each_kind
def test_records_are_whole(kind):
    assert gaps(kind) == []


def test_a_forgotten_field_is_told_by_its_name():
    fields = {field.name: getattr(KINDS[0], field.name) for field in attrs.fields(ScheduleKind)}
    assert gaps(ScheduleKind(**(fields | {"source": " "}))) == ["source"]
    for name in fields:
        with pytest.raises(TypeError, match=name):
            ScheduleKind(**{other: value for other, value in fields.items() if other != name})


def test_names_are_found_in_order_of_preference():
    assert schedule_names() == tuple(SCHEDULES) == tuple(kind.name for kind in KINDS)
    assert schedule_names()[0] == DEFAULT_SCHEDULE
    assert [schedule_kind(kind.name) for kind in KINDS] == list(KINDS)
    with pytest.raises(SpecError, match="search"):
        schedule_kind("oracle")
    with pytest.raises(TypeError):
        SCHEDULES["mine"] = KINDS[0]
    assert sum(kind.is_textbook for kind in KINDS) == 1


def actions(kind, n_items=2**12, n_promised=2):
    """Those of an episode that finds what is promised at once, then nothing."""
    episode = kind.make(n_items, n_promised, 1e-3).begin(np.random.default_rng(0))
    seen = []
    while not isinstance(action := episode.next(), Done):
        seen.append(action)
        episode.observe(len(seen) <= n_promised)
    return seen


@each_kind
def test_what_a_record_says_of_runs_is_what_they_are(kind):
    seen = actions(kind)
    assert kind.has_matched_steps == any(isinstance(action, Exact) for action in seen)
    assert kind.may_certify_with_phases == any(isinstance(a, FixedPoint | Polynomial) for a in seen)


@each_kind
def test_what_a_record_says_of_proofs_is_so(kind):
    schedule = kind.make(64, 2, 0.1)
    assert kind.trusts_promise == schedule.trusts_promise
    assert kind.certifies == (not schedule.trusts_promise and schedule.p_fail_bound(64) == schedule.eps)
    assert not make_wary(kind.name, 64, 2, 0.1).trusts_promise


@each_kind
def test_only_one_that_finds_thresholds_ignores_how_many_are_marked(kind):
    found = {t: simulate_schedule(kind.make_wary(32, 2, 1e-3), t, 4, seed=1).found.mean() for t in (0, 2)}
    assert (found == {0: 0, 2: 2}) == (not kind.finds_thresholds)
    assert kind.shares_loads == (not kind.finds_thresholds)


def named(tree):
    """String constants of a syntax tree that are a schedule's name."""
    return [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in SCHEDULES
    ]


def test_nobody_else_asks_for_a_schedule_by_name():
    homes = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for name in named(ast.parse(path.read_text())):
            homes.setdefault(name, []).append(path.relative_to(SOURCE).as_posix())
    assert {name: len(found) for name, found in homes.items()} == dict.fromkeys(SCHEDULES, 1), homes
    for name, (home,) in homes.items():
        assert Path(home).parent.name == "search", (name, home)


@pytest.mark.parametrize(
    "code", ["x == 'top-k'", "{'bbht': 1}", "s in {'coupon'}", "match s:\n case 'bbht': 1"]
)
def test_a_name_asked_for_is_seen(code):
    assert len(named(ast.parse(code))) == 1


def test_a_search_needs_none_of_the_heavy_libraries():
    heavy = "{'qualtran', 'cirq', 'qdk', 'matplotlib', 'pandas', 'sympy'}"
    arguments = ["search", "--n-items", "64", "--n-marked", "2", "--trials", "2", "--json"]
    code = f"""
import sys
from qattention.cli.main import main
main({arguments})
print(sorted({heavy} & sys.modules.keys()), file=sys.stderr)
"""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert json.loads(done.stdout)["iterations_stderr"] > 0.0
    assert done.stderr.splitlines()[-1] == "[]"


def test_rows_that_find_their_own_thresholds_share_no_load():
    problem = AttentionProblem(n_queries=8, n_keys=8, head_dim=2, n_heavy=2)
    alone = [kind.name for kind in KINDS if not kind.shares_loads]
    assert alone
    for name in alone:
        plan = Plan.of(algorithm="shared-load", rows_per_load=2, search=name)
        with pytest.raises(SpecError, match=f"`rows_per_load`: got 2; must be 1 with --search {name}"):
            plan_totals(problem, plan, typical_rows(problem, 2))
