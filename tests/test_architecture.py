"""Imports go one way: the import graph of a source tree, held to the order in .github/CONTRIBUTING.md."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "qattention"
PACKAGE = "qattention"
MAX_LINES = 400
QUANTUM = {"qualtran", "cirq", "qdk"}
MAY_IMPORT_QUANTUM = ("bloqs", "compiler", "lowering", "estimates.physical", "catalogue", "export")


def read_order(page: str) -> nx.DiGraph:
    """The block that begins with "errors <" as a graph with an edge from each room to all below it."""
    block = re.search(r"```text\n(errors <.*?)```", page, re.DOTALL)
    assert block, "the order of imports is missing"
    below = nx.DiGraph()
    for line in block[1].splitlines():
        groups = [re.findall(r"\w+", group) for group in line.split("<")]
        for lower, upper in pairwise(groups):
            below.add_edges_from(product(upper, lower))
    assert nx.is_directed_acyclic_graph(below)
    return nx.transitive_closure_dag(below)


ORDER = read_order((ROOT / ".github" / "CONTRIBUTING.md").read_text())


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def modules(source: Path) -> dict[str, Path]:
    """Dotted name -> file. A package is named as its __init__ is imported."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        found[".".join((PACKAGE, *(parts[:-1] if parts[-1] == "__init__" else parts)))] = path
    return found


