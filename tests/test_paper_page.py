"""docs/paper.md: every function and test that it names exists, and every statement has its row."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "paper.md").read_text()
FUNCTIONS = sorted(set(re.findall(r"`(qattention\.[\w.]+)`", PAGE)))
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
STATEMENTS = (
    *("Definition 1.1", "Definition 1.2", "Theorem 1.3 (ii)", "Theorem 1.3, part 1", "Theorem 1.3, part 2"),
    *(
        "Theorem 1.3, part 3",
        "Theorem 1.5",
        "Theorem 3.1",
        "Definition 4.2",
        "Lemmas 4.3 to 4.5",
        "Lemma 5.1",
    ),
    *("Lemma 5.2", "Algorithm 1", "Algorithm 2", "Lemma 6.2", "Theorem 6.1", "Definition 7.1", "Theorem 7.2"),
    *("Algorithms 3 and 4", "Lemma 7.3", "Definition 8.1", "Theorem 8.2", "Lemma 8.3"),
)


def exists(dotted: str) -> bool:
    """Whether it is an attribute of a module of the package."""
    module, _, name = dotted.rpartition(".")
    try:
        return hasattr(import_module(module), name)
    except ImportError:
        return False


def names_in(path: str) -> set[str]:
    """Names of the test functions of a file."""
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module(body=[], type_ignores=[])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_is_named_exists(name: str) -> None:
    assert exists(name)


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert name in names_in(path)


def test_names_that_do_not_exist_are_caught() -> None:
    assert not exists("qattention.theorems.no_such_function")
    assert not exists("qattention.no_such_module.attention")
    assert names_in("tests/no_such_file.py") == set()
    assert (len(FUNCTIONS) >= 15, len(TESTS) >= 15) == (True, True)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_statement_has_a_row_with_a_function_and_a_test(statement: str) -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and statement in line.split("|")[1]]
    assert len(rows) == 1
    if "8.2" not in rows[0].split("|")[1]:  # a hypothesis about all algorithms
        assert "`qattention." in rows[0]
        assert "`tests/" in rows[0]
