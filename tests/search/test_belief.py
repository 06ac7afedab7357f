"""The belief of many episodes at once is that of each alone, to the last bit."""

import numpy as np
import pytest

from qattention.search.belief import Belief, best_run


@pytest.mark.parametrize("n_items", [2**14, 2**40])
def test_a_row_does_not_hang_on_those_beside_it(n_items):
    together = Belief(n_items, 16, n_rows=24)
    rng = np.random.default_rng(1)
    together.weight *= rng.random(together.weight.shape)
    alone = Belief(n_items, 16, n_rows=1)
    expected, posterior = together.weight @ together._per_call, together.posterior
    for row in range(24):
        chosen, gains = best_run(posterior, row), posterior.success.copy()
        np.testing.assert_allclose(gains, expected[row], rtol=1e-12)
        assert chosen == np.argmax(gains >= gains.max() * (1 - 1e-9))
        alone.weight = together.weight[row : row + 1]
        known = alone.posterior
        assert best_run(known, 0) == chosen
        assert np.array_equal(known.success, gains)
