"""The page of any result: its answer, its plots, its tables and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import attrs

from qattention.render.page.hover import svg_with_values, values_of
from qattention.render.page.model import Block, Bullets, Drawing, Figures, Page, Prose, Section, tables
from qattention.render.tables import Table

BULLET = "- "


def result_page(
    answer: Sequence[str],
    found: Sequence[Table],
    *,
    lines: Sequence[str] = (),
    assumptions: Sequence[str] = (),
    plots: Mapping[str, Any] | None = None,
    data: str | None = None,
    stem: str = "report",
) -> Page:
    """A page as a command prints: what was asked, tables, remarks, and folded what the figures rest on.

    Args:
        answer: its first line is the title.
        lines, assumptions: "- " begins a bullet, blanks go on with it; a line before bullets heads them.
        plots: heading -> matplotlib figure.
        data: the command's JSON. stem: the name of that file without its ending.
    """
    title, *rest = (line.strip() for line in answer)
    drawn = [Section(title=name, blocks=(_plot(figure),)) for name, figure in (plots or {}).items()]
    remarks = told(lines, "Remarks")
    rested = (attrs.evolve(one, folded=True) for one in told(assumptions, "What these figures rest on"))
    return Page(
        title=title,
        answer=tuple(rest),
        sections=(*drawn, *tables(list(found)), *remarks, *rested),
        data=data,
        stem=stem,
    )


def several_page(title: str, found: Sequence[Table], pages: Iterable[Page], data: str, stem: str) -> Page:
    """Tables of several results, and below them each of their pages, to be opened."""
    each = (Section(title=one.title, blocks=tuple(_joined(one)), folded=True) for one in pages)
    return Page(title=title, answer=(), sections=(*tables(list(found)), *each), data=data, stem=stem)


def _joined(page: Page) -> Iterator[Block]:
    yield Prose(lines=page.answer)
    for section in page.sections:
        for block in section.blocks:
            if isinstance(block, Figures):
                yield Figures(table=attrs.evolve(block.table, title=section.title))
            else:
                yield block


def told(lines: Iterable[str], title: str) -> tuple[Section, ...]:
    """Lines of a terminal as sections; those without a heading of their own are headed by `title`."""
    runs = [(kind, list(run)) for kind, run in groupby(filter(str.strip, lines), _is_listed)]
    sections: list[Section] = []
    blocks: list[Block] = []
    heading = title
    for i, (listed, run) in enumerate(runs):
        if listed:
            blocks.append(Bullets(lines=tuple(line.removeprefix(BULLET) for line in run)))
            continue
        is_head = i + 1 < len(runs)
        if prose := run[: len(run) - is_head]:
            blocks.append(Prose(lines=tuple(prose)))
        if is_head:
            sections += [Section(title=heading, blocks=tuple(blocks))] if blocks else []
            heading, blocks = run[-1], []
    return (*sections, Section(title=heading, blocks=tuple(blocks))) if blocks else tuple(sections)


def _is_listed(line: str) -> bool:
    return line.startswith((BULLET, " "))


def _plot(figure: Any) -> Drawing:
    return Drawing(svg=svg_with_values(figure), values=values_of(figure), looks="plot")
