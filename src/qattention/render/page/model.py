"""What is on a page. All text is plain: the template escapes it and sets its powers of ten."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import attrs

from qattention.render.tables import Table


@attrs.frozen(kw_only=True)
class Prose:
    """Paragraphs of text."""

    kind: ClassVar[str] = "prose"
    lines: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Bullets:
    """A list; a line that begins with blanks says more of the one above."""

    kind: ClassVar[str] = "bullets"
    lines: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Entries:
    """Figures with their reasons.

    Attributes:
        rows: (label, value, why it has this value, what it is); the last is shown when a row is pointed at.
        folded: where it is given, what is chosen to see them.
    """

    kind: ClassVar[str] = "entries"
    header: tuple[str, str, str]
    rows: tuple[tuple[str, str, str, str], ...]
    folded: str = ""


@attrs.frozen(kw_only=True)
class Figures:
    """A table, its title as caption."""

    kind: ClassVar[str] = "table"
    table: Table


@attrs.frozen(kw_only=True)
class Bars:
    """Parts of a whole as bars. `rows`: (label, figure, share of the whole in 0..1)."""

    kind: ClassVar[str] = "bars"
    title: str
    header: tuple[str, str, str]
    rows: tuple[tuple[str, object, float], ...]


@attrs.frozen(kw_only=True)
class Drawing:
    """A picture, and what it shows.

    Attributes:
        svg: a whole SVG document, trusted: made here.
        values: what it shows, as tables to be opened below it.
        looks: "circuit" or "plot".
    """

    kind: ClassVar[str] = "drawing"
    svg: str
    caption: str = ""
    values: tuple[Table, ...] = ()
    looks: str = "circuit"


@attrs.frozen(kw_only=True)
class Preformatted:
    """Text in its own lines."""

    kind: ClassVar[str] = "preformatted"
    text: str


Block: TypeAlias = Prose | Bullets | Entries | Figures | Bars | Drawing | Preformatted


@attrs.frozen(kw_only=True)
class Section:
    """Blocks under a heading; `folded`: shown when its heading is chosen."""

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@attrs.frozen(kw_only=True)
class Page:
    """A whole report.

    Attributes:
        answer: what was asked, a line a sentence, before everything else.
        data: the command's JSON, to download; None: there is none.
        stem: the name of that file without its ending.
    """

    title: str
    answer: tuple[str, ...]
    sections: tuple[Section, ...]
    data: str | None = None
    stem: str = "report"


def tables(found: tuple[Table, ...] | list[Table]) -> tuple[Section, ...]:
    """A section a table, by its title."""
    return tuple(
        Section(title=table.title, blocks=(Figures(table=attrs.evolve(table, title="")),)) for table in found
    )
