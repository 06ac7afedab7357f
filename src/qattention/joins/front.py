"""Joins at fewer and fewer qubits, for the front of all plans."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qattention.errors import InfeasibleError, SpecError
from qattention.joins.choose import choose_join
from qattention.joins.phase import JoinSizes
from qattention.joins.totals import JoinTotals
from qattention.plan import PlanOptions
from qattention.plan.algorithms import ALGORITHMS, AUTO

NARROWER = 0.9  # the next cap, of the qubits that were taken
MOST_CAPS = 6  # of an algorithm


def joins_asked(options: PlanOptions) -> dict[str, PlanOptions]:
    """Algorithm -> options of its own: of the one that is named, or of all.

    Raises:
        SpecError: options that joins leave no choice of.
    """
    named = options.algorithm if options.is_join and options.algorithm != AUTO.name else None
    names = [name for name, kind in ALGORITHMS.items() if kind.is_join and name in (named or name)]
    found: dict[str, PlanOptions] = {}
    for name in names:
        free = attrs.evolve(options, algorithm=None, rows_per_load=None, minimize="toffoli")
        found[name] = attrs.evolve(free, algorithm=name)
    return found


def front_joins(sizes: JoinSizes, options: PlanOptions) -> Iterator[JoinTotals]:
    """Each algorithm at its own qubits, then at a tenth fewer again and again, down to the fewest.

    Raises:
        SpecError: as `joins_asked`.
    """
    for name, own in joins_asked(options).items():
        cap, last = own.max_qubits, False
        for _ in range(MOST_CAPS):
            try:
                found = choose_join(sizes, attrs.evolve(own, max_qubits=cap), name)
            except InfeasibleError as error:
                least = int(str(error.nearest))
                if last or (own.max_qubits is not None and own.max_qubits < least):
                    break
                cap, last = least, True
                continue
            yield found
            if last:
                break
            cap = int(NARROWER * found.qubits)


def why_none(options: PlanOptions) -> str | None:
    """What the options have that joins cannot: None if they can."""
    try:
        joins_asked(options)
    except SpecError as error:
        return "; ".join(error.problems)
    return None
