"""T and Clifford layers of `RowMark`, `NestedIterate` and `NestedReadout`, and their Cliffords.

Parts run one after another: look-ups by their loaders' closed forms, the sum as its gates are played, signs
of known pairs and of bounds as theirs are. Cliffords are exact with half of all looked-up bits 1.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from qattention.circuit import Circuit
from qattention.formulas.clifford_depth import PER_LAYER
from qattention.formulas.iteration_layers import SEAM
from qattention.formulas.layers import Layers
from qattention.formulas.loader_costs import look_up_clifford_depth, look_up_cliffords, look_up_t_depth
from qattention.formulas.pair_oracle import PairShape
from qattention.formulas.part_depths import (
    reflection_clifford_depth,
    reflection_cliffords,
    reflection_t_depth,
)
from qattention.formulas.square_tape import square_layers
from qattention.formulas.tape import Pen, Tape
from qattention.formulas.tape_layers import CNOT, CZ, ONE, PHASE


@lru_cache(maxsize=1024)
def look_up_layers(circuit: Circuit, bits: int, word: int) -> Layers:
    """Of a look-up of 2**bits words and its unload."""
    sizes = (np.int64(1) << bits, word)
    clifford = sum(int(part) for part in look_up_clifford_depth(circuit, *sizes)) + SEAM
    cliffords = sum(int(part) for part in look_up_cliffords(circuit, *sizes))
    return Layers(int(look_up_t_depth(circuit, *sizes)), clifford, cliffords)


def reflection_layers(bits: int) -> Layers:
    """About the superposition of 2**bits addresses."""
    n = np.int64(1) << bits
    layers = int(reflection_t_depth(n, 0)), int(reflection_clifford_depth(n)), int(reflection_cliffords(n))
    return Layers(*layers)


@lru_cache(maxsize=64)
def seen_layers(bits: int) -> Layers:
    """`SeenSign`: the carries of address and bound, a CZ with the sign, and back."""
    address, bound = range(bits), range(bits, 2 * bits + 1)
    pen = Pen(2 * bits + 2)
    carries: list[int] = []
    for i in range(bits):
        carries.append(_carry(pen, bound[i], address[i], carries[-1:]))
    for wire in (carries[-1], bound[bits]):
        pen.gate(CZ, wire, 2 * bits + 1)
    pen.gate(PHASE, 2 * bits + 1)
    for i in reversed(range(bits)):
        _uncarry(pen, bound[i], address[i], carries[:i][-1:], carries[i])
    return _layers(pen.tape(range(2 * bits + 2)))


def _carry(pen: Pen, s: int, x: int, before: list[int]) -> int:
    """The carry of two bits, or of three."""
    if not before:
        new = pen.made(s, x)
        pen.gate(CNOT, x, s)
        return new
    y = before[0]
    pen.gate(CNOT, x, s)
    pen.gate(CNOT, x, y)
    new = pen.made(s, y)
    for control, target in ((x, new), (x, y), (y, s)):
        pen.gate(CNOT, control, target)
    return new


def _uncarry(pen: Pen, s: int, x: int, before: list[int], carry: int) -> None:
    if not before:
        pen.gate(CNOT, x, s)
        pen.erase(s, x, carry)
        return
    y = before[0]
    for control, target in ((y, s), (x, y), (x, carry)):
        pen.gate(CNOT, control, target)
    pen.erase(s, y, carry)
    pen.gate(CNOT, x, y)
    pen.gate(CNOT, x, s)


@lru_cache(maxsize=256)
def listed_layers(bits: int, n_places: int) -> Layers:
    """`ListedSign` of so many places with one address: XORed in, a sign at zero, XORed out."""
    pen = Pen(bits + n_places * (bits + 1))
    for place in range(n_places):
        slot = range(bits + place * (bits + 1), bits + (place + 1) * (bits + 1))
        for turn in range(2):
            for i in range(bits):
                pen.gate(CNOT, i, slot[i + 1])
            if not turn:
                _sign_at_zero(pen, list(slot))
    return _layers(pen.tape(range(pen.n_given)))


def _sign_at_zero(pen: Pen, wires: list[int]) -> None:
    """X's, And's of neighbours from the last bit on until two are left, their CZ, and all back."""
    pen.each(ONE, wires)
    tops, made = wires[::-1], list[tuple[int, int, int]]()
    while len(tops) > 2:
        pairs = list(zip(tops[::2], tops[1::2], strict=False))
        made += [(a, b, pen.made(a, b)) for a, b in pairs]
        tops = [new for _, _, new in made[-len(pairs) :]] + tops[2 * len(pairs) :]
    pen.gate(CZ, *tops)
    for a, b, new in reversed(made):
        pen.erase(a, b, new)
    pen.each(ONE, wires)


def _layers(tape: Tape) -> Layers:
    return Layers(*tape.depths(PER_LAYER), tape.cliffords)


def row_mark_layers(shape: PairShape) -> Layers:
    """The sign of heavy rows under a key that is held."""
    look_up = look_up_layers(shape.row_circuit, shape.row_bits, shape.row_word)
    found = look_up + square_layers(shape.figures.widths)
    if shape.limits:  # in place of the Z, a layer and a gate
        found += seen_layers(shape.key_bits).times(shape.limits) + Layers(0, 0, -1)
    for bits, places in ((shape.key_bits, shape.row_slots), (shape.row_bits, shape.key_slots)):
        found += listed_layers(bits, places) if places else Layers()
    return found + Layers(0, SEAM)


def _under_key(shape: PairShape, marks: int, reflections: int) -> Layers:
    inside = row_mark_layers(shape).times(marks) + reflection_layers(shape.row_bits).times(reflections)
    return look_up_layers(shape.key_circuit, shape.key_bits, shape.key_word) + inside


def nested_iterate_layers(shape: PairShape, depth: int = 0) -> Layers:
    """One iteration with `depth` steps over rows inside."""
    return _under_key(shape, 2 * depth + 1, 2 * depth) + reflection_layers(shape.n_bits)


def nested_readout_layers(shape: PairShape, depth: int = 0) -> Layers:
    """The steps once more before a pair is read; nothing with depth 0."""
    return _under_key(shape, depth, depth) if depth else Layers()
