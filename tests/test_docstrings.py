"""Every public name says what it is in whole sentences; verbs say what they take, give and raise."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import qattention as qa

SRC = Path(__file__).parents[1] / "src"
MODULES = sorted(SRC.rglob("*.py"))
FUNCTIONS = [name for name in qa.__all__ if inspect.isfunction(getattr(qa, name))]
CLASSES = [name for name in qa.__all__ if inspect.isclass(getattr(qa, name))]
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def is_whole(text: str | None) -> bool:
    """Whether its first paragraph begins and ends as a sentence.

    A tuple may begin it, which says (one, other) of what is returned; an action, |j> -> ...; or a literal.
    A word or a formula alone is none.
    """
    first = (text or "").strip().split("\n\n")[0]
    begins = re.match(r"[A-Z(|`\d]", first) is not None
    return begins and first.endswith((".", "?")) and len(re.findall(r"[A-Za-z]{2,}", first)) >= 2


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Keys of a row.\n\nArgs:\n    x: any.", True),
        ("|j> -> |j>|k_j>: a key is loaded.", True),
        ("Does it hold?", True),
        ("keys of a row.", False),
        ("Keys of a row", False),
        ("l.", False),
        ("W.", False),
        ("", False),
        (None, False),
    ],
)
def test_what_a_whole_sentence_is(text: str | None, whole: bool) -> None:
    assert is_whole(text) == whole


def public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Named]]:
    """(dotted name, definition) of what a module lets others use; overloads and stubs say it elsewhere."""
    for node in body:
        if isinstance(node, Named) and not node.name.startswith("_") and not _is_stub(node):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")


def _is_stub(node: Named) -> bool:
    return [ast.unparse(statement) for statement in node.body] == ["..."]


def inherited(module: Path, name: str) -> str | None:
    """What a base says of a method, the package's own or Qualtran's: an override need not repeat it."""
    found: Any = importlib.import_module(".".join(module.relative_to(SRC).with_suffix("").parts))
    *classes, method = name.split(".")
    for part in classes:
        found = getattr(found, part)
    texts = (inspect.getdoc(vars(base)[method]) for base in found.__mro__[1:] if method in vars(base))
    return next((text for text in texts if text), None)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_every_public_name_of_a_module_says_what_it_is(module: Path) -> None:
    tree = ast.parse(module.read_text())
    assert is_whole(ast.get_docstring(tree)), "the module"
    silent = [
        name
        for name, node in public(tree.body)
        if not is_whole(text := ast.get_docstring(node))
        and (text is not None or "." not in name or inherited(module, name) is None)
    ]
    assert silent == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_verb_says_what_it_takes_gives_and_raises(name: str) -> None:
    function = getattr(qa, name)
    text, taken = inspect.getdoc(function), inspect.signature(function).parameters
    assert is_whole(text)
    if not taken:
        return
    parts = re.split(r"^(Args|Returns|Raises):$", text or "", flags=re.MULTILINE)
    assert parts[1::2] == ["Args", "Returns", "Raises"]
    told = {word for names in re.findall(r"((?:\b\w+, )*\w+): ", parts[2]) for word in names.split(", ")}
    assert [one for one in taken if one not in told] == []
    assert all(is_whole(part.strip()) for part in (parts[4], parts[6]))


@pytest.mark.parametrize("name", CLASSES)
def test_a_result_says_what_each_of_its_members_is(name: str) -> None:
    kind = getattr(qa, name)
    assert is_whole(inspect.getdoc(kind))
    own = [base for base in kind.__mro__ if base.__module__.startswith("qattention")]
    members = {
        member: value
        for base in reversed(own)
        for member, value in vars(base).items()
        if not member.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property | classmethod))
    }
    assert [member for member in members if not is_whole(_doc(own, member))] == []


def _doc(bases: list[Any], member: str) -> str | None:
    texts = (inspect.getdoc(vars(base)[member]) for base in bases if member in vars(base))
    return next((text for text in texts if text), None)
