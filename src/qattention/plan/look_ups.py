"""Every way to look keys up: loaders x block sizes x unload blocks, costed as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter

import attrs
import numpy as np
from numpy.typing import NDArray

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

FIGURES = ("toffoli", "t_depth", "peak", "held")
Sizes = tuple[IntArray, IntArray, IntArray, bool]  # n, w, K (n_blocks, 1, 1) and padded, of closed forms
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
        left = loader_choices(int(np.max(n_keys)), options, competing)
        every = np.stack([n_keys, *(bits(kind) for kind in dict(left))])
        _, first, inverse = np.unique(every, axis=1, return_index=True, return_inverse=True)
        costed: IntArray | slice = slice(None)
        back: IntArray | slice = slice(None)  # where no groups are alike each stays in its place
        if len(first) < every.shape[1]:
            costed, back = first, inverse.reshape(-1)  # of two axes in some versions of NumPy
        choices, parts = [], [list[AnyIntArray]() for _ in FIGURES]
        for kind, pairs in groupby(left, itemgetter(0)):
            blocks = [block for _, block in pairs]
            cut = np.array([block or 1 for block in blocks])[:, None, None]
            sizes = every[0, costed], bits(kind)[costed], cut, padded
            unloads, taken = unload_choices(kind, sizes, options)
            choices += [(kind, blocks[i], unloads[j]) for i, j in np.argwhere(taken).tolist()]
            for part, values in zip(parts, _costed(kind, sizes, unloads, options), strict=True):
                part.append(values.reshape(-1, values.shape[-1])[np.flatnonzero(taken)])
        figures = dict[str, AnyIntArray]()
        for name, part in zip(FIGURES, parts, strict=True):
            figures[name] = np.concatenate(part)[:, back]
            part.clear()  # of many groups they are gigabytes
        like = Circuit(padding="on" if padded else "off", unload=options.unload)
        return cls(choices=tuple(choices), **figures, n_keys=every[0], bits=bits, like=like)


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
    kind: LoaderKind, sizes: Sizes, options: PlanOptions
) -> tuple[list[int | None], NDArray[np.bool_]]:
    """Addresses that an unload makes one-hot, None (the fewest And's) first; which go, (n_blocks, so many).

    There is no choice without a walk.
    """
    n_keys, _, block, padded = sizes
    shape = len(block), 1, len(n_keys)
    walked = np.asarray(np.broadcast_to(walks(kind, *sizes), shape).all(axis=(1, 2)))
    if options.unload == UNITARY or options.unload_block is not None or not walked.any():
        return [options.unload_block], np.ones((len(block), 1), dtype=np.bool_)
    best, most = low_bits(n_keys, padded), int(np.max(address_bits(n_keys)))
    given = [1 << low for low in range(most + 1) if np.any(best != low)]
    return [None, *given], walked[:, None] | (np.arange(1 + len(given)) == 0)


def _costed(
    kind: LoaderKind, sizes: Sizes, unloads: Sequence[int | None], options: PlanOptions
) -> list[AnyIntArray]:
    """The fields of `LookUps`, each of shape (n_blocks, n_unloads, n_groups)."""
    if options.unload == UNITARY:
        return _inverse_figures(kind, sizes)
    given = np.array([one for one in unloads if one is not None], dtype=np.int64)
    parts = [_figures(kind, sizes, None)] if None in unloads else []
    if len(given):
        parts.append(_figures(kind, sizes, given[:, None]))
    return [np.concatenate(part, axis=1) for part in zip(*parts, strict=True)]


def _inverse_figures(kind: LoaderKind, sizes: Sizes) -> list[AnyIntArray]:
    """The same of a load and its inverse; junk is held until then."""
    n_keys, word_bits, block, _ = sizes
    both = kind.load(*sizes) + inverse_load(kind, *sizes)
    held = address_bits(n_keys) + word_bits + kind.kept_bits(*sizes) + held_junk(kind, *sizes)
    t_depth = kind.load_t_depth(*sizes) + inverse_t_depth(kind, *sizes)
    shape = np.broadcast_shapes(n_keys.shape, block.shape)
    return [np.broadcast_to(values, shape) for values in (both.toffoli, t_depth, both.qubits, held)]


def _figures(kind: LoaderKind, sizes: Sizes, unload_block: IntArray | None) -> list[AnyIntArray]:
    """The same of a measured unload, as it is or with these addresses made one-hot, shape (n_unloads, 1)."""
    n_keys, word_bits, block, _ = sizes
    both = kind.load(*sizes) + unload(kind, *sizes, unload_block)
    held = address_bits(n_keys) + word_bits + kind.kept_bits(*sizes)
    t_depth = kind.load_t_depth(*sizes) + unload_t_depth(kind, *sizes, unload_block)
    rows = block if unload_block is None else np.broadcast_arrays(block, unload_block)[0]
    shape = np.broadcast_shapes(n_keys.shape, rows.shape)
    return [np.broadcast_to(values, shape) for values in (both.toffoli, t_depth, both.qubits, held)]
