"""The files of bloqs/: a page and a drawing a bloq, and the index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qattention.cli.project import read, spliced

TO_WRITE = "## Why it costs this\n\n(To be written by hand.)"
INTRODUCTION = """\
Generated; source in `src/qattention/bloqs`, records in `src/qattention/catalogue`.

The parts of which quantum sparse attention is built. Each page says what the bloq does, its registers, what
it costs by three witnesses (call graph, gates, closed form), how it was checked (`tests/catalogue`), and why
it costs this. Drawings show one level of the example; `qattention diagram NAME` prints them."""


def bloq_files(root: Path, advance: Callable[[], None]) -> dict[str, str]:
    """Relative path -> content of every file of bloqs/."""
    from qattention.catalogue import RECORDS
    from qattention.catalogue.gather import bloq_facts
    from qattention.render.bloq_text import page_facts
    from qattention.render.diagrams import bloq_svg

    files = {"bloqs/README.md": _index()}
    for record in RECORDS:
        facts, name = bloq_facts(record), f"bloqs/{record.slug}.md"
        files[name] = spliced(read(root / name), record.title, page_facts(facts), TO_WRITE)
        files[f"bloqs/{record.slug}.svg"] = bloq_svg(facts)
        advance()
    return files


def _index() -> str:
    from qattention.catalogue import RECORDS
    from qattention.render.bloq_text import markdown_table

    rows = ((f"[{r.title}]({r.slug}.md)", f"`{r.name}`", r.summary, r.cost) for r in RECORDS)
    table = markdown_table(("bloq", "name", "does", "Toffoli"), rows)
    return f"{INTRODUCTION}\n\n![The oracle of one query row](heavy_key_oracle.svg)\n\n{table}\n"
