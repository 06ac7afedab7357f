"""Oracles with data, seeded."""

import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable


@pytest.fixture
def make_oracle():
    """oracle(n_keys, head_dim, key_bits, ...): about a quarter of the keys heavy, some of them excluded."""

    def make(n_keys, head_dim, key_bits, *, padded=False, seed=0, n_excluded=2, threshold=None):
        rng = np.random.default_rng((seed, n_keys, head_dim, key_bits))
        half = 2 ** (key_bits - 1)
        keys = rng.integers(-half, half, (n_keys, head_dim))
        weights = rng.integers(-half, half, head_dim)
        acc = keys @ weights
        tau = int(np.sort(acc)[-max(1, n_keys // 4)]) if threshold is None else threshold
        excluded = tuple(np.flatnonzero(acc >= tau)[:n_excluded].tolist())
        return HeavyKeyOracle(
            KeyTable.from_values(keys, key_bits), tuple(weights.tolist()), tau, excluded, padded
        )

    return make
