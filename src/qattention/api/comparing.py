"""`explore` and `compare`: plans against each other, and against what else there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import attrs

from qattention.api import verbs
from qattention.api.shown import Shown, dressed, flat, plain
from qattention.estimates.classical import comparison
from qattention.estimates.front import with_joins
from qattention.plan import explore as explored

if TYPE_CHECKING:
    from typing import Unpack

    from qattention.api.heads import HeadLike
    from qattention.api.options import RequestOptions
    from qattention.render.tables import Table


class ExploreReport(Shown, explored.ExploreReport):
    """The plans that none beats: see `qattention.plan.explore.ExploreReport` for the fields."""

    SCHEMA = "explore"

    def answer(self) -> list[str]:
        from qattention.render.answers import explore_answer

        return explore_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.front_tables import front_table, loaders_table

        return [front_table(self), *loaders_table(self)]

    def lines(self) -> list[str]:
        from qattention.render.front_tables import front_lines

        return front_lines(self)

    def rows(self) -> list[dict[str, object]]:
        """A row a plan of the front."""
        return [flat(plain(point)) for point in self.points]

    def figure(self) -> Any:
        """Toffolis and T depth against qubits, as a matplotlib figure."""
        from qattention.render.front_tables import front_figure

        return front_figure(self)


class CompareReport(Shown, comparison.CompareReport):
    """Against classical attention: see `qattention.estimates.classical.comparison` for the fields."""

    SCHEMA = "compare"

    def answer(self) -> list[str]:
        from qattention.render.answers import compare_answer

        return compare_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.classical_tables import (
            approximate_table,
            classical_tables,
            paper_table,
            rival_tables,
        )

        measured = [] if self.half_space is None else [approximate_table(self.approximate)]
        told = [*classical_tables(self.classical, self.task), *rival_tables(self)]
        return [*told, *measured, *paper_table(self.half_space)]

    def lines(self) -> list[str]:
        from qattention.render.classical_tables import rival_lines
        from qattention.render.join_tables import join_line

        about = self.joins_toffoli
        return [*rival_lines(self), *([] if about is None else [join_line(about, self.toffoli)])]

    def assumptions_told(self) -> list[str]:
        from qattention.render.classical_tables import rate_lines

        return ["Rates", *(f"- {line}" for line in rate_lines(self.classical))]

    def rows(self) -> list[dict[str, object]]:
        """A row a classical machine."""
        return [flat(plain(one)) for one in self.classical.against]


def explore(
    head: HeadLike = None,
    *,
    on_rows: Callable[[int], Callable[[], None]] = lambda total: lambda: None,
    **options: Unpack[RequestOptions],
) -> ExploreReport:
    """The plans that none beats in qubits, T gates and T depth at once: `qattention explore`.

    Rows may share loads, and blocks of pairs compete, unless a number of rows or an algorithm is given; a
    loader of one's own competes with all.

    Args:
        head: a head, a path, or the name of a sample; without it typical rows of the sizes given.
        on_rows: told how many numbers of rows a load there are, gives what is called after each.
        options: those of the command, by the same names with underscores; see `qattention explore --help`.
    Returns:
        A report whose points ascend in logical qubits; costs are expected totals, by closed forms.
    Raises:
        SpecError, InfeasibleError: options out of range; no plan within the caps.
    """
    asked, search = verbs.explored(head, **options)
    found = explored.explore(search, asked.price, on_rows(len(search.row_choices)))
    if asked.spans_joins:
        found = with_joins(found, asked.question, asked.join_price)
    return dressed(ExploreReport, attrs.evolve(found, problem=asked.question.whole))


def compare(
    head: HeadLike = None,
    *,
    measure: bool = False,
    logical_clock: float | None = None,
    task: Literal["attention", "search"] = "attention",
    **options: Unpack[RequestOptions],
) -> CompareReport:
    """Break-even with classical attention: `qattention compare`.

    Args:
        head: a head, a path, or the name of a sample; without it typical rows of the sizes given.
        measure: time exact attention and an approximate search here.
        logical_clock: Toffoli a second, in place of the machines.
        task: what the classical machines do: exact attention, or finding keys.
        options: those of the command, by the same names with underscores; see `qattention compare --help`.
    Returns:
        A report with a row a classical machine, whose rates carry their sources; times are in seconds.
    Raises:
        SpecError, InfeasibleError: as `estimate`.
    """
    found = verbs.compare(head, measure=measure, logical_clock=logical_clock, task=task, **options)
    return dressed(CompareReport, found)
