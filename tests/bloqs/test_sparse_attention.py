"""Circuits of many searches are counted, not written out."""

import numpy as np
import pytest
from qualtran import DecomposeTypeError
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.sparse_attention import MAX_DRAWN, FindHeavyKeys, SparseAttention


def find(n_searches):
    keys = KeyTable.from_values(np.array([[1, -2], [3, 0], [-4, 2], [0, 1]]), 3)
    return FindHeavyKeys(HeavyKeyOracle(keys, (3, -1), 4), searches=((1, n_searches),))


def test_what_is_not_written_out_still_has_its_cost():
    one, many = (get_cost_value(find(n), QECGatesCost()).and_bloq for n in (1, MAX_DRAWN + 1))
    assert many == (MAX_DRAWN + 1) * one > 0
    with pytest.raises(DecomposeTypeError, match="`searches`: 257; a circuit has at most 256"):
        find(MAX_DRAWN + 1).decompose_bloq()
    rows = SparseAttention(rows=((find(1), 2**40),))
    assert get_cost_value(rows, QECGatesCost()).and_bloq == 2**40 * one
    with pytest.raises(DecomposeTypeError, match="`rows`"):
        rows.decompose_bloq()


def test_as_many_as_are_allowed_are_written_out():
    composite = find(3).decompose_bloq()
    assert get_cost_value(composite, QECGatesCost()) == get_cost_value(find(3), QECGatesCost())
