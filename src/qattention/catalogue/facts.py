"""What a page or a diagram prints about a bloq, as plain values."""

from __future__ import annotations

import attrs

from qattention.catalogue.drawn_circuit import DrawnCircuit
from qattention.catalogue.record import BloqRecord, Size


@attrs.frozen(kw_only=True)
class RegisterFact:
    """One register: its type in Qualtran's notation, its shape in words, and its side."""

    name: str
    dtype: str
    shape: str
    side: str


@attrs.frozen(kw_only=True)
class CostFact:
    """One size. Toffoli by each witness (gates are None where the bloq cannot be lowered alone)."""

    size: Size
    toffoli_bloqs: int
    toffoli_gates: int | None
    toffoli_formula: int
    rotation: int
    clifford: int
    measurement: int
    qubits: int | None


@attrs.frozen(kw_only=True)
class TreeLine:
    """A part in the call graph: how often its parent calls it, and its Toffoli for one call."""

    depth: int
    times: int
    name: str
    toffoli: int


@attrs.frozen(kw_only=True)
class BloqFacts:
    """Everything that is generated about one bloq."""

    record: BloqRecord
    registers: tuple[RegisterFact, ...]
    costs: tuple[CostFact, ...]
    tree: tuple[TreeLine, ...]
    circuit: DrawnCircuit
