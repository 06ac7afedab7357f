"""`explore`, `compare`, `scaling` and `claims`: plans against each other, and against what else there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import attrs

from qattention.api import verbs
from qattention.api.shown import Shown, dressed, flat, plain
from qattention.claims import report as claimed
from qattention.estimates.classical import comparison
from qattention.estimates.scaling import model as scaled
from qattention.plan import explore as explored

if TYPE_CHECKING:
    from typing import Unpack

    from qattention.api.heads import HeadLike
    from qattention.api.options import Path, RequestOptions
    from qattention.circuit import LoaderKind
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
        from qattention.render.front_figure import front_figure

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

        return rival_lines(self)

    def assumptions_told(self) -> list[str]:
        from qattention.render.classical_tables import rate_lines

        return ["Rates", *(f"- {line}" for line in rate_lines(self.classical))]

    def rows(self) -> list[dict[str, object]]:
        """A row a classical machine."""
        return [flat(plain(one)) for one in self.classical.against]


class ScalingReport(Shown, scaled.ScalingReport):
    """Exponents against the claim: see `qattention.estimates.scaling.ScalingReport` for the fields."""

    SCHEMA = "scaling"

    def answer(self) -> list[str]:
        from qattention.render.answers import scaling_answer

        return scaling_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.scaling_tables import scaling_tables

        return scaling_tables(self)

    def assumptions_told(self) -> list[str]:
        from qattention.render.scaling_tables import scaling_lines

        return scaling_lines(self)

    def rows(self) -> list[dict[str, object]]:
        """A row a verdict."""
        return [flat(plain(verdict)) for verdict in self.verdicts]

    def figure(self, algorithm: str | None = None) -> Any:
        """T count, T depth and runtime against n, as a matplotlib figure; of the first algorithm."""
        from qattention.render.scaling_figure import scaling_figure

        return scaling_figure(self, algorithm or self.verdicts[0].algorithm)


class ClaimsReport(Shown, claimed.ClaimsReport):
    """What is claimed of quantum attention: see `qattention.claims.ClaimsReport` for the fields."""

    SCHEMA = "claims"

    def answer(self) -> list[str]:
        from qattention.render.answers import claims_answer

        return claims_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.claims_tables import claims_tables

        return claims_tables(self)

    def assumptions_told(self) -> list[str]:
        from qattention.render.claims_tables import claims_lines

        return claims_lines(self)

    def rows(self) -> list[dict[str, object]]:
        """A row a claim."""
        return [flat(plain(claim)) for claim in self.claims]


def explore(
    head: HeadLike = None,
    *,
    on_rows: Callable[[int], Callable[[], None]] = lambda total: lambda: None,
    **options: Unpack[RequestOptions],
) -> ExploreReport:
    """The plans that none beats in qubits, T gates and T depth at once: `qattention explore`.

    Rows may share loads unless a number or an algorithm is given; a loader of one's own competes with all.

    Args:
        on_rows: told how many numbers of rows a load there are, gives what is called after each.
    Raises:
        SpecError, InfeasibleError: options out of range; no plan within the caps.
    """
    question, search, price = verbs.explored(head, **options)
    found = explored.explore(search, price, on_rows(len(search.row_choices)))
    return dressed(ExploreReport, attrs.evolve(found, problem=question.whole))


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
        measure: time exact attention and an approximate search here.
        logical_clock: Toffoli a second, in place of the machines.
        task: what the classical machines do: exact attention, or finding keys.
    Raises:
        SpecError, InfeasibleError: as `estimate`.
    """
    found = verbs.compare(head, measure=measure, logical_clock=logical_clock, task=task, **options)
    return dressed(CompareReport, found)


def scaling(
    *,
    loader: str | LoaderKind | Sequence[str | LoaderKind] | None = None,
    algorithm: str | Sequence[str] | None = None,
    search: str | None = None,
    n_heavy: int | None = None,
    head_dim: int | None = None,
    key_bits: int | None = None,
    p_fail: float | None = None,
    classical: bool = False,
    on_loaders: Callable[[int], Callable[[], None]] = lambda total: lambda: None,
) -> ScalingReport:
    """Does n^1.5 k^0.5 d survive compilation? `qattention scaling`.

    Args:
        loader, algorithm: one or several; all unless given.
        search: the schedule; the textbook's unless given.
        n_heavy, head_dim, key_bits, p_fail: the point around which one variable at a time varies.
        classical: count the paper's classical algorithms as well.
        on_loaders: told how many loaders there are, gives what is called after each.
    Raises:
        SpecError: no such loader, algorithm or schedule. CheckFailed: circuits and formulas scale unlike.
    """
    from qattention.estimates.request import known_loader
    from qattention.estimates.scaling.leading import ALGORITHMS
    from qattention.estimates.scaling.report import BASE, SEARCH, available, scaling_report

    asked: dict[str, Any] = {"k": n_heavy, "d": head_dim, "b": key_bits, "p_fail": p_fail}
    base = attrs.evolve(BASE, **{name: value for name, value in asked.items() if value is not None})
    kinds = tuple(dict.fromkeys(map(known_loader, several(loader)))) or available()
    found = scaling_report(
        kinds,
        search=search or SEARCH,
        base=base,
        algorithms=several(algorithm) or ALGORITHMS,
        advance=on_loaders(len(kinds)),
    )
    if classical:
        from qattention.estimates.classical.paper_scaling import classical_scaling

        found = attrs.evolve(found, classical=classical_scaling())
    return dressed(ScalingReport, found)


def several(asked: Any) -> tuple[Any, ...]:
    """One as a tuple of it; none as an empty one."""
    if asked is None:
        return ()
    return tuple(asked) if isinstance(asked, list | tuple) else (asked,)


def claims(
    head: HeadLike = None,
    *,
    model: Path | None = None,
    n_tokens: int | None = None,
    head_dim: int | None = None,
    n_heavy: int | None = None,
    eps: float | None = None,
) -> ClaimsReport:
    """What is claimed of quantum attention, at a head's, a model's or given sizes: `qattention claims`.

    Args:
        model: path of a config.json. eps: accuracy of a row, where a claim approximates; 0.1 unless given.
    Raises:
        SpecError: values out of range, or sizes given twice.
    """
    from qattention.api.heads import asked_head
    from qattention.claims import claims as priced
    from qattention.estimates.models import read_model
    from qattention.outside import read_text

    sizes = {"n_tokens": n_tokens, "head_dim": head_dim, "n_heavy": n_heavy, "eps": eps}
    found = priced(
        asked_head(head),
        model=None if model is None else read_model(read_text(model, "model")),
        **{name: value for name, value in sizes.items() if value is not None},  # type: ignore[arg-type]
    )
    return dressed(ClaimsReport, found)
