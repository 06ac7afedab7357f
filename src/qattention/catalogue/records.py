"""All records, in the order in which the parts build on one another."""

from __future__ import annotations

from qattention.catalogue.arithmetic import ARITHMETIC
from qattention.catalogue.drawn_circuit import Family
from qattention.catalogue.joining import JOINING
from qattention.catalogue.loading import LOADING
from qattention.catalogue.marking import MARKING
from qattention.catalogue.memories import MEMORIES
from qattention.catalogue.record import BloqRecord
from qattention.catalogue.searching import SEARCHING
from qattention.catalogue.unloading import UNLOADING
from qattention.errors import SpecError, no_such

_GROUPS: dict[Family, tuple[BloqRecord, ...]] = {
    "loading": (*LOADING, *MEMORIES, *UNLOADING),
    "arithmetic": (*ARITHMETIC, *MARKING),
    "searching": (*SEARCHING, *JOINING),
}
RECORDS: tuple[BloqRecord, ...] = tuple(record for group in _GROUPS.values() for record in group)
FAMILIES: dict[str, Family] = {record.title: family for family, group in _GROUPS.items() for record in group}


def record_slugs() -> tuple[str, ...]:
    """Every bloq's slug."""
    return tuple(record.slug for record in RECORDS)


def find_record(name: str) -> BloqRecord:
    """The record of a slug or of its spelling with hyphens; raises SpecError naming the nearest."""
    slug = name.replace("-", "_").lower()
    for record in RECORDS:
        if record.slug == slug:
            return record
    names = [record.name for record in RECORDS]
    raise SpecError(no_such("bloq", name, names))
