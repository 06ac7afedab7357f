"""The grid of sizes at which call graph, gates and closed form are held against each other, in tests."""

from __future__ import annotations

from itertools import product

import attrs
import numpy as np
from numpy.typing import NDArray

N_KEYS = (1, 2, 3, 5, 16, 37, 100, 256)
HEAD_DIM = (1, 2, 7)
KEY_BITS = (1, 2, 3, 5, 8)  # query_bits are the same
THRESHOLDS = ("below", "low", "middle", "high", "above")


@attrs.frozen(kw_only=True)
class GridPoint:
    """One oracle of the grid; its keys and weights are uniform, from a seed made of the sizes."""

    n_keys: int
    head_dim: int
    key_bits: int
    padded: bool
    seed: int = 0

    @property
    def _rng(self) -> np.random.Generator:
        return np.random.default_rng([self.n_keys, self.head_dim, self.key_bits, self.seed])

    def _words(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.int64]:
        half = 1 << (self.key_bits - 1)
        return rng.integers(-half, half, size=shape)

    @property
    def keys(self) -> NDArray[np.int64]:
        """Shape (n_keys, head_dim)."""
        return self._words(self._rng.spawn(1)[0], (self.n_keys, self.head_dim))

    @property
    def weights(self) -> tuple[int, ...]:
        """A query's integers, one a component."""
        return tuple(self._words(self._rng, (self.head_dim,)).tolist())

    @property
    def threshold(self) -> int:
        """By the sizes and the seed: at both extremes, beyond them, or the sum of a typical key."""
        reach = sum(map(abs, self.weights)) << (self.key_bits - 1)
        kind = (N_KEYS.index(self.n_keys) + self.head_dim + self.key_bits + self.seed) % len(THRESHOLDS)
        return (-reach - 7, -reach, reach // 5, reach, reach + 7)[kind]


def grid_points(seeds: tuple[int, ...] = (0,)) -> list[GridPoint]:
    """Every combination of the sizes, exact and padded."""
    return [
        GridPoint(n_keys=n, head_dim=d, key_bits=b, padded=padded, seed=seed)
        for n, d, b, padded, seed in product(N_KEYS, HEAD_DIM, KEY_BITS, (False, True), seeds)
    ]
