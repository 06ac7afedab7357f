"""Which single-gate mutants of lowered oracles does `verify` kill? Prints one line an oracle, then a loader.

    python benchmarks/mutation.py [N_MUTANTS]
"""

import sys
from collections import Counter

import numpy as np

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS, QROM, WITH_BLOCK, Loader
from qattention.simulate.mutate import measure_mutants

# (n_keys, head_dim, key_bits, padded)
ORACLES = [(37, 2, 4, True), (64, 4, 4, False), (100, 3, 5, False), (256, 7, 8, True), (300, 16, 8, False)]


FAMILY = [Loader(name, 4 if name in WITH_BLOCK else 1) for name in LOADERS]


def report(n_mutants: int, n_keys: int, head_dim: int, key_bits: int, padded: bool, loader: Loader) -> None:
    """One line."""
    rng = np.random.default_rng((n_keys, head_dim))
    half = 2 ** (key_bits - 1)
    keys, weights = rng.integers(-half, half, (n_keys, head_dim)), rng.integers(-half, half, head_dim)
    tau = max(1, int(np.sort(keys @ weights)[-n_keys // 4]))
    table = KeyTable.from_values(keys, key_bits)
    oracle = HeavyKeyOracle(table, tuple(weights.tolist()), tau, padded=padded, loader=loader)
    found = measure_mutants(oracle, n_mutants, seed=1)
    left = Counter((op, kind) for _, op, kind in found.survivors)
    print(
        f"{loader}, n={n_keys} d={head_dim} b={key_bits} padded={padded}: killed {found.killed_share:.4%} "
        f"of {found.n_mutants} ({found.n_idle} idle left out); survivors {dict(left)}",
        flush=True,
    )


def main() -> None:
    n_mutants = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    for sizes in ORACLES:
        report(n_mutants, *sizes, QROM)
    for loader in FAMILY:
        report(n_mutants, 100, 2, 4, True, loader)


if __name__ == "__main__":
    main()
