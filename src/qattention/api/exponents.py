"""`scaling`: the exponents of every loader and cost, against the claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from qattention.api.shown import Shown, dressed, flat, plain, several
from qattention.estimates.scaling import result as scaled

if TYPE_CHECKING:
    from qattention.circuit import LoaderKind
    from qattention.render.tables import Table


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

    def plots(self) -> dict[str, Any]:
        """That figure for each algorithm."""
        algorithms = dict.fromkeys(verdict.algorithm for verdict in self.verdicts)
        return {f"Against n: {name}": self.figure(name) for name in algorithms}

    def figure(self, algorithm: str | None = None) -> Any:
        """T count, T depth and runtime against n, as a matplotlib figure; of the first algorithm."""
        from qattention.render.scaling_tables import scaling_figure

        return scaling_figure(self, algorithm or self.verdicts[0].algorithm)


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
    Returns:
        A verdict for each algorithm, loader and cost: leading exponents of n, k, d and b beside fitted ones.
    Raises:
        SpecError: no such loader, algorithm or schedule. CheckFailed: circuits and formulas scale unlike.
    """
    from qattention.estimates.request import known_loader
    from qattention.estimates.scaling.report import BASE, SEARCH, available, scaling_report
    from qattention.plan.algorithms import OF_ROWS

    asked: dict[str, Any] = {"k": n_heavy, "d": head_dim, "b": key_bits, "p_fail": p_fail}
    base = attrs.evolve(BASE, **{name: value for name, value in asked.items() if value is not None})
    kinds = tuple(dict.fromkeys(map(known_loader, several(loader)))) or available()
    found = scaling_report(
        kinds,
        search=search or SEARCH,
        base=base,
        algorithms=several(algorithm) or tuple(OF_ROWS),
        advance=on_loaders(len(kinds)),
    )
    if classical:
        from qattention.estimates.classical.paper_scaling import classical_scaling

        found = attrs.evolve(found, classical=classical_scaling())
    return dressed(ScalingReport, found)
