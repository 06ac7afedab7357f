"""The report of a join as Markdown; apart from the tables, which the terminal prints too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qattention.render.classical_tables import classical_tables, rate_lines
from qattention.render.join_tables import join_headlines, join_tables
from qattention.render.tables import to_markdown

if TYPE_CHECKING:
    from qattention.estimates.joins import JoinEstimate


def join_markdown(estimate: JoinEstimate, title: str) -> str:
    """Headlines, problem, phases and totals, machines, exact attention, and what the figures rest on."""
    classical = estimate.classical
    told = join_headlines(estimate) if classical is None else [*join_headlines(estimate), classical.line]
    shown = [*join_tables(estimate), *classical_tables(classical)]
    lists = (
        ("Assumptions", [f"{note.text} [{note.source}]" for note in estimate.assumptions]),
        ("Witnesses", [f"`{field}`: {', '.join(names)}" for field, names in estimate.witnesses.items()]),
        ("Rates of classical machines", rate_lines(classical)),
        ("Versions", [f"{name} {number}" for name, number in estimate.versions.items()]),
    )
    notes = [f"## {head}\n\n" + "\n".join(f"- {line}" for line in lines) for head, lines in lists if lines]
    return "\n\n".join([f"# {title}", *told, *map(to_markdown, shown), *notes]) + "\n"
