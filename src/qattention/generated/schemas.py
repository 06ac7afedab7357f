"""The JSON Schemas of what commands print, made from the same classes; `estimate` publishes its own.

Apart from `pages` because which object each command prints is a table that tests read, too.
"""

from __future__ import annotations

from typing import Any

from qattention.generated.reports import StudyReport, SyncReport

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def command_schemas() -> dict[str, dict[str, Any]]:
    """Command -> JSON Schema (2020-12) of its object. Fields may be added to an object, never left out."""
    from qattention.api.searching import SearchReport
    from qattention.claims import ClaimsReport
    from qattention.estimates.classical.comparison import CompareReport
    from qattention.estimates.diff import DiffReport
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.models import ModelBill
    from qattention.estimates.physical.document import PhysicalDocument
    from qattention.estimates.scaling import ScalingReport
    from qattention.plan.explore import ExploreReport
    from qattention.reference import InspectReport
    from qattention.simulate.join_proof import JoinProof
    from qattention.simulate.joins import JoinReport
    from qattention.simulate.run import RunReport
    from qattention.simulate.verify import VerifyReport

    reports = {
        "inspect": InspectReport,
        "verify": VerifyReport,
        "run": RunReport,
        "join": JoinEstimate,
        "join-run": JoinReport,
        "join-proof": JoinProof,
        "search": SearchReport,
        "explore": ExploreReport,
        "model": ModelBill,
        "physical": PhysicalDocument,
        "diff": DiffReport,
        "scaling": ScalingReport,
        "compare": CompareReport,
        "claims": ClaimsReport,
        "study": StudyReport,
        "sync": SyncReport,
    }
    return {name: _schema(name, report) for name, report in reports.items()} | {"study-file": study_schema()}


def study_schema() -> dict[str, Any]:
    """JSON Schema of what a study.toml may say: its tables are the options of the command."""
    from qattention.estimates import json_schema
    from qattention.estimates.studies import Study

    return {"$schema": DRAFT, "title": "study.toml", **json_schema(Study, is_input=True)}


def _schema(name: str, report: type) -> dict[str, Any]:
    from qattention.estimates import json_schema

    title = f"qattention/{name}/1"
    shape = json_schema(report)
    properties = {"schema": {"const": title}, **shape["properties"]}
    return {
        "$schema": DRAFT,
        "title": title,
        **shape,
        "properties": properties,
        "required": ["schema", *shape["required"]],
    }
