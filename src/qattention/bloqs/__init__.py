"""The reusable parts, as Qualtran bloqs; they know no problem and no reference.

A library of its own: `from qattention.bloqs import KeyTable, QROMLoad` (docs/qualtran.md). Nothing is
imported before it is asked for. `register_bloqs()` lets Qualtran read stored ones back.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .add_word import AddWord as AddWord
    from .adders import FullAdder as FullAdder
    from .adders import HalfAdder as HalfAdder
    from .address_phase import AddressSign as AddressSign
    from .address_phase import FlagPhase as FlagPhase
    from .any_flag import AnyFlag as AnyFlag
    from .any_flag import LivePhase as LivePhase
    from .bucket_brigade_load import BucketBrigadeLoad as BucketBrigadeLoad
    from .bucket_tree import BucketTree as BucketTree
    from .controlled_load import ControlledLoad as ControlledLoad
    from .dirty_look_up import DirtyLookUp as DirtyLookUp
    from .dirty_select_swap_load import DirtySelectSwapLoad as DirtySelectSwapLoad
    from .grover import GroverIterate as GroverIterate
    from .grover import GroverSearch as GroverSearch
    from .grover import Readout as Readout
    from .hardware_load import HardwareLoad as HardwareLoad
    from .hardware_load import HardwareUnload as HardwareUnload
    from .heavy_key_oracle import HeavyKeyOracle as HeavyKeyOracle
    from .inner_product import InnerProduct as InnerProduct
    from .inverse_unload import InverseUnload as InverseUnload
    from .key_load import KeyLoad as KeyLoad
    from .key_table import KeyTable as KeyTable
    from .made_of import load_of as load_of
    from .made_of import unload_of as unload_of
    from .measure_junk import MeasureJunk as MeasureJunk
    from .measured_unload import MeasuredUnload as MeasuredUnload
    from .memory_query import MemoryQuery as MemoryQuery
    from .multiply_words import MultiplyWords as MultiplyWords
    from .nested_iterate import NestedIterate as NestedIterate
    from .nested_iterate import NestedReadout as NestedReadout
    from .one_hot import OneHot as OneHot
    from .one_hot_load import OneHotLoad as OneHotLoad
    from .pair_oracle import PairOracle as PairOracle
    from .pair_oracle import RowMark as RowMark
    from .pair_signs import ListedSign as ListedSign
    from .pair_signs import SeenSign as SeenSign
    from .pair_table import PairTable as PairTable
    from .parity_phase import ParityPhase as ParityPhase
    from .phased_search import PhasedSearch as PhasedSearch
    from .phases import PhaseAtZero as PhaseAtZero
    from .phases import PhaseBelow as PhaseBelow
    from .qrom_load import QROMLoad as QROMLoad
    from .select_copy_load import SelectCopyLoad as SelectCopyLoad
    from .select_swap_load import SelectSwapLoad as SelectSwapLoad
    from .shared_oracle import NotAll as NotAll
    from .shared_oracle import SharedOracle as SharedOracle
    from .shift_add import ShiftAdd as ShiftAdd
    from .sparse_attention import FindHeavyKeys as FindHeavyKeys
    from .sparse_attention import SparseAttention as SparseAttention
    from .square_sum import SquareSum as SquareSum
    from .stock_product import StockProduct as StockProduct
    from .storing import register_bloqs as register_bloqs
    from .swap_network_load import SwapNetworkLoad as SwapNetworkLoad
    from .threshold_flag import ThresholdFlag as ThresholdFlag
    from .tree_unload import TreeUnload as TreeUnload
    from .turn_oracle import NotSign as NotSign
    from .turn_oracle import TurnOracle as TurnOracle
    from .uniform_superposition import Reflection as Reflection
    from .uniform_superposition import UniformSuperposition as UniformSuperposition
    from .xor_word import XorWord as XorWord

_HOMES = {
    "AddWord": "add_word",
    "AddressSign": "address_phase",
    "AnyFlag": "any_flag",
    "BucketBrigadeLoad": "bucket_brigade_load",
    "BucketTree": "bucket_tree",
    "ControlledLoad": "controlled_load",
    "DirtyLookUp": "dirty_look_up",
    "DirtySelectSwapLoad": "dirty_select_swap_load",
    "FindHeavyKeys": "sparse_attention",
    "FlagPhase": "address_phase",
    "FullAdder": "adders",
    "GroverIterate": "grover",
    "GroverSearch": "grover",
    "HalfAdder": "adders",
    "HardwareLoad": "hardware_load",
    "HardwareUnload": "hardware_load",
    "HeavyKeyOracle": "heavy_key_oracle",
    "InnerProduct": "inner_product",
    "KeyLoad": "key_load",
    "KeyTable": "key_table",
    "ListedSign": "pair_signs",
    "LivePhase": "any_flag",
    "MeasureJunk": "measure_junk",
    "MeasuredUnload": "measured_unload",
    "MemoryQuery": "memory_query",
    "MultiplyWords": "multiply_words",
    "NestedIterate": "nested_iterate",
    "NestedReadout": "nested_iterate",
    "NotAll": "shared_oracle",
    "NotSign": "turn_oracle",
    "OneHot": "one_hot",
    "InverseUnload": "inverse_unload",
    "OneHotLoad": "one_hot_load",
    "SelectCopyLoad": "select_copy_load",
    "PairOracle": "pair_oracle",
    "PairTable": "pair_table",
    "ParityPhase": "parity_phase",
    "PhaseAtZero": "phases",
    "PhaseBelow": "phases",
    "PhasedSearch": "phased_search",
    "QROMLoad": "qrom_load",
    "Readout": "grover",
    "Reflection": "uniform_superposition",
    "RowMark": "pair_oracle",
    "SeenSign": "pair_signs",
    "SelectSwapLoad": "select_swap_load",
    "SharedOracle": "shared_oracle",
    "ShiftAdd": "shift_add",
    "SparseAttention": "sparse_attention",
    "SquareSum": "square_sum",
    "StockProduct": "stock_product",
    "SwapNetworkLoad": "swap_network_load",
    "ThresholdFlag": "threshold_flag",
    "TreeUnload": "tree_unload",
    "TurnOracle": "turn_oracle",
    "UniformSuperposition": "uniform_superposition",
    "XorWord": "xor_word",
    "load_of": "made_of",
    "register_bloqs": "storing",
    "unload_of": "made_of",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
