"""The belief of many episodes at once is that of each alone, to the last bit."""

import numpy as np
import pytest

from qattention.search.belief import Belief


@pytest.mark.parametrize("n_items", [2**14, 2**40])
def test_a_row_does_not_hang_on_those_beside_it(n_items):
    together = Belief(n_items, 16, n_rows=24)
    rng = np.random.default_rng(1)
    together.weight *= rng.random(together.weight.shape)
    alone = Belief(n_items, 16, n_rows=1)
    gains = together.success_per_call(np.arange(24))
    assert gains.shape == (24, len(together.runs))
    np.testing.assert_allclose(gains, together.weight @ together._per_call, rtol=1e-12)
    for row in range(24):
        alone.weight = together.weight[row : row + 1]
        assert np.array_equal(alone.success_per_call(np.arange(1))[0], gains[row])
