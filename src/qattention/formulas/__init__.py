"""Closed forms, one function a bloq slug: what a paper would print, on arrays, without Qualtran."""

from qattention.costs import Costs, address_bits
from qattention.formulas.adders import add_word, full_adder, half_adder, multiply_words
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
from qattention.formulas.heavy_key_oracle import heavy_key_oracle
from qattention.formulas.inner_product import inner_product
from qattention.formulas.line_tree import tree_unload
from qattention.formulas.load_oracles import SharedSums, load_oracles
from qattention.formulas.loader_costs import fix_up_bit_ops, load_of, unload_of
from qattention.formulas.loaders.bucket_brigade_load import bucket_brigade_load
from qattention.formulas.loaders.dirty_select_swap_load import dirty_look_up
from qattention.formulas.loaders.hardware_load import hardware_load, memory_cells
from qattention.formulas.loaders.one_hot_load import one_hot_load
from qattention.formulas.loaders.qrom_load import qrom_load
from qattention.formulas.loaders.select_swap_load import select_swap_load
from qattention.formulas.loaders.swap_network_load import swap_network_load
from qattention.formulas.measured_unload import measured_unload, served_addresses
from qattention.formulas.one_hot import one_hot
from qattention.formulas.parity_phase import parity_phase
from qattention.formulas.phases import phase_at_zero, phase_below
from qattention.formulas.row_sums import RowSums
from qattention.formulas.sparse_attention import find_heavy_keys, sparse_attention
from qattention.formulas.synthesis import TOFFOLI_T, t_per_rotation
from qattention.formulas.threshold_flag import threshold_flag
from qattention.formulas.uniform_superposition import reflection, uniform_superposition
from qattention.formulas.xor_word import xor_word

__all__ = [
    "FIX_UP",
    "TOFFOLI_T",
    "Costs",
    "ExclusionForm",
    "RowSums",
    "SharedSums",
    "add_word",
    "address_bits",
    "bucket_brigade_load",
    "dirty_look_up",
    "find_heavy_keys",
    "fix_up_bit_ops",
    "fixed_point_iterate",
    "full_adder",
    "grover_iterate",
    "grover_search",
    "half_adder",
    "hardware_load",
    "heavy_key_oracle",
    "inner_product",
    "iterate_of",
    "load_of",
    "load_oracles",
    "measured_unload",
    "memory_cells",
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
    "swap_network_load",
    "t_per_rotation",
    "threshold_flag",
    "tree_unload",
    "uniform_superposition",
    "unload_of",
    "xor_word",
]
