"""docs/own_loader.md does what it says: its example verifies and is costed, wrong ones are told in a line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of
from qattention.catalogue.plan_example import plan_circuit
from qattention.circuit import LOADERS, Circuit, LoaderKind
from qattention.cli.main import main
from qattention.errors import SpecError
from qattention.estimates.request import Request
from qattention.formulas.iteration_layers import ABOVE
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.user_loader import own_loader
from qattention.plan import Plan
from qattention.plan.options import PlanOptions

PAGE = (Path(__file__).parents[1] / "docs" / "own_loader.md").read_text()
EXAMPLE, FROM_PYTHON = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
COMMANDS = [line.split()[1:] for line in PAGE.splitlines() if line.startswith("    qattention ")]
NAME = "linear_load:LinearLoad"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_caches: None) -> Iterator[Path]:
    """The current directory, with the page's example; no module of it is known afterwards."""
    (tmp_path / "linear_load.py").write_text(EXAMPLE)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for name in ("linear_load", "wrong_load", "copied_load"):
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
    scope: dict[str, object] = {}
    exec(FROM_PYTHON, scope)
    kind = own_loader(NAME)
    assert PlanOptions(loader=kind).kind is kind
    assert NAME not in LOADERS
    costs = kind.load([64, 100, 2**20], 16, 1, False)
    assert costs.toffoli.tolist() == [64 * 5, 100 * 6, 2**20 * 19]
    load = load_of(Circuit(loader=kind), KeyTable.from_values([[0], [1], [-1]], 2))
    assert int(kind.load(3, 2, 1, False).qubits) == count(lower(load)).qubits
    assert int(kind.load_t_depth(16, 4, 1, False)) == 16 * 3
    sizes = (64, 16, 1, False)
    assert kind.own_unload(*sizes).toffoli == LOADERS["qrom"].own_unload(*sizes).toffoli


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
    assert f"`--loader`: got '{name}'; must be " in errors
    assert allowed in errors


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("raise RuntimeError('two\\nlines')", "RuntimeError: two lines"),
        ("raise SystemExit(5)", "SystemExit: 5"),
    ],
)
def test_a_module_that_fails_is_told_in_one_line(folder: Path, module: str, reason: str) -> None:
    (folder / "wrong_load.py").write_text(module)
    with pytest.raises(SpecError, match=rf"imported \({reason}\)$"):
        own_loader("wrong_load:X")


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
    assert re.search(r"`--loader`: got 'wrong_load:LinearLoad'.* \(\d+ keys of 3 bits", errors)
    assert re.search(told, errors)


@pytest.mark.parametrize("at_scale", [True, False])
def test_a_table_too_large_to_be_lowered_is_costed(at_scale: bool, folder: Path) -> None:
    """2**14 words of 1024 bits: as `at_scale` says, or a layer a Toffoli; the unload in closed form."""
    name = NAME
    if not at_scale:
        (folder / "wrong_load.py").write_text(EXAMPLE.replace("def at_scale", "def not_at_scale"))
        name = "wrong_load:LinearLoad"
    own, qrom = own_loader(name), LOADERS["qrom"]
    sizes = ([2**14, 100], 1024, 1, False)  # beyond 2**18 bits and below
    ands = [2**14 * 13, 100 * 6]
    assert own.load(*sizes).toffoli.tolist() == own.load_t_depth(*sizes).tolist() == ands
    qubits = own.load(*sizes).qubits.tolist()
    assert qubits[1] == 2 * 7 - 1 + 1024
    assert (qubits[0] == 2 * 14 - 1 + 1024) == at_scale
    for part in ("toffoli", "measurement", "qubits"):
        found, right = (getattr(kind.own_unload(*sizes), part).tolist() for kind in (own, qrom))
        assert found == right
    assert own.own_unload_t_depth(*sizes).tolist() == qrom.own_unload_t_depth(*sizes).tolist()


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


# A user's class for each loader of the family that is made of gates: the same circuit, blocks of four.
IN_GATES = [kind for kind in LOADERS.values() if not kind.is_device]
kinds = pytest.mark.parametrize("kind", IN_GATES, ids=str)
FIXED = ("load_t_depth", "own_unload_t_depth", "kept_bits", "measured_bits", "xored_bits")
COPY = """import attrs
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs{module} import {base}


@attrs.frozen
class Copied({base}):
    table: KeyTable
    padded: bool = False
    block: int = {block}
"""


def block_of(kind: LoaderKind) -> int:
    return 4 if kind.has_blocks else 1


@pytest.fixture
def copied(kind: LoaderKind, folder: Path) -> LoaderKind:
    module, base = kind.bloq.split(":")
    source = COPY.format(module=module, base=base, block=block_of(kind))
    source += "".join(f"    {name}: bool = {value}\n" for name, value in kind.arguments.items())
    (folder / "copied_load.py").write_text(source)
    return own_loader("copied_load:Copied")


def is_bound(kind: LoaderKind, n_keys: int, padded: bool, name: str) -> bool:
    """Where the family's form says at most: `dirty_look_up_t_depth`."""
    return (kind.name, name) == ("qroam-dirty", "load_t_depth") and n_keys < 4 and not padded


