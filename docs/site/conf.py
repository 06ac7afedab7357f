"""The site: the pages there are, and references made from docstrings and options. `make docs` builds it."""

from __future__ import annotations

import importlib.metadata

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
