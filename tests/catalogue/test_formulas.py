"""The closed form of every bloq over its grid of sizes, against its call graph and its gates."""

from __future__ import annotations

import pytest
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.catalogue import RECORDS, BloqRecord, Size
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

CASES = [
    pytest.param(record, size, id="-".join([record.slug, *map(str, size.values())]))
    for record in RECORDS
    if "formula" in record.checks
    for size in record.sizes
]


@pytest.mark.parametrize(("record", "size"), CASES)
def test_closed_form_is_the_call_graph(record: BloqRecord, size: Size) -> None:
    bloq = record.build(size)
    counts, formula = get_cost_value(bloq, QECGatesCost()), record.closed_form(bloq)
    assert (formula["toffoli"], formula["rotation"]) == (counts.and_bloq + counts.toffoli, counts.rotation)


@pytest.mark.parametrize(("record", "size"), [case for case in CASES if "gates" in case.values[0].checks])
def test_closed_form_is_the_gates(record: BloqRecord, size: Size) -> None:
    bloq = record.build(size)
    tally, formula = count(lower(bloq)), record.closed_form(bloq)
    assert formula == {name: getattr(tally, name) for name in formula}
