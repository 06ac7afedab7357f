"""Azure-style `logicalCounts` JSON, read from outside: every key and value is checked."""

from __future__ import annotations

from typing import Any

from qattention.errors import SpecError, bad
from qattention.estimates.physical.counts import LogicalCounts
from qattention.outside import read_json

MAX_CHARACTERS = 2**22  # of the estimator's results, ten numbers of which are read
MAX_COUNT = 2**128  # more is no program
MAX_AZURE = 2**64 - 1  # of a count that the estimator and its readers hold (unsigned, 64 bits)
NESTED = ("logicalCounts", "data")  # keys under which results hold what is read
FAILED = ("code", "message")  # of a result that the estimator could not make
FIELDS = {
    "numQubits": "n_qubits",
    "tCount": "n_t",
    "rotationCount": "n_rotations",
    "rotationDepth": "rotation_depth",
    "cczCount": "n_ccz",
    "ccixCount": "n_ccz",
    "measurementCount": "n_measurements",
}
MEMORY = {
    "numComputeQubits": "n_compute_qubits",
    "readFromMemoryCount": "n_memory_reads",
    "writeToMemoryCount": "n_memory_writes",
}  # of a program that keeps waiting qubits in a memory


def read_logical_counts(text: str) -> LogicalCounts:
    """Counts of a `logicalCounts` object; absent counts are 0, numQubits is needed.

    The object may stand bare, or in the results of the estimator or of Azure: under `logicalCounts` or
    `data`, or in a list of results of one program, or numbered as the library's own batches become by
    `json.dumps`. Results that failed are passed over where others are there.

    `cczCount` and `ccixCount` are summed: both are one Toffoli. Without `rotationDepth` every rotation is its
    own layer. The qubits are all that there are, compute and memory together, as the estimator counts them.

    Raises:
        SpecError: not JSON, too long, unknown or repeated keys, values that are no counts, or a list of
            results of several programs.
    """
    if len(text) > MAX_CHARACTERS:
        raise SpecError(bad("logicalCounts", f"{len(text)} characters", f"at most {MAX_CHARACTERS}"))
    found = _inner(read_json(text, "logicalCounts"))
    _check(found)
    named = {**FIELDS, **MEMORY}
    sums: dict[str, Any] = dict.fromkeys((*FIELDS.values(), *(named[key] for key in found)), 0)
    for key, value in found.items():
        sums[named[key]] += value
    if "rotationDepth" not in found:
        sums["rotation_depth"] = sums["n_rotations"]
    return LogicalCounts(**sums)


def _inner(found: Any) -> dict[str, Any]:
    """The object of counts in what an estimator put out."""
    if isinstance(found, list):
        return _one_program(found)
    if not isinstance(found, dict):
        raise SpecError(bad("logicalCounts", type(found).__name__, "an object"))
    for key in NESTED:
        if key in found:
            return _inner(found[key])
    if found and all(key.isdecimal() for key in found):
        return _one_program([*found.values()])
    if _has_failed(found):
        raise SpecError(bad("logicalCounts", found["message"], "in a result that did not fail"))
    return found


def _has_failed(found: Any) -> bool:
    return isinstance(found, dict) and set(FAILED) <= set(found) and not set(NESTED) & set(found)


def _one_program(results: list[Any]) -> dict[str, Any]:
    """The counts that all results have; of failed ones alone the first says why."""
    each = [_inner(one) for one in results if not _has_failed(one)] or [_inner(one) for one in results]
    if not each or any(one != each[0] for one in each):
        raise SpecError(bad("logicalCounts", f"a list of {len(each)} results", "results of one program"))
    return each[0]


def _check(found: dict[str, Any]) -> None:
    known = {**FIELDS, **MEMORY}
    problems = [bad("logicalCounts", key, f"one of {', '.join(known)}") for key in found if key not in known]
    problems += [
        bad(key, value, f"an integer in {int(key == 'numQubits')}..2**128")
        for key, value in found.items()
        if key in known and not (type(value) is int and (key == "numQubits") <= value <= MAX_COUNT)
    ]
    if "numQubits" not in found:
        problems.append("`numQubits`: is missing")
    if problems:
        raise SpecError(problems)
