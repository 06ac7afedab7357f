"""The classical side: exact attention, Algorithms 1 and 2 without a quantum computer, bounds and reports."""

from qattention.reference.advice import advise
from qattention.reference.errors import (
    OutputError,
    WeightErrors,
    log_normaliser_bounds,
    output_bound,
    output_error,
    rank_obstruction,
    row_l1_bound,
    spread_bound,
    weight_errors,
)
from qattention.reference.exact import attention, log_normaliser, logit_blocks, logits, n_visible, visible
from qattention.reference.fills import FILLS, Fill, centre_keys, check_fill, fill_logs, visible_sums
from qattention.reference.find import find_sets, midway_thresholds, row_thresholds, set_sizes
from qattention.reference.find_quality import FindQuality, find_quality
from qattention.reference.inspect import inspect_head
from qattention.reference.light import LightLogits, light_logits
from qattention.reference.quantisation import METHODS, Quantisation
from qattention.reference.quantised import (
    QuantisedHead,
    integer_thresholds,
    quantise_head,
    quantised_find_sets,
    quantised_row_thresholds,
)
from qattention.reference.report import InspectReport, Saving
from qattention.reference.rotated import rotate_head
from qattention.reference.sparse import SparseAttentionMatrix, sparse_attention, sparse_attention_matrix

__all__ = [
    "FILLS",
    "METHODS",
    "Fill",
    "FindQuality",
    "InspectReport",
    "LightLogits",
    "OutputError",
    "Quantisation",
    "QuantisedHead",
    "Saving",
    "SparseAttentionMatrix",
    "WeightErrors",
    "advise",
    "attention",
    "centre_keys",
    "check_fill",
    "fill_logs",
    "find_quality",
    "find_sets",
    "inspect_head",
    "integer_thresholds",
    "light_logits",
    "log_normaliser",
    "log_normaliser_bounds",
    "logit_blocks",
    "logits",
    "midway_thresholds",
    "n_visible",
    "output_bound",
    "output_error",
    "quantise_head",
    "quantised_find_sets",
    "quantised_row_thresholds",
    "rank_obstruction",
    "rotate_head",
    "row_l1_bound",
    "row_thresholds",
    "set_sizes",
    "sparse_attention",
    "sparse_attention_matrix",
    "spread_bound",
    "visible",
    "visible_sums",
    "weight_errors",
]
