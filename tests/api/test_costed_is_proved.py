"""What `verify` proves is what `estimate` costs, where padding or an algorithm could make it another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import qattention as qa
from qattention.errors import SpecError
from qattention.problem import AttentionHead

NO_FIX_UP: list[dict[str, Any]] = [
    {"loader": "hardware"},
    {"loader": "qroam", "unload": "unitary"},
    {"loader": "one-hot", "unload": "unitary"},
    {"loader": "qrom"},
]


def head_of(n_queries: int, n_keys: int, d: int, seed: int) -> AttentionHead:
    rng = np.random.default_rng(seed)
    q, k, v = (rng.normal(size=(n, d)) for n in (n_queries, n_keys, n_keys))
    return AttentionHead(q=q, k=k, v=v)


def proved(head: AttentionHead | None, **options: Any) -> None:
    """The oracle's counts and qubits are the iteration's, which reflects besides."""
    cost = qa.estimate(head, physical=False, **options)
    found = qa.verify(head, **options)
    reflection = sum(part.toffoli for part in cost.iteration.breakdown if part.path == "reflection")
    assert found.is_right
    assert found.toffoli == cost.iteration.toffoli - reflection
    assert found.qubits == cost.iteration.qubits
    assert found.plan == cost.plan
    assert cost.iteration.row == found.row or head is None


@pytest.mark.parametrize("padding", ["on", "auto"])
@pytest.mark.parametrize("options", NO_FIX_UP)
def test_padding_that_is_not_heavy_takes_no_live_bit(options: dict[str, Any], padding: str) -> None:
    head = head_of(3, 20, 4, seed=0)
    proved(head, n_heavy=2, padding=padding, key_bits=3, query_bits=3, **options)
    proved(None, n_tokens=20, head_dim=3, n_heavy=2, padding=padding, **options)


@pytest.mark.parametrize("options", NO_FIX_UP[:3])
def test_padding_that_is_heavy_is_not_searched_without_a_fix_up(options: dict[str, Any]) -> None:
    """A threshold of at most 0 lets the zero key of a padded address in."""
    head = head_of(4, 5, 2, seed=1)
    proved(head, tau=-100.0, **options)
    with pytest.raises(SpecError, match="`padding`: got 'on'; must be off here"):
        qa.estimate(head, tau=-100.0, padding="on", physical=False, **options)
    proved(head, tau=-100.0, padding="on", loader="qrom")


@pytest.mark.parametrize(("n_queries", "seed"), [(20, 2), (3, 3)])
def test_auto_comes_to_the_plan_that_is_costed(n_queries: int, seed: int) -> None:
    """Rows alone take less on so few keys; their plan is proved, written and drawn."""
    head = head_of(n_queries, 20, 4, seed)
    options: dict[str, Any] = {"n_heavy": 2, "algorithm": "auto"}
    proved(head, **options)
    cost = qa.estimate(head, physical=False, **options)
    assert qa.plan(head, **options) == cost.plan


def test_the_plan_that_is_told_says_how_keys_are_left_out() -> None:
    sizes: dict[str, Any] = {"n_tokens": 16, "head_dim": 2, "n_heavy": 2}
    for how, exclude in (("live", ()), ("circuit", (3,)), ("fix-up", (3,))):
        found = qa.verify(exclusion=how, exclude=exclude, **sizes)
        assert found.is_right
        assert found.plan is not None
        assert found.plan.circuit.exclusion == how


def test_the_median_iteration_is_that_of_a_row_not_of_a_load() -> None:
    """Sixteen rows share a load, and the one that is left has its own."""
    sizes: dict[str, Any] = {"n_queries": 17, "n_keys": 64, "head_dim": 4, "n_heavy": 2, "rows_per_load": 16}
    cost = qa.estimate(physical=False, **sizes)
    whole = qa.estimate(physical=False, **(sizes | {"n_queries": 16}))
    assert cost.iteration.toffoli == whole.iteration.toffoli
    assert "at the median row" in cost.answer()[2]
    assert "each" in whole.answer()[2]


@pytest.mark.parametrize("search", ["fixed-point", "adaptive-phased"])
def test_parts_of_a_certificate_are_its_whole(search: str) -> None:
    for n in (5, 20):
        cost = qa.estimate(n_tokens=n, head_dim=1, n_heavy=1, search=search, causal=True, physical=False)
        one = cost.certificate_iteration
        assert sum(part.toffoli for part in one.breakdown) == one.toffoli
        assert sum(part.share for part in one.breakdown) == pytest.approx(1)


def test_an_answer_without_a_search_says_so() -> None:
    cost = qa.estimate(n_tokens=10, keep_window=11, n_heavy=1, physical=False)
    assert cost.answer()[1:] == [
        "  No search is needed: 100 inner products, taken classically, answer every row."
    ]
