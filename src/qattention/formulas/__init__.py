"""Closed forms, one function a bloq slug: what a paper would print, on arrays, without Qualtran."""

from qattention.formulas.adders import add_word, full_adder, half_adder, multiply_words
from qattention.formulas.bucket_brigade_load import bucket_brigade_load
from qattention.formulas.costs import Costs, address_bits
from qattention.formulas.dirty_look_up import dirty_look_up
from qattention.formulas.exclusion import FIX_UP, ExclusionForm
from qattention.formulas.grover import (
    fixed_point_iterate,
    grover_iterate,
    grover_search,
    iterate_of,
    own_phases,
    phased_iterate_of,
    readout,
    searched,
)
from qattention.formulas.hardware_load import hardware_load, memory_cells
from qattention.formulas.heavy_key_oracle import classical_bit_ops, heavy_key_oracle
from qattention.formulas.inner_product import inner_product, most_toffoli
from qattention.formulas.load_oracles import SharedSums, load_oracles
from qattention.formulas.loaders import QROM, LoaderForm
from qattention.formulas.measured_unload import measured_unload, served_addresses
from qattention.formulas.one_hot import one_hot
from qattention.formulas.one_hot_load import one_hot_load, tree_unload
from qattention.formulas.parity_phase import parity_phase
from qattention.formulas.phases import phase_at_zero, phase_below
from qattention.formulas.qrom_load import qrom_load
from qattention.formulas.row_sums import RowSums
from qattention.formulas.select_swap_load import select_swap_load
from qattention.formulas.sparse_attention import find_heavy_keys, sparse_attention
from qattention.formulas.sum_t_depth import has_t_depth, inner_product_t_depth, sums_t_depth
from qattention.formulas.swap_network_load import swap_network_load
from qattention.formulas.synthesis import TOFFOLI_T, t_per_rotation
from qattention.formulas.threshold_flag import threshold_flag
from qattention.formulas.uniform_superposition import reflection, uniform_superposition
from qattention.formulas.xor_word import xor_word

__all__ = [
    "FIX_UP",
    "QROM",
    "TOFFOLI_T",
    "Costs",
    "ExclusionForm",
    "LoaderForm",
    "RowSums",
    "SharedSums",
    "add_word",
    "address_bits",
    "bucket_brigade_load",
    "classical_bit_ops",
    "dirty_look_up",
    "find_heavy_keys",
    "fixed_point_iterate",
    "full_adder",
    "grover_iterate",
    "grover_search",
    "half_adder",
    "hardware_load",
    "has_t_depth",
    "heavy_key_oracle",
    "inner_product",
    "inner_product_t_depth",
    "iterate_of",
    "load_oracles",
    "measured_unload",
    "memory_cells",
    "most_toffoli",
    "multiply_words",
    "one_hot",
    "one_hot_load",
    "own_phases",
    "parity_phase",
    "phase_at_zero",
    "phase_below",
    "phased_iterate_of",
    "qrom_load",
    "readout",
    "reflection",
    "searched",
    "select_swap_load",
    "served_addresses",
    "sparse_attention",
    "sums_t_depth",
    "swap_network_load",
    "t_per_rotation",
    "threshold_flag",
    "tree_unload",
    "uniform_superposition",
    "xor_word",
]
