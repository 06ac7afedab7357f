"""Which plan: enumerate the families, drop what breaks a cap, take the best by the objective."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from typing import cast

import numpy as np

from qattention.errors import InfeasibleError
from qattention.formulas import address_bits, served_addresses
from qattention.plan.loader_names import ASSUMED, BLOCKED, FORM_NAMES, LoaderName
from qattention.plan.options import PlanOptions
from qattention.plan.plan import MOST_ROWS, Plan
from qattention.plan.product_names import PRODUCT_NAMES, ProductName
from qattention.plan.rows import RowGroups, typical_rows
from qattention.plan.searches import Searches
from qattention.plan.totals import PlanTotals, plan_totals
from qattention.problem import AttentionProblem

RowsOf = Callable[[int], RowGroups]
MOST_LOW_BITS = 8  # blocks of up to 256 keys: beyond, (K - 1) w outweighs n / K for every n that fits a table

MOST_TRIED = 64  # rows a load, unless more are asked for: beyond, the sums outweigh the load for every n

OBJECTIVES: dict[str, Callable[[PlanTotals], float]] = {
    "toffoli": lambda totals: totals.expected_t,  # in T gates, so that rotations count
    "qubits": lambda totals: float(totals.qubits),
}


def candidates(problem: AttentionProblem, groups: RowGroups, options: PlanOptions) -> Iterator[Plan]:
    """Every plan that the options leave open, the preferred one first on a tie.

    A new family (loader, inner-product form) is one more factor of this product.
    """
    needs_padding = bool(np.any(served_addresses(groups.n_keys, True) != groups.n_keys))
    paddings = (
        (["off", "on"] if needs_padding else ["off"]) if options.padding == "auto" else [options.padding]
    )
    for n_rows, padding, (loader, block), inner_product in product(
        row_choices(problem, options), paddings, loader_choices(groups, options), product_choices(options)
    ):
        yield Plan(
            algorithm="row-by-row" if n_rows == 1 else "shared-load",
            rows_per_load=n_rows,
            loader=loader,
            block_size=block,
            inner_product=inner_product,
            padding=padding,  # type: ignore[arg-type]
            search=options.search,
            minimize=options.minimize,  # type: ignore[arg-type]
            memory=options.memory if loader == "hardware" else None,
        )


def row_choices(problem: AttentionProblem, options: PlanOptions) -> list[int]:
    """Rows a load that the options leave open: 1, 2, 3, 4, 6, 8, 12, ... up to all rows."""
    most = min(problem.n_queries, MOST_ROWS)
    if options.n_rows_per_load is not None:
        return [min(options.n_rows_per_load, most)]
    steps = (1, *(rows for i in range(1, MOST_ROWS.bit_length()) for rows in (1 << i, 3 << (i - 1))))
    least = 2 if options.algorithm == "shared-load" and most > 1 else 1
    return [rows for rows in steps if least <= rows <= min(most, MOST_TRIED)]


def loader_choices(groups: RowGroups, options: PlanOptions) -> list[tuple[LoaderName, int | None]]:
    """(loader, block size) pairs that the options leave open; without blocks first."""
    m = int(np.max(address_bits(groups.n_keys)))
    every = [1 << i for i in range(1, min(m, MOST_LOW_BITS) + 1)]
    blocks = [options.block_size] if options.block_size else every
    in_gates = [name for name in FORM_NAMES if name not in ASSUMED]
    names = in_gates if options.loader == "auto" else [options.loader]
    pairs = [(name, block) for name in names for block in (blocks if name in BLOCKED else [None])]
    return [(name, block) for name, block in pairs if block is not None or not options.block_size]


def product_choices(options: PlanOptions) -> list[ProductName]:
    """Forms of the inner product that the options leave open."""
    if options.inner_product == "auto":
        return list(PRODUCT_NAMES)
    return [cast(ProductName, options.inner_product)]


def choose_plan(
    problem: AttentionProblem, options: PlanOptions | None = None, rows: RowsOf | None = None
) -> Plan:
    """The best plan for the problem.

    Args:
        rows: rows a load -> the groups to be costed; typical ones unless given (`compiler.problem_rows` gives
            a head's).
    Raises:
        InfeasibleError: no plan keeps within a cap.
    """
    options = options or PlanOptions()
    groups = lru_cache(rows or (lambda n_rows: typical_rows(problem, n_rows)))
    plans = list(candidates(problem, groups(1), options))
    if len(plans) == 1 and options.max_qubits is None:
        return plans[0]
    searches = Searches()
    costed = [plan_totals(problem, plan, groups(plan.rows_per_load), searches) for plan in plans]
    within = [
        totals for totals in costed if options.max_qubits is None or totals.qubits <= options.max_qubits
    ]
    if not within:
        raise InfeasibleError("max_qubits", options.max_qubits, min(totals.qubits for totals in costed))
    return min(within, key=OBJECTIVES[options.minimize]).plan
