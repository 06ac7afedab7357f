"""The files of bloqs/: a page and a drawing a bloq, and the index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qattention.cli.project import read, spliced

TO_WRITE = "## Why it costs this\n\n(To be written by hand.)"
INTRODUCTION = """\
# Bloqs

Generated; source in `src/qattention/bloqs`, records in `src/qattention/catalogue`.

The parts of which quantum sparse attention is built. Each page says what the bloq does, its registers, what
it costs by three witnesses (call graph, gates, closed form), how it was checked (`tests/catalogue`), and why
it costs this. Drawings show one level of the example; `qattention diagram NAME` prints them.

**How to read a drawing.** Time runs from left to right. A line is a register, or the wires of it that go the
same way: a stroke across it and "2 × 3 bits" say how many, and bit 0 is the most significant. Double lines
are measured bits. Boxes with a title are bloqs with a page of their own: blue ones load or give back, green
ones compute, yellow ones search; "× 3" is three times in a row; † undoes. ∧ is an And into a fresh wire (one
Toffoli), ∧† erases it by a measurement (none); ⊕ is a NOT, • its control, ∘ a control on 0; • alone, joined,
are a CZ; Mₓ measures in X; |0⟩ and ⟨0| begin and end a wire. At a port: j the address, k[i] component i of
the key, ⊕row i row i of a table, × its weight, <0 the sign, r outcomes, Σ and c sum and carry."""


GROUPS = {
    "loading": "Loading keys, and giving them back",
    "arithmetic": "Summing, and the phase",
    "searching": "Searching",
}


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
    from qattention.catalogue.records import FAMILIES
    from qattention.render.bloq_text import markdown_table

    parts = [INTRODUCTION, "![The oracle of one query row](heavy_key_oracle.svg)"]
    for family, heading in GROUPS.items():
        rows = (
            (f"[{r.title}]({r.slug}.md)", f"`{r.name}`", r.summary, r.cost)
            for r in RECORDS
            if FAMILIES[r.title] == family
        )
        parts += [f"## {heading}", markdown_table(("bloq", "name", "does", "Toffoli"), rows)]
    return "\n\n".join(parts) + "\n"
