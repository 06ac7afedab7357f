"""`run`: Algorithms 1 and 2 on the simulated circuits of the plan that `estimate` would cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qattention.api import verbs
from qattention.api.heads import HeadLike, asked_head
from qattention.api.shown import Shown, dressed, dumped, plain
from qattention.errors import SpecError
from qattention.simulate import joins as simulated_joins
from qattention.simulate import run as simulated

if TYPE_CHECKING:
    from typing import Unpack

    from qattention.api.options import PlanOptionsDict
    from qattention.problem import AttentionHead
    from qattention.reference import Fill
    from qattention.render.tables import Table


class HeadRun(Shown, simulated.HeadRun):
    """What a run found.

    Attributes:
        report: the fields of `run --json`. found: the keys of each row. output: shape (n_rows, d_v).
        head: what was run; None in one that was pickled.
    """

    SCHEMA = "run"
    head: AttentionHead | None = None

    def answer(self) -> list[str]:
        from qattention.render.answers import run_answer

        return run_answer(self.report, self.name)

    @property
    def name(self) -> str:
        """The head's."""
        return "a head" if self.head is None else self.head.name

    def tables(self) -> list[Table]:
        from qattention.render.head_tables import run_table

        return [run_table(self.report, self.name)]

    def to_dict(self) -> dict[str, Any]:
        return {"schema": f"qattention/{self.SCHEMA}/1"} | plain(self.report)

    def to_json(self) -> str:
        return dumped(self.to_dict())


class JoinHeadRun(Shown, simulated_joins.JoinHeadRun):
    """What a run by blocks of pairs found: its report, the keys of each row, and the output.

    Attributes:
        head: what was run; None in one that was pickled.
    """

    SCHEMA = "join-run"
    head: AttentionHead | None = None

    @property
    def name(self) -> str:
        """The head's."""
        return "a head" if self.head is None else self.head.name

    def answer(self) -> list[str]:
        from qattention.render.answers import join_run_answer

        return join_run_answer(self.report, self.name)

    def tables(self) -> list[Table]:
        from qattention.render.join_tables import join_run_tables

        return join_run_tables(self.report, self.name)

    def to_dict(self) -> dict[str, Any]:
        return {"schema": f"qattention/{self.SCHEMA}/1"} | plain(self.report)

    def to_json(self) -> str:
        return dumped(self.to_dict())


def run(
    head: HeadLike,
    *,
    rows: Sequence[int] | slice | None = None,
    fill: Fill | None = None,
    exclusion: str | None = None,
    address_error: float = 0.0,
    bit_error: float = 0.0,
    seed: int = 0,
    on_row: Callable[[], object] = lambda: None,
    **options: Unpack[PlanOptionsDict],
) -> HeadRun:
    """Find the heavy keys of query rows on simulated circuits, then infer: `qattention run`.

    With an `algorithm` that searches blocks of pairs the result is a `JoinHeadRun`.

    Args:
        head: a head, a path, or the name of a sample.
        rows: query rows, a range or a slice; all unless given.
        fill: what light keys count as; the mean logit unless given.
        exclusion: how found keys are left out.
        address_error, bit_error: probability a call of a wrong address, and of a flipped key bit.
        seed: of all randomness. on_row: called after each row.
        options: those of the command, by the same names with underscores; see `qattention run --help`.
    Returns:
        The report, the keys found of each row, and the output, shape (n_rows, d_v), beside exact attention.
    Raises:
        SpecError: no such head, or options out of range.
    """
    loaded = asked_head(head)
    if loaded is None:
        raise SpecError("`head`: is missing")
    chosen = range(loaded.n_queries)[rows] if isinstance(rows, slice) else rows
    found = verbs.run(
        loaded,
        rows=chosen,
        fill=fill,
        exclusion=exclusion,
        address_error=address_error,
        bit_error=bit_error,
        seed=seed,
        on_row=on_row,
        **options,
    )
    if isinstance(found, simulated_joins.JoinHeadRun):
        return dressed(JoinHeadRun, found, head=loaded)  # type: ignore[return-value]  # asked for by name
    return dressed(HeadRun, found, head=loaded)
