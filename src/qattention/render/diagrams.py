"""The facts of one bloq as a drawing in each format."""

from __future__ import annotations

from qattention.catalogue.facts import BloqFacts
from qattention.catalogue.record import RUNGS
from qattention.render.bloq_text import COST_HEADER, cost_rows, tree_text
from qattention.render.circuit_drawing import draw
from qattention.render.page import Drawing as Picture
from qattention.render.page import Figures, Page, Preformatted, Prose, Section
from qattention.render.png import to_pdf, to_png
from qattention.render.shapes import Drawing
from qattention.render.svg import to_svg
from qattention.render.tables import Table


def bloq_drawing(facts: BloqFacts) -> Drawing:
    """The circuit of the example, its Toffoli count below."""
    own = facts.tree[0].toffoli
    cost = facts.record.cost.replace("`", "")  # Markdown's marks are not for pictures
    return draw(facts.circuit, f"This example: {own:,} Toffoli. In general: {cost}.")


def bloq_svg(facts: BloqFacts) -> str:
    """As SVG."""
    return to_svg(bloq_drawing(facts))


def bloq_png(facts: BloqFacts) -> bytes:
    """As PNG."""
    return to_png(bloq_drawing(facts))


def bloq_pdf(facts: BloqFacts) -> bytes:
    """As PDF."""
    return to_pdf(bloq_drawing(facts))


def bloq_page(facts: BloqFacts) -> Page:
    """The drawing, the counts and the call graph."""
    record = facts.record
    header = tuple(name.rstrip(":") for name in COST_HEADER)
    rungs = tuple((rung, RUNGS[rung]) for rung in record.checks)
    costs = Table(title="", header=header, rows=tuple(cost_rows(facts)))
    checks = Table(title="", header=("rung", "what it compares"), rows=rungs)
    counted = (Prose(lines=(f"Toffoli: {record.cost}.",)), Figures(table=costs))
    return Page(
        title=record.title,
        answer=(record.summary, record.action),
        sections=(
            Section(title="Circuit of the example", blocks=(Picture(svg=bloq_svg(facts)),)),
            Section(title="Costs", blocks=counted),
            Section(title="Call graph of the example", blocks=(Preformatted(text=tree_text(facts.tree)),)),
            Section(title="How it was checked", blocks=(Figures(table=checks),)),
        ),
    )
