"""Totals of a head, expected and worst case, with witnesses and assumptions; machines that would run it."""

from typing import TYPE_CHECKING

from qattention.lazily import lazily

if TYPE_CHECKING:
    from qattention.estimates.costing import estimate, estimate_program
    from qattention.estimates.machines import with_physical
    from qattention.estimates.result import Estimate
    from qattention.estimates.serialise import (
        estimate_from_json,
        estimate_schema,
        json_schema,
        to_dict,
        to_json,
    )
else:  # a file that is only converted needs no Qualtran
    __getattr__ = lazily(
        __name__,
        {
            "costing": "estimate estimate_program",
            "machines": "with_physical",
            "result": "Estimate",
            "serialise": "estimate_from_json estimate_schema json_schema to_dict to_json",
        },
    )

__all__ = [
    "Estimate",
    "estimate",
    "estimate_from_json",
    "estimate_program",
    "estimate_schema",
    "json_schema",
    "to_dict",
    "to_json",
    "with_physical",
]
