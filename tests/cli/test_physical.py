"""`estimate` shows machines unless told not to, and refuses only what was asked for."""

from collections.abc import Callable
from typing import Any

import pytest

SMALL = ("estimate", "--n-tokens", 8, "--head-dim", 2, "--n-heavy", 1)
HOPELESS = (*SMALL, "--machine-p-fail", 1e-30)


@pytest.mark.parametrize("options", [(), ("--physical", "--machine-p-fail", 1e-3)])
def test_machines_are_in_the_estimate(run: Callable[..., Any], options: tuple[object, ...]) -> None:
    found = run(*SMALL, *options, "--json").json["physical"]
    assert {one["engine"] for one in found} == {"qdk.qre", "qualtran.surface_code"}
    assert all(one["p_fail"] <= (1e-3 if options else 0.1) for one in found)


def test_machines_can_be_left_out(run: Callable[..., Any]) -> None:
    assert run(*SMALL, "--no-physical", "--json").json["physical"] is None


def test_machines_are_shown(run: Callable[..., Any]) -> None:
    shown = run(*SMALL).out
    assert "Physical machines" in shown
    assert "Gidney-Fowler" in shown


def test_a_machine_that_cannot_be_built_fails_only_what_asked_for_it(run: Callable[..., Any]) -> None:
    assert run(*HOPELESS, "--json").json["physical"] == []
    outcome = run(*HOPELESS, "--physical")
    assert (outcome.code, outcome.out) == (3, "")
    assert "nearest feasible" in outcome.err


def test_a_bad_budget_is_refused(run: Callable[..., Any]) -> None:
    outcome = run(*SMALL, "--machine-p-fail", 2)
    assert outcome.code == 2
    assert "`machine_p_fail`" in outcome.err
