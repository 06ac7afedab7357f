"""Figures as files: SVG, PDF and PNG of a matplotlib figure, the same bytes every time."""

from __future__ import annotations

import io
from typing import Any

DPI = 200  # of a PNG
# Text stays text; ids of clip paths come from a fixed salt, not from a random one.
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "qattention",
    "pdf.fonttype": 42,
    "font.family": "DejaVu Sans",
    "font.size": 9,
}


def saved(figure: Any, form: str, title: str = "", description: str = "") -> str | bytes:
    """The figure as "svg", "pdf" or "png", without date or software version."""
    import matplotlib

    metadata: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": None, "Title": title, "Description": description},
        "pdf": {
            "CreationDate": None,
            "Creator": None,
            "Producer": None,
            "Title": title,
            "Subject": description,
        },
        "png": {"Software": None, "Title": title, "Description": description},
    }
    stream = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(stream, format=form, metadata=metadata[form], dpi=DPI)
    if form != "svg":
        return stream.getvalue()
    return "\n".join(line.rstrip() for line in stream.getvalue().decode().splitlines()) + "\n"
