"""Closed forms of `SelectCopyLoad`: slices of a block looked up in turn, the wanted key's copied out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import AnyIntArray, Costs, IntArray, address_bits, bit_length
from qattention.formulas.clifford_depth import layers_filled, measured_unload_clifford_depth, written_ones
from qattention.formulas.load_cliffords import select_swap_cliffords
from qattention.formulas.loading import MEASURED, Unloading, key_bits, plus_unload
from qattention.formulas.measured_unload import measured_unload
from qattention.formulas.table_ones import TableOnes
from qattention.formulas.walk import Blocks, walk_toffoli

Sized = tuple[bytes, tuple[int, ...]]


@attrs.frozen(kw_only=True, eq=False)
class Slices:
    """How n keys of w bits are cut; integer arrays.

    Attributes:
        blocks: L keys each. w: bits of a word. width: mu, bits of a slice; the last may be narrower.
        clean: whether the held wires are clean.
    """

    blocks: Blocks
    w: IntArray
    width: IntArray
    padded: bool
    clean: bool

    @classmethod
    def of(
        cls,
        n_keys: ArrayLike,
        word_bits: ArrayLike,
        block: ArrayLike,
        width: ArrayLike,
        padded: bool,
        clean: bool,
    ) -> Slices:
        """L = `block`, a power of two."""
        blocks, w = Blocks.of(n_keys, block, padded), np.asarray(word_bits, dtype=np.int64)
        widths = np.where(blocks.slots > 1, np.asarray(width), w)
        return cls(blocks=blocks, w=w, width=widths, padded=padded, clean=clean)

    @property
    def n_slices(self) -> IntArray:
        """Slices that a word is cut in."""
        return np.asarray(-(-self.w // self.width))

    @property
    def lends(self) -> NDArray[Any]:
        """Where wires are borrowed."""
        return np.asarray((self.blocks.slots > 1) & (not self.clean))

    @property
    def rounds(self) -> IntArray:
        """Look-ups; so many copies too, where there is more than one slot."""
        return self.n_slices + self.lends

    @property
    def held(self) -> IntArray:
        """Bits of the words that are held beside the one picked."""
        return np.asarray((self.blocks.slots - 1) * self.width)

    @property
    def pairs(self) -> IntArray:
        """Pairs of slots of a block."""
        return np.asarray((self.blocks.slots + 1) // 2)

    @property
    def odd(self) -> IntArray:
        """Words of a copy that take an And beside the walk's: every other one, but for the first."""
        return np.maximum(0, self.blocks.slots // 2 - 1)

    @property
    def copy_ands(self) -> IntArray:
        """Ands of the copies, slots - 3 from three slots on."""
        return np.maximum(0, self.blocks.slots - 3)

    @property
    def walk(self) -> IntArray:
        """And's of a look-up."""
        return walk_toffoli(self.blocks.n_blocks, self.padded)

    @property
    def toffoli(self) -> IntArray:
        """Toffolis of one load: walks, copies and the picking of a slice."""
        copied = (self.blocks.slots - 1) * (self.w + np.where(self.lends, self.width, 0))
        return np.asarray(self.rounds * (self.walk + self.copy_ands) + copied)


def select_copy(cut: Slices) -> Costs:
    """(S + 1) (ceil(n / L) + L - 5) + (L - 1) (w + mu) with borrowed wires (arXiv:2605.20334); S slices."""
    blocks, n_ands = cut.blocks, cut.rounds * (cut.walk + cut.copy_ands)
    work = np.maximum(blocks.high - 1, np.where(blocks.slots > 3, bit_length(blocks.slots - 1) - 1, 0))
    wires = blocks.high + blocks.low + cut.w + cut.held
    return Costs(toffoli=cut.toffoli, measurement=n_ands, qubits=wires + np.maximum(0, work))


def best_slices(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool, clean: bool) -> Slices:
    """Of a loader: whole words of clean wires; the fewest Toffolis within K - 1 words of borrowed ones."""
    if clean:
        return Slices.of(n, w, block, w, padded, clean)
    sizes = [np.asarray(size, dtype=np.int64) for size in (n, w, block)]
    return _best(*((size.tobytes(), size.shape) for size in sizes), padded)


@lru_cache(maxsize=16)
def _best(n: Sized, w: Sized, block: Sized, padded: bool) -> Slices:
    """A plan asks for the costs and for the layers of the same sizes."""
    keys, bits, blocks = (np.frombuffer(data, dtype=np.int64).reshape(shape) for data, shape in (n, w, block))
    lent = (blocks - 1) * bits
    best: list[NDArray[Any]] = []
    for low in range(int(np.max(address_bits(keys))) + 1):
        slots = Blocks.of(keys, 1 << low, padded).slots
        if np.all(slots - 1 > lent):
            break
        widest = np.minimum(bits, lent // np.maximum(1, slots - 1))
        width = np.where(slots > 1, -(-bits // -(-bits // np.maximum(1, widest))), bits)
        found = Slices.of(keys, bits, 1 << low, width, padded, clean=False).toffoli
        found = np.where((widest > 0) | (slots == 1), found, np.iinfo(np.int64).max)
        entry = np.broadcast_arrays(found, 1 << low, width)
        if best:
            better = entry[0] < best[0]
            entry = tuple(np.where(better, new, old) for new, old in zip(entry, best, strict=True))
        best = list(entry)
    return Slices.of(keys, bits, best[1], best[2], padded, clean=False)


def select_copy_t_depth(cut: Slices) -> IntArray:
    """Look-ups and copies one after another: a bound, as a look-up's walk may begin beside the last copy.

    A copy's Toffolis share their targets: two layers a pair, and one for each And of its walk once its first
    pair has come up.
    """
    slots, first = cut.blocks.slots, np.maximum(bit_length(cut.blocks.slots - 1) - 2, 0)
    later = 2 * (cut.pairs - 1) - slots % 2 + walk_toffoli(cut.pairs) - first
    copy = np.maximum(1, first) + np.where(cut.pairs > 1, later, 0)
    return np.asarray(cut.rounds * (cut.walk + np.where(slots > 1, copy, 0)))


def select_copy_cliffords(cut: Slices, n_keys: ArrayLike) -> AnyIntArray:
    """Walks of look-ups and copies, a conditioned CZ an And beside them, and the first copy spread."""
    looked = select_swap_cliffords(n_keys, np.int64(1) << cut.blocks.low, cut.padded)
    copied = np.where(cut.pairs > 1, 3 * walk_toffoli(cut.pairs) + 2, 0) + cut.odd
    spread = np.where(cut.lends, cut.w - cut.width, 0)
    return np.asarray(cut.rounds * (looked + copied) + spread)


def select_copy_layers(cut: Slices, ones: ArrayLike | None, per_layer: int | None) -> IntArray:
    """Five layers a block and a pair of each walk, two an And beside them, and the first copy spread."""
    blocks = cut.blocks
    edge = cut.walk - walk_toffoli(blocks.n_blocks)
    bits = blocks.slots * cut.w + np.where(cut.lends, cut.held, 0)
    alone = layers_filled(written_ones(bits, ones), per_layer) + cut.rounds
    kept_apart = np.asarray(cut.padded & (blocks.high > 0))
    looked = np.where(blocks.n_blocks > 1, 5 * blocks.n_blocks - 6 + 4 * edge, 3) * cut.rounds
    copied = np.where(cut.pairs > 1, 5 * cut.pairs - 6, 0) + 2 * cut.odd
    spread = np.where(cut.lends & (cut.n_slices > 1), layers_filled(cut.w - cut.width, per_layer), 0)
    found = np.where((blocks.n_blocks > 1) | kept_apart, looked, alone)
    return np.asarray(found + np.where(blocks.slots > 1, cut.rounds * copied, 0) + spread)


def _xored(cut: Slices) -> tuple[AnyIntArray, ...]:
    """Every slice of every slot, and what borrowed wires are given last."""
    n_blocks = cut.blocks.n_blocks.astype(object)
    return np.asarray(n_blocks * cut.blocks.slots * cut.w), np.asarray(
        n_blocks * np.where(cut.lends, cut.held, 0)
    )


def _ones(bits: NDArray[np.bool_], block: int, padded: bool, clean: bool) -> TableOnes:
    """Of the coefficients, each slice as its difference from the one before it in the same wires."""
    cut = best_slices(len(bits), bits.shape[1], block, padded, clean)
    low, slots, width = int(cut.blocks.low), int(cut.blocks.slots), int(cut.width)
    words = np.zeros((-(-len(bits) >> low), 1 << low, bits.shape[1]), dtype=bool)
    words.reshape(-1, bits.shape[1])[: len(bits)] = bits
    at = np.arange(slots)
    later, odd = (at > 0)[:, None], (at % 2 * (at > 1) > 0)[:, None]
    known = words[:, at] ^ (words[:, [0]] & later) ^ ((words[:, at & ~1] ^ words[:, at & 1]) & odd)
    if not padded and slots == 1 << low:
        known[-1, at >= len(bits) - ((len(words) - 1) << low)] = False
    held, xored = np.zeros((len(words), slots - 1, width), dtype=bool), int(np.count_nonzero(known[:, 0]))
    for start in range(0, bits.shape[1], width):
        slice_ = known[:, 1:, start : start + width]
        xored += int(np.count_nonzero(held[:, :, : slice_.shape[2]] ^ slice_))
        held[:, :, : slice_.shape[2]] = slice_
    left = held.reshape(len(words), -1).sum(axis=1)
    xored += int(left.sum()) * bool(cut.lends)
    n_rows = min(len(words) << low, 1 << int(address_bits(len(bits)))) if padded else len(bits)
    junk = int(left[np.arange(n_rows) >> low].sum()) if clean else 0
    return TableOnes(xored=xored, measured=int(np.count_nonzero(bits)) + junk, written=xored)


def _leading(s: Any, rounds: int) -> Mapping[str, Any]:
    walks = rounds * s.n / s.K
    load = {
        "toffoli": walks + rounds * s.K * s.w,
        "t_depth": walks + 2 * rounds * s.K,
        "clifford_depth": 5 * walks,
        "measurement": walks + (s.K if rounds == 1 else 1) * s.w,
        "qubits": s.K * s.w,
    }
    return plus_unload(s, load)


def _measured_bits(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    return np.asarray(np.asarray(w) + best_slices(n, w, block, padded, True).held)


_WITH_JUNK: Unloading = {
    **MEASURED,
    "own_unload": lambda n, w, block, padded: measured_unload(n, _measured_bits(n, w, block, padded), padded),
    "own_unload_clifford_depth": lambda n, w, block, padded, per_layer: measured_unload_clifford_depth(
        n, _measured_bits(n, w, block, padded), padded, per_layer
    ),
}


def _kind(name: str, rank: int, clean: bool, how: str, limits: str, unloading: Unloading) -> LoaderKind:
    best = partial(best_slices, clean=clean)
    return LoaderKind(
        name=name,
        rank=rank,
        bloq=".select_copy_load:SelectCopyLoad",
        arguments={"clean": clean, "sliced": None},
        has_blocks=True,
        is_device=False,
        is_stock=False,
        only_asked=False,
        inverts=False,
        in_symbols=False,
        xored_bits=lambda n, w, block, padded: _xored(best(n, w, block, padded)),
        measured_bits=_measured_bits if clean else key_bits,
        load=lambda n, w, block, padded: select_copy(best(n, w, block, padded)),
        load_t_depth=lambda n, w, block, padded: select_copy_t_depth(best(n, w, block, padded)),
        load_cliffords=lambda n, w, block, padded: select_copy_cliffords(best(n, w, block, padded), n),
        load_clifford_depth=lambda n, w, block, padded, ones, per_layer: select_copy_layers(
            best(n, w, block, padded), ones, per_layer
        ),
        load_margin=Margin(layers=40, percent=12),
        table_ones=partial(_ones, clean=clean),
        leading=partial(_leading, rounds=1 if clean else 2),
        how=how,
        source="arXiv:2605.20334 (SelectCopy; abstract read)",
        limits=limits,
        **unloading,
    )


KINDS = (
    _kind(
        name="select-copy",
        rank=6,
        clean=False,
        how="by unary iteration, slice by slice, through borrowed wires",
        limits="K - 1 words of wires are taken anew and counted; its T depth is a bound.",
        unloading=MEASURED,
    ),
    _kind(
        name="select-copy-clean",
        rank=7,
        clean=True,
        how="by unary iteration into clean wires, and copied",
        limits="K - 3 And's more than qroam: slices of clean wires save no look-up.",
        unloading=_WITH_JUNK,
    ),
)
