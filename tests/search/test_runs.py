"""Runs are told by an index: their miss probabilities are right, and what is many is not kept."""

from __future__ import annotations

import gc
import pickle
import weakref

import numpy as np
import pytest

from qattention.search.angles import fixed_point_miss, grover_miss
from qattention.search.family import make_schedule
from qattention.search.measured import seeded_trials
from qattention.search.moves import FIXED_POINT, GROVER
from qattention.search.runs import Runs

N_ITEMS = 2**20


def runs() -> Runs:
    found: Runs = make_schedule("adaptive", N_ITEMS, 4, 1e-3).runs
    return found


def test_each_kind_of_run_misses_as_its_formula_says() -> None:
    known = runs()
    counts = known._counts
    drawn, phased = known.add(GROVER, 777), known.add(FIXED_POINT, 90, 1e-4)
    asked = np.array([3, phased, drawn, 0, drawn])
    right = [
        grover_miss(N_ITEMS, counts, int(known.lengths[3])),
        fixed_point_miss(N_ITEMS, counts, 90, 1e-4),
        grover_miss(N_ITEMS, counts, 777),
        grover_miss(N_ITEMS, counts, 0),
        grover_miss(N_ITEMS, counts, 777),
    ]
    assert known.missed(asked).tolist() == np.array(right).tolist()


def test_lengths_that_are_drawn_take_no_table_each() -> None:
    known = runs()
    before = len(pickle.dumps(known))
    for length in range(10_000, 11_000):
        known.add(GROVER, length)
    known.missed(np.arange(len(known.kind)))
    assert len(pickle.dumps(known)) - before < 200 * 1000  # bytes; a row of the belief's grid is 2,000


@pytest.mark.parametrize("name", ["adaptive", "bbht"])
def test_trials_that_are_kept_keep_no_tables(name: str) -> None:
    schedule = make_schedule(name, 256, 2, 1e-3)
    first = seeded_trials(schedule, 2, 16)
    kept = weakref.ref(schedule)
    assert seeded_trials(make_schedule(name, 256, 2, 1e-3), 2, 16) is first
    del schedule
    gc.collect()
    assert kept() is None
