"""`import qattention as qa`: light, typed, shown, pickled; a user's script takes every call."""

from __future__ import annotations

import ast
import os
import pickle
import subprocess
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import matplotlib.figure
import numpy as np
import pytest

import qattention as qa
from qattention.api import options as typed
from qattention.api.shown import Shown
from qattention.asked import TABLES
from qattention.catalogue.facts import BloqFacts
from qattention.circuit import LoaderKind
from qattention.estimates.physical import Machine
from qattention.estimates.studies import Solved, Study
from qattention.generated.names import TYPED_OPTIONS, typed_options
from qattention.options import declared
from qattention.render.answers import MOST_LINES, n_lines

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("user_script.py")
HEAVY = {"numpy", "attrs", "attr", "click", "qualtran", "cirq", "numba", "scipy", "matplotlib", "pandas"}


def test_the_import_is_light() -> None:
    code = "import sys; before = set(sys.modules); import qattention; print(*set(sys.modules) - before)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "qattention" in loaded
    assert not loaded & HEAVY


def test_a_users_script_is_typed(tmp_path: Path) -> None:
    """And every name of the library is in it."""
    settings = tmp_path / "mypy.ini"
    settings.write_text("[mypy]\nstrict = True\nfollow_imports = silent\n")
    environment = {**os.environ, "MYPYPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "mypy", "--config-file", str(settings), "--cache-dir", str(tmp_path)]
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "import qattention as qa\nqa.estimate(n_token=4)\nqa.estimat()\nx: str = qa.verify().toffoli\n"
    )
    done = subprocess.run(
        [*command, str(SCRIPT), str(wrong)], env=environment, capture_output=True, text=True, check=False
    )
    told = [line.split(":")[:2] for line in done.stdout.splitlines() if ": error" in line]
    assert [(Path(path).name, line) for path, line in told] == [(wrong.name, line) for line in "234"], (
        done.stdout
    )
    used = {
        node.attr
        for node in ast.walk(ast.parse(SCRIPT.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "qa"
    }
    assert set(qa.__all__) - used == set()


def test_the_script_runs(tmp_path: Path) -> None:
    space: dict[str, Any] = {"__name__": "user_script"}
    exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), space)
    space["main"](tmp_path)


def test_the_public_names_are_what_is_offered() -> None:
    assert {name: getattr(qa, name) for name in qa.__all__}.keys() == set(qa.__all__)
    assert set(qa.__all__) <= set(dir(qa))
    with pytest.raises(AttributeError, match="no attribute 'estimat'"):
        qa.estimat  # type: ignore[attr-defined]  # noqa: B018
    import qattention.export
    import qattention.search

    assert callable(qa.search)
    assert callable(qa.export)
    assert qattention.search.__name__ == "search"


