"""Means that are written down are those that a simulation gives, to the last bit."""

import attrs
import numpy as np
import pytest

from qattention.estimates.request import Request
from qattention.search import SearchCost, make_schedule, measured, recorded

SIZES = [(4, 4), (6, 1), (10, 16), (20, 16)]  # log2 of n_tokens, n_heavy


@pytest.mark.parametrize(("power", "heavy"), SIZES)
def test_an_estimate_finds_the_mean_that_it_would_simulate(
    power: int, heavy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Default options on powers of two are written down, and say what is simulated without them."""

    def never(*_: object) -> None:
        raise AssertionError("simulated")

    asked = {"n_tokens": 2**power, "head_dim": 4, "n_heavy": heavy}
    with monkeypatch.context() as patch:
        patch.setattr(measured, "seeded_trials", never)
        found = Request.of(**asked).totals.mean_searches
    monkeypatch.setattr(recorded, "table", dict)
    again = Request.of(**asked).totals.mean_searches
    for field in attrs.fields(type(found)):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(again, field.name))


def test_another_question_is_simulated() -> None:
    """One that differs in any field has no answer in the table."""
    schedule = make_schedule("adaptive", 2**6, 1, 0.0123)
    assert recorded.recorded(schedule, 1, measured.N_TRIALS) is None


def test_every_answer_is_a_cost() -> None:
    """As many finite figures as a cost has fields, none below 0; Grover runs have no phases of their own."""
    assert len(recorded.table()) > 100
    values = np.array(list(recorded.table().values()))
    assert values.shape[1] == len(attrs.fields(SearchCost))
    assert not values[:, -2:].any()
    assert [field.name for field in attrs.fields(SearchCost)][-2:] == ["phased", "rotations"]
    assert np.isfinite(values).all()
    assert (values >= 0).all()
