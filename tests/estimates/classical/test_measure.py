"""What is measured here: the right attention, threads and repeats; an approximate search and its recall."""

import sys

import numpy as np
import pytest

from qattention.estimates.classical.approximate import measure_approximate
from qattention.estimates.classical.measure import (
    BLOCK,
    blas_threads,
    exact_attention,
    find_keys,
    measured_rate,
    measured_search_rate,
)


def test_what_is_timed_is_exact_attention() -> None:
    rng = np.random.default_rng(1)
    q, k, v = (rng.normal(size=(n, 5)).astype(np.float32) for n in (BLOCK + 3, 40, 40))
    weights = np.exp(q.astype(np.float64) @ k.T.astype(np.float64))
    expected = weights @ v / weights.sum(axis=1, keepdims=True)
    assert np.allclose(exact_attention(q, k, v), expected, rtol=1e-4, atol=1e-5)


def test_a_measured_rate_states_its_threads() -> None:
    rate = measured_rate(64, 64, 8, 8)
    assert rate.kind == "measured"
    assert rate.flops_per_s > 0
    assert f"{blas_threads()} thread" in rate.what


def test_what_is_timed_finds_the_largest_logits() -> None:
    rng = np.random.default_rng(3)
    q, k = (rng.normal(size=(n, 5)).astype(np.float32) for n in (BLOCK + 3, 40))
    for n_heavy in (1, 7, 40):
        expected = np.argsort(-(q @ k.T), axis=1)[:, :n_heavy]
        assert (np.sort(find_keys(q, k, n_heavy), axis=1) == np.sort(expected, axis=1)).all()


def test_each_task_has_a_rate_of_its_own() -> None:
    attention, search = measured_rate(64, 64, 8, 8), measured_search_rate(64, 64, 8, 100)
    assert (attention.tasks, search.tasks) == (("attention",), ("search",))
    assert (attention.bits, search.bits) == (32, 32)
    assert search.flops_per_s > 0
    assert "64 queries and 64 keys" in search.source


def test_few_queries_are_timed_on_more_keys() -> None:
    """A single one on as many keys as 128 MiB of keys and values are; many on 4,096."""
    assert "1 queries and 131,072 keys" in measured_rate(1, 2**40, 128, 128).source
    assert "64 queries and 10,000 keys" in measured_rate(64, 10_000, 4, 4).source


def test_unknown_threads_are_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    assert blas_threads() is None
    assert "threads unknown" in measured_rate(8, 8, 2, 2).what


def test_approximate_search_tells_its_recall() -> None:
    pytest.importorskip("faiss", reason="the extra `compare` is not installed")
    rng = np.random.default_rng(2)
    centres = 4.0 * rng.normal(size=(20, 8))
    keys = (centres[rng.integers(0, 20, 400)] + rng.normal(size=(400, 8))).astype(np.float32)
    found = measure_approximate(400, 8, 5, (keys[:30], keys))
    assert found.skipped is None
    assert found.recall is not None
    assert 0.8 < found.recall <= 1.0
    assert found.build_s is not None
    assert found.build_s > 0
    assert (found.n_keys, found.n_queries) == (400, 30)


def test_without_the_library_it_is_skipped_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)
    assert "qattention[compare]" in str(measure_approximate(9, 2, 1).skipped)
