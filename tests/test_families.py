"""Nothing outside a family asks for one of its members by name; bloqs and closed forms share no code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qattention.circuit import INNER_PRODUCTS, LOADERS
from qattention.estimates.physical.kinds import KINDS as MACHINES
from qattention.plan.algorithms import ALGORITHMS, AUTO
from qattention.search import SCHEDULES

SOURCE = Path(__file__).parents[1] / "src" / "qattention"
PLANS = {*ALGORITHMS} - {AUTO.name}  # "auto" is what every option calls the best of its family
NAMES = {*LOADERS, *INNER_PRODUCTS, *SCHEDULES, *MACHINES, *PLANS}
OF_FAMILIES = (
    "formulas/loaders/",
    "formulas/inner_products/",
    "search/",
    "estimates/physical/kinds/",
    "plan/algorithms.py",
)


def named(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of every string constant that is a member's name, or a list of such; prose has more words.

    Bytes count, and so do strings that are put together of constants.
    """
    for node in ast.walk(tree):
        words = re.split(r"[\s,|]+", spelled(node).strip())
        if all(word in NAMES for word in words):
            yield getattr(node, "lineno", 0), " ".join(words)


def spelled(node: ast.AST) -> str:
    """The text of a constant, of a sum of constants, or of an f-string without values; else none."""
    if isinstance(node, ast.Constant):
        value = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
        return value if isinstance(value, str) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = spelled(node.left), spelled(node.right)
        return left + right if left and right else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(spelled, node.values))
    return spelled(node.value) if isinstance(node, ast.FormattedValue) else ""


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
        "x == 'pair-join'",
        "x: Literal['row-by-row', 'shared-load']",
        "x in {'qrom', 'one-hot'}",
        "{'bbht': 1}",
        "match x:\n  case 'shift-add': pass",
        "f('hardware')",
        "'qrom one-hot'.split()",
        "'qrom, qroam'",
        "x: Literal['adaptive']",
        "x == b'qroam'.decode()",
        "x == 'one' + '-hot'",
        "x == 'one' '-hot'",
        "x == f'{\"qro\"}am'",
    ],
)
def test_a_planted_name_is_seen(code: str) -> None:
    assert list(named(ast.parse(code)))


@pytest.mark.parametrize("code", ["'qrom is a loader'", "'a, b'", "x = 'one-hotter'"])
def test_what_is_no_name_is_let_be(code: str) -> None:
    assert not list(named(ast.parse(code)))


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
