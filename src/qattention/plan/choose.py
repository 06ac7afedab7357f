"""Which plan: cost every plan that the options leave open, drop what breaks a cap, take the best."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from qattention.circuit import INNER_PRODUCTS, MOST_ROWS, UNITARY, Circuit, InnerProductKind, LoaderKind
from qattention.errors import InfeasibleError, SpecError, bad
from qattention.formulas import served_addresses
from qattention.plan.algorithms import rows_on
from qattention.plan.beside import beside
from qattention.plan.look_ups import LookUps
from qattention.plan.options import AUTO, PlanOptions
from qattention.plan.plan import Plan
from qattention.plan.rows import RowGroups, sharing_keys, typical_rows
from qattention.plan.searches import Searches
from qattention.plan.table import PlanTable, Setting, joined, plan_table
from qattention.plan.totals import PlanTotals, totals_of
from qattention.problem import AttentionProblem, check_countable
from qattention.search import SCHEDULES

RowsOf = Callable[[int], RowGroups]
Price = Callable[[PlanTotals], float]  # what "physical" minimises
Floats = NDArray[np.float64]
COARSE = (1, 4, 16, 64)  # rows a load that are tried first
FAR = (256, 1024, 4096)  # and where the last of these is the best
MOST_TRIED = 64  # rows a load, unless so many are the best or more are asked for: about sqrt(n w) / a pay
STEPS = (1, *(rows for i in range(1, MOST_ROWS.bit_length()) for rows in (1 << i, 3 << (i - 1))))

OBJECTIVES: dict[str, Callable[[PlanTable], Floats]] = {
    "toffoli": lambda table: table.expected_t,  # in T gates, so that rotations count
    "t-depth": lambda table: table.expected_t_depth,
    "qubits": lambda table: table.qubits.astype(np.float64),
    "volume": lambda table: table.volume,
}
CAPS = {"max_qubits": "qubits", "max_t_depth": "t_depth"}  # option -> column


class PlanSearch:
    """All plans of a problem that the options leave open; what they share is worked out once.

    Args:
        rows: rows a load -> the groups to be costed; typical ones unless given (`compiler.problem_rows` gives
            a head's).
        competing: loaders of one's own that compete with the family where none is asked for.
    Raises:
        SpecError: the sizes together are beyond what the closed forms hold.
    """

    def __init__(
        self,
        problem: AttentionProblem,
        options: PlanOptions | None = None,
        rows: RowsOf | None = None,
        competing: Sequence[LoaderKind] = (),
    ) -> None:
        check_countable(problem)
        self.problem, self.options, self.competing = problem, options or PlanOptions(), competing
        self._groups = lru_cache(rows or self._typical)
        self._searches = Searches()
        self._look_ups: dict[tuple[bytes, bool, bool], LookUps] = {}

    def _typical(self, n_rows: int) -> RowGroups:
        return sharing_keys(typical_rows(self.problem, n_rows), self.problem, self.options.shared)

    def table(self, row_choices: Sequence[int]) -> PlanTable:
        """Plans with these numbers of rows a load, the preferred ones first on a tie."""
        tables = [self.table_of(n_rows) for n_rows in row_choices]
        return joined([table for table in tables if table is not None])

    def table_of(self, n_rows: int) -> PlanTable | None:
        """Plans with so many rows a load; None if the schedule asked for takes fewer."""
        settings = list(self._settings(n_rows))
        return plan_table(settings) if settings else None

    def _settings(self, n_rows: int) -> Iterator[Setting]:
        options, groups = self.options, self._groups(n_rows)
        memory = options.memory_of(self.problem.n_keys)
        device = memory if options.kind is not None and options.kind.is_device else None
        for search, padding in product(searches_left(options), self._paddings(groups)):
            try:
                rest = beside(self.problem, groups, search, padding == "on", device, self._searches)
            except SpecError:  # a schedule that rows on one load cannot have: fewer rows may
                if options.search != AUTO and n_rows == self.row_choices[0]:
                    raise
                continue
            for kind in products_left(options):
                yield Setting(
                    plan=Plan(
                        algorithm=rows_on(n_rows),
                        circuit=Circuit(
                            inner_product=kind,
                            padding=padding,  # type: ignore[arg-type]
                            rows_per_load=n_rows,
                            unload=options.unload,
                        ),
                        search=search,
                        minimize=options.minimize,  # type: ignore[arg-type]
                    ),
                    beside=rest,
                    sums=groups.shared_sums(kind),
                    look_ups=self._looked_up(groups, padding == "on", kind),
                    memory=memory,
                )

    def _paddings(self, groups: RowGroups) -> list[str]:
        lacking = served_addresses(groups.n_keys, True) != groups.n_keys
        asked, marked = self.options.padding, self._marks_padding(groups, lacking)
        if asked == "on" and marked:
            why = "padding is heavy for rows with a threshold of 0 or less, and no fix-up leaves it out"
            raise SpecError(bad("padding", "on", f"off here: {why}"))
        if asked != AUTO:
            return [asked]
        return ["off", "on"] if lacking.any() and not marked else ["off"]

    def _marks_padding(self, groups: RowGroups, lacking: NDArray[np.bool_]) -> bool:
        """Whether a padded address, whose key is 0, is heavy for a row and no fix-up leaves it out."""
        kind = self.options.kind
        if self.options.unload != UNITARY and (kind is None or kind.has_fix_up):
            return False
        reached = np.asarray(groups.sums.threshold <= 0, dtype=bool)
        each = lacking.any() if len(reached) == 1 else np.repeat(lacking, groups.n_rows.astype(np.int64))
        return bool(np.any(reached & each))

    def _looked_up(self, groups: RowGroups, padded: bool, kind: InnerProductKind) -> LookUps:
        key = (groups.n_keys.tobytes(), padded, kind.weighs_zeros)
        if key not in self._look_ups:
            bits = partial(groups.looked_up_bits, product=kind)
            self._look_ups[key] = LookUps.of(groups.n_keys, bits, padded, self.options, self.competing)
        return self._look_ups[key]

    @property
    def row_choices(self) -> list[int]:
        """Rows a load that the options leave open: 1, 2, 3, 4, 6, 8, 12, ... up to all rows."""
        options, most = self.options, min(self.problem.n_queries, MOST_ROWS)
        if options.n_rows_per_load is not None:
            return [min(options.n_rows_per_load, most)]
        least = 2 if options.must_share and most > 1 else 1
        return [rows for rows in STEPS if least <= rows <= min(most, MOST_TRIED)]

    @property
    def more_rows(self) -> list[int]:
        """Those above `row_choices`, where the largest of them is the best: long tables want more."""
        if self.options.n_rows_per_load is not None:
            return []
        return [rows for rows in STEPS if MOST_TRIED < rows <= min(self.problem.n_queries, MOST_ROWS)]


def searches_left(options: PlanOptions) -> list[str]:
    """Schedules that the options leave open: of all, those that find for given thresholds and certify."""
    if options.search != AUTO:
        return [options.search]
    return [name for name, kind in SCHEDULES.items() if kind.certifies and not kind.finds_thresholds]


def products_left(options: PlanOptions) -> list[InnerProductKind]:
    """Forms of the inner product that the options leave open; a baseline must be asked for."""
    if options.inner_product == AUTO:
        return [kind for kind in INNER_PRODUCTS.values() if not kind.only_asked]
    return [INNER_PRODUCTS.find(options.inner_product)]


def choose_plan(
    problem: AttentionProblem,
    options: PlanOptions | None = None,
    rows: RowsOf | None = None,
    price: Price | None = None,
) -> Plan:
    """The best plan for the problem; see `best_of`, which hands its totals on."""
    return best_of(PlanSearch(problem, options, rows), price).plan


def best_of(search: PlanSearch, price: Price | None = None) -> PlanTotals:
    """The totals of the best of the plans, the plan among them.

    The number of rows a load is sought among powers of four first, then around the best of them.

    Args:
        price: what "physical" minimises, asked for the plans of `PlanTable.priced`.
    Raises:
        InfeasibleError: no plan keeps within the caps.
        SpecError: "physical" without a price.
    """
    choices = search.row_choices
    # The fewest rows have the least qubits and depth: what no cap leaves there it leaves nowhere.
    coarse = [n_rows for n_rows in choices if n_rows in (choices[0], *COARSE)]
    best = best_totals(search, coarse, price)
    rows = best.plan.circuit.rows_per_load
    if rows == choices[-1] and search.more_rows:
        best = _while_better(search, best, price)
        choices, rows = [*choices, *search.more_rows], best.plan.circuit.rows_per_load
        coarse = sorted({*coarse, *(FAR[: FAR.index(rows) + 2] if rows in FAR else FAR[:1])})
    near = _near(rows, coarse, choices)
    return best_totals(search, [rows, *near], price) if near else best


def _while_better(search: PlanSearch, best: PlanTotals, price: Price | None) -> PlanTotals:
    """Four times as many rows a load as long as that is better."""
    for n_rows in FAR:
        if n_rows in search.more_rows:
            rows = best.plan.circuit.rows_per_load
            best = best_totals(search, [rows, n_rows], price)
            if best.plan.circuit.rows_per_load == rows:
                break
    return best


def _near(best: int, coarse: Sequence[int], choices: Sequence[int]) -> list[int]:
    """Choices between the coarse ones on either side of the best of them."""
    low = max((n_rows for n_rows in coarse if n_rows < best), default=0)
    high = min((n_rows for n_rows in coarse if n_rows > best), default=MOST_ROWS + 1)
    return [n_rows for n_rows in choices if low < n_rows < high and n_rows not in coarse]


def best_totals(search: PlanSearch, row_choices: Sequence[int], price: Price | None = None) -> PlanTotals:
    """Of the best plan with one of these numbers of rows a load; raises as `best_of` does."""
    table, options = search.table(row_choices), search.options
    within = within_caps(table, options)
    if options.minimize != "physical":
        return entry_totals(table, first_by(OBJECTIVES[options.minimize](table), table, within))
    if price is None:
        raise SpecError(bad("minimize", "physical", "given to a command that knows machines"))
    priced = [entry_totals(table, point) for point in table.priced(within).tolist()]
    return min(priced, key=price)


def entry_totals(table: PlanTable, entry: int) -> PlanTotals:
    """The totals of one entry of a table."""
    setting, plan = table.at(entry)
    return totals_of(plan, setting.beside)


def within_caps(table: PlanTable, options: PlanOptions) -> NDArray[np.intp]:
    """Entries that keep within the caps.

    Raises:
        InfeasibleError: there is none.
    """
    within = keeping_caps(table, options)
    if not len(within):
        raise infeasible(table, options)
    return within


def keeping_caps(table: PlanTable, options: PlanOptions) -> NDArray[np.intp]:
    """The same entries, perhaps none."""
    kept = [getattr(table, CAPS[cap]) <= most for cap, most in caps(options) if most < np.inf]
    return np.flatnonzero(np.all([np.ones(len(table), dtype=bool), *kept], axis=0))


def first_by(objective: Floats, table: PlanTable, within: NDArray[np.intp]) -> int:
    """The entry with the least objective; on a tie with fewest T, qubits, T depth, the first of those.

    T as expected, then at worst: where no iteration is expected, every plan ties in the former.
    """
    left = within
    columns = (
        lambda: objective,
        lambda: table.expected_t,
        lambda: table.worst_t,
        lambda: table.qubits,
        lambda: table.t_depth,
    )
    for column in columns:
        if len(left) > 1:  # layers take long to find: they are not asked for unless they decide
            values = column()[left]
            left = left[values == values.min()]
    return int(left[0])


def caps(options: PlanOptions) -> list[tuple[str, float]]:
    """(option, most) of the caps; infinite where there is none."""
    given = {cap: getattr(options, cap) for cap in CAPS}
    return [(cap, np.inf if most is None else most) for cap, most in given.items()]


def infeasible(table: PlanTable, options: PlanOptions) -> InfeasibleError:
    """Which cap no plan meets and what it would have to be, the other kept.

    Where both fail, alone or only together, both are named with two pairs that plans do have.
    """
    limits = dict(caps(options))
    broken = [cap for cap, most in limits.items() if np.min(getattr(table, CAPS[cap])) > most]
    if len(broken) == 1:
        (cap,) = broken
        (other,) = set(limits) - {cap}
        kept = getattr(table, CAPS[other]) <= limits[other]
        return InfeasibleError(cap, int(limits[cap]), int(np.min(getattr(table, CAPS[cap])[kept])))
    qubits, depth = (int(max(most, np.min(getattr(table, CAPS[cap])))) for cap, most in limits.items())
    fewest = int(np.min(table.qubits[table.t_depth <= depth]))
    shallowest = int(np.min(table.t_depth[table.qubits <= qubits]))
    return InfeasibleError(
        "max_qubits with max_t_depth",
        " with ".join(str(int(most)) for most in limits.values()),
        f"{fewest} qubits with T depth {depth}, or {qubits} qubits with T depth {shallowest}",
    )
