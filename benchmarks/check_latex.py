"""Compile what is written for papers: tables of a study and of an estimate, and all quantikz drawings.

    python benchmarks/check_latex.py

Needs a LaTeX engine (pdflatex; booktabs, longtable, amsmath and quantikz: texlive-latex-recommended and
texlive-pictures). Ends with 1 if anything does not compile, with 2 if there is no engine.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import qattention as qa
from qattention.catalogue import RECORDS

ROOT = Path(__file__).parents[1]
FRAME = r"""\documentclass{article}
\usepackage[paperwidth=140cm,paperheight=70cm,margin=1cm]{geometry}
\usepackage{array,booktabs,longtable,amsmath,tikz}
\usetikzlibrary{quantikz}
\begin{document}
%s
\end{document}
"""
STUDY = """\
title = "Contexts & blocks, 100 %"
question = "What does one head cost as its context grows?"
[problem]
head_dim = 4
n_heavy = 2
[sweep]
"problem.n_tokens" = [4, 8, 16, 32, 64, 128]
"plan.loader" = ["qrom", "qroam", "one-hot-swap"]
[[columns]]
path = "logical.expected.toffoli"
label = "Toffoli, expected"
[[columns]]
path = "logical.qubits"
label = "qubits"
"""


def texts(folder: Path) -> dict[str, str]:
    """Name -> LaTeX."""
    (folder / "study.toml").write_text(STUDY)
    study = qa.study(folder / "study.toml")
    qa.export(qa.estimate(n_tokens=64, head_dim=4, n_heavy=2), folder / "estimate.tex")
    long = "\n".join(study.table("latex", label=f"tab:{i}") for i in range(6))
    drawings = {record.name: str(qa.diagram(record.name).rendered("quantikz")) for record in RECORDS}
    return {"study": long, "estimate": (folder / "estimate.tex").read_text(), **drawings}


def compiles(engine: str, name: str, text: str, folder: Path) -> bool:
    """Whether it is set without an error; the log's errors are printed."""
    source = folder / f"{name}.tex"
    source.write_text(FRAME % text)
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", source.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        print(name, *[line for line in done.stdout.splitlines() if line.startswith(("!", "l."))], sep="\n  ")
    return done.returncode == 0


def main() -> int:
    engine = shutil.which("pdflatex")
    if engine is None:
        print("no pdflatex here")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {key: compiles(engine, key, text, folder) for key, text in texts(folder).items()}
    print(f"{sum(found.values())} of {len(found)} compile")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
