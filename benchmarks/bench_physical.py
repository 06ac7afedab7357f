"""How long the physical figures of the reference case take once everything is imported.

    python benchmarks/bench_physical.py

Aim: below 2 s together with the estimate. The counts are those of the reference case (2^14 queries and keys,
d = 128, k = 16, 8 bits) in version 0.1.0, so that the engines are timed alone.
"""

from __future__ import annotations

import time

from qattention.estimates.physical import (
    MACHINES,
    P_FAIL,
    LogicalCounts,
    physical_report,
    qre_front,
)

REFERENCE = LogicalCounts(
    n_qubits=3912,
    n_ccz=336_369_028_301,
    n_measurements=354_071_053_926,
    n_fixups=17_276_273,
    fixup_bit_ops=8_388_608,
)
AIM_S = 2.0


def main() -> None:
    """Times of each engine on each machine, then of the whole report."""
    for machine in MACHINES:
        for model in (qre_front, *machine.what.models):
            start = time.perf_counter()
            model(REFERENCE, machine, P_FAIL)
            print(f"{machine.name:24} {model.__name__:16} {time.perf_counter() - start:8.3f} s")
    start, cpu = time.perf_counter(), time.process_time()
    report = physical_report(REFERENCE)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    verdict = "met" if wall <= AIM_S else "MISSED"
    print(f"{'all':41} {wall:8.3f} s wall {cpu:8.3f} s processor   aim {AIM_S:g} s: {verdict}\n")
    for one in report.figures:
        print(f"{one.model:58} {one.physical_qubits:>12,} qubits {one.runtime_s:12.4g} s")


if __name__ == "__main__":
    main()
