"""Every way to look keys up: loaders x block sizes x unload blocks, costed as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import attrs
import numpy as np

from qattention.circuit import LOADERS, UNITARY, Circuit, LoaderKind
from qattention.costs import AnyIntArray, IntArray, address_bits
from qattention.formulas.loader_costs import (
    held_junk,
    inverse_load,
    inverse_t_depth,
    look_up_clifford_depth,
    unload,
    unload_t_depth,
    walks,
)
from qattention.formulas.measured_unload import low_bits
from qattention.plan.options import AUTO, PlanOptions

MOST_LOW_BITS = 24  # blocks of up to 2**24 keys: K w wires of more need more than 64 bits for some w

Choice = tuple[LoaderKind, int | None, int | None]  # loader, block size, unload block


@attrs.frozen(kw_only=True, eq=False, slots=False)
class LookUps:
    """One row a look-up, one column a group of loads; integers, shape (n_look_ups, n_groups).

    Attributes:
        choices: what each row is.
        toffoli: of load and unload. t_depth: the same, one after the other.
        peak: most wires while loading or unloading. held: address, key and what the loader keeps between.
        n_keys: of each group. bits: of a key, as `of` takes it. like: what their circuits have in common.
    """

    choices: tuple[Choice, ...]
    toffoli: AnyIntArray
    t_depth: AnyIntArray
    peak: AnyIntArray
    held: AnyIntArray
    n_keys: IntArray
    bits: Callable[[LoaderKind], IntArray]
    like: Circuit

    @cached_property
    def clifford_depth(self) -> IntArray:
        """Of load and unload, where half of a table's bits are 1; takes longer than all other figures."""
        return np.stack([self._clifford_depth(*choice) for choice in self.choices])

    def _clifford_depth(self, kind: LoaderKind, block: int | None, unload_block: int | None) -> IntArray:
        circuit = attrs.evolve(self.like, loader=kind, block_size=block, unload_block=unload_block)
        there, back = look_up_clifford_depth(circuit, self.n_keys, self.bits(kind))
        return np.broadcast_to(there + back, self.n_keys.shape)

    @classmethod
    def of(
        cls,
        n_keys: IntArray,
        bits: Callable[[LoaderKind], IntArray],
        padded: bool,
        options: PlanOptions,
        competing: Sequence[LoaderKind] = (),
    ) -> LookUps:
        """All that the options leave open, over `n_keys` keys of `bits(loader)` bits, shape (n_groups,).

        `competing` are loaders of one's own beside the family.
        """
        n = np.asarray(n_keys, dtype=np.int64)[None, :]
        parts, choices = [], list[Choice]()
        for kind, block in loader_choices(int(np.max(n)), options, competing):
            sizes = (n, bits(kind), block or 1, padded)
            unloads = unload_choices(kind, sizes, options)
            choices += [(kind, block, unload_block) for unload_block in unloads]
            if options.unload == UNITARY:
                parts.append(_inverse_figures(kind, sizes))
            elif None in unloads:
                parts.append(_figures(kind, sizes, None))
            given = np.array([one for one in unloads if one is not None], dtype=np.int64)
            if len(given):
                parts.append(_figures(kind, sizes, given[:, None]))
        names = ("toffoli", "t_depth", "peak", "held")
        stacked = {name: np.concatenate([part[i] for part in parts]) for i, name in enumerate(names)}
        like = Circuit(padding="on" if padded else "off", unload=options.unload)
        return cls(choices=tuple(choices), **stacked, n_keys=n[0], bits=bits, like=like)


def loader_choices(
    n_keys: int, options: PlanOptions, competing: Sequence[LoaderKind] = ()
) -> list[tuple[LoaderKind, int | None]]:
    """(loader, block size) pairs that the options leave open; without blocks first."""
    every = [1 << i for i in range(1, min(int(address_bits(n_keys)), MOST_LOW_BITS) + 1)]
    blocks = [options.block_size] if options.block_size else every
    kinds = loaders_left(options, competing)
    pairs = [(kind, block) for kind in kinds for block in (blocks if kind.has_blocks else [None])]
    return [(kind, block) for kind, block in pairs if block is not None or not options.block_size]


def loaders_left(options: PlanOptions, competing: Sequence[LoaderKind] = ()) -> list[LoaderKind]:
    """Of all, those that need not be asked for by name, and any that competes with them."""
    if options.loader == AUTO:
        kinds = [*(kind for kind in LOADERS.values() if not kind.only_asked), *competing]
        return [kind for kind in kinds if kind.inverts or options.unload != UNITARY]
    return [LOADERS.find(options.loader)]


def unload_choices(
    kind: LoaderKind, sizes: tuple[IntArray, IntArray, int, bool], options: PlanOptions
) -> Sequence[int | None]:
    """Addresses that the unload makes one-hot, None (the fewest And's) first; no choice without a walk."""
    n_keys, _, _, padded = sizes
    if options.unload == UNITARY:
        return [None]
    if options.unload_block is not None:
        return [options.unload_block]
    if not np.all(walks(kind, *sizes)):
        return [None]
    best, most = low_bits(n_keys, padded), int(np.max(address_bits(n_keys)))
    return [None, *(1 << low for low in range(most + 1) if np.any(best != low))]


def _inverse_figures(kind: LoaderKind, sizes: tuple[IntArray, IntArray, int, bool]) -> list[AnyIntArray]:
    """The same of a load and its inverse; junk is held until then."""
    n_keys, word_bits, _, _ = sizes
    both = kind.load(*sizes) + inverse_load(kind, *sizes)
    held = address_bits(n_keys) + word_bits + kind.kept_bits(*sizes) + held_junk(kind, *sizes)
    t_depth = kind.load_t_depth(*sizes) + inverse_t_depth(kind, *sizes)
    shape = np.broadcast_shapes(n_keys.shape, both.toffoli.shape, t_depth.shape)
    return [np.broadcast_to(values, shape) for values in (both.toffoli, t_depth, both.qubits, held)]


def _figures(
    kind: LoaderKind, sizes: tuple[IntArray, IntArray, int, bool], unload_block: IntArray | None
) -> list[AnyIntArray]:
    """As the fields of `LookUps`, one row an unload."""
    n_keys, word_bits, _, _ = sizes
    both = kind.load(*sizes) + unload(kind, *sizes, unload_block)
    held = address_bits(n_keys) + word_bits + kind.kept_bits(*sizes)
    t_depth = kind.load_t_depth(*sizes) + unload_t_depth(kind, *sizes, unload_block)
    shape = np.broadcast_shapes(n_keys.shape, both.toffoli.shape, t_depth.shape)
    return [np.broadcast_to(values, shape) for values in (both.toffoli, t_depth, both.qubits, held)]