@kinds
@pytest.mark.parametrize("padded", [False, True])
def test_a_copy_of_a_loader_has_every_figure_of_it(
    kind: LoaderKind, copied: LoaderKind, padded: bool
) -> None:
    wrong = []
    for n_keys in (1, 2, 3, 5, 16, 21):
        for word_bits in (2, 6):
            mine, theirs = (n_keys, word_bits, 1, padded), (n_keys, word_bits, block_of(kind), padded)
            for part in ("load", "own_unload"):
                costs = [getattr(kind, part)(*theirs), getattr(copied, part)(*mine)]
                for name in ("toffoli", "rotation", "measurement", "qubits"):
                    right, found = (int(getattr(each, name)) for each in costs)
                    wrong += [(part, name, mine, right, found)] if right != found else []
            for name in FIXED:
                right, found = (
                    int(np.sum(getattr(one, name)(*size))) for one, size in ((kind, theirs), (copied, mine))
                )
                differs = found > right if is_bound(kind, n_keys, padded, name) else found != right
                wrong += [(name, mine, right, found)] if differs else []
    assert wrong == []
    assert copied.has_fix_up == kind.has_fix_up


@kinds
def test_a_copy_of_a_loader_costs_the_same_whole(kind: LoaderKind, copied: LoaderKind) -> None:
    """But for Clifford layers, which its gates tell: the closed form of a loader that is known is a bound."""
    options = {"n_tokens": 64, "head_dim": 8, "n_heavy": 8, "inner_product": "compressor-tree"}
    options |= {"padding": "off", "physical": False}
    block = {"block_size": 4} if kind.has_blocks else {}
    right = Request.of(None, loader=kind.name, **block, **options).estimate()
    found = Request.of(None, loader=copied, **options).estimate()
    assert found.plan.circuit.loader.name == "copied_load:Copied"
    logical, wanted = attrs.asdict(found.logical), attrs.asdict(right.logical)
    for spent in ("expected", "worst_case"):
        layers = logical[spent].pop("clifford_depth")
        assert layers <= wanted[spent].pop("clifford_depth") <= ABOVE.above(layers)
    assert logical == wanted
    of_gates, closed = found.iteration.clifford_depth, right.iteration.clifford_depth
    assert of_gates <= closed <= ABOVE.above(of_gates)
    assert attrs.evolve(found.iteration, clifford_depth=closed) == right.iteration
    assert found.classical_work == right.classical_work
    assert found.search == right.search


def test_a_copy_of_four_keys_a_block_reads_as_many_classical_bits(folder: Path) -> None:
    """All words of a block are measured: 256 keys of 64 bits, 4 of them each time, half of them 1."""
    (folder / "copied_load.py").write_text(
        COPY.format(module=".select_swap_load", base="SelectSwapLoad", block=4)
    )
    options = {"n_tokens": 256, "head_dim": 8, "n_heavy": 8, "padding": "off", "physical": False}
    found = Request.of(
        None, loader="copied_load:Copied", inner_product="compressor-tree", **options
    ).estimate()
    assert found.iteration.classical_bit_ops == 256 * 4 * 64 // 2
    own = Request.of(None, loader="qroam", block_size=4, inner_product="compressor-tree", **options)
    assert found.classical_work.bit_ops == pytest.approx(own.estimate().classical_work.bit_ops)


@kinds
def test_a_copy_of_a_loader_is_drawn(kind: LoaderKind, copied: LoaderKind) -> None:
    boxes = [step.title for step in plan_circuit(Plan(circuit=Circuit(loader=copied))).steps if step.is_box]
    block = {"block_size": 4} if kind.has_blocks else {}
    like = load_of(Circuit(loader=kind, **block), KeyTable(n_keys=5, head_dim=2, key_bits=3))
    assert (boxes[0], boxes[-1]) == ("Copied", str(like.adjoint()))


STUDY = """title = "A loader of one's own"
question = "What does it cost?"

[problem]
head_dim = 8
n_heavy = 4

[plan]
loader = "copied_load:Copied"

[machines]
physical = false

[sweep]
"problem.n_tokens" = [16, 64]

[[columns]]
path = "plan.loader"
label = "loader"
"""


@pytest.mark.parametrize("kind", [LOADERS["qroam"]], ids=str)
@pytest.mark.usefixtures("copied")
def test_a_loader_is_taken_wherever_a_name_is(kind: LoaderKind, folder: Path, run: Run) -> None:
    """Exported, run and studied."""
    name = ["--loader", "copied_load:Copied", "--inner-product", "compressor-tree"]
    code, output, errors = run(
        ["export", "heavy-key-oracle", "--head", "minilm-code", *name, "--format", "json"]
    )
    assert (code, errors) == (0, "")
    assert "copied_load:Copied" in output
    code, output, errors = run(["run", "minilm-code", "--rows", "3", *name, "--json"])
    assert code == 0, errors
    assert (json.loads(output)["plan"]["loader"], json.loads(output)["missed"]) == ("copied_load:Copied", 0)
    (folder / "study.toml").write_text(STUDY)
    code, _, errors = run(["study", str(folder), "--workers", "1"])
    assert code == 0, errors
    points = json.loads((folder / "result.json").read_text())["points"]
    assert {point["values"]["plan.loader"] for point in points} == {"copied_load:Copied"}


@pytest.mark.parametrize("kind", [LOADERS["qroam"]], ids=str)
@pytest.mark.usefixtures("copied")
def test_a_loader_without_leading_terms_is_fitted_all_the_same(kind: LoaderKind, run: Run) -> None:
    code, output, errors = run(
        ["scaling", "--loader", "copied_load:Copied", "--algorithm", "row-by-row", "--json"]
    )
    assert code == 0, errors
    verdicts = json.loads(output)["verdicts"]
    assert verdicts
    assert all(one["leading"] is None and one["fitted"]["n"] > 0 for one in verdicts)
