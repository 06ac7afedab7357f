"""Bloqs of a given size with seeded data, one function a slug: what the ladder of checks is climbed on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from qualtran import Bloq

from qattention.bloqs.add_word import AddWord
from qattention.bloqs.adders import FullAdder, HalfAdder
from qattention.bloqs.address_phase import AddressSign, FlagPhase
from qattention.bloqs.any_flag import AnyFlag, LivePhase
from qattention.bloqs.bucket_brigade_load import BucketBrigadeLoad
from qattention.bloqs.bucket_tree import BucketTree
from qattention.bloqs.controlled_load import ControlledLoad
from qattention.bloqs.dirty_look_up import DirtyLookUp
from qattention.bloqs.dirty_select_swap_load import DirtySelectSwapLoad
from qattention.bloqs.grover import GroverIterate, GroverSearch, Readout
from qattention.bloqs.hardware_load import HardwareLoad, HardwareUnload
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.inverse_unload import InverseUnload
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.measure_junk import MeasureJunk
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.bloqs.memory_query import MemoryQuery
from qattention.bloqs.multiply_words import MultiplyWords
from qattention.bloqs.one_hot import OneHot
from qattention.bloqs.one_hot_load import OneHotLoad
from qattention.bloqs.parity_phase import ParityPhase
from qattention.bloqs.phased_search import PhasedSearch
from qattention.bloqs.phases import PhaseAtZero, PhaseBelow
from qattention.bloqs.qrom_load import QROMLoad
from qattention.bloqs.select_copy_load import SelectCopyLoad
from qattention.bloqs.select_swap_load import SelectSwapLoad
from qattention.bloqs.shared_oracle import NotAll, SharedOracle
from qattention.bloqs.shift_add import ShiftAdd
from qattention.bloqs.sparse_attention import FindHeavyKeys, SparseAttention
from qattention.bloqs.stock_product import StockProduct
from qattention.bloqs.swap_network_load import SwapNetworkLoad
from qattention.bloqs.threshold_flag import ThresholdFlag
from qattention.bloqs.tree_unload import TreeUnload
from qattention.bloqs.uniform_superposition import Reflection, UniformSuperposition
from qattention.bloqs.xor_word import XorWord
from qattention.catalogue.join_parts import JOIN_BUILDERS
from qattention.circuit import Circuit

SEED = 2307_08045  # of all data here


def _integers(shape: int | tuple[int, int], bits: int) -> np.ndarray:
    """Signed integers of `bits` bits, uniform."""
    half = 1 << (bits - 1)
    return np.random.default_rng(SEED).integers(-half, half, size=shape)


def _table(n: int, d: int, b: int) -> KeyTable:
    return KeyTable.from_values(_integers((n, d), b), b)


def _weights(d: int, b: int) -> tuple[int, ...]:
    return tuple(_integers(d, b).tolist())


def _oracle(
    n: int,
    d: int,
    b: int,
    padded: bool = False,
    excluded: bool = False,
    in_circuit: bool = False,
    live: bool = False,
) -> HeavyKeyOracle:
    """The threshold is the row's median inner product, so that about half the keys are heavy."""
    table, weights = _table(n, d, b), _weights(d, b)
    threshold = int(np.median(table.values @ np.array(weights)))
    exclusion = "circuit" if in_circuit else "live" if live else "fix-up"
    found = (n - 1,) if excluded else ()
    circuit = Circuit(padding="on" if padded else "off", exclusion=exclusion)
    return HeavyKeyOracle(table, weights, threshold, found, circuit=circuit)


def _shared_oracle(
    n: int, d: int, b: int, rows: int, padded: bool = False, **exclusion: bool
) -> SharedOracle:
    """Rows of one oracle's weights, rolled, each with a threshold of its own."""
    base = _oracle(n, d, b, padded, excluded=True, **exclusion)
    rolled = [base.weights[r % d :] + base.weights[: r % d] for r in range(1, rows)]
    return SharedOracle(base, tuple((weights, base.threshold + r) for r, weights in enumerate(rolled, 1)))


def _addresses(bits: int, found: int) -> tuple[int, ...]:
    return tuple(sorted(np.random.default_rng(SEED).permutation(2**bits)[:found].tolist()))


def _inner_product(
    d: int, b: int, threshold: int = 1, uncompute: bool = False, narrow: bool = False
) -> InnerProduct:
    return InnerProduct(_weights(d, b), threshold, _narrowing(d, b) if narrow else b, uncompute)


def _bucket_tree(
    d: int, b: int, threshold: int = 1, uncompute: bool = False, narrow: bool = False
) -> BucketTree:
    return BucketTree(_weights(d, b), threshold, _narrowing(d, b) if narrow else b, uncompute)


def _shift_add(d: int, b: int, threshold: int = 1, uncompute: bool = False, narrow: bool = False) -> ShiftAdd:
    return ShiftAdd(_weights(d, b), threshold, _narrowing(d, b) if narrow else b, uncompute)


def _stock_product(
    d: int, b: int, threshold: int = 1, uncompute: bool = False, narrow: bool = False
) -> StockProduct:
    return StockProduct(_weights(d, b), threshold, _narrowing(d, b) if narrow else b, uncompute)


def _narrowing(d: int, b: int) -> tuple[int, ...]:
    """A bit less from component to component, down to one."""
    return tuple(max(1, b - c) for c in range(d))


def _xor_word(n: int, d: int, b: int, selected: bool = True) -> XorWord:
    return XorWord(_table(n, d, b), n - 1, selected)


def _parity_phase(n: int, d: int, b: int, first: int, n_lines: int, selected: bool = True) -> ParityPhase:
    return ParityPhase(_table(n, d, b), first, n_lines, (first,), selected)


