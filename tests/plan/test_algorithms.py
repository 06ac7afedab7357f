"""The family of algorithms: every record is whole, and cannot be made with a part missing."""

from typing import get_args

import attrs
import pytest

from qattention.errors import SpecError
from qattention.plan import Plan, PlanOptions
from qattention.plan.algorithms import (
    ALGORITHMS,
    DEFAULT,
    JOINS,
    OF_ROWS,
    AlgorithmKind,
    PhaseKind,
    RowAlgorithm,
    rows_on,
)

kinds = pytest.mark.parametrize("kind", ALGORITHMS.values(), ids=str)


@kinds
def test_every_word_and_flag_of_a_record_is_there(kind):
    for name in ("name", "summary", "source", "limits"):
        said = getattr(kind, name)
        assert said == said.strip() != "", name
        assert "\n" not in said, name
    assert ALGORITHMS[kind.name] is kind
    assert isinstance(kind.is_join, bool)
    assert kind.is_join == bool(kind.phases) == (kind.shares is None)
    assert set(kind.phases) <= set(get_args(PhaseKind))


@pytest.mark.parametrize("name", [field.name for field in attrs.fields(AlgorithmKind)])
def test_a_record_without_one_of_its_parts_cannot_be_made(name):
    whole = attrs.asdict(DEFAULT, recurse=False)
    assert AlgorithmKind(**whole) == DEFAULT
    del whole[name]
    with pytest.raises(TypeError, match=f"'{name}'"):
        AlgorithmKind(**whole)


def test_the_parts_of_the_family_are_all_of_it():
    assert {**OF_ROWS, **JOINS} == ALGORITHMS
    assert not set(OF_ROWS) & set(JOINS)
    assert get_args(RowAlgorithm) == tuple(OF_ROWS)
    assert {kind for one in JOINS.values() for kind in one.phases} == set(get_args(PhaseKind))


def test_rows_on_a_load_say_which_algorithm():
    for n_rows in (1, 2, 64):
        kind = OF_ROWS[rows_on(n_rows)]
        assert kind.shares == (n_rows > 1)
    assert Plan().algorithm == DEFAULT.name == rows_on(1)
    with pytest.raises(SpecError, match=r"2\.\.\d+ with the algorithm"):
        Plan(algorithm=rows_on(2))


@kinds
def test_options_follow_the_record(kind):
    asked = PlanOptions(algorithm=kind.name)
    assert asked.is_join == kind.is_join
    assert asked.must_share == (kind.shares is True)
    if not kind.is_join:
        assert (asked.n_rows_per_load is None) == kind.shares
