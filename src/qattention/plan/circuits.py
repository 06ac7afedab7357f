"""Every circuit that looks keys up: loaders x block sizes x unload blocks, costed as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np

from qattention.formulas import LoaderForm, address_bits
from qattention.formulas.costs import AnyIntArray, Costs, IntArray
from qattention.formulas.measured_unload import served_addresses, unload_split
from qattention.plan.loader_names import ASSUMED, BLOCKED, FORM_NAMES, LoaderName
from qattention.plan.options import PlanOptions

MOST_LOW_BITS = (
    24  # blocks of up to 2**24 keys: K w wires of more could not be counted in 64 bits for every w
)

Choice = tuple[LoaderName, int | None, int | None]  # loader, block size, unload block


@attrs.frozen(kw_only=True, eq=False)
class Circuits:
    """One row a circuit, one column a group of loads; integers, shape (n_circuits, n_groups).

    Attributes:
        choices: what each row is.
        toffoli: of load and unload. t_depth: the same, one after the other.
        peak: most wires while loading or unloading. held: address, key and what the loader keeps between.
    """

    choices: tuple[Choice, ...]
    toffoli: AnyIntArray
    t_depth: AnyIntArray
    peak: AnyIntArray
    held: AnyIntArray

    @classmethod
    def of(
        cls, n_keys: IntArray, bits: Callable[[LoaderName], IntArray], padded: bool, options: PlanOptions
    ) -> Circuits:
        """All that the options leave open, over `n_keys` keys of `bits(loader)` bits, shape (n_groups,)."""
        n = np.asarray(n_keys, dtype=np.int64)[None, :]
        parts, choices = [], list[Choice]()
        for name, block in loader_choices(int(np.max(n)), options):
            form, word_bits = LoaderForm(FORM_NAMES[name], block or 1), bits(name)
            lows = unload_choices(form, n, word_bits, padded, options)
            choices += [(name, block, None if low is None else 1 << low) for low in lows]
            if None in lows:
                parts.append(_figures(form, n, word_bits, padded))
            given = np.array([low for low in lows if low is not None], dtype=np.int64)
            if len(given):
                parts.append(_figures(attrs.evolve(form, unload_low=given[:, None]), n, word_bits, padded))
        names = ("toffoli", "t_depth", "peak", "held")
        stacked = {name: np.concatenate([part[i] for part in parts]) for i, name in enumerate(names)}
        return cls(choices=tuple(choices), **stacked)


def loader_choices(n_keys: int, options: PlanOptions) -> list[tuple[LoaderName, int | None]]:
    """(loader, block size) pairs that the options leave open; without blocks first."""
    m = int(address_bits(n_keys))
    every = [1 << i for i in range(1, min(m, MOST_LOW_BITS) + 1)]
    blocks = [options.block_size] if options.block_size else every
    in_gates = [name for name in FORM_NAMES if name not in ASSUMED]
    names = in_gates if options.loader == "auto" else [options.loader]
    pairs = [(name, block) for name in names for block in (blocks if name in BLOCKED else [None])]
    return [(name, block) for name, block in pairs if block is not None or not options.block_size]


def unload_choices(
    form: LoaderForm, n_keys: IntArray, word_bits: IntArray, padded: bool, options: PlanOptions
) -> Sequence[int | None]:
    """Address bits that the unload makes one-hot, None (the fewest And's) first; no choice without a walk."""
    if options.unload_block is not None:
        return [options.unload_block.bit_length() - 1]
    if not np.all(form.walks(n_keys, word_bits, padded)):
        return [None]
    best, _ = unload_split(served_addresses(n_keys, padded))
    return [None, *(low for low in range(int(np.max(address_bits(n_keys))) + 1) if np.any(best != low))]


def _figures(form: LoaderForm, n: IntArray, word_bits: IntArray, padded: bool) -> list[AnyIntArray]:
    """As the fields of `Circuits`, one row an unload."""
    sizes = (n, word_bits, padded)
    load, unload = form.load(*sizes), form.unload(*sizes)
    both: Costs = load + unload
    held = address_bits(n) + word_bits + form.kept_bits(*sizes)
    t_depth = form.load_t_depth(*sizes) + form.unload_t_depth(*sizes)
    shape = np.broadcast_shapes(n.shape, both.toffoli.shape, t_depth.shape)
    return [np.broadcast_to(values, shape) for values in (both.toffoli, t_depth, both.qubits, held)]
