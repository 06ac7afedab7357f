"""The walk of unary iteration over n addresses as a list of events (arXiv:1805.03662, section III.A).

One address after another, a wire says "the address is this one". The walk is shared by the look-up (which
XORs a word at each leaf) and by the fix-up of the measured unload (which applies phases there).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from qualtran.symbolics import SymbolicInt, bit_length, floor, is_symbolic

from qattention.compiled import compiled


class Event(IntEnum):
    """What happens next. Slots 0..m-1 are address bits (most significant first), m.. ancillas, -1 no wire."""

    X = 0  # (slot)
    AND = 1  # (control slot, address bit, new slot)
    CNOT = 2  # (control slot, slot)
    ERASE = 3  # (control slot, address bit, slot): the And leaves
    LEAF = 4  # (select slot or -1, address)


_X, _AND, _CNOT, _ERASE, _LEAF = (int(e) for e in Event)
_ENTER, _RIGHT, _LEAVE = 0, 1, 2


@compiled()
def _walk(n: int, m: int, guard: bool, out: NDArray[np.int64]) -> int:
    """Depth first with an explicit stack of (stage, depth, start, control slot); returns the events written.

    A node's left side is control AND NOT bit, made as (control AND bit) XOR control; one more XOR of the
    control turns it into the right side. The root has no control: its wire is the address bit itself.
    """
    stack = np.empty((4 * m + 8, 4), np.int64)
    stack[0] = (_ENTER, 0, 0, -1)
    top, size = 1, 0
    while top > 0:
        top -= 1
        stage, depth, start, control = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        if stage == _ENTER and depth == m:
            out[size] = (_LEAF, control, start, -1)
            size += 1
            continue
        new = m + depth if control >= 0 else 0
        half = np.int64(1) << (m - depth - 1)
        has_right = start + half < n
        if stage == _ENTER and not has_right and not guard:
            stack[top] = (_ENTER, depth + 1, start, control)
            top += 1
            continue
        if stage == _ENTER and control >= 0:
            out[size] = (_AND, control, depth, new)
            size += 1
        if stage != _LEAVE or not has_right:
            out[size] = (_CNOT, control, new, -1) if control >= 0 else (_X, 0, -1, -1)
            size += 1
        if stage == _LEAVE:
            if control >= 0:
                out[size] = (_ERASE, control, depth, new)
                size += 1
            continue
        if stage == _RIGHT or not has_right:
            stack[top] = (_LEAVE, depth, start, control)
        else:
            stack[top] = (_RIGHT, depth, start, control)
        stack[top + 1] = (_ENTER, depth + 1, start + (half if stage == _RIGHT else 0), new)
        top += 2
    return size


def unary_walk(n_leaves: int, n_bits: int, guard: bool = False) -> NDArray[np.int64]:
    """Events of a walk over addresses 0..n_leaves-1 of `n_bits` bits, shape (n_events, 4): kind and operands.

    Args:
        n_leaves: 1 .. 2**n_bits.
        n_bits: m; 0 gives one leaf without a select wire.
        guard: keep every leaf apart from addresses >= n_leaves (padding). Without it those addresses must
            not occur, and the walk saves one And for each branch that has no right side.
    """
    out = np.empty((5 * n_leaves + 4 * n_bits + 4, 4), dtype=np.int64)
    return out[: _walk(n_leaves, n_bits, guard, out)]


def walk_ands(n_leaves: SymbolicInt, guard: bool = False) -> SymbolicInt:
    """And's of the walk: n - 2, and with `guard` one more for each 0 below the top bit of n - 1.

    A symbol is taken to be at least 2.
    """
    if is_symbolic(n_leaves):
        return n_leaves - 2 + (_zeros(n_leaves - 1) if guard else 0)
    if n_leaves <= 2:
        return 0
    zeros = (n_leaves - 1).bit_length() - (n_leaves - 1).bit_count()
    return n_leaves - 2 + (zeros if guard else 0)


def _zeros(x: SymbolicInt) -> SymbolicInt:
    """0 bits below the top bit of x: its bits less its ones, which are x - sum floor(x / 2**i), i >= 1."""
    import sympy

    i = sympy.Dummy("i", integer=True, positive=True)
    bits = bit_length(x)
    return bits - x + sympy.Sum(floor(x / 2**i), (i, 1, bits))
