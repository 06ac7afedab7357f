"""`diagram`: a bloq's circuit, drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from qattention.api.shown import Shown
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from typing import Unpack

    from qattention.api.heads import HeadLike
    from qattention.api.options import RequestOptions
    from qattention.catalogue.facts import BloqFacts
    from qattention.render.page import Page

PLAN = "plan"  # in place of a bloq's name
DRAWN = ("txt", "svg", "pdf", "png", "html", "quantikz")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Diagram(Shown):
    """A bloq's circuit, one level down.

    Attributes:
        name: the bloq's, or "plan". facts: what is drawn and printed.
    """

    SCHEMA = "diagram"
    name: str
    facts: BloqFacts

    def answer(self) -> list[str]:
        return [f"{self.name}: {self.facts.circuit.summary}"]

    @property
    def svg(self) -> str:
        """As SVG."""
        from qattention.render.diagrams import bloq_svg

        return bloq_svg(self.facts)

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f"<figure>{self.svg}</figure>"

    def text(self, width: int = 240) -> str:
        """In characters; wider circuits than `width` are left to the drawing."""
        from qattention.render.bloq_text import diagram_text

        return diagram_text(self.facts.record, self.facts.circuit, self.facts.tree, width)

    def figure(self) -> Any:
        """As a matplotlib figure."""
        from qattention.render.diagrams import bloq_drawing
        from qattention.render.png import to_figure

        return to_figure(bloq_drawing(self.facts))

    def page(self) -> Page:
        """The drawing, the counts of the example and its call graph."""
        from qattention.render.diagrams import bloq_page

        return bloq_page(self.facts)

    def rendered(self, form: str, width: int = 240) -> str | bytes:
        """As one of `DRAWN`."""
        from qattention.export.quantikz import to_quantikz
        from qattention.render import diagrams

        writers: dict[str, Callable[[], str | bytes]] = {
            "txt": lambda: self.text(width),
            "svg": lambda: self.svg,
            "pdf": lambda: diagrams.bloq_pdf(self.facts),
            "png": lambda: diagrams.bloq_png(self.facts),
            "html": self.html,
            "quantikz": lambda: to_quantikz(self.facts.circuit),
        }
        return writers[form]()

    def to_dict(self) -> dict[str, Any]:
        return {"schema": "qattention/diagram/1", "bloq": self.name, "summary": self.facts.circuit.summary}


def diagram(bloq: object, head: HeadLike = None, **options: Unpack[RequestOptions]) -> Diagram:
    """A bloq's circuit drawn, one level down: `qattention diagram`.

    Args:
        bloq: a name such as "heavy-key-oracle", the example of which is drawn; a Qualtran bloq of the
            catalogue, drawn as it is; or "plan": the oracle of the plan that `estimate` of the same head and
            options would cost.
        head: of "plan" alone: a head, a path, or the name of a sample.
        options: of "plan" alone: those of `estimate`.
    Returns:
        A drawing that shows itself in a notebook; `export` writes it.
    Raises:
        SpecError: no such bloq; options beside one.
    """
    from qattention.api.verbs import plan
    from qattention.catalogue.plan_example import plan_facts

    if bloq == PLAN:
        return Diagram(name=PLAN, facts=plan_facts(plan(head, **options)))
    given = {name: value for name, value in {"head": head, **options}.items() if value not in (None, ())}
    if given:
        rule = "absent: a bloq is drawn as it is; 'plan' draws what these options choose"
        raise SpecError([bad(name, value, rule) for name, value in given.items()])
    return named_diagram(bloq) if isinstance(bloq, str) else bloq_diagram(bloq)


def named_diagram(name: str) -> Diagram:
    """Of the example of a bloq of the catalogue."""
    from qattention.catalogue import find_record
    from qattention.catalogue.gather import bloq_facts

    record = find_record(name)
    return Diagram(name=record.name, facts=bloq_facts(record))


def bloq_diagram(bloq: Any) -> Diagram:
    """Of a bloq at hand: a value of one of the catalogue's classes."""
    from qattention.catalogue import RECORDS
    from qattention.catalogue.facts import BloqFacts
    from qattention.catalogue.gather import circuit_of, registers_of, tree_of

    record = next((one for one in RECORDS if one.title == type(bloq).__name__), None)
    if record is None:
        raise SpecError(bad("bloq", type(bloq).__name__, "a bloq of `qattention diagram --list`"))
    facts = BloqFacts(
        record=record,
        registers=registers_of(bloq),
        costs=(),
        tree=tuple(tree_of(bloq)),
        circuit=circuit_of(record, bloq),
    )
    return Diagram(name=record.name, facts=facts)
