"""docs/own_loader.md does what it says: its example verifies and is costed, wrong ones are told in a line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS, Loader
from qattention.cli.main import main
from qattention.errors import SpecError
from qattention.formulas import LoaderForm
from qattention.formulas.loaders import FORMS
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.user_loader import adopt_loader
from qattention.plan.loader_names import FORM_NAMES

PAGE = (Path(__file__).parents[1] / "docs" / "own_loader.md").read_text()
EXAMPLE, FROM_PYTHON = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
COMMANDS = [line.split()[1:] for line in PAGE.splitlines() if line.startswith("    qattention ")]
NAME = "linear_load:LinearLoad"
REGISTRIES = (LOADERS, FORMS, FORM_NAMES)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current directory, with the page's example; what is adopted in it is forgotten afterwards."""
    (tmp_path / "linear_load.py").write_text(EXAMPLE)
    monkeypatch.chdir(tmp_path)
    before = [dict(registry) for registry in REGISTRIES]
    yield tmp_path
    for registry, kept in zip(REGISTRIES, before, strict=True):
        registry.clear()  # type: ignore[attr-defined]
        registry.update(kept)  # type: ignore[attr-defined]
    for name in ("linear_load", "wrong_load"):
        sys.modules.pop(name, None)


Run = Callable[[list[str]], tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Exit code, output and error output of a command line."""

    def call(words: list[str]) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words)
        return code, *capsys.readouterr()

    return call


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:3]))
def test_the_commands_of_the_page_run(words: list[str], run: Run) -> None:
    code, _, errors = run(words)
    assert code == 0, errors


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("padding", ["on", "off"])
@pytest.mark.parametrize("n_keys", [1, 2, 3, 37])
def test_it_verifies_at_any_n(n_keys: int, padding: str, run: Run) -> None:
    options = ["--n-keys", str(n_keys), "--head-dim", "2", "--key-bits", "3", "--n-heavy", "1"]
    code, output, errors = run(["verify", "--loader", NAME, *options, "--padding", padding, "--json"])
    assert code == 0, errors
    found = json.loads(output)
    assert found["toffoli"] == found["toffoli_from_bloqs"] == found["toffoli_from_formula"]


@pytest.mark.usefixtures("folder")
def test_it_is_costed_beside_the_family() -> None:
    """n (m - 1) And's where unary iteration has n - 2; wires as its gates have them."""
    exec(FROM_PYTHON, {})
    form = LoaderForm(NAME)
    costs = form.load([64, 100, 2**20], 16)
    assert costs.toffoli.tolist() == [64 * 5, 100 * 6, 2**20 * 19]
    load = Loader(NAME)(KeyTable.from_values([[0], [1], [-1]], 2), False)
    assert int(form.load(3, 2).qubits) == count(lower(load)).qubits
    assert int(form.load_t_depth(16, 4)) == 16 * 3
    assert form.unload(64, 16).toffoli == LoaderForm("qrom").unload(64, 16).toffoli


WRONG = {
    "no colon": ("linear_load", "auto or qrom"),
    "no module": ("absent_load:X", "a module that can be imported (ModuleNotFoundError"),
    "no class": ("linear_load:Other", "a class that linear_load has: there is no Other"),
    "no loader": ("linear_load:np", "a subclass of qattention.bloqs.key_load.KeyLoad"),
    "no name": ("linear-load:X", "package.module:Class"),
    "no fields": ("linear_load:KeyLoad", "a class called with (table, padded)"),
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_path_is_told_in_one_line(case: str, run: Run) -> None:
    name, allowed = WRONG[case]
    code, _, errors = run(["verify", "--loader", name])
    assert code == 2
    assert len(errors.strip().splitlines()) == 1
    assert f"`loader`: got '{name}'; must be " in errors
    assert allowed in errors


@pytest.mark.parametrize(
    ("module", "reason"),
    [("raise RuntimeError('two\\nlines')", "RuntimeError: two"), ("raise SystemExit(5)", "SystemExit: 5")],
)
def test_a_module_that_fails_is_told_in_one_line(folder: Path, module: str, reason: str) -> None:
    (folder / "wrong_load.py").write_text(module)
    with pytest.raises(SpecError, match=rf"imported \({reason}\)$"):
        adopt_loader("wrong_load:X")


FAULTS = {
    "a circuit that fails": ("self.require_data()", "1 / 0", "ZeroDivisionError"),
    "a count that fails": ("ands = n * (m - 1)", "ands = 1 // 0", "ZeroDivisionError"),
    "a wire that is left": ("self.require_data()", "bb.allocate(1)", "BloqError"),
    "a key that is not returned": (', "key": key}', "}", "BloqError"),
    "layers that are too few": ("return n * (m - 1), ", "return m, ", r"`at_scale` is that of its gates"),
    "wires that are too few": ("2 * m - 1 + ", "m + ", r"`at_scale` is that of its gates"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_circuit_that_cannot_be_built_or_is_not_as_said_is_told_in_one_line(
    case: str, folder: Path, run: Run
) -> None:
    right, wrong, told = FAULTS[case]
    assert right in EXAMPLE
    (folder / "wrong_load.py").write_text(EXAMPLE.replace(right, wrong))
    code, _, errors = run(["explore", "--loader", "wrong_load:LinearLoad", "--n-tokens", "16"])
    assert (code, len(errors.splitlines())) == (2, 1)
    assert re.search(r"`loader`: got 'wrong_load:LinearLoad'.* \(\d+ keys of 3 bits", errors)
    assert re.search(told, errors)


@pytest.mark.parametrize("at_scale", [True, False])
def test_a_table_too_large_to_be_lowered_is_costed(at_scale: bool, folder: Path) -> None:
    """2**14 words of 1024 bits: as `at_scale` says, or a layer a Toffoli; the unload in closed form."""
    name = NAME
    if not at_scale:
        (folder / "wrong_load.py").write_text(EXAMPLE.replace("def at_scale", "def not_at_scale"))
        name = "wrong_load:LinearLoad"
    adopt_loader(name)
    form, qrom = LoaderForm(name), LoaderForm("qrom")
    sizes = ([2**14, 100], 1024)  # beyond 2**18 bits and below
    ands = [2**14 * 13, 100 * 6]
    assert form.load(*sizes).toffoli.tolist() == form.load_t_depth(*sizes).tolist() == ands
    qubits = form.load(*sizes).qubits.tolist()
    assert qubits[1] == 2 * 7 - 1 + 1024
    assert (qubits[0] == 2 * 14 - 1 + 1024) == at_scale
    for part in ("toffoli", "measurement", "qubits"):
        assert getattr(form.unload(*sizes), part).tolist() == getattr(qrom.unload(*sizes), part).tolist()
    assert form.unload_t_depth(*sizes).tolist() == qrom.unload_t_depth(*sizes).tolist()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("n_tokens", [64, 2**14])
def test_explore_places_it_among_the_family(n_tokens: int, run: Run) -> None:
    sizes = ["--n-tokens", str(n_tokens), "--head-dim", "128", "--rows-per-load", "1", "--n-heavy", "4"]
    code, output, errors = run(["explore", "--loader", NAME, *sizes, "--search", "known-k-exact", "--json"])
    assert code == 0, errors
    report = json.loads(output)
    places = {place["loader"]: place for place in report["loaders"]}
    assert {NAME, "qrom", "one-hot-swap"} < places.keys()
    assert sum(place["n_plans"] for place in report["loaders"]) == report["n_within"]
    assert sum(place["n_on_front"] for place in report["loaders"]) == len(report["points"])
    assert places[NAME]["n_on_front"] == 0 < places[NAME]["n_plans"]
    assert places[NAME]["toffoli"] > places["qrom"]["toffoli"]


def test_a_circuit_that_is_no_look_up_fails_its_check(folder: Path, run: Run) -> None:
    (folder / "wrong_load.py").write_text(EXAMPLE.replace("XorWord(self.table, j)", "XorWord(self.table, 0)"))
    code, *_ = run(["verify", "--loader", "wrong_load:LinearLoad", "--n-keys", "16", "--head-dim", "2"])
    assert code == 1
