"""`AttentionProblem`: ranges, and every problem in one go."""

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import AttentionProblem

SOUND = {"n_queries": 8, "n_keys": 16, "head_dim": 4, "n_heavy": 3}


def test_defaults():
    problem = AttentionProblem(**SOUND)
    assert (problem.v_dim, problem.key_bits, problem.query_bits) == (4, 8, 8)
    assert (problem.causal, problem.p_fail, problem.p_fail_scope) == (False, 1e-3, "all")


def test_numpy_integers_become_python_ones():
    problem = AttentionProblem(**{**SOUND, "n_keys": np.int64(2**60), "n_heavy": np.uint8(3)})
    assert type(problem.n_keys) is int
    assert problem.n_keys * problem.n_keys == 2**120


def test_is_a_value():
    assert hash(AttentionProblem(**SOUND)) == hash(AttentionProblem(**SOUND))
    with pytest.raises(AttributeError):
        AttentionProblem(**SOUND).n_keys = 3


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("n_queries", 0, r"1\.\.2\*\*60"),
        ("n_keys", 2**60 + 1, r"1\.\.2\*\*60"),
        ("n_keys", 16.0, "an integer"),
        ("head_dim", -1, r"1\.\.2\*\*20"),
        ("v_dim", 0, r"1\.\.2\*\*20"),
        ("n_heavy", 0, r"1\.\.n_keys"),
        ("n_heavy", 17, r"1\.\.n_keys"),
        ("n_heavy", True, "an integer"),
        ("key_bits", 0, r"1\.\.64"),
        ("query_bits", 65, r"1\.\.64"),
        ("causal", 1, "true or false"),
        ("p_fail", 0.0, "above 0 and below 1"),
        ("p_fail", 1.5, "above 0 and below 1"),
        ("p_fail", float("nan"), "above 0 and below 1"),
        ("p_fail", "1e-3", "above 0 and below 1"),
        ("p_fail_scope", "column", "'all' or 'row'"),
    ],
)
def test_one_line_for_one_field(field, value, allowed):
    with pytest.raises(SpecError, match=allowed) as caught:
        AttentionProblem(**{**SOUND, field: value})
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(f"`{field}`: got {value!r}; must be ")


@pytest.mark.parametrize(
    ("field", "value"),
    [("n_keys", 2**60), ("head_dim", 2**20), ("n_heavy", 16), ("key_bits", 64), ("p_fail", 0.999)],
)
def test_the_ends_are_allowed(field, value):
    assert getattr(AttentionProblem(**{**SOUND, field: value}), field) == value


def test_every_problem_is_told():
    with pytest.raises(SpecError) as caught:
        AttentionProblem(n_queries=0, n_keys=0, head_dim=0, n_heavy=0, key_bits=0, query_bits=65, p_fail=2)
    fields = [line.split("`")[1] for line in caught.value.problems]
    assert fields == ["n_queries", "n_keys", "head_dim", "n_heavy", "key_bits", "query_bits", "p_fail"]


def test_causal_queries_are_the_last_positions():
    problem = AttentionProblem(**SOUND, causal=True)
    assert [problem.n_visible(row) for row in range(8)] == list(range(9, 17))
    assert AttentionProblem(**{**SOUND, "n_queries": 1}, causal=True).n_visible(0) == 16  # decoding
    assert AttentionProblem(**SOUND).n_visible(0) == 16
    with pytest.raises(SpecError, match="`n_queries`: got 17"):
        AttentionProblem(**{**SOUND, "n_queries": 17}, causal=True)
    with pytest.raises(SpecError, match=r"`row`: got 8; must be 0\.\.7"):
        problem.n_visible(8)
