"""The answer in words."""

from __future__ import annotations

from qattention.estimates.classical.model import Against
from qattention.estimates.classical.rates import Task
from qattention.plan import HardwareMemory

SHORT_UNITS = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("ps", 1e-12))
UNITS = (("years", 365 * 86_400.0), ("days", 86_400.0), ("h", 3600.0), *SHORT_UNITS)


Exponents = tuple[float | None, float]  # of n in the quantum runtime, if known, and in the classical one


def answer(
    quantum: str,
    quantum_s: float,
    exponents: Exponents,
    best: Against,
    device: HardwareMemory | None = None,
    task: Task = "attention",
) -> str:
    """The line of every estimate; with a memory device what break-even takes for granted."""
    work = "Exact attention" if task == "attention" else "Finding the keys"
    exact = f"{work} takes {span(best.seconds)} on {best.what.split(',')[0]}"
    if not best.needed_toffoli_per_s:
        return f"{exact}; here no Toffoli is expected: keys are read, or sampled and checked, one by one."
    look_up = best.needed_latency_s
    free = "" if look_up is None else f", or, with all else free, {span(look_up)} a look-up"
    return (
        f"{exact}; {quantum} takes "
        f"{span(quantum_s)}, {rounded(best.ratio)} times as long. {_break_even(exponents, best, device)} "
        f"To keep up here it would need {rounded(best.needed_toffoli_per_s)} Toffoli a second{free}."
    )


def _break_even(exponents: Exponents, best: Against, device: HardwareMemory | None) -> str:
    exponent, classical = exponents
    if best.ratio <= 1.0:
        return "It has broken even."
    if exponent is None:
        return "Break-even: not known, as the loader's leading terms are not."
    if best.break_even_n is None:
        grows = f"it grows as n^{exponent:.3g}, classical as n^{classical:g}"
        return f"Break-even: never under these assumptions ({grows})."
    given = ""
    if device is not None:
        at = "here, both growing with log n" if device.grows else "at any n"
        given = f", if the memory takes {device.latency_us:g} us and errs with {device.p_query:g} {at}"
    grows = f"n^{exponent:.3g} against n^{classical:g}{given}"
    return f"Break-even: n of about {rounded(best.break_even_n)} ({grows})."


def span(seconds: float) -> str:
    """In the largest unit that it fills."""
    for unit, length_s in UNITS:
        if seconds >= length_s:
            return f"{rounded(seconds / length_s)} {unit}"
    return f"{rounded(seconds)} s"


def rounded(value: float) -> str:
    """Two digits: 3.7 × 10^11, 171 as 170, 0.0046 as 4.6 × 10^-3."""
    digits, _, power = f"{value:.1e}".partition("e")
    exponent = int(power)
    if -1 <= exponent <= 3:
        return f"{float(f'{value:.1e}'):,.{max(0, 1 - exponent)}f}"
    return f"{digits} × 10^{exponent}"
