"""Logical totals of a head: expected and worst case, with their witnesses and assumptions."""

from qattention.estimates.estimate import estimate, estimate_program
from qattention.estimates.model import Estimate
from qattention.estimates.serialise import estimate_from_json, estimate_schema, json_schema, to_dict, to_json

__all__ = [
    "Estimate",
    "estimate",
    "estimate_from_json",
    "estimate_program",
    "estimate_schema",
    "json_schema",
    "to_dict",
    "to_json",
]
