"""`classical_figures`: an estimate against exact attention, from recorded rates alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qattention.errors import SpecError, bad
from qattention.estimates.classical.rates import ClassicalRate, Task, recorded_rates
from qattention.estimates.classical.result import Against, ClassicalFigures
from qattention.estimates.classical.runtimes import clock_s
from qattention.estimates.classical.words import answer
from qattention.estimates.classical.work import ExactWork
from qattention.estimates.fastest import fastest

if TYPE_CHECKING:
    from qattention.estimates.costed import Costed

SLOWEST, FASTEST = 1e-9, 1e18  # clocks that can be asked for: runtimes stay finite and above 0
TOFFOLI_PER_S = 1e5  # idealised clock: one a reaction time of 10 us (arXiv:1905.09749, section 2)


def classical_figures(
    estimate: Costed,
    rates: Sequence[ClassicalRate] | None = None,
    toffoli_per_s: float | None = None,
    work: ExactWork | None = None,
    task: Task = "attention",
) -> ClassicalFigures:
    """Compare the fastest machine of the estimate, or an idealised clock, with every rate.

    Args:
        rates: the recorded ones unless given.
        toffoli_per_s: a clock in place of the machines; 1e5 where there are none.
        work: what the classical machines do; the task of the estimate's rows unless given.
        task: rates of other tasks are left out.
    Raises:
        SpecError: a clock that is not positive.
    """
    if toffoli_per_s is not None and not SLOWEST <= toffoli_per_s <= FASTEST:
        allowed = f"a number of Toffoli a second in {SLOWEST:g}..{FASTEST:g}"
        raise SpecError(bad("logical_clock", toffoli_per_s, allowed))
    exact = work or ExactWork.of(estimate.problem, task)
    quantum, quantum_s = quantum_runtime(estimate, toffoli_per_s)
    against = []
    for rate in recorded_rates() if rates is None else rates:
        if task not in rate.tasks:
            continue
        seconds = rate.seconds(exact.flops, exact.n_bytes)
        against.append(
            Against(
                rate=rate.name,
                what=rate.what,
                source=rate.source,
                limit=rate.limit(exact.flops, exact.n_bytes),
                checked=rate.checked,
                seconds=seconds,
                ratio=quantum_s / seconds,
                break_even_n=None,
                needed_toffoli_per_s=estimate.logical.expected.toffoli / seconds,
                needed_latency_s=seconds / reads if (reads := estimate.memory.reads) else None,
            )
        )
    return ClassicalFigures(
        flops=exact.flops,
        n_bytes=exact.n_bytes,
        quantum=quantum,
        quantum_s=quantum_s,
        classical_exponent=exact.exponent,
        against=tuple(against),
        line=answer(quantum, quantum_s, against[0], task),
    )


def quantum_runtime(estimate: Costed, toffoli_per_s: float | None = None) -> tuple[str, float]:
    """(of what, seconds) of the expected counts."""
    told = fastest(estimate.physical)
    if told is not None and toffoli_per_s is None:
        return f"{told.engine}, {told.model}", told.runtime_s
    clock = toffoli_per_s or TOFFOLI_PER_S
    toffoli, bit_ops = estimate.logical.expected.toffoli, estimate.classical_work.bit_ops
    seconds = clock_s(toffoli, clock, estimate.memory.reads, bit_ops, estimate.latency_us)
    return f"an idealised clock of {clock:,.12g} Toffoli a second", seconds
