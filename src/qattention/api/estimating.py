"""`estimate`, and the stages on the way: `plan` and `program`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

from qattention.api import verbs
from qattention.api.shown import Shown, dressed, flat, plain
from qattention.errors import SpecError, bad
from qattention.estimates import joins, result
from qattention.estimates.models import result as models

if TYPE_CHECKING:
    from typing import Unpack

    from qattention.api.heads import HeadLike
    from qattention.api.options import Path, PlanOptionsDict, RequestOptions
    from qattention.compiler import Program
    from qattention.estimates.report import Report
    from qattention.estimates.request import Request
    from qattention.plan import Plan
    from qattention.render.page import Page
    from qattention.render.tables import Table


class Estimate(Shown, result.Estimate):
    """What a head would cost: see `qattention.estimates.result.Estimate` for the fields.

    Attributes:
        request: what it was made from; None in one that was read from a file or pickled.
        source: the head's name; None without a head.
    """

    request: Request | None = None
    source: str | None = None

    def answer(self) -> list[str]:
        from qattention.render.answers import estimate_answer

        return estimate_answer(self, self.title)

    @property
    def title(self) -> str:
        """What it is of: the head's name, or sizes."""
        from qattention.render.estimate_tables import title_of

        return f"Estimate: {self.source}" if self.source is not None else title_of(self)

    def tables(self) -> list[Table]:
        from qattention.render.estimate_tables import estimate_tables

        return estimate_tables(self)

    def lines(self) -> list[str]:
        """Who could not speak, and what blocks of pairs would save, where that is known without more work."""
        from qattention.estimates.witnesses import unheard
        from qattention.render.join_tables import join_line

        about = None if self.request is None else self.request.about_joined()
        saved = [] if about is None else [join_line(about, self.logical.expected.toffoli)]
        return [*unheard(self.assumptions), *saved]

    def assumptions_told(self) -> list[str]:
        return ["Assumptions", *(f"- {note.text} [{note.source}]" for note in self.assumptions)]

    def to_dict(self) -> dict[str, Any]:
        """As `estimate --json`; floats are not rounded, so that what is read back says the same."""
        from qattention.estimates.serialise import to_dict

        return to_dict(self)

    def report(self) -> Report:
        """Every figure with its explanation, as values."""
        from qattention.estimates.report import report

        return report(self)

    def breakdown(self, path: str) -> tuple[result.BreakdownEntry, ...]:
        """The parts of one part, such as "oracle/inner_product", with their Toffolis.

        Raises:
            SpecError: there is no such part, or the estimate was read from a file.
        """
        if self.request is None:
            raise SpecError(f"`path`: {path} cannot be broken down: an estimate from a file has no circuit")
        from qattention.estimates import estimate_program

        return estimate_program(self.request.program, at=path).iteration.breakdown

    def markdown(self) -> str:
        """The report that `--markdown` writes."""
        from qattention.render.estimate_report import estimate_markdown

        return estimate_markdown(self, self.title)

    def page(self) -> Page:
        """The report as a page: every figure with its reason, and the oracle drawn."""
        from qattention.catalogue.plan_example import plan_circuit
        from qattention.render.circuit_drawing import draw
        from qattention.render.estimate_report import estimate_page
        from qattention.render.svg import to_svg

        return estimate_page(self, self.title, to_svg(draw(plan_circuit(self.plan))), self.lines())

    def figure(self) -> Any:
        """Where the Toffolis of an iteration are, as a matplotlib figure."""
        from qattention.render.breakdown_figure import breakdown_figure

        return breakdown_figure(self)


class JoinEstimate(Shown, joins.JoinEstimate):
    """What blocks of pairs would cost: see `qattention.estimates.joins.JoinEstimate` for the fields.

    Attributes:
        source: the head's name; None without a head.
    """

    SCHEMA = "join"
    source: str | None = None

    def answer(self) -> list[str]:
        from qattention.render.answers import join_answer

        return join_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.join_tables import join_tables

        return join_tables(self)

    def lines(self) -> list[str]:
        """Who could not speak."""
        from qattention.estimates.witnesses import unheard

        return unheard(self.assumptions)

    def assumptions_told(self) -> list[str]:
        return ["Assumptions", *(f"- {note.text} [{note.source}]" for note in self.assumptions)]

    @property
    def title(self) -> str:
        """What it is of: the head's name, or sizes."""
        from qattention.render.estimate_tables import title_of

        return f"Estimate: {self.source}" if self.source is not None else title_of(self)

    def markdown(self) -> str:
        """The report that `--markdown` writes."""
        from qattention.render.join_report import join_markdown

        return join_markdown(self, self.title)

    def rows(self) -> list[dict[str, object]]:
        """A row a phase, the certificate last."""
        return [flat(plain(one)) for one in self.phases]


