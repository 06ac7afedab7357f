"""Gate level: lowering, verification and whole-head runs. Prints one line a figure.

    python benchmarks/bench_gate_level.py            # every figure but the large one
    python benchmarks/bench_gate_level.py --large    # also a 2**20-address oracle (minutes, several GiB)

Ratios are taken within one run; absolute times depend on the machine.
"""

import argparse
import resource
import time

import numpy as np
from qualtran.simulation.classical_sim import do_phased_classical_simulation

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.lowering.lower import lower
from qattention.problem import load_head
from qattention.simulate.verify import verify_oracle


def random_oracle(n_keys: int, head_dim: int, key_bits: int = 8, seed: int = 0) -> HeavyKeyOracle:
    rng = np.random.default_rng(seed)
    half = 2 ** (key_bits - 1)
    keys = rng.integers(-half, half, (n_keys, head_dim))
    weights = rng.integers(-128, 128, head_dim)
    tau = int(np.sort(keys @ weights)[-16])
    return HeavyKeyOracle(KeyTable.from_values(keys, key_bits), tuple(weights.tolist()), tau)


def peak_gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def verify_line(n_keys: int, head_dim: int) -> float:
    lower.cache_clear()
    start = time.perf_counter()
    oracle = random_oracle(n_keys, head_dim)
    built = time.perf_counter()
    report = verify_oracle(oracle)
    assert report.is_right
    print(
        f"oracle n={n_keys} d={head_dim} b=8: table {built - start:.2f} s, "
        f"lowering {report.seconds_lowering:.2f} s, "
        f"all outcomes {report.seconds_simulation:.3f} s, {report.gates:.3g} gates, "
        f"{report.toffoli} Toffoli, {report.qubits} qubits, {report.gate_states:.3g} gates x states "
        f"executed, {report.gate_states_per_s:.3g} a second; sums for every key: {report.every_key}, "
        f"{report.seconds_every_key:.2f} s; peak {peak_gib():.2f} GiB"
    )
    return report.seconds_simulation / report.addresses


def qualtran_ratio(n_keys: int, head_dim: int, ours_s: float) -> None:
    """Qualtran's phased classical simulation of the same oracle's decompositions, one address.

    Only the simulation is timed, not the decomposition; `flatten()` is left out (it is superlinear).
    """
    oracle = random_oracle(n_keys, head_dim)
    held, theirs_s = {"address": 1}, 0.0
    for bloq in (oracle.load, oracle.inner_product, oracle.inner_product.adjoint(), oracle.unload):
        parts = bloq.decompose_bloq()
        start = time.perf_counter()
        given = {register.name: held[register.name] for register in bloq.signature.lefts()}
        values, _ = do_phased_classical_simulation(parts, given, rng=np.random.default_rng(0))
        theirs_s += time.perf_counter() - start
        held |= values
    print(
        f"one address of n={n_keys} d={head_dim}: Qualtran {theirs_s:.2f} s, "
        f"here {ours_s:.3g} s an address for all outcomes, ratio {theirs_s / ours_s:.3g}"
    )


def head_line() -> None:
    start = time.perf_counter()
    from qattention.estimates.request import Request  # not in older checkouts, which `bench_exact` measures
    from qattention.simulate.run import run_head

    asked = Request.of(load_head("minilm-pride"), n_heavy=16, p_fail=1e-6)
    report = run_head(asked.question, asked.totals).report
    seconds = time.perf_counter() - start
    print(f"run of all {report.rows} rows of minilm-pride: {seconds:.1f} s, missed {report.missed}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also verify a 2**20-address oracle")
    large = parser.parse_args().large
    verify_oracle(random_oracle(64, 2))  # compile the kernels first
    qualtran_ratio(2**12, 32, verify_line(2**12, 32))
    verify_line(2**14, 128)
    head_line()
    if large:
        verify_line(2**20, 8)


if __name__ == "__main__":
    main()
