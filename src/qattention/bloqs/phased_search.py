"""`PhasedSearch`: amplitude amplification with chosen phases, for fixed-point and exact searches."""

import math
from collections import Counter
from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QUInt, Register, Side, Signature, SoquetT, bloq_example
from qualtran.drawing import Text, WireSymbol, directional_text_box

from .heavy_key_oracle import HeavyKeyOracle
from .key_table import KeyTable
from .storing import pairs
from .uniform_superposition import Reflection, UniformSuperposition


def _eighths(angle: float) -> float | None:
    """An angle in units of pi/4 where it is a multiple: a Clifford gate or a T; None for a rotation."""
    turns = angle / (np.pi / 4)
    return round(turns) if abs(turns - round(turns)) < 1e-10 else None


def _plain_pi(angle: float) -> float:
    """pi for every angle that is -1 as a phase, so that it needs no rotation."""
    return np.pi if abs(abs(math.remainder(angle, 2 * np.pi)) - np.pi) < 1e-12 else angle


@attrs.frozen
class PhasedSearch(Bloq):
    """The start state, then for each (marked, start) pair of phases: exp(i marked) on the marked addresses,
    exp(i start) on the start state.

    With pi everywhere it is `GroverSearch`. With the phases of Yoder, Low and Chuang the success probability
    does not fall again when there are more marked addresses than expected; with a matched last pair a known
    number of them is found with certainty.

    Args:
        oracle: of the row; its own angle is replaced.
        phases: radians, in the order of application.

    Registers:
        address [right]: m bits.

    Costs: a call of the oracle and a `Reflection` a pair; each phase is a rotation unless it is a multiple of
    pi/4: then a Clifford gate, or a T.

    References:
        Yoder, Low and Chuang, arXiv:1409.3305, eqs. 2 and 11; Long, quant-ph/0106071.
    """

    oracle: HeavyKeyOracle
    phases: tuple[tuple[float, float], ...] = attrs.field(converter=pairs)

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("address", QUInt(self.oracle.table.address_bits), side=Side.RIGHT)])

    @property
    def start(self) -> UniformSuperposition:
        """The start state: all items alike."""
        return UniformSuperposition(self.oracle.n_items)

    @property
    def steps(self) -> list[Bloq]:
        """Oracle and reflection of each pair, in order."""
        return [
            step
            for marked, start in self.phases
            for step in (
                attrs.evolve(self.oracle, angle=_plain_pi(marked)),
                Reflection(self.oracle.n_items, _plain_pi(start)),
            )
        ]

    def build_composite_bloq(self, bb: BloqBuilder) -> dict[str, SoquetT]:
        address = bb.allocate(dtype=QUInt(self.oracle.table.address_bits))
        address = bb.add(self.start, address=address)
        for step in self.steps:
            address = bb.add(step, address=address)
        return {"address": address}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        """Steps that differ in their angle alone, all rotations, cost the same and are counted as one."""
        counts: Counter[Bloq] = Counter({self.start: 1})
        like: dict[tuple[type, float | None], Bloq] = {}
        for step in self.steps:
            counts[like.setdefault((type(step), _eighths(step.angle)), step)] += 1
        return dict(counts)

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else directional_text_box(f"l = {len(self.phases)}", side=reg.side)

    def __str__(self) -> str:
        return "PhasedSearch"


@bloq_example
def _phased_search() -> PhasedSearch:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1]])
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=6)
    phased_search = PhasedSearch(oracle, phases=((2.0, -1.0), (1.0, -2.0)))
    return phased_search
