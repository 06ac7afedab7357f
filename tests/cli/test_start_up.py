"""What each command imports: in a child, which lists the modules that it ended with."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = ("cirq", "matplotlib", "pandas", "qdk", "qualtran", "sympy", "networkx")
COMPILED = (
    *HEAVY,
    "numba",
    "scipy",
)  # compiled loops over adders: Numba brings SciPy's linear algebra with it
SIZES = ("--n-tokens", "2**20", "--head-dim", "128", "--n-heavy", "16")
ODD = ("--n-tokens", "3000", "--head-dim", "5", "--n-heavy", "7")
CHILD = """
import json, sys
from qattention.cli.main import main
code = main(sys.argv[1:])
print(json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def modules(*words: str) -> tuple[int, set[str]]:
    """The exit code, and the top names of the modules that were imported."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *words], env=env, capture_output=True, text=True, check=True
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    return code, set(names)


@pytest.mark.parametrize(
    ("words", "forbidden"),
    [
        (("--help",), (*COMPILED, "numpy")),
        (("estimate", "--help"), COMPILED),
        (("estimate", *SIZES, "--no-physical"), HEAVY),
        (("estimate", *ODD, "--no-physical"), HEAVY),
        (("search", "--n-items", "2**8", "--n-marked", "2"), HEAVY),
        (("compare", *SIZES, "--no-physical"), HEAVY),
    ],
    ids=" ".join,
)
def test_a_command_imports_what_it_uses(words: tuple[str, ...], forbidden: tuple[str, ...]) -> None:
    code, names = modules(*words)
    assert code == 0
    assert not names & set(forbidden)


@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "--n-tokens", "0", "--head-dim", "8"),
        ("estimate", *SIZES, "--witness", "nobody"),
        ("verify", "--n-tokens", "-3", "--head-dim", "8"),
        ("verify", "--n-tokens", "16", "--head-dim", "8", "--loader", "nothing"),
    ],
    ids=" ".join,
)
def test_bad_input_is_told_before_anything_heavy_is_imported(words: tuple[str, ...]) -> None:
    code, names = modules(*words)
    assert code == 2
    assert not names & set(COMPILED)


def test_a_bloq_brings_qualtran() -> None:
    """The list is looked at: what builds a bloq imports it."""
    code, names = modules(
        "estimate", "--n-tokens", "16", "--head-dim", "2", "--no-physical", "--witness", "bloqs"
    )
    assert code == 0
    assert {"qualtran", "cirq"} <= names
