"""Which single-gate mutants of lowered oracles does `verify` kill? Prints one line an oracle, then a loader.

python benchmarks/mutation.py [N_MUTANTS]
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import LOADERS, Circuit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from mutants import measure_mutants  # the tests' own

# (n_keys, head_dim, key_bits, padding)
ORACLES = [(37, 2, 4, "on"), (64, 4, 4, "off"), (100, 3, 5, "off"), (256, 7, 8, "on"), (300, 16, 8, "off")]
FAMILY = [
    Circuit(loader=kind, block_size=4 if kind.has_blocks else None, padding="on") for kind in LOADERS.values()
]


def report(n_mutants: int, n_keys: int, head_dim: int, key_bits: int, circuit: Circuit) -> None:
    """One line."""
    rng = np.random.default_rng((n_keys, head_dim))
    half = 2 ** (key_bits - 1)
    keys, weights = rng.integers(-half, half, (n_keys, head_dim)), rng.integers(-half, half, head_dim)
    tau = max(1, int(np.sort(keys @ weights)[-n_keys // 4]))
    table = KeyTable.from_values(keys, key_bits)
    oracle = HeavyKeyOracle(table, tuple(weights.tolist()), tau, circuit=circuit)
    found = measure_mutants(oracle, n_mutants, seed=1)
    left = Counter((op, kind) for _, op, kind in found.survivors)
    print(
        f"{circuit.look_up}, n={n_keys} d={head_dim} b={key_bits} padding {circuit.padding}: "
        f"killed {found.killed_share:.4%} of {found.n_mutants} ({found.n_idle} idle left out); "
        f"survivors {dict(left)}",
        flush=True,
    )


def main() -> None:
    n_mutants = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    for *sizes, padding in ORACLES:
        report(n_mutants, *sizes, Circuit(loader="qrom", padding=padding))
    for circuit in FAMILY:
        report(n_mutants, 100, 2, 4, circuit)


if __name__ == "__main__":
    main()
