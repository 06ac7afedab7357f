"""The gates of every bloq recounted one by one, against its call graph."""

from __future__ import annotations

import pytest
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.catalogue import RECORDS, BloqRecord, Size
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

GATES = [
    pytest.param(record, size, id="-".join([record.slug, *map(str, size.values())]))
    for record in RECORDS
    if "gates" in record.checks
    for size in record.sizes
]


@pytest.mark.parametrize(("record", "size"), GATES)
@pytest.mark.parametrize("hot", [True, False], ids=["emission", "decomposition"])
def test_gates_recount_the_call_graph(record: BloqRecord, size: Size, hot: bool) -> None:
    bloq = record.build(size)
    counts = get_cost_value(bloq, QECGatesCost())
    tally = count(lower(bloq, hot))
    assert (tally.toffoli, tally.rotation) == (counts.and_bloq + counts.toffoli, counts.rotation)
