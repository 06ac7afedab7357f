"""Depths of one iteration: closed forms at any n, and the same read off gates where a table is small."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import Loader
from qattention.bloqs.products import inner_product
from qattention.formulas import LoaderForm, address_bits
from qattention.formulas.measured_unload import unload_split
from qattention.formulas.one_hot_load import keeps_tree
from qattention.formulas.select_swap_load import Blocks
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import DEFAULT_PARALLELISM, schedule
from qattention.plan.rows import typical_threshold, typical_weights

Depths = tuple[int, int]  # (T depth, Clifford depth)
SEED = 0  # of synthetic keys


def load_depths(form: LoaderForm, n_keys: int, word_bits: int) -> Depths:
    """Of one look-up and its unload over a power of two of keys."""
    sizes = (n_keys, word_bits)
    t_depth = int(form.load_t_depth(*sizes)) + int(form.unload_t_depth(*sizes))
    return t_depth, _CLIFFORDS[form.name](n_keys, word_bits, form.block)


def _walked(n_keys: int, _: int, block: int) -> int:
    """Five layers a step of the walk over the blocks, and a fix-up."""
    return 5 * int(Blocks.of(n_keys, block, False).n_blocks) - 6 + _fix_up(n_keys)


def _fix_up(n_keys: int) -> int:
    """Walk over the high bits, CZs to all lines of the low bits beside it, P at a time."""
    low = int(unload_split(n_keys)[0])
    return (n_keys >> low) * (4 - (-(1 << low) // DEFAULT_PARALLELISM))


def _kept_tree(n_keys: int, _: int, block: int) -> int:
    """A tree over the blocks, an XOR a line, and its unload.

    The layers that do not grow with n (5) are read off gates.
    """
    rows = int(Blocks.of(n_keys, block, False).n_blocks)
    load = 5 + rows + rows // DEFAULT_PARALLELISM
    return load + (_tree_unload(n_keys, rows) if keeps_tree(n_keys, block) else _fix_up(n_keys))


def _tree_unload(n_keys: int, rows: int) -> int:
    """A CZ an address and an And a line measured away, and 15 layers that do not grow with n."""
    return 15 + (n_keys + 3 * rows) // DEFAULT_PARALLELISM


# Clifford depths have no closed form among `formulas`; these are held against gates in tests.
_CLIFFORDS: dict[str, Callable[[int, int, int], int]] = {
    "qrom": _walked,
    "select-swap": _walked,
    "dirty-select-swap": lambda n, w, block: 2 * _walked(n, w, block) - _fix_up(n),
    "one-hot": _kept_tree,
    "bucket-brigade": lambda n, w, _: 3 * n * w + _tree_unload(n, n),
    "bucket-brigade-parallel": lambda n, w, _: 10 + 5 * n * w // DEFAULT_PARALLELISM + _tree_unload(n, n),
    "swap-network": lambda n, w, _: 5 * n * w // (2 * DEFAULT_PARALLELISM) + _fix_up(n),
    "hardware": lambda *_: 0,  # its latency is time, not layers
}


@lru_cache
def product_depths(head_dim: int, bits: int, product: str = "compressor-tree") -> Depths:
    """Of the inner product of a typical row and its uncompute, from its gates: it knows no n."""
    weights, threshold = _row(head_dim, bits, 2**14, 16)
    there = inner_product(product, weights, threshold, bits)
    return _sum([_of_gates(there), _of_gates(there.adjoint())])


def iteration_depths(
    form: LoaderForm, n_keys: int, head_dim: int, bits: int, product: str = "compressor-tree"
) -> Depths:
    """One oracle and one reflection; its parts touch the same wires one after another, so depths add up."""
    m = int(address_bits(n_keys))
    reflection = (max(0, m - 2), 2 * m + 1)
    load = load_depths(form, n_keys, head_dim * bits)
    return _sum([load, product_depths(head_dim, bits, product), reflection])


def gate_costs(
    form: LoaderForm,
    n_keys: int,
    head_dim: int,
    bits: int,
    n_heavy: int,
    product: str = "compressor-tree",
) -> tuple[int, int, int]:
    """(T depth, Clifford depth, qubits) of one iteration's gates, lowered with synthetic keys."""
    weights, threshold = _row(head_dim, bits, n_keys, n_heavy)
    half = 1 << (bits - 1)
    keys = np.random.default_rng(SEED).integers(-half, half, (n_keys, head_dim))
    loader = Loader(form.name, form.block)
    oracle = HeavyKeyOracle(
        KeyTable.from_values(keys, bits), weights, threshold, padded=False, loader=loader, form=product
    )
    program = lower(GroverIterate(oracle))
    plan = schedule(program)
    return plan.t_depth, plan.clifford_depth, count(program).qubits


def _row(head_dim: int, bits: int, n_keys: int, n_heavy: int) -> tuple[tuple[int, ...], int]:
    weights = typical_weights(head_dim, bits)
    return tuple(weights.tolist()), typical_threshold(weights, bits, n_keys, n_heavy)


def _of_gates(bloq: InnerProduct) -> Depths:
    plan = schedule(lower(bloq))
    return plan.t_depth, plan.clifford_depth


def _sum(parts: list[Depths]) -> Depths:
    return sum(t for t, _ in parts), sum(c for _, c in parts)
