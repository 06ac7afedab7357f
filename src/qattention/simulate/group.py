"""Rows that share a load: which of them need a search at all, their oracle, and who found what."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.compressor import sum_range
from qattention.bloqs.loaders import Loader
from qattention.compiler.oracle import load_oracle
from qattention.errors import SpecError, bad
from qattention.reference.exact import n_visible
from qattention.reference.quantised import QuantisedHead
from qattention.search import make_schedule
from qattention.simulate.row import run_search


@attrs.frozen(kw_only=True)
class GroupSearch:
    """How groups are searched: the schedule's name, the promise and the failure allowed, both a row."""

    search: str
    n_heavy: int
    eps_row: float
    padded: bool
    loader: Loader
    seed: int


@attrs.frozen(kw_only=True, eq=False)
class GroupRun:
    """One group: the heavy keys of each row, ascending, and what its search took."""

    rows: tuple[int, ...]
    found: list[NDArray[np.intp]]
    iterations: int
    inner_products: int


def run_group(
    quantised: QuantisedHead, rows: tuple[int, ...], thresholds: tuple[int, ...], how: GroupSearch
) -> GroupRun:
    """Find the heavy keys of rows on one load.

    A row whose threshold no key misses, or none reaches, is decided without a search. The randomness depends
    on the seed and the rows of the group, not on what else is run.
    """
    decided = {row: _decided(quantised, row, limit) for row, limit in zip(rows, thresholds, strict=True)}
    open_rows = [(row, limit) for row, limit in zip(rows, thresholds, strict=True) if decided[row] is None]
    found = {row: keys for row, keys in decided.items() if keys is not None}
    iterations = inner_products = 0
    if open_rows:
        oracle = load_oracle(quantised, *zip(*open_rows, strict=True), padded=how.padded, loader=how.loader)
        n_items = int(oracle.n_items)
        promised = min(how.n_heavy * len(open_rows), n_items)
        eps = min(how.eps_row * len(open_rows), 0.5)
        rng = np.random.default_rng((how.seed, *rows))
        run = run_search(oracle, make_schedule(how.search, n_items, promised, eps).begin(rng), rng)
        iterations, inner_products = run.iterations, run.inner_products
        for (row, _), keys in zip(open_rows, run.found, strict=True):
            found[row] = keys[keys < n_visible(quantised.head, [row])[0]]
    return GroupRun(
        rows=rows, found=[found[row] for row in rows], iterations=iterations, inner_products=inner_products
    )


def _decided(quantised: QuantisedHead, row: int, threshold: int) -> NDArray[np.intp] | None:
    """All visible keys, or none, where that follows from the threshold; None where it takes a search."""
    low, high = sum_range(tuple(quantised.q_int[row].tolist()), quantised.channel_bits)
    if low < threshold <= high:
        return None
    return np.arange(int(n_visible(quantised.head, [row])[0]) if threshold <= low else 0)


def check_rows_per_load(rows_per_load: int) -> None:
    """Raises SpecError unless it is at least 1."""
    if rows_per_load < 1:
        raise SpecError(bad("rows_per_load", rows_per_load, "at least 1"))
