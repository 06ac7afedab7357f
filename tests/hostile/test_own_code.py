"""A loader's own code: whatever it raises, prints or changes ends with 2 and a line, or stays within."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qattention.cli.main import main

from .calls import environment

PAGE = (Path(__file__).parents[2] / "docs" / "own_loader.md").read_text()
EXAMPLE = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[0]
SIZES = ["--n-keys", "6", "--head-dim", "2", "--key-bits", "2", "--n-heavy", "1"]
IMPORT, BUILD = "import attrs\n", "        self.require_data()\n"
# (put in place of, code, reason in the one line)
FAULTS = {
    "exit on import": (IMPORT, "import sys; sys.exit('bye')\n", r"imported \(SystemExit: bye\)"),
    "exit with nothing": (IMPORT, "import sys; sys.exit()\n", r"imported \(SystemExit\)"),
    "another base": (IMPORT, "class X(BaseException): pass\nraise X(1)\n", r"imported \(X: 1\)"),
    "an interrupt of its own": (IMPORT, "raise KeyboardInterrupt\n", r"imported \(KeyboardInterrupt\)"),
    "generator exit": (IMPORT, "raise GeneratorExit\n", r"imported \(GeneratorExit\)"),
    "a text that raises": (
        IMPORT,
        "class X(Exception):\n    def __str__(self): raise SystemExit(3)\nraise X\n",
        r"imported \(X: its text cannot be shown\)",
    ),
    "a text without end": (
        IMPORT,
        "raise ValueError('x' * 10**7)\n",
        r"imported \(ValueError: x{200}\.\.\.",
    ),
    "recursion": (IMPORT, "def f(): f()\nf()\n", r"imported \(RecursionError: maximum"),
    "syntax": (IMPORT, "def (\n", r"imported \(SyntaxError: "),
    "exit in building": (
        BUILD,
        BUILD + "        raise SystemExit(0)\n",
        r"1 keys of 3 bits: SystemExit: 0",
    ),
    "base in building": (BUILD, BUILD + "        raise BaseException('b')\n", r"BaseException: b\)"),
    "exit at a size": (
        BUILD,
        BUILD + "        if self.table.n_keys == 6: raise SystemExit(0)\n",
        r"code that runs \(SystemExit: 0\)",
    ),
    "a wire left at a size": (
        BUILD,
        BUILD + "        if self.table.n_keys == 6: bb.allocate(1)\n",
        r"code that runs \(BloqError: ",
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_caches: None) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("own_load", None)


def write(folder: Path, old: str, new: str) -> None:
    assert old in EXAMPLE
    (folder / "own_load.py").write_text(EXAMPLE.replace(old, new))
    sys.modules.pop("own_load", None)


@pytest.mark.parametrize("case", FAULTS)
def test_what_it_raises_is_one_line(case: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    old, new, reason = FAULTS[case]
    write(folder, old, new)
    code = main(["verify", "--loader", "own_load:LinearLoad", *SIZES, "--json"])
    out, told = capfd.readouterr()
    assert (code, out) == (2, ""), told
    assert len(told.splitlines()) == 1
    assert re.search(
        rf"^qattention: `(--)?(HeavyKeyOracle/)?loader`: got 'own_load:LinearLoad'; must be .*{reason}", told
    )
    assert len(told) < 500


CHANGES = """
import os, sys
def change():
    os.chdir("/")
    sys.path.clear()
    sys.stdout = sys.stderr = None
print("printed on import")
os.system("echo from a child on import")
os.write(1, b"written on import\\n")
change()
"""


def test_what_it_prints_and_changes_stays_within(folder: Path) -> None:
    """In a process of its own: descriptors are real, and so is the import path."""
    noisy = BUILD + "        print('building'); os.system('echo a child'); change()\n"
    write(folder, BUILD, noisy)
    text = (folder / "own_load.py").read_text()
    (folder / "own_load.py").write_text(text.replace(IMPORT, IMPORT + CHANGES))
    for words in (["verify", *SIZES], ["estimate", "--n-tokens", "16", "--head-dim", "2", "--n-heavy", "1"]):
        done = subprocess.run(
            [sys.executable, "-m", "qattention", *words, "--loader", "own_load:LinearLoad", "--json"],
            env=environment(),
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["schema"] == f"qattention/{words[0]}/1"
        for said in ("printed on import", "from a child on import", "written on import"):
            assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_folder_and_import_path_are_put_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from qattention.bloqs.contained import LoaderFailed, contained

    before, streams = list(sys.path), (sys.stdout, sys.stderr)

    def change() -> None:
        os.chdir("/")
        sys.path = ["elsewhere"]
        print("heard")
        sys.stdout = sys.stderr = None  # type: ignore[assignment]
        raise KeyError(1)

    with pytest.raises(LoaderFailed, match="KeyError: 1"), contained("m:C"):
        change()
    assert (Path.cwd(), sys.path, (sys.stdout, sys.stderr)) == (folder, before, streams)
    assert capsys.readouterr() == ("", "heard\n")
