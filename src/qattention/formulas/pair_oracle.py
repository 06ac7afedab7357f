"""Closed forms of `RowMark`, `PairOracle`, `NestedIterate` and `NestedReadout`."""

from __future__ import annotations

from functools import lru_cache

import attrs
import numpy as np

from qattention.circuit import Circuit
from qattention.costs import Costs
from qattention.formulas.grover import iterate_of
from qattention.formulas.loader_costs import kept_bits_of, load_of, unload_of
from qattention.formulas.square_sum import SquareFigures
from qattention.formulas.uniform_superposition import reflection


@attrs.frozen(kw_only=True)
class PairShape:
    """A block of 2**row_bits rows and 2**key_bits keys, and how both are looked up.

    Attributes:
        figures: of the sum (`square_figures`).
        row_circuit, key_circuit: of the look-ups, padded.
        row_slots, key_slots: places for known addresses in a word of a row, of a key.
        limits: bounds of the keys that a row sees; 0: it sees all.
    """

    row_bits: int
    key_bits: int
    figures: SquareFigures
    row_circuit: Circuit
    key_circuit: Circuit
    row_slots: int = 0
    key_slots: int = 0
    limits: int = 0

    @property
    def n_bits(self) -> int:
        """Of the address of a pair."""
        return self.row_bits + self.key_bits

    @property
    def row_word(self) -> int:
        """Bits of a row's word."""
        return self.figures.word_bits + (self.row_slots + self.limits) * (self.key_bits + 1)

    @property
    def key_word(self) -> int:
        """Bits of a key's word."""
        return self.figures.word_bits + self.key_slots * (self.row_bits + 1)

    @property
    def listed(self) -> int:
        """And's that look at bounds, and put back the sign of known pairs."""
        listed = self.row_slots * (self.key_bits - 1) + self.key_slots * (self.row_bits - 1)
        return self.limits * self.key_bits + listed


@lru_cache(maxsize=1024)
def _look_up(circuit: Circuit, bits: int, word: int) -> tuple[Costs, Costs, int]:
    """(load, unload, wires kept between) of 2**bits words."""
    sizes = (np.int64(1) << bits, word)
    return load_of(circuit, *sizes), unload_of(circuit, *sizes), int(kept_bits_of(circuit, *sizes))


def row_mark(shape: PairShape) -> Costs:
    """The sign of heavy rows under a key that is held."""
    load, unload, kept = _look_up(shape.row_circuit, shape.row_bits, shape.row_word)
    beside = shape.key_bits + shape.key_word
    words = shape.row_bits + shape.row_word + kept + beside
    ladder = max(shape.key_bits * (shape.row_slots > 0), shape.row_bits * (shape.key_slots > 0), 1) - 1
    carries = shape.key_bits * (shape.limits > 0)
    ands = shape.figures.toffoli + shape.listed
    inside = Costs(
        toffoli=ands, measurement=ands, qubits=words + max(shape.figures.junk + 1 + carries, ladder)
    )
    return load.beside(beside) + inside + unload.beside(beside)


def _under_key(shape: PairShape, inside: Costs) -> Costs:
    """Between a look-up of the key and its unload."""
    load, unload, kept = _look_up(shape.key_circuit, shape.key_bits, shape.key_word)
    return load.beside(shape.row_bits) + inside.beside(kept) + unload.beside(shape.row_bits)


def pair_oracle(shape: PairShape) -> Costs:
    """The sign of heavy pairs."""
    return _under_key(shape, row_mark(shape))


def _about_rows(shape: PairShape) -> Costs:
    return reflection(np.int64(1) << shape.row_bits).beside(shape.key_bits + shape.key_word)


def _steps(shape: PairShape, marks: int, reflections: int) -> Costs:
    """Counts as 64-bit integers: no iteration has 2**63 And's."""
    mark, about = row_mark(shape), _about_rows(shape)
    return Costs(
        toffoli=marks * mark.toffoli + reflections * about.toffoli,
        measurement=marks * mark.measurement + reflections * about.measurement,
        qubits=np.maximum(mark.qubits, about.qubits if reflections else 0),
    )


def nested_iterate(shape: PairShape, depth: int = 0) -> Costs:
    """One iteration with `depth` steps over rows inside; a Grover iteration over pairs with none."""
    under = _under_key(shape, _steps(shape, 2 * depth + 1, 2 * depth))
    return iterate_of(under, np.int64(1) << shape.n_bits)


def nested_readout(shape: PairShape, depth: int = 0) -> Costs:
    """The steps once more before a pair is read; nothing with depth 0."""
    if not depth:
        return Costs(qubits=shape.n_bits)
    return _under_key(shape, _steps(shape, depth, depth))
