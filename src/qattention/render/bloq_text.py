"""The facts of one bloq as text and as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qattention.catalogue.drawn_circuit import DrawnCircuit
from qattention.catalogue.facts import BloqFacts, RegisterFact, TreeLine
from qattention.catalogue.record import RUNGS, BloqRecord
from qattention.render.circuit_text import MAX_WIDTH, circuit_text


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A pipe table; numbers are right-aligned by their column's header ending in a colon."""
    marks = ["---:" if name.endswith(":") else "---" for name in header]
    lines = [[name.rstrip(":") for name in header], marks, *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return text.replace("|", "\\|")


def size_words(size: Mapping[str, object]) -> str:
    """A size of the grid in words: "n 5, d 2, b 3, padded"."""
    words = [
        name if value is True else f"{name} {value}" for name, value in size.items() if value is not False
    ]
    return ", ".join(words) or "the only one"


def tree_text(tree: Sequence[TreeLine]) -> str:
    """The call graph, indented; parts of a bloq that are free and have no parts themselves share one line."""
    lines: list[str] = []
    free: list[str] = []
    for i, line in enumerate(tree):
        below = tree[i + 1].depth if i + 1 < len(tree) else 0
        times = f"{line.times:,} × " if line.times > 1 else ""
        if line.toffoli == 0 and below <= line.depth > 0:
            free.append(f"{times}{line.name}")
        else:
            toffoli = f"  {line.toffoli:,} Toffoli" if line.toffoli else ""
            lines.append(f"{'  ' * line.depth}{times}{line.name}{toffoli}")
        if free and below < line.depth:
            lines.append(f"{'  ' * line.depth}{', '.join(free)}")
            free = []
    return "\n".join(lines)


def diagram_text(
    record: BloqRecord, circuit: DrawnCircuit, tree: Sequence[TreeLine], max_width: int = MAX_WIDTH
) -> str:
    """`diagram --format txt`: the circuit in characters, if it is not too wide, and the tree of its parts."""
    head = f"{record.title}: {record.summary}\n{record.action}\nToffoli: {record.cost}"
    return f"{head}\n\n{circuit_text(circuit, max_width)}\n\nCall graph (of the example)\n{tree_text(tree)}\n"


def page_facts(facts: BloqFacts) -> str:
    """The generated part of a bloq's page."""
    record = facts.record
    parts = [
        f"**{record.summary}**",
        record.action,
        f"![{record.title}: circuit of the example]({record.slug}.svg)",
        "## Registers\n\n" + _registers(facts.registers),
        f"## Costs\n\nToffoli (an And counts as one): {record.cost}.\n\n"
        + markdown_table(COST_HEADER, cost_rows(facts)),
        "## Call graph of the example\n\n```text\n" + tree_text(facts.tree) + "\n```",
        "## How it was checked\n\n" + _checks(record),
    ]
    if record.limitations:
        parts.append("## Limitations\n\n" + _list(record.limitations))
    if record.references:
        parts.append("## References\n\n" + _list(record.references))
    return "\n\n".join(parts)


def _registers(registers: Sequence[RegisterFact]) -> str:
    return markdown_table(
        ("register", "type", "shape", "side"), ((f"`{r.name}`", r.dtype, r.shape, r.side) for r in registers)
    )


COST_HEADER = (
    *("size", "Toffoli: bloqs:", "gates:", "formula:"),
    *("rotations:", "Clifford:", "measured:", "qubits:"),
)


def cost_rows(facts: BloqFacts) -> list[tuple[object, ...]]:
    """A row a size, in the order of COST_HEADER."""
    return [
        (
            *(size_words(cost.size), cost.toffoli_bloqs, cost.toffoli_gates, cost.toffoli_formula),
            *(cost.rotation, cost.clifford, cost.measurement, cost.qubits),
        )
        for cost in facts.costs
    ]


def _checks(record: BloqRecord) -> str:
    climbed = [f"{rung}: {RUNGS[rung]}" for rung in record.checks]
    skipped = [f"not {rung}: {reason}" for rung, reason in record.skips.items()]
    return f"On {len(record.sizes)} sizes, in `tests/catalogue`:\n\n" + _list([*climbed, *skipped])


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
