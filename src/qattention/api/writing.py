"""`export`: what can be written of a result, and its content in each format."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from qattention.api.formats import FIGURES, format_of
from qattention.api.shown import Shown
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.api.options import Path

TABLES = ("latex", "csv", "markdown")


def export(result: object, path: Path, format: str | None = None) -> str:
    """Write a result for other tools, by the suffix of the path or as `format`: `qattention export`.

    Args:
        result: an estimate (json, csv, latex, azure, qref, markdown, html), a Qualtran bloq, as `oracle`
            gives it, or a bloq's name (qasm3, cirq, qref, json), a diagram (svg, pdf, png, html, txt,
            quantikz), a study (latex, csv, markdown, html), or any other result (json, csv, html; blocks
            of pairs markdown too); all that have a figure also as svg, pdf and png.
        path: of the file, in a folder that exists.
        format: one of these in place of what the suffix says.
    Returns:
        The format that was written.
    Raises:
        SpecError: a format that there is not for this result, a suffix that does not fit it.
    """
    from qattention.outside import write_file

    form = format_of(path, format, formats_of(result), field="path")
    write_file(os.fspath(path), contents(result, form))
    return form


def formats_of(result: object) -> tuple[str, ...]:
    """The formats of a result, the usual one first.

    Raises:
        SpecError: it is nothing that can be written.
    """
    from qattention.api.drawing import DRAWN, Diagram
    from qattention.api.estimating import JoinEstimate
    from qattention.api.exporters import BLOQ_FORMATS, ESTIMATE_FORMATS, JOIN_FORMATS
    from qattention.estimates.result import Estimate

    if isinstance(result, Estimate):
        return (*ESTIMATE_FORMATS, *FIGURES, "html")
    if isinstance(result, JoinEstimate):
        return (*JOIN_FORMATS, "html")
    if isinstance(result, Diagram):
        return DRAWN
    if isinstance(result, Shown):
        is_study = hasattr(result, "table")
        figures = FIGURES if hasattr(result, "figure") else ()
        return (*(TABLES if is_study else ("json", "csv")), *figures, "html")
    if isinstance(result, str) or hasattr(result, "call_graph"):
        return tuple(BLOQ_FORMATS)
    raise SpecError(bad("result", type(result).__name__, "what a verb of this library gives, or a bloq"))


def contents(result: Any, form: str) -> str | bytes:
    """The file of a result."""
    from qattention.api.drawing import Diagram
    from qattention.api.estimating import JoinEstimate
    from qattention.api.exporters import ESTIMATE_FORMATS, JOIN_FORMATS, rows_csv
    from qattention.estimates.result import Estimate

    if isinstance(result, Diagram):
        return result.rendered(form)
    if form == "html":
        return result.html()
    if form in FIGURES:
        from qattention.render.figures import saved

        return saved(result.figure(), form)
    if isinstance(result, JoinEstimate):
        return JOIN_FORMATS[form](result, result.title)
    if isinstance(result, Estimate):
        from qattention.render.estimate_tables import title_of

        return ESTIMATE_FORMATS[form](result, getattr(result, "title", None) or title_of(result))
    if not isinstance(result, Shown):
        return _of_bloq(result, form)
    if form == "json":
        return result.to_json()
    return result.table(form) if hasattr(result, "table") else rows_csv(result.rows())


def _of_bloq(bloq: Any, form: str) -> str:
    from qattention.api.exporters import BLOQ_FORMATS, Head
    from qattention.catalogue import RECORDS, find_record
    from qattention.export.facts import bloq_lines

    if isinstance(bloq, str):
        bloq = find_record(bloq).example()
    record = next((one for one in RECORDS if one.title == type(bloq).__name__), None)
    name = type(bloq).__name__ if record is None else record.name
    title = name if record is None else f"{record.title}: {record.summary}"
    action = () if record is None else (f"Action: {record.action}",)
    return BLOQ_FORMATS[form](bloq, Head(name, title, (*action, *bloq_lines(bloq))))