class ModelBill(Shown, models.ModelBill):
    """What all layers and heads of a language model would cost, over a prompt and for one token after it."""

    SCHEMA = "model"

    def answer(self) -> list[str]:
        from qattention.render.answers import model_answer

        return model_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.model_tables import model_tables

        return model_tables(self)

    def assumptions_told(self) -> list[str]:
        return ["Assumptions", *(f"- {note.text} [{note.source}]" for note in self.assumptions)]

    def lines(self) -> list[str]:
        """What blocks of pairs would save of a prompt, where that is known without more work."""
        from qattention.render.join_tables import join_line

        about = self.joins_toffoli
        return [] if about is None else [join_line(about, self.prefill.logical.expected.toffoli)]

    def rows(self) -> list[dict[str, object]]:
        """A row a part of each phase."""
        document = self.to_dict()
        return [
            {"phase": phase, **flat(part)}
            for phase in ("prefill", "decode")
            for part in (document[phase] or {}).get("parts", ())
        ]


@overload
def estimate(
    head: HeadLike = None, *, at: str | None = None, model: None = None, **options: Unpack[RequestOptions]
) -> Estimate: ...


@overload
def estimate(*, model: Path, **options: Unpack[RequestOptions]) -> ModelBill: ...


def estimate(
    head: HeadLike = None, *, at: str | None = None, model: Path | None = None, **options: Any
) -> Estimate | JoinEstimate | ModelBill:
    """What a head, a problem of given sizes, or a language model would cost: `qattention estimate`.

    With `algorithm` "blocked", "pair-join", or "auto" where blocks of pairs are best, a `JoinEstimate`.

    Args:
        head: a head, a path, or the name of a sample; without it typical rows of the sizes given.
        at: the part that `iteration.breakdown` lists, such as "oracle/inner_product".
        model: path of a model's config.json, in place of a head.
        options: those of the command, by the same names with underscores; see `qattention estimate --help`.
    Returns:
        Counts of gates, qubits and layers for one head and all its query rows (a model: all its heads),
        expected and at worst; machines' times in seconds. `assumptions` says what they rest on, with sources.
    Raises:
        SpecError, InfeasibleError: bad options, no plan within the caps, no machine that can be built.
    """
    if model is None:
        asked = verbs.request(head, **options)
        if asked.plan.is_join:
            join = asked.join_estimate()
            if join is not None:
                return dressed(JoinEstimate, join, source=asked.head and asked.head.name)
            asked = asked.best_of_rows()
        return of_request(asked, at)
    if head is not None or at is not None:
        given = {"head": head, "at": at}
        raise SpecError([bad(name, value, "absent beside model") for name, value in given.items() if value])
    return estimate_model(os.fspath(model), **options)


def of_request(asked: Request, at: str | None = None) -> Estimate:
    """The estimate of a request."""
    source = None if asked.head is None else asked.head.name
    return dressed(Estimate, asked.estimate(at), request=asked, source=source)


def estimate_model(
    config: str, *, on_part: Callable[[], object] = lambda: None, **options: Unpack[RequestOptions]
) -> ModelBill:
    """The bill of a language model: `qattention estimate --model`.

    Args:
        config: path of its config.json. on_part: called after each part.
    Raises:
        SpecError, InfeasibleError: as `estimate`; no such file or model.
    """
    from qattention.outside import read_text

    return dressed(ModelBill, verbs.estimate_model(read_text(config, "model"), on_part, **options))


def read_estimate(path: Path, field: str = "path") -> Estimate:
    """The estimate that `estimate --json` wrote to a file: to be shown, compared or proved again.

    Args:
        path: of the file, read within limits as any from outside.
        field: what the path is called in messages.
    Returns:
        The estimate with every figure as it was written; it has no circuit to break down.
    Raises:
        SpecError: there is none.
    """
    from qattention.estimates.diff import read_estimate as read
    from qattention.outside import read_text

    return dressed(Estimate, read(read_text(path, field), os.fspath(path)))


def plan(head: HeadLike = None, **options: Unpack[PlanOptionsDict]) -> Plan:
    """The plan that `estimate` of the same would cost: loader, block, sum, search and rows a load.

    Args:
        head: a head, a path, or the name of a sample; without it typical rows of the sizes given.
        options: those of the command, by the same names with underscores; see `qattention estimate --help`.
    Returns:
        Every choice as one value; `.circuit` holds those of the oracle.
    Raises:
        SpecError, InfeasibleError: options out of range; no plan within the caps.
    """
    return verbs.plan(head, **options)


def program(head: HeadLike = None, **options: Unpack[PlanOptionsDict]) -> Program:
    """That plan's bloq tree: `.bloq` is a Qualtran bloq, `.iteration` one Grover iteration.

    Args:
        head: a head, a path, or the name of a sample; without it typical rows of the sizes given.
        options: those of the command, by the same names with underscores; see `qattention estimate --help`.
    Returns:
        The program, its bloqs built when they are first asked for.
    Raises:
        SpecError, InfeasibleError: as `plan`; a plan of blocks of pairs, which has no rows.
    """
    return verbs.program(head, **options)
