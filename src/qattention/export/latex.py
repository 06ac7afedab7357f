"""Tables in LaTeX: booktabs, a label, heads that go on over pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

PACKAGES = "% \\usepackage{array,booktabs,longtable}\n"
_SIGNS = {
    **{sign: rf"\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "×": r"$\times$",
    "√": r"$\surd$",
    "†": r"$\dagger$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "τ": r"$\tau$",
    "η": r"$\eta$",
    "±": r"$\pm$",
    "−": r"$-$",
    "·": r"$\cdot$",
    "…": r"\ldots{}",
    "–": "--",
    "∧": r"$\wedge$",
    "⊕": r"$\oplus$",
    "Σ": r"$\Sigma$",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    "ₓ": r"$_x$",
    "φ": r"$\phi$",
    "α": r"$\alpha$",
    "π": r"$\pi$",
    "½": r"$\frac12$",
    "ᵢ": r"$_i$",
    "ⱼ": r"$_j$",
    "²": r"$^2$",
    "∈": r"$\in$",
    "≠": r"$\neq$",
}
_SCIENTIFIC = re.compile(r"(-?[0-9.]+)e([+-]?)0*([0-9]+)")


def escape(text: str) -> str:
    """Text with every sign that LaTeX gives a meaning, or a plain engine no glyph, written out."""
    return "".join(_SIGNS.get(sign, sign) for sign in text)


def number(text: str) -> str:
    """1.5e+11 as $1.5 \\times 10^{11}$; anything else as text."""
    found = _SCIENTIFIC.fullmatch(text)
    if not found:
        return escape(text)
    return rf"${found[1]} \times 10^{{{'-' if found[2] == '-' else ''}{found[3]}}}$"


def longtable(
    *, caption: str, label: str, columns: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> str:
    """A table over as many pages as it takes, its head on each.

    Args:
        columns: a letter each. header, rows: LaTeX already; the caption is text.
    """
    return longtable_of(
        caption=caption,
        label=label,
        columns=f"@{{}}{columns}@{{}}",
        n_columns=len(columns),
        head=f"{' & '.join(header)} \\\\\n\\midrule\n",
        body="\n".join(f"{' & '.join(row)} \\\\" for row in rows),
    )


def longtable_of(*, caption: str, label: str, columns: str, n_columns: int, head: str, body: str) -> str:
    """The frame: `columns` is LaTeX's specification, `head` ends in its rule, `body` in a row's end."""
    return (
        f"{PACKAGES}\\begin{{longtable}}{{{columns}}}\n"
        f"\\caption{{{escape(caption)}}}\\label{{{label}}} \\\\\n\\toprule\n{head}\\endfirsthead\n"
        f"\\caption[]{{{escape(caption)} (continued)}} \\\\\n\\toprule\n{head}\\endhead\n"
        f"\\midrule\n\\multicolumn{{{n_columns}}}{{@{{}}r@{{}}}}{{\\emph{{continued}}}} \\\\\n\\endfoot\n"
        f"\\bottomrule\n\\endlastfoot\n{body}\n\\end{{longtable}}\n"
    )
