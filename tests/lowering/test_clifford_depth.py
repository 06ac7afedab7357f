"""Clifford depth of every load from its gates, words sharing bits: the closed form; others need no more."""

import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import Loader
from qattention.formulas.clifford_depth import (
    bucket_brigade_clifford_depth,
    dirty_look_up_clifford_depth,
    one_hot_clifford_depth,
    select_swap_clifford_depth,
    swap_network_clifford_depth,
)
from qattention.formulas.load_cliffords import bucket_brigade_cliffords
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

W = 16
FORMS = {
    ("qrom", 1): select_swap_clifford_depth,
    ("select-swap", 4): lambda n: select_swap_clifford_depth(n, 4),
    ("dirty-select-swap", 4): lambda n: dirty_look_up_clifford_depth(n, 4),
    ("one-hot", 1): one_hot_clifford_depth,
    ("one-hot", 4): lambda n: one_hot_clifford_depth(n, 4),
    ("swap-network", 1): swap_network_clifford_depth,
    ("bucket-brigade", 1): lambda n: bucket_brigade_clifford_depth(n, W),
    ("bucket-brigade-parallel", 1): lambda n: bucket_brigade_clifford_depth(n, W, parallel=True),
}


def layers(name, block, values, parallelism=None):
    load = Loader(name, block)(KeyTable.from_values(values, 8), False)
    return schedule(lower(load), parallelism=parallelism).clifford_depth


@pytest.mark.parametrize(("name", "block"), FORMS)
def test_layers_of_words_that_share_bits(name, block):
    """All ones, or uniform words of 16 bits, whichever takes longer; sparse words stay below."""
    for m in range(4, 9):
        n, rng = 1 << m, np.random.default_rng(m)
        form = int(FORMS[name, block](n))
        dense = [-np.ones((n, 2), dtype=int), rng.integers(-128, 128, (n, 2))]
        assert max(layers(name, block, values) for values in dense) == form, n
        sparse = (rng.integers(0, 16, (n, 2)) == 0).astype(int)
        assert layers(name, block, sparse) <= form, n


def test_bounded_parallelism_costs_at_least_the_cliffords_it_divides():
    """n = 256 cells of 16 bits read in parallel: 29 layers without a bound, hundreds at 64 gates a layer."""
    values = -np.ones((256, 2), dtype=int)
    load = Loader("bucket-brigade-parallel")(KeyTable.from_values(values, 8), False)
    cliffords = int(bucket_brigade_cliffords(256, W, 256 * W, parallel=True))
    assert count(lower(load)).clifford == cliffords
    assert layers("bucket-brigade-parallel", 1, values) == 29
    assert layers("bucket-brigade-parallel", 1, values, 64) >= cliffords / 64