def imported(tree: ast.AST, name: str, is_package: bool, known: set[str]) -> Iterator[tuple[str, int, bool]]:
    """(dotted name, line, whether in a string) of all imports: at the top, lazily, for types, or so named."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = name.split(".")
            base = parts[: len(parts) - node.level + is_package] if node.level else []
            origin = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                full = f"{origin}.{alias.name}"
                yield (full if full in known else origin), node.lineno, False
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            target = node.value.partition(":")[0]  # tables of lazy commands say "package.module:function"
            if target in known - {PACKAGE}:
                yield target, node.lineno, True


def import_graph(known: dict[str, Path]) -> nx.DiGraph:
    """Modules and the quantum libraries as nodes; an edge carries the line of an import."""
    graph = nx.DiGraph()
    graph.add_nodes_from(known)
    for name, path in known.items():
        for target, line, in_string in imported(parse(path), name, path.name == "__init__.py", set(known)):
            node = target if target in known else target.split(".")[0]
            if node != name and (node in known or node in QUANTUM):
                graph.add_edge(name, node, line=line, in_string=in_string)
    return graph


def room(name: str) -> str:
    """The first folder or module below the package; the package itself, open to all, has none.

    What it hands on from others it imports under its own name, from the rooms that stand below that.
    """
    return ".".join(name.split(".")[1:2])


def wrong_directions(graph: nx.DiGraph) -> Iterator[str]:
    for importer, target, line in graph.edges(data="line"):
        if target in QUANTUM:
            if not any(f"{importer}.".startswith(f"{PACKAGE}.{inside}.") for inside in MAY_IMPORT_QUANTUM):
                yield f"{importer}:{line} may not import {target}"
        elif room(target) not in ("", room(importer)) and not ORDER.has_edge(
            room(importer) or PACKAGE, room(target)
        ):
            yield f"{importer}:{line} may not import {target}: it is not below"


def cycles(graph: nx.DiGraph) -> Iterator[str]:
    rooms = nx.DiGraph((room(a), room(b)) for a, b in graph.edges if room(a) != room(b) and b not in QUANTUM)
    for kind, directed in (("modules", graph), ("rooms", rooms)):
        for members in nx.strongly_connected_components(directed):
            if len(members) > 1:
                yield f"cycle of {kind}: {', '.join(sorted(members))}"


def misplaced(known: dict[str, Path], source: Path) -> Iterator[str]:
    for name in sorted({room(name) for name in known} - {""} - set(ORDER)):
        yield f"{name} has no place in the order of imports"
    for folder in sorted({path.parent for path in known.values()}):
        if not (folder / "__init__.py").exists():
            yield f"{folder.relative_to(source.parent)} has no __init__.py"


def malformed(known: dict[str, Path]) -> Iterator[str]:
    for name, path in known.items():
        n_lines = len(path.read_text().splitlines())
        if n_lines > MAX_LINES:
            yield f"{name} has {n_lines} lines; at most {MAX_LINES}"
        if not ast.get_docstring(parse(path)):
            yield f"{name} has no docstring"


def slices(known: dict[str, Path], graph: nx.DiGraph) -> Iterator[str]:
    """Modules that serve one sibling alone and do not say why they stand apart from it.

    A table of dotted names (commands, kinds) makes none of what it lists its own.
    """
    for name, path in known.items():
        importers = list(graph.predecessors(name))
        if path.name == "__init__.py" or len(importers) != 1 or graph.edges[importers[0], name]["in_string"]:
            continue
        folder, _, sibling = importers[0].rpartition(".")
        said = " ".join((ast.get_docstring(parse(path)) or "").split())
        if folder == name.rpartition(".")[0] and not re.search(
            rf"Apart from `{sibling}`(, [^.]+,)? because \S+ \S+ \S+", said
        ):
            yield f"{name} serves {sibling} alone: join them, or say why it stands apart from `{sibling}`"


def faults(source: Path) -> list[str]:
    """Everything wrong with the package at `source`, a line each."""
    known = modules(source)
    graph = import_graph(known)
    return [
        *misplaced(known, source),
        *wrong_directions(graph),
        *cycles(graph),
        *malformed(known),
        *slices(known, graph),
    ]


def test_source_keeps_to_the_architecture() -> None:
    assert len(modules(SOURCE)) > 10
    found = faults(SOURCE)
    assert not found, "\n" + "\n".join(found)


def plant(root: Path, files: dict[str, str | None]) -> Path:
    """An otherwise sound tree with these modules; None leaves out even the docstring."""
    source = root / PACKAGE
    sound = {
        "__init__.py": "",
        "errors.py": "",
        "problem/__init__.py": "from qattention import errors\nfrom qattention.problem.head import Head",
        "problem/head.py": "from .. import errors\nHead = errors",
        "bloqs/__init__.py": "",
        "bloqs/load.py": "import qualtran.bloqs\nfrom qattention.problem import Head",
        "cli/__init__.py": "",
        "cli/main.py": "def main():\n    from qattention.bloqs import load\n    return load",
    }
    for name, text in (sound | files).items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(f'"""Planted."""\n{text}\n' if text is not None else "")
    return source


def test_a_sound_tree_has_no_faults(tmp_path: Path) -> None:
    assert faults(plant(tmp_path, {})) == []


LAZY = "def f():\n    from qattention.bloqs.load import x"
FOR_TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .problem import Head"
LAZY_SLICE = "def f():\n    from qattention.cli import usage"
PLANTED = [
    ({"problem/head.py": "import qattention.bloqs.load"}, "head:2 may not import qattention.bloqs.load"),
    ({"problem/head.py": LAZY}, "qattention.problem.head:3 may not import qattention.bloqs.load"),
    ({"errors.py": FOR_TYPES}, "qattention.errors:4 may not import qattention.problem"),
    ({"bloqs/load.py": "from ..cli import main"}, "load:2 may not import qattention.cli.main"),
    ({"bloqs/load.py": "T = {'x': 'qattention.cli.main:main'}"}, "load:2 may not import qattention.cli.main"),
    ({"formulas/__init__.py": "from ..bloqs import load"}, "formulas:2 may not import qattention.bloqs.load"),
    ({"simulate/__init__.py": "", "estimates/__init__.py": "from .. import simulate"}, "estimates:2 may not"),
    ({"render/__init__.py": "from qualtran import Bloq"}, "qattention.render:2 may not import qualtran"),
    ({"estimates/__init__.py": "import cirq.ops"}, "qattention.estimates:2 may not import cirq"),
    ({"estimates/__init__.py": "from qdk import qre"}, "qattention.estimates:2 may not import qdk"),
    ({"bloqs/load.py": "from . import x", "bloqs/x.py": "from . import load"}, "cycle of modules"),
    ({"bloqs/__init__.py": "from .load import f", "bloqs/load.py": "from . import f"}, "cycle of modules"),
    ({"errors.py": "import qattention.problem"}, "cycle of rooms: errors, problem"),
    ({"helpers/__init__.py": ""}, "helpers has no place in the order"),
    ({"plan/costs.py": ""}, "qattention/plan has no __init__.py"),
    ({"errors.py": "x = 1\n" * MAX_LINES}, f"qattention.errors has {MAX_LINES + 2} lines"),
    ({"errors.py": None}, "qattention.errors has no docstring"),
    ({"__init__.py": "from qattention.cli import main"}, "qattention:2 may not import qattention.cli"),
    ({"cli/main.py": "from .usage import f", "cli/usage.py": ""}, "qattention.cli.usage serves main alone"),
    ({"cli/main.py": LAZY_SLICE, "cli/usage.py": ""}, "qattention.cli.usage serves main alone"),
    ({"cli/main.py": LAZY_SLICE, "cli/usage.py": '"Apart from `x` because it is so."'}, "serves main alone"),
]


@pytest.mark.parametrize(("files", "message"), PLANTED)
def test_a_planted_fault_is_caught(tmp_path: Path, files: dict[str, str | None], message: str) -> None:
    found = faults(plant(tmp_path, files))
    assert any(message in line for line in found), found


def test_a_module_may_stand_apart_for_a_reason_it_gives(tmp_path: Path) -> None:
    source = plant(tmp_path, {"cli/main.py": LAZY_SLICE})
    (source / "cli/usage.py").write_text('"""Planted.\n\nApart from `main` because errors are\nwords.\n"""\n')
    assert faults(source) == []


def test_engine_of_estimates_may_import_qualtran(tmp_path: Path) -> None:
    engine = "import qualtran.surface_code\nfrom qdk import qre"
    files = {"estimates/__init__.py": "", "estimates/physical.py": engine}
    assert faults(plant(tmp_path, files)) == []
