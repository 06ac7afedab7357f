"""All outcomes in one run against 12 outcome vectors one by one: processor time and memory, in one call.

    python benchmarks/bench_exact.py                           # 12 vectors with this tree's sampling engine
    python benchmarks/bench_exact.py --against ../old          # with the sources (src) of another checkout
    python benchmarks/bench_exact.py --against ../old --large  # also 2**20 addresses: 20 minutes of vectors

Each side runs in a process of its own, kernels compiled before; "simulation" is the run on all addresses
alone, "verify" all of `verify_oracle`, lowering included; memory is the process's peak.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
SIZES, LARGE = ((2**14, 128), (2**17, 8)), (2**20, 8)


def measure(n_keys: int, head_dim: int, how: str) -> dict[str, float]:
    """Processor seconds of simulation and of verify, and peak MiB, in this process."""
    from bench_gate_level import random_oracle

    from qattention.lowering.lower import lower
    from qattention.simulate import verify

    def simulate(oracle: object) -> bool:
        program, phase = lower(oracle), verify.expected_phase(oracle)
        start = time.process_time()
        if how == "exact":
            right = not any(verify.prove_program(program, phase).errors)
        else:
            vectors = verify.outcome_vectors(program.n_cbits, 10, 0)
            right = not any(any(verify.check_program(program, phase, r)[1]) for r in vectors)
        found["simulation"] = time.process_time() - start
        return right

    found: dict[str, float] = {}
    simulate(random_oracle(64, 2))
    verify.verify_oracle(random_oracle(64, 2))
    oracle = random_oracle(n_keys, head_dim)
    start = time.process_time()
    right = verify.verify_oracle(oracle).is_right if n_keys > 2**17 else True
    found["verify"] = time.process_time() - start
    if n_keys <= 2**17:
        right &= simulate(oracle)
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert right
    return found


def in_process(sources: Path, size: tuple[int, int], how: str) -> dict[str, float]:
    """`measure` in a new process that imports the package from `sources`."""
    command = [sys.executable, __file__, "--measure", *map(str, size), how]
    env = {**os.environ, "PYTHONPATH": str(sources)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def line(size: tuple[int, int], sources: Path) -> str:
    """One size, both sides."""
    here = HERE.parent / "src"
    in_process(here, size, "exact")  # compiles what this size takes
    old, new = in_process(sources, size, "sampled"), in_process(here, size, "exact")
    what = "simulation" if "simulation" in new else "verify"
    return (
        f"n={size[0]} d={size[1]} b=8, {what}: 12 vectors {old[what]:.3g} s, all outcomes {new[what]:.3g} s, "
        f"ratio {old[what] / new[what]:.3g}; peak {old['peak_mib']:.0f} and {new['peak_mib']:.0f} MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--against", type=Path, default=HERE.parent, help="a checkout; this one by default")
    parser.add_argument("--large", action="store_true", help="also 2**20 addresses")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        n_keys, head_dim, how = options.measure
        print(json.dumps(measure(int(n_keys), int(head_dim), how)))
        return
    for size in (*SIZES, *([LARGE] if options.large else [])):
        print(line(size, (options.against / "src").resolve()), flush=True)


if __name__ == "__main__":
    main()
