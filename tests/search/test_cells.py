"""What is bounded in a cell holds at each of its counts, and certificates proved on cells at all of them."""

import numpy as np
import pytest

from qattention.search import make_schedule, simulate_schedule
from qattention.search.adaptive_policy import Closing
from qattention.search.angles import grover_miss
from qattention.search.belief import run_grid
from qattention.search.cells import LOG_ZERO, Cells
from qattention.search.cover import Cover

SIZES = [
    (1, 1, 0),
    (2, 2, 1),
    (37, 37, 5),
    (700, 700, 0),
    (700, 700, 90),
    (2**14, 2**14, 16),
    (2**40, 2**14, 4),
]


@pytest.mark.parametrize(("n_items", "n_exact", "n_promised"), SIZES)
def test_cells_are_a_partition(n_items, n_exact, n_promised):
    cells = Cells(n_items, n_exact, n_promised)
    counts = np.concatenate([np.arange(a, b + 1) for a, b in zip(cells.first, cells.last, strict=True)])
    assert (counts == np.arange(1, n_exact + 1)).all()
    assert (cells.first[: cells.n_single] == cells.last[: cells.n_single]).all()
    assert (cells.first[cells.of[1:]] <= counts).all()
    assert (counts <= cells.last[cells.of[1:]]).all()
    values = np.random.default_rng(1).normal(size=n_exact)
    least = [values[a - 1 : b].min() for a, b in zip(cells.first, cells.last, strict=True)]
    assert cells.least(values) == pytest.approx(least)
    assert (cells.most(values) >= cells.least(values)).all()


@pytest.mark.parametrize(("n_items", "n_exact", "n_promised"), SIZES)
def test_bounds_hold_at_every_count_of_a_cell_and_are_reached_in_small_ones(n_items, n_exact, n_promised):
    cells, lengths = Cells(n_items, n_exact, n_promised), run_grid(n_items)
    counts = np.arange(1, n_exact + 1)
    for length, missed, hit in zip(lengths, *cells.log_bounds(lengths), strict=True):
        miss = grover_miss(n_items, counts, length)
        for chance, bound in ((miss, missed), (1.0 - miss, hit)):
            exact = np.log(np.maximum(chance, np.exp(LOG_ZERO)))
            assert (exact <= bound[cells.of[1:]] + 1e-12).all()
            assert exact[: cells.n_single] == pytest.approx(bound[: cells.n_single], abs=1e-12)


CASES = [
    (2**14, 16, 16, 6.1e-8),
    (2**14, 4, 0, 1e-3),
    (2**20, 2, 5, 1e-6),
    (1000, 1000, 500, 1e-3),
    (37, 5, 11, 0.1),
]


def exact_shortfalls(monkeypatch, n_items, n_promised, n_marked, eps):
    """Of every certificate of some episodes: the most that it lacks at any count, in nats."""
    lacks, cheapest = [], Closing.cheapest

    def checked(self, history, row, found):
        chosen = cheapest(self, history, row, found)
        ratio = history.log_ratio(row, found, self._runs, self._runs.cells.n_exact)
        left = ratio - self._log_allowed(found)
        for run in chosen or []:
            left = left + self._runs.log_outcome(run, False)[1 : len(left) + 1]
        lacks.append(left.max() if chosen is not None else -np.inf)
        return chosen

    monkeypatch.setattr(Closing, "cheapest", checked)
    simulate_schedule(make_schedule("adaptive", n_items, n_promised, eps), n_marked, 20, seed=1)
    return lacks


@pytest.mark.parametrize(("n_items", "n_promised", "n_marked", "eps"), CASES)
def test_certificates_hold_at_every_count(monkeypatch, n_items, n_promised, n_marked, eps):
    lacks = exact_shortfalls(monkeypatch, n_items, n_promised, n_marked, eps)
    assert lacks
    assert max(lacks) <= 0.0


def test_a_cover_that_leaves_out_a_run_is_caught(monkeypatch):
    cheapest = Cover.cheapest
    monkeypatch.setattr(Cover, "cheapest", lambda self, lacking: (cheapest(self, lacking) or [])[1:])
    assert max(exact_shortfalls(monkeypatch, *CASES[0])) > 0.1


def test_a_bound_taken_at_one_end_of_a_cell_is_caught(monkeypatch):
    cells = Cells(2**14, 2**14, 16)
    lengths = run_grid(2**14)
    at_first = np.log(grover_miss(2**14, cells.first, lengths[:, None]))
    assert (at_first < cells.log_bounds(lengths)[0] - 0.1).any()
