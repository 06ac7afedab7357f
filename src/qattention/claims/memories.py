"""Three ways to read a key by its address in superposition, and what becomes of a power of n under each."""

from __future__ import annotations

from typing import Literal

import attrs

from qattention.formulas import measured_unload, select_swap_load

Answer = Literal["holds", "fails", "assumes"]
Extent = Literal["one row", "all rows"]


@attrs.frozen(kw_only=True)
class Memory:
    """A memory, and how a claim is judged under it.

    Attributes:
        name, what: short, and in words.
        look_up_exponent: power of n of one look-up, in what is counted.
        assumes: what has to be granted; None: gates alone.
    """

    name: str
    what: str
    look_up_exponent: float
    assumes: str | None


@attrs.frozen(kw_only=True)
class MemoryVerdict:
    """One claim under one memory.

    Attributes:
        memory: its name. of: what is judged. n_exponent: leading power of n, logarithms ignored.
        claimed, classical: powers of n of the claim, and of exact attention.
        verdict: whether the claimed power is kept by gates alone, not at all, or if `assumption` is granted.
        gains: whether the power is below exact attention's at all.
    """

    memory: str
    of: Extent
    n_exponent: float
    claimed: float
    classical: float
    verdict: Answer
    gains: bool
    assumption: str | None


GATES = Memory(
    name="look-up in gates",
    what="a table in the circuit, Toffolis counted: about 2 sqrt(n w), the least known",
    look_up_exponent=0.5,
    assumes=None,
)
LAYERS = Memory(
    name="tree, T layers",
    what="a tree of n w wires in the circuit, T layers counted: about log n",
    look_up_exponent=0.0,
    assumes="time is T layers alone: n w wires are held and fan out freely, Clifford layers take no time",
)
DEVICE = Memory(
    name="device",
    what="a memory outside the circuit: constant time and no error",
    look_up_exponent=0.0,
    assumes="n w cells answer in constant time without error, and what keeps them coherent is not counted",
)
MEMORIES = (GATES, LAYERS, DEVICE)


def judged(of: Extent, n_look_ups: float, n_arithmetic: float) -> tuple[MemoryVerdict, ...]:
    """Verdicts of an algorithm with these powers of n: of its look-ups, and of the rest.

    The claim is what both have when a look-up is free.
    """
    claimed, classical = max(n_look_ups, n_arithmetic), 1.0 if of == "one row" else 2.0
    verdicts = []
    for memory in MEMORIES:
        power = max(n_look_ups + memory.look_up_exponent, n_arithmetic)
        kept: Answer = "fails" if power > claimed else "holds" if memory.assumes is None else "assumes"
        verdicts.append(
            MemoryVerdict(
                memory=memory.name,
                of=of,
                n_exponent=power,
                claimed=claimed,
                classical=classical,
                verdict=kept,
                gains=power < classical,
                assumption=memory.assumes if kept == "assumes" else None,
            )
        )
    return tuple(verdicts)


def look_up_toffoli(n: int, word_bits: int) -> int:
    """Toffolis to read a word of a table of n in superposition and to forget it: the best block's.

    The closed forms of the select-swap look-up and of the measured unload of its words.
    """
    costs = []
    for log_block in range(n.bit_length()):
        block = 2**log_block
        load = select_swap_load(n, word_bits, block)
        unload = measured_unload(n, block * word_bits)
        costs.append(int(load.toffoli) + int(unload.toffoli))
    return min(costs)
