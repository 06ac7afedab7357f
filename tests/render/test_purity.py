"""Rendering is pure: it imports neither Qualtran nor Numba, and matplotlib only to paint a PNG."""

import subprocess
import sys
from pathlib import Path

RENDER = Path(__file__).parents[2] / "src" / "qattention" / "render"


def test_importing_every_module_of_render_imports_nothing_heavy() -> None:
    names = ", ".join(
        f"qattention.render.{path.stem}" for path in RENDER.glob("*.py") if path.stem != "__init__"
    )
    code = f"import sys, {names}; print({{'qualtran', 'cirq', 'numba', 'matplotlib'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
