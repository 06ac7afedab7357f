"""Clifford layers of an iteration without its gates: what grows with its sizes, within 5 % and 25 layers.

At most 64 Clifford gates or measurements a layer, a one-to-many CNOT one (`lowering.schedule`). There is no
exact closed form: what the XORs of words wait for depends on the words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from qattention.bloqs.made_of import inner_product_of
from qattention.bloqs.uniform_superposition import Reflection, UniformSuperposition
from qattention.circuit import Circuit
from qattention.costs import IntArray, address_bits, bit_length
from qattention.formulas.line_tree import keeps_tree
from qattention.formulas.measured_unload import unload_split
from qattention.formulas.walk import Blocks
from qattention.lowering.lower import lower
from qattention.lowering.schedule import DEFAULT_PARALLELISM as P
from qattention.lowering.schedule import schedule
from qattention.plan import PlanTotals

Row = tuple[tuple[int, ...], int, int | tuple[int, ...]]  # weights, threshold, bits of the components
TREES = ("compressor-tree", "bucket-tree")  # the others' gates take long to lower for many components


def iteration_layers(totals: PlanTotals) -> tuple[IntArray, int] | None:
    """(an iteration of each group, shape (n_groups,); a start state); None for an unknown loader or sum.

    All words, sums, reflections and start states are taken to be as those of the median load.
    """
    circuit, groups = totals.plan.circuit, totals.groups
    if circuit.loader.name not in LOADS or circuit.inner_product.name not in TREES:
        return None
    product = sum_depths(circuit, median_row(totals))[1]
    start, reflection = search_layers(int(totals.n_items[totals.typical_group]), totals.t_per_rotation)
    sizes = np.unique(totals.n_items)
    bits = int(totals.look_up_bits[totals.typical_group])
    loads = [load_layers(circuit, int(n), bits) for n in sizes]
    found = np.array(loads, dtype=np.int64)[np.searchsorted(sizes, totals.n_items)]
    return found + product * groups.n_rows + reflection, start


def median_row(totals: PlanTotals) -> Row:
    """The first row of the load of median Toffoli count, or the typical one."""
    sums = totals.groups.sums
    at = 0 if sums.n_rows == 1 else int(totals.groups.rows[totals.typical_group])
    widths = tuple(sums.channel_bits.tolist())
    bits = widths[0] if len(set(widths)) == 1 else widths
    return tuple(map(int, sums.weights[at])), int(sums.clipped[at]), bits


@lru_cache(maxsize=64)
def sum_depths(circuit: Circuit, row: Row) -> tuple[int, int]:
    """(T, Clifford) layers of an inner product and its uncompute, from its gates: it knows no n."""
    there = inner_product_of(circuit, *row)
    plans = [schedule(lower(bloq)) for bloq in (there, there.adjoint())]
    return sum(plan.t_depth for plan in plans), sum(plan.clifford_depth for plan in plans)


@lru_cache(maxsize=64)
def search_layers(n_items: int, t_per_rotation: int) -> tuple[int, int]:
    """Of a start state and of a reflection, from their gates: as many as address bits."""
    parts = UniformSuperposition(n_items), Reflection(n_items)
    start, back = (schedule(lower(part), t_per_rotation=t_per_rotation or None) for part in parts)
    return start.clifford_depth, back.clifford_depth


def load_layers(form: Circuit, n_keys: int, word_bits: int) -> int:
    """Of one look-up and its unload."""
    return LOADS[form.loader.name](form, n_keys, word_bits)


def _walked(form: Circuit, n_keys: int, word_bits: int) -> int:
    """Five layers a step of the walk over the blocks, all words of a block measured, and a fix-up."""
    blocks = Blocks.of(n_keys, form.block, False)
    return _walk(int(blocks.n_blocks)) + int(blocks.slots) * word_bits // P + _fix_up(form, n_keys)


def _walked_twice(form: Circuit, n_keys: int, word_bits: int) -> int:
    """The same, walked twice where wires are borrowed, and the key alone measured."""
    n_blocks = int(Blocks.of(n_keys, form.block, False).n_blocks)
    return (1 + (form.block > 1)) * _walk(n_blocks) + word_bits // P + _fix_up(form, n_keys)


def _walk(n_blocks: int) -> int:
    return max(0, 5 * n_blocks - 6)


def _fix_up(form: Circuit, n_keys: int) -> int:
    """Walk over the high bits, CZs to all lines of the low bits beside it, P at a time."""
    low = int(unload_split(n_keys)[0] if form.unload_block is None else bit_length(form.unload_block) - 1)
    low = min(low, int(address_bits(n_keys)))
    return -(-n_keys >> low) * (4 - (-(1 << low) // P))


def _kept_tree(form: Circuit, n_keys: int, word_bits: int) -> int:
    """A tree over the blocks, an XOR a line, all words of a block measured, and its unload.

    The layers that do not grow with n (5) are read off gates.
    """
    blocks = Blocks.of(n_keys, form.block, False)
    rows = int(blocks.n_blocks)
    load = 5 + rows + (rows + int(blocks.slots) * word_bits) // P
    kept = keeps_tree(n_keys, form.block)
    return load + (_tree_unload(n_keys, rows) if kept else _fix_up(form, n_keys))


def _tree_unload(n_keys: int, rows: int) -> int:
    """A CZ an address and an And a line measured away, and 15 layers that do not grow with n."""
    return 15 + (n_keys + 3 * rows) // P


LOADS: dict[str, Callable[[Circuit, int, int], int]] = {
    "qrom": _walked,
    "qroam": _walked,
    "qroam-dirty": _walked_twice,
    "one-hot": _kept_tree,
    "one-hot-swap": _kept_tree,
    "bucket-brigade": lambda _, n, w: 3 * n * w + _tree_unload(n, n),
    "bucket-brigade-parallel": lambda _, n, w: 10 + 5 * n * w // P + _tree_unload(n, n),
    "swap-network": lambda form, n, w: 5 * n * w // (2 * P) + _fix_up(form, n),
    "hardware": lambda *_: 0,  # its latency is time, not layers
}
