"""Gather the facts of a bloq from its class, its call graph, its gates and its closed form."""

from __future__ import annotations

from typing import Any

from qualtran import Bloq, DecomposeNotImplementedError, DecomposeTypeError, Side
from qualtran.bloqs.basic_gates import GlobalPhase
from qualtran.resource_counting import QECGatesCost, get_cost_value
from qualtran.resource_counting.generalizers import ignore_alloc_free, ignore_split_join

from qattention.catalogue.drawn_circuit import DrawnCircuit, Family
from qattention.catalogue.facts import BloqFacts, CostFact, RegisterFact, TreeLine
from qattention.catalogue.place import Placer
from qattention.catalogue.record import BloqRecord, Size
from qattention.catalogue.records import FAMILIES
from qattention.catalogue.wire_paths import rounded, signed, wire_paths
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

SIDES = {Side.THRU: "in and out", Side.LEFT: "in", Side.RIGHT: "out"}
MAX_DEPTH = 4  # of the tree


def bloq_facts(record: BloqRecord) -> BloqFacts:
    """Facts of the record's example, and its costs over the grid of sizes."""
    example = record.example()
    return BloqFacts(
        record=record,
        registers=registers_of(example),
        costs=tuple(cost_fact(record, size) for size in record.sizes),
        tree=tuple(tree_of(example)),
        circuit=circuit_of(record, example),
    )


def facts_at(record: BloqRecord, size: Size) -> BloqFacts:
    """Facts of one size alone."""
    bloq = record.build(size)
    return BloqFacts(
        record=record,
        registers=registers_of(bloq),
        costs=(cost_fact(record, size),),
        tree=tuple(tree_of(bloq)),
        circuit=circuit_of(record, bloq),
    )


def circuit_of(record: BloqRecord, bloq: Bloq) -> DrawnCircuit:
    """The bloq's circuit one level down, placed for drawing."""
    families: dict[str, Family] = dict(FAMILIES)
    return Placer(wire_paths(bloq), families).place(record.title, record.summary)


def registers_of(bloq: Bloq) -> tuple[RegisterFact, ...]:
    """The signature as data."""
    return tuple(
        RegisterFact(
            name=reg.name,
            dtype=str(reg.dtype),
            shape=" × ".join(map(str, reg.shape)) or "one",
            side=SIDES[reg.side],
        )
        for reg in bloq.signature
    )


def cost_fact(record: BloqRecord, size: Size) -> CostFact:
    """Counts of one size by every witness that applies."""
    bloq = record.build(size)
    counts = get_cost_value(bloq, QECGatesCost())
    tally = count(lower(bloq)) if "gates" in record.checks else None
    return CostFact(
        size=size,
        toffoli_bloqs=toffoli_of(counts),
        toffoli_gates=tally.toffoli if tally else None,
        toffoli_formula=record.closed_form(bloq)["toffoli"],
        rotation=int(counts.rotation),
        clifford=int(counts.clifford),
        measurement=int(counts.measurement),
        qubits=tally.qubits if tally else None,
    )


def toffoli_of(counts: Any) -> int:
    """And's, Toffolis and controlled swaps, one each."""
    return int(counts.and_bloq + counts.toffoli + counts.cswap)


def tree_of(bloq: Bloq, depth: int = 0, times: int = 1) -> list[TreeLine]:
    """The call graph as an indented list: the dearest part first, equal names added up, plumbing left out."""
    toffoli = toffoli_of(get_cost_value(bloq, QECGatesCost()))
    line = TreeLine(depth=depth, times=times, name=_name(bloq), toffoli=toffoli)
    lines = [line]
    if depth < MAX_DEPTH:
        for part, n_times in sorted(_parts(bloq).items(), key=lambda item: _order(*item)):
            lines += tree_of(part, depth + 1, n_times)
    return lines


def _name(bloq: Bloq) -> str:
    """Angles to three digits, in units of pi."""
    if isinstance(bloq, GlobalPhase):
        share = {1: "", -1: "-"}.get(bloq.exponent, f"{bloq.exponent:.3g} ")
        return signed(f"GlobalPhase({share}π)")
    return signed(rounded(str(bloq))).replace("**", "^")


def _parts(bloq: Bloq) -> dict[Bloq, int]:
    try:
        counts = bloq.bloq_counts(generalizer=(ignore_split_join, ignore_alloc_free))
    except (DecomposeTypeError, DecomposeNotImplementedError):
        return {}
    merged: dict[str, tuple[Bloq, int]] = {}
    for part, n_times in sorted(counts.items(), key=lambda item: (str(item[0]), repr(item[0]))):
        first, so_far = merged.get(str(part), (part, 0))
        merged[str(part)] = (first, so_far + int(n_times))
    return dict(merged.values())


def _order(part: Bloq, n_times: int) -> tuple[int, bool, str]:
    """The dearest first; among the free ones those that have parts."""
    return -n_times * toffoli_of(get_cost_value(part, QECGatesCost())), not _parts(part), str(part)
