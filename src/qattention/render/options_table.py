"""The options of a problem and its plan as a table, from the fields that declare them."""

from __future__ import annotations

from collections.abc import Mapping

from qattention.options import Declared, declared
from qattention.render.bloq_text import markdown_table


def options_markdown(tables: Mapping[str, type]) -> str:
    """A table a heading: the option, its values, its default, what it says; and the table of a study."""
    groups: dict[str, list[tuple[str, str, str, str]]] = {}
    for table, kind in tables.items():
        for one in declared(kind):
            groups.setdefault(f"{one.option.group} (`[{table}]` in a study)", []).append(_row(one))
    header = ("option", "values", "default", "says")
    return "\n\n".join(f"### {name}\n\n{markdown_table(header, rows)}" for name, rows in groups.items())


def _row(one: Declared) -> tuple[str, str, str, str]:
    said = one.option
    flag = "--" + one.name.replace("_", "-")
    if one.type is bool:
        return f"`{flag}`, `--no-{flag[2:]}`", "", _default(one), said.help
    values = said.metavar or {int: "a whole number", float: "a number"}.get(one.type, "")
    if said.choices is not None:
        values = ", ".join(f"`{choice}`" for choice in said.choices())
    return f"`{flag}`", values.replace("|", " or "), _default(one), said.help


def _default(one: Declared) -> str:
    if one.option.default is not None:
        return one.option.default
    return "" if one.default in (None, (), False) else f"`{one.default}`"