def test_typed_options_are_those_that_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Types that checkers read are written from the fields; they are those of the fields at run time, too."""
    assert (ROOT / TYPED_OPTIONS).read_text(encoding="utf-8") == typed_options(), "make sync"
    for kind in (LoaderKind, Machine):
        monkeypatch.setattr(typed, kind.__name__, kind, raising=False)
    hints = typing.get_type_hints(typed.RequestOptions)
    for kind in TABLES.values():
        fields = typing.get_type_hints(kind)
        for one in declared(kind):
            assert one.name in hints, f"api/options.py lacks {one.name}: {fields[one.name]}"
            if one.type is not str:
                assert one.type in (typing.get_args(hints[one.name]) or (hints[one.name],)), one.name
    known = {one.name for kind in TABLES.values() for one in declared(kind)}
    assert set(hints) == known


def fields_of(kind: type, seen: set[Any]) -> typing.Iterator[tuple[str, Any]]:
    if kind in seen or not attrs.has(kind):
        return
    seen.add(kind)
    late = {"BloqFacts": BloqFacts, "Study": Study, "Solved": Solved, "SparseArray": object}
    made_by = next(one for one in kind.__mro__ if "__attrs_attrs__" in vars(one))
    hints = typing.get_type_hints(made_by, localns=late)
    for field in attrs.fields(kind):
        yield f"{kind.__name__}.{field.name}", hints[field.name]
        stack = [hints[field.name]]
        while stack:
            hint = stack.pop()
            stack += typing.get_args(hint)
            if isinstance(hint, type):
                yield from fields_of(hint, seen)


def test_no_field_of_a_result_is_any() -> None:
    seen: set[Any] = set()
    results = [kind for name in qa.__all__ if isinstance(kind := getattr(qa, name), type) and attrs.has(kind)]
    found = [(path, hint) for kind in results for path, hint in fields_of(kind, seen)]
    assert len(found) > 150
    figures = [(path, hint) for path, hint in found if typing.get_origin(hint) is not Callable]
    assert [path for path, hint in figures if hint is Any or Any in typing.get_args(hint)] == []


@pytest.fixture(scope="module")
def results() -> list[Shown]:
    sizes: dict[str, Any] = {"n_queries": 4, "n_keys": 8, "head_dim": 2, "n_heavy": 2}
    estimate = qa.estimate(**sizes)
    rng = np.random.default_rng(0)
    head = qa.Head(*(rng.normal(size=(12, 3)) for _ in range(3)), name="small")
    return [
        estimate,
        qa.verify(**sizes),
        qa.run(head, rows=slice(0, 1), n_heavy=2),
        qa.inspect(head),
        qa.explore(**sizes, rows_per_load=1),
        qa.compare(**sizes),
        qa.scaling(loader="hardware"),
        qa.claims(n_tokens=64, head_dim=4),
        qa.search(n_items=64, n_marked=2, trials=10),
        qa.physical(estimate),
        qa.diff(estimate, estimate),
        qa.diagram("full-adder"),
    ]


def test_results_are_shown_in_short(results: list[Shown]) -> None:
    for one in results:
        assert repr(one).count("\n") == 0, one
        assert len(repr(one)) < 200
        assert n_lines(one.answer()) <= MOST_LINES, one.answer()
        assert one._repr_html_().startswith(("<p>", "<figure>"))
        assert one.rows()
        assert all(isinstance(row, dict) for row in one.rows())


def test_results_are_pickled(results: list[Shown]) -> None:
    for one in results[:-1]:
        again = pickle.loads(pickle.dumps(one))
        assert type(again) is type(one)
        assert again.to_dict() == one.to_dict()


def test_figures_are_matplotlibs(results: list[Shown]) -> None:
    with_figures = [one for one in results if hasattr(one, "figure")]
    assert len(with_figures) == 5
    for one in with_figures:
        assert isinstance(one.figure(), matplotlib.figure.Figure)


def test_heads_take_arrays_as_they_come() -> None:
    q, k, v = np.ones((2, 3), np.float16), [[1, 2, 3], [4, 5, 6]], np.ones((2, 1), int)

    class Tensor:
        """As a framework's: NumPy cannot read it before it is brought to the host."""

        def __array__(self, *_: object, **__: object) -> Any:
            raise TypeError("brought to the host first")

        def detach(self) -> Tensor:
            return self

        cpu = float = detach

        def numpy(self) -> Any:
            return np.ones((2, 1))

    for values in (v, Tensor()):
        head = qa.Head(q, k, values, name="mine")  # type: ignore[arg-type]
        assert head.v.tolist() == [[1.0], [1.0]]
        assert repr(head) == "<Head mine: 2 queries, 2 keys, d = 3>"
    assert attrs.evolve(head, scale=2.0).scale == 2.0
    with pytest.raises(qa.SpecError) as caught:
        qa.Head([[1.0]], [[1.0, 2.0]], [[np.nan]])
    assert len(caught.value.problems) == 2


def test_errors_have_pythons_names() -> None:
    with pytest.raises(qa.SpecError) as caught:
        qa.estimate(n_tokens=8, n_heavy=9, loader="qrm", plan="naive", search="known-k")
    assert not [line for line in caught.value.problems if "--" in line]
    with pytest.raises(qa.SpecError, match=r"`loader`: .* \(did you mean qrom\?\)"):
        qa.plan(loader="qrm")
    with pytest.raises(qa.InfeasibleError, match="`max_qubits`: 1 cannot be met"):
        qa.plan(n_tokens=8, n_heavy=1, head_dim=2, max_qubits=1)
    with pytest.raises(qa.SpecError, match="absent without head"):
        qa.verify(n_tokens=8, head_dim=2, n_heavy=1, row=1)


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.tex", "csv"), ("a.csv", "latex"), ("a.gif", None), ("a.qasm", None), ("a.svg", "pdf")],
)
def test_a_suffix_that_does_not_fit_is_refused(tmp_path: Path, name: str, format: str | None) -> None:
    found = qa.estimate(n_tokens=8, n_heavy=1, head_dim=2, physical=False)
    with pytest.raises(qa.SpecError, match=r"`path`: got .* must be a name that ends in"):
        qa.export(found, tmp_path / name, format)
    assert not list(tmp_path.iterdir())