def _select_swap_load(n: int, d: int, b: int, block: int, padded: bool = False) -> SelectSwapLoad:
    return SelectSwapLoad(_table(n, d, b), block, padded)


def _select_copy_load(
    n: int, d: int, b: int, keys: int, width: int, clean: bool = False, padded: bool = False
) -> SelectCopyLoad:
    return SelectCopyLoad(_table(n, d, b), padded=padded, clean=clean, sliced=(keys, width))


def _one_hot_load(
    n: int, d: int, b: int, block: int, padded: bool = False, halves: bool = False
) -> OneHotLoad:
    return OneHotLoad(_table(n, d, b), block, padded, halves)


def _tree_unload(
    n: int, d: int, b: int, block: int, flip: bool = False, padded: bool = False, halves: bool = False
) -> TreeUnload:
    return TreeUnload(_one_hot_load(n, d, b, block, padded, halves), (n - 1,) if flip else ())


def _measured_unload(
    n: int, d: int, b: int, block: int = 0, flip: bool = False, padded: bool = False
) -> MeasuredUnload:
    load = _select_swap_load(n, d, b, block, padded) if block else QROMLoad(_table(n, d, b), padded)
    return MeasuredUnload(load, (n - 1,) if flip else ())


def _controlled_load(n: int, d: int, b: int, block: int = 1, padded: bool = False) -> ControlledLoad:
    return ControlledLoad(_select_swap_load(n, d, b, block, padded))


def _phased_search(n: int, d: int, b: int, pairs: int) -> PhasedSearch:
    return PhasedSearch(_oracle(n, d, b), phases=tuple((1.0 + i, -2.0 + i) for i in range(pairs)))


def _find(n: int, d: int, b: int, longest: int) -> FindHeavyKeys:
    return FindHeavyKeys(_oracle(n, d, b), searches=tuple((m, 1) for m in range(longest + 1)))


BUILDERS: dict[str, Callable[..., Bloq]] = {
    "xor_word": _xor_word,
    "qrom_load": lambda n, d, b, padded=False: QROMLoad(_table(n, d, b), padded),
    "select_swap_load": _select_swap_load,
    "select_copy_load": _select_copy_load,
    "inverse_unload": lambda **sizes: InverseUnload(_select_swap_load(**sizes)),
    "one_hot_load": _one_hot_load,
    "dirty_look_up": lambda n, d, b, block, padded=False: DirtyLookUp(_table(n, d, b), block, padded),
    "dirty_select_swap_load": lambda n, d, b, block, padded=False: DirtySelectSwapLoad(
        _table(n, d, b), block, padded
    ),
    "bucket_brigade_load": lambda n, d, b, padded=False, parallel=False: BucketBrigadeLoad(
        _table(n, d, b), padded, parallel
    ),
    "memory_query": lambda n, d, b, uncompute=False: MemoryQuery(_table(n, d, b), uncompute),
    "hardware_load": lambda n, d, b, padded=False: HardwareLoad(_table(n, d, b), padded),
    "hardware_unload": lambda n, d, b, padded=False: HardwareUnload(HardwareLoad(_table(n, d, b), padded)),
    "swap_network_load": lambda n, d, b, padded=False: SwapNetworkLoad(_table(n, d, b), padded),
    "controlled_load": _controlled_load,
    "tree_unload": _tree_unload,
    "measure_junk": lambda bits: MeasureJunk(bits),
    "one_hot": lambda bits, uncompute=False: OneHot(bits, uncompute),
    "parity_phase": _parity_phase,
    "measured_unload": _measured_unload,
    "full_adder": lambda **inversions: FullAdder(**inversions),
    "half_adder": lambda **inversions: HalfAdder(**inversions),
    "inner_product": _inner_product,
    "bucket_tree": _bucket_tree,
    "shift_add": _shift_add,
    "multiply_words": lambda query, key, uncompute=False: MultiplyWords(query, key, uncompute),
    "stock_product": _stock_product,
    "add_word": lambda word, acc: AddWord(word, acc),
    "threshold_flag": lambda uncompute=False: ThresholdFlag(uncompute),
    "heavy_key_oracle": _oracle,
    "not_all": lambda bits: NotAll(bits),
    "shared_oracle": _shared_oracle,
    "address_sign": lambda bits, found: AddressSign(_addresses(bits, found), bits),
    "flag_phase": lambda bits, found: FlagPhase(_addresses(bits, found), bits, angle=1.0),
    "any_flag": lambda bits, uncompute=False: AnyFlag(bits, uncompute),
    "live_phase": lambda rotation=False: LivePhase(1.0) if rotation else LivePhase(),
    "phase_at_zero": lambda bits, rotation=False: PhaseAtZero(bits, 1.0) if rotation else PhaseAtZero(bits),
    "phase_below": lambda bound: PhaseBelow(bound=bound, angle=1.0),
    "uniform_superposition": lambda n, uncompute=False: UniformSuperposition(n, uncompute),
    "reflection": lambda n, rotation=False: Reflection(n, 1.0) if rotation else Reflection(n),
    "grover_iterate": lambda n, d, b, padded=False: GroverIterate(_oracle(n, d, b, padded)),
    "grover_search": lambda n, d, b, m, padded=False: GroverSearch(_oracle(n, d, b, padded), m),
    "phased_search": _phased_search,
    "readout": lambda bits: Readout(bits),
    "find_heavy_keys": _find,
    "sparse_attention": lambda n, d, b, rows: SparseAttention(rows=((_find(n, d, b, 1), rows),)),
    **JOIN_BUILDERS,
}
