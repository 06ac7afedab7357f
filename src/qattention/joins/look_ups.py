"""Look-ups that a block may use: none is beaten in Toffolis and wires at once.

Apart from `choose` because which look-ups none beats is asked once for all blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import attrs
import numpy as np

from qattention.circuit import LOADERS, Circuit, LoaderKind

MOST_BLOCK = 2**16  # keys looked up at once; more would hold 2**16 words


@attrs.frozen(kw_only=True)
class LookUp:
    """One way to look 2**m words up and give them back, and what it takes.

    Attributes:
        peak: most wires while it runs, address and word included. kept: wires held between, beside both.
    """

    circuit: Circuit
    toffoli: int
    peak: int
    kept: int


def loaders_left(loader: LoaderKind | None) -> tuple[LoaderKind, ...]:
    """Those whose unload measures, so that phases of the address are free: of all, or the one asked for."""
    return tuple(
        kind
        for kind in LOADERS.values()
        if kind.has_fix_up
        and not kind.is_device
        and (kind == loader if loader is not None else not kind.only_asked)
    )


@lru_cache(maxsize=8)
def look_up_fronts(
    most_bits: int, word_bits: int, kinds: tuple[LoaderKind, ...], block: int | None, base: Circuit
) -> list[list[LookUp]]:
    """For m = 0 .. most_bits the look-ups of 2**m words, fewest Toffolis first.

    Args:
        block: words looked up at once; None: any power of two.
        base: padding and inner product.
    """
    fronts: list[list[LookUp]] = [[] for _ in range(most_bits + 1)]
    for circuit in _circuits(most_bits, kinds, block, base):
        n, w, size = np.int64(1) << np.arange(most_bits + 1), np.int64(word_bits), circuit.block
        kind = circuit.loader
        load, unload = (form(n, w, size, True) for form in (kind.load, kind.own_unload))
        kept = np.broadcast_to(kind.kept_bits(n, w, size, True), n.shape)
        toffoli, peak = load.toffoli + unload.toffoli, np.maximum(load.qubits, unload.qubits)
        for m in range(most_bits + 1):
            if size == 1 or 2 * size <= n[m]:
                found = (int(np.broadcast_to(x, n.shape)[m]) for x in (toffoli, peak, kept))
                fronts[m].append(
                    LookUp(circuit=circuit, **dict(zip(("toffoli", "peak", "kept"), found, strict=True)))
                )
    return [_front(front) for front in fronts]


def _circuits(
    most_bits: int, kinds: tuple[LoaderKind, ...], block: int | None, base: Circuit
) -> Iterator[Circuit]:
    for kind in kinds:
        sizes: list[int | None] = [None]
        if kind.has_blocks:
            most = min(1 << most_bits, MOST_BLOCK)
            sizes = [block] if block else [1 << i for i in range(1, max(2, most.bit_length()))]
        for size in sizes:
            yield attrs.evolve(base, loader=kind, block_size=size, unload_block=None)


def _front(found: list[LookUp]) -> list[LookUp]:
    kept: list[LookUp] = []
    for one in sorted(found, key=lambda x: (x.toffoli, x.peak, x.kept)):
        if all(one.peak < other.peak or one.kept < other.kept for other in kept):
            kept.append(one)
    return kept[:6]
