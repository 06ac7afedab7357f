"""The wheel holds one package and its samples; the command's help costs no heavy import."""

import json
import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import qattention
from qattention.estimates import estimate, to_json
from qattention.problem import AttentionProblem

ROOT = Path(__file__).parents[1]
HEAVY = {"qualtran", "cirq", "numba", "qdk", "pandas"}
COMMANDS = ["inspect", "verify", "run", "estimate", "diagram", "sync"]

RUN_AND_LIST_MODULES = """
import json, sys
try:
    from qattention.cli.main import main
    code = main(sys.argv[1:])
except SystemExit as stop:
    code = stop.code
print(json.dumps({"code": code or 0, "modules": sorted(sys.modules)}))
"""


def python(*arguments: str | Path, path: Path | None = None) -> str:
    """The output of a fresh interpreter with `path` first on its search path. Its failure fails the test."""
    environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_by_help(*arguments: str, path: Path | None = None) -> tuple[str, set[str]]:
    """What `qattention *arguments --help` prints, and every module it has imported by then."""
    *text, last = python("-c", RUN_AND_LIST_MODULES, *arguments, "--help", path=path).splitlines()
    result = json.loads(last)
    assert result["code"] == 0
    return "\n".join(text), set(result["modules"])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built with the installed hatchling: no network, no build environment."""
    folder = tmp_path_factory.mktemp("wheel")
    python("-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_wheel_holds_one_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"qattention", f"qattention-{qattention.__version__}.dist-info"}


def test_wheel_holds_all_of_src_and_no_tests(wheel: zipfile.ZipFile) -> None:
    source = ROOT / "src"
    files = (path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    expected = {path.relative_to(source).as_posix() for path in files}
    packed = {name for name in wheel.namelist() if name.startswith("qattention/")}
    assert packed == expected
    assert not [name for name in packed if Path(name).name.startswith(("test", "conftest"))]
    assert not [name for name in packed if "tests" in Path(name).parts]


def test_wheel_holds_the_samples_with_their_provenance(wheel: zipfile.ZipFile) -> None:
    samples = [Path(name) for name in wheel.namelist() if name.startswith("qattention/samples/")]
    assert {path.suffix for path in samples} >= {".npz", ".md"}
    provenance = wheel.read("qattention/samples/README.md").decode()
    assert not [path.name for path in samples if path.suffix == ".npz" and path.name not in provenance]


def test_metadata_pins_what_moves_numbers(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(wheel.read(name).decode())
    assert metadata["Version"] == qattention.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    pinned = {"qualtran==0.7.0", "cirq-core==1.7.0", "qdk[qre]==1.33.1"}
    assert pinned <= set(metadata.get_all("Requires-Dist", []))


def test_unpacked_wheel_reads_its_samples(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    code = "from qattention.problem import *; import qattention as q; print(q.__file__); "
    code += "print(*(type(load_head(name)).__name__ for name in sample_names()))"
    file, heads = python("-c", code, path=tmp_path).split("\n", 1)
    assert Path(file).is_relative_to(tmp_path)
    assert set(heads.split()) == {"AttentionHead"}


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=["", *COMMANDS])
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    text, modules = loaded_by_help(*command)
    assert "--help" in text
    assert "qattention.cli.main" in modules
    assert not HEAVY & modules


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An estimate in a file."""
    path = tmp_path_factory.mktemp("published") / "a.json"
    made = estimate(AttentionProblem(n_queries=8, n_keys=8, head_dim=2, n_heavy=1))
    path.write_text(to_json(made))
    return path


@pytest.mark.parametrize("form", ["csv", "latex", "json"])
def test_a_conversion_imports_nothing_heavy(published: Path, form: str) -> None:
    words = ("export", "estimate", "--from", published, "--format", form)
    *text, last = python("-c", RUN_AND_LIST_MODULES, *words).splitlines()
    result = json.loads(last)
    assert (result["code"], len(text) > 20) == (0, True)
    assert not (HEAVY | {"scipy", "sympy", "matplotlib", "networkx", "rich"}) & set(result["modules"])


def test_a_heavy_import_at_the_top_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "qattention" / "cli").mkdir(parents=True)
    for name in ("qattention/__init__.py", "qattention/cli/__init__.py", "numba.py"):
        (tmp_path / name).touch()
    (tmp_path / "qattention" / "cli" / "main.py").write_text("import numba\ndef main(arguments): return 0\n")
    assert HEAVY & loaded_by_help(path=tmp_path)[1] == {"numba"}


def test_constraints_name_no_place() -> None:
    """Every line is a name and a version: no path, address or machine."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert len(lines) > 100
    assert not [line for line in lines if line.count("==") != 1 or set("/@: ") & set(line)]
