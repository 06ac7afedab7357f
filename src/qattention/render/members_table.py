"""The members of each family as tables, from their records: what a user may name, and what to know of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qattention.circuit import INNER_PRODUCTS, LOADERS, Circuit, LoaderKind
from qattention.plan.algorithms import ALGORITHMS
from qattention.render.bloq_text import markdown_table
from qattention.search.family import SCHEDULES

RIGHT = "RIGHT"  # the side of a register that a bloq makes, as Qualtran names it
BLOCKS = ", in blocks of `--block-size`"


def members_markdown() -> str:
    """A table a family: the name, what it does, what to know before relying on it, and where it is from."""
    tables = (
        (
            "loader",
            "looks keys up",
            ((kind, kind.how + BLOCKS * kind.has_blocks) for kind in LOADERS.values()),
        ),
        ("inner-product", "sums", ((kind, kind.how) for kind in INNER_PRODUCTS.values())),
        ("search", "does", ((kind, kind.summary) for kind in SCHEDULES.values())),
        ("algorithm", "does", ((kind, kind.summary) for kind in ALGORITHMS.values())),
    )
    return "\n\n".join(_table(option, does, members) for option, does, members in tables)


def _table(option: str, does: str, members: Iterable[tuple[Any, str]]) -> str:
    header = (f"`--{option}`", does, "to know", "source")
    return markdown_table(
        header, ((f"`{kind.name}`", how, kind.limits, kind.source) for kind, how in members)
    )


def loads_markdown() -> str:
    """A row a loader: its bloq, its unload, what it leaves beside the key, the bloq's page."""
    header = ("loader", "load", "unload", "leaves beside the key", "its page")
    return markdown_table(header, (_load(kind) for kind in LOADERS.values()))


def _load(kind: LoaderKind) -> tuple[str, str, str, str, str]:
    from qattention.bloqs import KeyTable, load_of, unload_of
    from qattention.catalogue import RECORDS

    circuit = Circuit(loader=kind, block_size=2 if kind.has_blocks else None)
    load = load_of(circuit, KeyTable(n_keys=4, head_dim=1, key_bits=1))
    record = next(one for one in RECORDS if one.title == type(load).__name__)
    given = [f"{name}={value}" for name, value in kind.arguments.items() if value]
    call = ", ".join(["table", *(["block"] if kind.has_blocks else []), *given])
    beside = [reg.name for reg in load.signature if reg.side.name == RIGHT and reg.name != "key"]
    return (
        f"`{kind.name}`",
        f"`{record.title}({call})`",
        f"`{type(unload_of(circuit, load)).__name__}`",
        " and ".join(beside) or "nothing",
        f"[{record.name}](../bloqs/{record.slug}.md)",
    )
