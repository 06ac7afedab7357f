"""The site: the pages there are, and references made from docstrings and options. `make docs` builds it."""

from __future__ import annotations

import importlib.metadata
import re
from typing import Any

from sphinx.util import logging

project = "qattention"
author = "the authors of qattention"
release = importlib.metadata.version("qattention")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
root_doc = "docs/site/index"
include_patterns = [
    "README.md",
    ".github/CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/**.md",
    "bloqs/**.md",
    "estimates/**.md",
    "src/qattention/samples/README.md",
]
smartquotes = False  # --json is two hyphens
html_theme = "furo"
html_title = f"qattention {release}"
html_copy_source = False
html_show_sphinx = False
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
default_role = "code"  # docstrings put names between single backticks
suppress_warnings = ["ref.python"]  # a result and the value it derives from share a name: either will do


def setup(app: Any) -> None:
    """An entry of the reference that says nothing, or a public name without one, ends the build."""
    app.connect("autodoc-process-docstring", _as_it_stands, priority=400)  # before Napoleon
    app.connect("autodoc-process-docstring", _is_told)
    app.connect("env-check-consistency", _is_whole)


def _as_it_stands(_app: Any, what: str, _name: str, _value: Any, _options: Any, lines: list[str]) -> None:
    """Bars and asterisks of formulas mean themselves, and a colon in a property's sentence ends no type."""
    for i, line in enumerate(lines):
        parts = line.split("`")
        parts[::2] = [re.sub(r"([*|])", r"\\\1", part) for part in parts[::2]]
        lines[i] = "`".join(parts)
    if what == "property":
        lines.insert(0, "")  # of which Napoleon takes what stands before a colon for the type


def _is_told(_app: Any, _what: str, name: str, _value: Any, _options: Any, lines: list[str]) -> None:
    if not any(map(str.strip, lines)):
        logging.getLogger(__name__).warning("%s says nothing of itself", name)


def _is_whole(_app: Any, env: Any) -> None:
    import qattention

    entered = env.get_domain("py").objects
    for name in qattention.__all__:
        value = getattr(qattention, name)
        if callable(value) and f"{value.__module__}.{value.__qualname__}" not in entered:
            logging.getLogger(__name__).warning("%s is not in the library's reference", name)
