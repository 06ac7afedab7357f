"""What `compare --measure` times of the paper's classical side is what it says."""

import numpy as np
import pytest

from qattention.estimates.classical.paper import brute_find_sets, measure_paper
from qattention.estimates.classical.paper_scaling import classical_scaling
from qattention.halfspace import build
from qattention.problem import load_head
from qattention.render.classical_tables import paper_table


def test_on_a_head():
    head = load_head("smollm2-alice")
    figures = measure_paper(10**6, 3, 8, (head.q, head.k))
    assert (figures.n_keys, figures.n_queries, figures.n_heavy) == (128, 128, 8)
    times = (figures.exact_row_s, figures.brute_find_row_s, figures.index_find_row_s, figures.infer_row_s)
    assert min(*times, figures.build_s) > 0
    assert 0 < figures.looks_over_keys < 2.5  # at most every key, and every node above them
    (table,) = paper_table(figures)
    assert "BLAS threads" in table.title


def test_random_keys_are_few_enough_and_k_is_no_more_than_they_are():
    figures = measure_paper(5, 2, 16)
    assert (figures.n_keys, figures.n_heavy) == (5, 5)
    assert figures.data.startswith("random")
    assert paper_table(None) == []


@pytest.mark.parametrize("seed", range(5))
def test_brute_force_finds_what_the_index_finds(seed):
    rng = np.random.default_rng(seed)
    q, k = (rng.integers(-3, 4, size=(20, 2)).astype(float) for _ in range(2))
    tau = np.sort(q @ k.T, axis=1)[:, -4]
    brute, index = brute_find_sets(q, k, tau), build(k).query_batch(q, tau).sets
    assert brute.starts.tolist() == index.starts.tolist()
    assert brute.keys.tolist() == index.keys.tolist()


def test_how_the_classical_algorithms_grow():
    rows = classical_scaling()
    brute, inference, *half_spaces = rows
    assert (brute.fitted, inference.fitted) == (pytest.approx(2.0), pytest.approx(1.0))
    fitted = {(row.head_dim, row.what): row.fitted for row in half_spaces}
    for what in ("clustered keys", "normal keys"):
        assert fitted[2, what] < 1.1  # the plane: log n + k a query
        assert fitted[2, what] < fitted[4, what] < fitted[8, what] < fitted[64, what]
    assert fitted[64, "clustered keys"] < 1.8
    assert fitted[64, "normal keys"] == pytest.approx(2.0, abs=0.01)  # every key, every node
    assert [row.claimed for row in half_spaces[::2]] == [1.0, 1.5, 1.75, 2 - 1 / 32]
