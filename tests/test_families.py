"""Nothing outside a family asks for one of its members by name; bloqs and closed forms share no code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from qattention.circuit import INNER_PRODUCTS, LOADERS
from qattention.estimates.physical.kinds import KINDS as MACHINES
from qattention.search import SCHEDULES

SOURCE = Path(__file__).parents[1] / "src" / "qattention"
NAMES = {*LOADERS, *INNER_PRODUCTS, *SCHEDULES, *MACHINES}
OF_FAMILIES = ("formulas/loaders/", "formulas/inner_products/", "search/", "estimates/physical/kinds/")


def named(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of every string constant that is a member's name; docstrings have more words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in NAMES:
            yield node.lineno, node.value


def test_members_are_asked_for_by_what_they_are() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {name!r}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not path.relative_to(SOURCE).as_posix().startswith(OF_FAMILIES)
        for line, name in named(ast.parse(path.read_text()))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "x == 'qroam'",
        "x in {'qrom', 'one-hot'}",
        "{'bbht': 1}",
        "match x:\n  case 'shift-add': pass",
        "f('hardware')",
    ],
)
def test_a_planted_name_is_seen(code: str) -> None:
    assert list(named(ast.parse(code)))


@pytest.mark.parametrize(
    ("room", "other"), [("bloqs", "formulas"), ("formulas", "bloqs"), ("circuit", "bloqs")]
)
def test_witnesses_share_no_code(room: str, other: str) -> None:
    found = [
        path.name
        for path in (SOURCE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"qattention.{other}")
    ]
    assert found == []
