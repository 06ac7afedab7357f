"""`run` and `verify` of heads with ALiBi, windows, soft caps and sinks, on the simulated circuits."""

import numpy as np
import pytest

from qattention.circuit import Circuit
from qattention.compiler.oracle import load_keys, load_oracle
from qattention.errors import SpecError
from qattention.problem import AttentionHead
from qattention.problem.exact_changes import with_alibi
from qattention.reference import attention, find_sets, midway_thresholds, quantise_head
from qattention.reference.quantised import integer_thresholds, quantised_find_sets
from qattention.simulate.verify import expected_phase, verify_oracle

N, D = 24, 3
KINDS = {
    "alibi": {"alibi": 0.15},
    "window": {"window": 6},
    "soft cap": {"soft_cap": 2.0},
    "sink": {"sink": 1.0},
    "all": {"alibi": 0.15, "window": 6, "soft_cap": 2.0, "sink": 1.0},
}


def made(alibi=None, causal=True, **kind):
    rng = np.random.default_rng(4)
    q, k, v = rng.normal(size=(N, D)), rng.normal(size=(N, D)), rng.normal(size=(N, 2)) + 1
    if alibi is not None:
        q, k = with_alibi(q, k, 1.0, alibi, from_row=True)
    return AttentionHead(q=q, k=k, v=v, causal=causal, **kind)


BITS = {"key_bits": 18, "query_bits": 18}


@pytest.mark.parametrize("rows_per_load", [1, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_finds_the_dense_sets_and_infers_with_them(kind, rows_per_load, run):
    head = made(**KINDS[kind])
    found = run(head, n_heavy=3, rows_per_load=rows_per_load, **BITS)
    wanted = find_sets(head, midway_thresholds(head, 3))
    assert (found.report.missed, found.report.extra, found.report.missed_unquantised) == (0, 0, 0)
    assert all(np.array_equal(a, b) for a, b in zip(found.found, wanted, strict=True))
    exact = attention(head)
    error = np.linalg.norm(found.output - exact) / np.linalg.norm(exact)
    assert found.report.error.relative_frobenius == pytest.approx(error)
    assert found.report.error.max_abs <= found.report.error.bound + 1e-12


def test_an_encoders_window(run):
    head = made(causal=False, window=4)
    found = run(head, n_heavy=3, **BITS)
    assert all(
        np.array_equal(a, b)
        for a, b in zip(found.found, find_sets(head, midway_thresholds(head, 3)), strict=True)
    )


def test_rows_that_find_their_own_thresholds(run):
    head = made(window=6)
    found = run(head, n_heavy=3, search="top-k", key_bits=12)
    assert found.report.missed == 0
    assert all(keys.min() > row - 6 for row, keys in enumerate(found.found))


@pytest.mark.parametrize("rows", [[9], [9, 10, 11]])
@pytest.mark.parametrize("kind", KINDS)
def test_the_oracle_holds_the_keys_that_rows_see_and_is_right_on_all(kind, rows):
    head = made(**KINDS[kind])
    quantised = quantise_head(head)
    limits = [int(t) for t in integer_thresholds(quantised, midway_thresholds(head, 3, rows), rows)]
    oracle = load_oracle(quantised, rows, limits, Circuit())
    first, stop = load_keys(head, rows)
    assert (first, stop) == ((max(0, 9 - 5) if head.window else 0), rows[-1] + 1)
    assert int(oracle.n_items) == stop - first
    report = verify_oracle(oracle, draws=2)
    assert report.is_right
    if len(rows) == 1:
        marked = np.flatnonzero(expected_phase(oracle)) + first
        assert marked.tolist() == quantised_find_sets(quantised, limits, rows)[0].tolist()


def test_a_window_in_its_place_is_what_the_test_above_sees(monkeypatch, run):
    """Planted: a table that begins at key 0 whatever the row sees."""
    head = made(window=6)
    monkeypatch.setattr("qattention.simulate.group.load_keys", lambda head, rows: (0, max(rows) + 1))
    with pytest.raises(SpecError, match="`sets`: got 0; must be keys that their row sees"):
        run(head, n_heavy=3, **BITS)
