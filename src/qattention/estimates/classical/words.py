"""The answer in words."""

from __future__ import annotations

from qattention.estimates.classical.rates import Task
from qattention.estimates.classical.result import Against, ClassicalFigures

SHORT_UNITS = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("ps", 1e-12))
LOOKED_FOR = "`qattention compare` looks for a break-even. "
UNITS = (("years", 365 * 86_400.0), ("days", 86_400.0), ("h", 3600.0), *SHORT_UNITS)


def answer(quantum: str, quantum_s: float, best: Against, task: Task = "attention") -> str:
    """The line of every estimate."""
    work = "Exact attention" if task == "attention" else "Finding the keys"
    exact = f"{work} takes {span(best.seconds)} on {best.what.split(',')[0]}"
    if not best.needed_toffoli_per_s:
        return f"{exact}; here no Toffoli is expected: keys are read, or sampled and checked, one by one."
    look_up = best.needed_latency_s
    free = "" if look_up is None else f", or, with all else free, {span(look_up)} a look-up"
    times = "It has broken even. " if best.ratio <= 1.0 else LOOKED_FOR
    return (
        f"{exact}; {quantum} takes "
        f"{span(quantum_s)}, {rounded(best.ratio)} times as long. {times}"
        f"To keep up here it would need {rounded(best.needed_toffoli_per_s)} Toffoli a second{free}."
    )


def growing(figures: ClassicalFigures) -> str:
    """How the runtimes grow, where they meet, and what that answer rests on."""
    if not figures.growth:
        return f"Break-even was not evaluated: {figures.ended}."
    first = figures.against[0]
    told = [_exponents(figures), _break_even(figures, first)]
    if figures.carried_by is not None:
        told.append(f"The answer rests on {figures.carried_by}.")
    return " ".join(told)


def _exponents(figures: ClassicalFigures) -> str:
    n, grows = figures.growth[0].n, figures.quantum_exponent
    classical = f"exact attention as n^{figures.classical_exponent:g}"
    if grows is None:
        return f"At 4 n the machine cannot be built ({figures.ended}); {classical}."
    bare = figures.quantum_exponent_at_distance
    steps = "" if bare is None else f" (n^{bare:.2f} at one code distance)"
    return f"From n = {n:,} to 4 n the runtime grows as n^{grows:.2f}{steps}, {classical}."


def _break_even(figures: ClassicalFigures, best: Against) -> str:
    """Of one classical machine."""
    last, name = figures.growth[-1], best.what.split(",")[0]
    at = [point.n for point in figures.growth]
    ratio = last.quantum_s / last.classical_s[0]
    where = (
        f"At n = {rounded(last.n)}, the largest that was evaluated, it takes {rounded(ratio)} times as long"
    )
    grows = "" if last.exponent is None else f", growing as n^{last.exponent:.2f}"
    if best.break_even == "at" and best.break_even_n is not None:
        return f"Break-even with {name}: n of about {told_n(int(best.break_even_n))}, by evaluation there."
    told = {
        "reached": "It has broken even.",
        "beyond": f"Break-even: none up to n = {rounded(at[-1])}. {where}{grows}; closed forms end there.",
        "never": f"Break-even: never. {where}{grows}, and the ratio rises.",
        "not-built": f"Break-even: none. {where}{grows}; for larger n that machine cannot be built.",
    }
    ended = f" Beyond: {figures.ended}." if figures.ended and best.break_even != "reached" else ""
    return told.get(best.break_even, "") + ended


def told_n(n: int) -> str:
    """Three digits, as it was found."""
    return f"{n:,}" if n < 10**6 else f"{n:.2e}".replace("e+", " × 10^").replace("^0", "^")


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
