"""Kernels are compiled afresh when what they call or read has changed, in another module too."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

KERNEL = """from qattention.compiled import BORROWS, compiled
{before}

@compiled(**BORROWS)
def {name}(x):
    return {result}
"""
CALLED = "from called import called"
CASES = [
    (CALLED, "called(x)"),
    ("from middle import middle", "middle(x)"),
    ("from called import FACTOR", "x * FACTOR"),
]


@pytest.mark.parametrize(("imports", "value"), CASES)
def test_a_kernel_follows_other_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, imports: str, value: str
) -> None:
    """The modules are run anew with another factor, as by a later process; the caller's is the same."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # Python's is not renewed within a second
    for factor in (2, 3):
        sources = {
            "called": (f"FACTOR = {factor}", f"x * {factor}"),
            "middle": (CALLED, "called(x)"),
            "caller": (imports, value),
        }
        for name, (before, result) in sources.items():
            (tmp_path / f"{name}.py").write_text(KERNEL.format(before=before, name=name, result=result))
            monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        assert importlib.import_module("caller").caller(5) == 5 * factor


def test_kernels_are_python_where_numba_is_told_to_compile_nothing() -> None:
    words = "import numpy as np; from qattention.search.cover import first_of; "
    words += "print(type(first_of.kernel).__name__, first_of(np.array([1.0, 3.0, 2.0])))"
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", words], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["function", "1"]
