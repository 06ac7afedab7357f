"""What the call graph of an iteration says beside its counts: the first witness, where it is asked."""

from __future__ import annotations

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.phases import PhaseAtZero
from qattention.compiler import BloqCounts, bloq_counts


def phases_extra(iteration: GroverIterate) -> BloqCounts:
    """What phases of its own add to an iteration: rotations for the flag's Z and the reflection's sign."""
    n_bits = iteration.oracle.table.address_bits
    phase, sign = bloq_counts(PhaseAtZero(n_bits, angle=1.0)), bloq_counts(PhaseAtZero(n_bits))
    return BloqCounts(
        toffoli=phase.toffoli - sign.toffoli,
        t=0,
        clifford=phase.clifford - sign.clifford - 1,
        rotation=phase.rotation - sign.rotation + 1,
        measurement=phase.measurement - sign.measurement,
    )


def table_ones(iteration: GroverIterate) -> int:
    """1 bits of what the unload measures, or half of it expected without data: XORs of one fix-up."""
    load = iteration.oracle.load
    if not load.has_fix_up or iteration.oracle.circuit.inverts:
        return 0
    return int(load.words.sum()) if load.table.has_data else int(load.loaded.expected_ones())
