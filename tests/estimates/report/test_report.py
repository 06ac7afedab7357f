"""A report's entries: their paths, their numbers, and the products that explain them."""

import json
import math
import re

import attrs
import pytest

from qattention.estimates import Estimate, to_json, with_physical
from qattention.estimates.report import duration, report, told


@pytest.fixture(scope="module")
def built(of_head: Estimate) -> Estimate:
    return with_physical(of_head)


@pytest.fixture(params=["built", "of_head", "without_data"])
def found(request: pytest.FixtureRequest) -> Estimate:
    estimate: Estimate = request.getfixturevalue(request.param)
    return estimate


TITLES = [
    *("Problem", "Plan", "Search", "One iteration", "Logical totals", "Memory", "Classical work"),
    "Physical machines",
]


def resolve(plain: object, path: str) -> object:
    for name in path.split("/"):
        plain = plain[int(name)] if isinstance(plain, list) else plain[name]  # type: ignore[index]
    return plain


def test_every_entry_leads_to_the_figure_that_it_shows(found: Estimate) -> None:
    plain = json.loads(to_json(found))
    groups = report(found).groups
    assert [group.title for group in groups] == TITLES
    for entry in (entry for group in groups for entry in group.entries):
        value = resolve(plain, entry.path)
        if isinstance(value, int | float) and not entry.path.endswith(("runtime_s", "p_fail")):
            shown = float(entry.value.replace(",", ""))
            assert shown == pytest.approx(value, rel=1e-3), entry.path
        assert entry.label
        assert entry.description
        assert entry.explanation.endswith(".")
        assert ".." not in entry.explanation
        assert "None" not in entry.explanation


def test_explanations_carry_the_actual_numbers(of_head: Estimate) -> None:
    """Another number of Toffolis is another explanation."""
    before = {e.path: e.explanation for g in report(of_head).groups for e in g.entries}
    more = attrs.evolve(of_head, iteration=attrs.evolve(of_head.iteration, toffoli=123_457))
    after = {e.path: e.explanation for g in report(more).groups for e in g.entries}
    changed = {path for path in before if before[path] != after[path]}
    assert {"iteration/toffoli", "iteration/t", "logical/expected/toffoli", "plan/loader"} <= changed
    assert all("123,457" in after[path] for path in ("iteration/toffoli", "iteration/t"))


def numbers(text: str) -> list[float]:
    return [float(word.replace(",", "")) for word in re.findall(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?", text)]


def test_physical_explanations_multiply_to_their_figures(built: Estimate) -> None:
    machines = report(built).groups[-1].entries
    assert len({entry.path.split("/")[1] for entry in machines}) == 7  # each model of each engine once
    assert built.physical is not None
    for entry in machines:
        figure = built.physical[int(entry.path.split("/")[1])]
        found = numbers(entry.explanation)
        if entry.path.endswith("physical_qubits"):
            n_tiles, patch, distance, data, n_factories, factory, made = found
            assert (n_tiles * patch, distance, n_factories * factory) == (data, figure.code_distance, made)
            assert data + made == pytest.approx(figure.physical_qubits, rel=0.05)
        elif entry.path.endswith("runtime_s"):
            steps, rounds, cycle_us, waiting = found[:4]
            assert steps * rounds * cycle_us * 1e-6 * waiting == pytest.approx(figure.runtime_s, rel=0.05)


def test_parts_of_an_iteration_sum_up(of_head: Estimate) -> None:
    entry = next(e for g in report(of_head).groups for e in g.entries if e.path == "iteration/toffoli")
    parts, whole = entry.explanation.split("; ")[0].split(" = ")
    assert sum(numbers(part)[0] for part in parts.split(" + ")) == float(whole.replace(",", ""))
    assert "bloqs, gates, formula agree" in entry.explanation


def test_what_it_rests_on_is_in_it(found: Estimate) -> None:
    whole = report(found)
    assert whole.assumptions == found.assumptions
    assert (whole.witnesses, whole.versions) == (found.witnesses, found.versions)
    assert all(note.text and note.source for note in whole.conventions)
    assert "test_agreement" in whole.verified[0]


def test_machines_that_are_not_there_are_accounted_for(of_head: Estimate) -> None:
    def told_of(figures: tuple[()] | None) -> str:
        return report(attrs.evolve(of_head, physical=figures)).groups[-1].entries[0].explanation

    assert "not asked for" in told_of(None)
    assert "No engine can build one" in told_of(())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "not computed"),
        (True, "yes"),
        (999_999_999, "999,999,999"),
        (10**9, "1e+09"),
        (1234.5678, "1,235"),
        (1.7497e7, "17,497,000"),
        (3.363e11, "3.363e+11"),
        (10**400, "inf"),
        (math.nan, "nan"),
        ("on", "on"),
    ],
)
def test_figures_in_prose(value: object, shown: str) -> None:
    assert told(value) == shown


@pytest.mark.parametrize(
    ("runtime_s", "shown"),
    [
        (3e-6, "3 us"),
        (2.5e-3, "2.5 ms"),
        (59.94, "59.9 s"),
        (61, "1.02 min"),
        (7200, "2 h"),
        (1.479e7, "171 days"),
        (3.1536e7, "1 years"),
        (3.1536e12, "100,000 years"),
    ],
)
def test_durations_are_in_the_largest_unit_that_they_fill(runtime_s: float, shown: str) -> None:
    assert duration(runtime_s) == shown
