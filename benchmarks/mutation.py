"""Which single-gate mutants of lowered oracles does `verify` kill? Prints one line an oracle.

    python benchmarks/mutation.py [N_MUTANTS]
"""

import sys
from collections import Counter

import numpy as np

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.simulate.mutate import measure_mutants

# (n_keys, head_dim, key_bits, padded)
ORACLES = [(37, 2, 4, True), (64, 4, 4, False), (100, 3, 5, False), (256, 7, 8, True), (300, 16, 8, False)]


def main() -> None:
    n_mutants = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    for n_keys, head_dim, key_bits, padded in ORACLES:
        rng = np.random.default_rng((n_keys, head_dim))
        half = 2 ** (key_bits - 1)
        keys, weights = rng.integers(-half, half, (n_keys, head_dim)), rng.integers(-half, half, head_dim)
        tau = int(np.sort(keys @ weights)[-n_keys // 4])
        oracle = HeavyKeyOracle(
            KeyTable.from_values(keys, key_bits), tuple(weights.tolist()), tau, padded=padded
        )
        report = measure_mutants(oracle, n_mutants, seed=1)
        left = Counter((op, kind) for _, op, kind in report.survivors)
        print(
            f"n={n_keys} d={head_dim} b={key_bits} padded={padded}: killed {report.killed_share:.4%} "
            f"of {report.n_mutants} ({report.n_idle} idle left out); survivors {dict(left)}"
        )


if __name__ == "__main__":
    main()
