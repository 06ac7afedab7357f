"""An estimate in the shape of the Azure resource estimator's JSON, for tools that read that."""

from __future__ import annotations

from typing import Any

from qattention.errors import SpecError, bad
from qattention.estimates import Estimate, to_dict
from qattention.estimates.machines import logical_counts
from qattention.estimates.physical.azure import FIELDS, MAX_AZURE
from qattention.estimates.report import Report, report
from qattention.estimates.result import PhysicalFigures

SUMMED = "ccixCount"  # a Toffoli too; ours are all in cczCount


def to_azure(estimate: Estimate) -> dict[str, Any]:
    """`logicalCounts` (expected totals, rounded up), machines, `reportData`, and the estimate itself.

    Paths of the report lead into `estimate`. Rotations are counted, not their T: as there, the machine's
    budget decides what they are synthesised to.

    Raises:
        SpecError: counts beyond those of the estimator.
    """
    figures = estimate.physical or ()
    return {
        "status": "success",
        "logicalCounts": azure_counts(estimate),
        "physicalCounts": _counts(figures[0]) if figures else None,
        "frontierEntries": [_frontier(one) for one in figures],
        "reportData": report_data(report(estimate)),
        "estimate": to_dict(estimate),
    }


def azure_counts(estimate: Estimate) -> dict[str, int]:
    """The seven counts that `qdk.estimator.LogicalCounts` takes.

    Raises:
        SpecError: counts that it cannot hold, a line each.
    """
    counts = logical_counts(estimate)
    found = {key: 0 if key == SUMMED else getattr(counts, field) for key, field in FIELDS.items()}
    beyond = [bad(key, value, "at most 2**64 - 1, which its readers hold") for key, value in found.items()
              if value > MAX_AZURE]  # fmt: skip
    if beyond:
        raise SpecError(beyond)
    return found


def _counts(one: PhysicalFigures) -> dict[str, int]:
    return {"physicalQubits": one.physical_qubits, "runtime": round(1e9 * one.runtime_s)}  # runtime: ns


def _frontier(one: PhysicalFigures) -> dict[str, Any]:
    return {
        "engine": one.engine,
        "model": one.model,
        "physicalCounts": _counts(one),
        "logicalQubit": {"codeDistance": one.code_distance, "physicalQubits": one.patch_qubits},
        "errorBudget": one.p_fail,
    }


def report_data(found: Report) -> dict[str, Any]:
    """Groups of entries {path, label, description, explanation}, and what all rests on as sentences."""
    groups = [
        {
            "title": group.title,
            "alwaysVisible": True,
            "entries": [
                {
                    "path": f"estimate/{one.path}",
                    "label": one.label,
                    "value": one.value,
                    "description": one.description,
                    "explanation": one.explanation,
                }
                for one in group.entries
            ],
        }
        for group in found.groups
    ]
    return {
        "groups": groups,
        "assumptions": [f"{note.text} [{note.source}]" for note in found.assumptions],
        "conventions": [f"{note.text} [{note.source}]" for note in found.conventions],
    }
