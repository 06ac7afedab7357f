"""Azure-style `logicalCounts` JSON, read from outside: every key and value is checked."""

from __future__ import annotations

from typing import Any

from qattention.errors import SpecError, bad
from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.strict import read_json

MAX_CHARACTERS = 2**22  # of the estimator's results, seven numbers of which are read
MAX_COUNT = 2**128  # more is no program
COMPUTE = "numComputeQubits"  # of all qubits, those beside a memory of slower ones; all are costed alike
TRANSFERS = ("readFromMemoryCount", "writeToMemoryCount")  # to and from that memory
FIELDS = {
    "numQubits": "n_qubits",
    "tCount": "n_t",
    "rotationCount": "n_rotations",
    "rotationDepth": "rotation_depth",
    "cczCount": "n_ccz",
    "ccixCount": "n_ccz",
    "measurementCount": "n_measurements",
}


def read_logical_counts(text: str) -> LogicalCounts:
    """Counts of a `logicalCounts` object, bare or under that key; absent counts are 0, numQubits is needed.

    `cczCount` and `ccixCount` are summed: both are one Toffoli. Without `rotationDepth` every rotation is its
    own layer. A memory of slower qubits is not costed: `numComputeQubits` is passed over.

    Raises:
        SpecError: not JSON, too long, unknown or repeated keys, or values that are no counts.
    """
    if len(text) > MAX_CHARACTERS:
        raise SpecError(bad("logicalCounts", f"{len(text)} characters", f"at most {MAX_CHARACTERS}"))
    found = read_json(text, "logicalCounts")
    if isinstance(found, dict) and "logicalCounts" in found:  # the estimator's own results hold more
        found = found["logicalCounts"]
    if not isinstance(found, dict):
        raise SpecError(bad("logicalCounts", type(found).__name__, "an object"))
    _check(found)
    sums = dict.fromkeys(FIELDS.values(), 0)
    for key, name in FIELDS.items():
        sums[name] += found.get(key, 0)
    if "rotationDepth" not in found:
        sums["rotation_depth"] = sums["n_rotations"]
    return LogicalCounts(**sums)


def _check(found: dict[str, Any]) -> None:
    known = (*FIELDS, COMPUTE, *TRANSFERS)
    problems = [bad("logicalCounts", key, f"one of {', '.join(FIELDS)}") for key in found if key not in known]
    problems += [
        bad(key, found[key], "0: a memory of slower qubits is not costed")
        for key in TRANSFERS
        if found.get(key, 0) != 0
    ]
    problems += [
        bad(key, value, f"an integer in {int(key == 'numQubits')}..2**128")
        for key, value in found.items()
        if key in FIELDS and not (type(value) is int and (key == "numQubits") <= value <= MAX_COUNT)
    ]
    if "numQubits" not in found:
        problems.append("`numQubits`: is missing")
    if problems:
        raise SpecError(problems)
