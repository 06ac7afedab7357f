"""The largest error rate of a memory that searches of a real head stand."""

from __future__ import annotations

from collections.abc import Sequence

from qattention.errors import InfeasibleError, SpecError, bad
from qattention.estimates.request import Request
from qattention.simulate.memory import MemoryErrors
from qattention.simulate.run import run_head

KINDS = ("address_error", "bit_error")


def recall_at(asked: Request, rows: Sequence[int], kind: str, rate: float, seed: int = 0) -> float:
    """Keys found of those that the quantised logits make heavy, at this error rate per oracle call.

    Raises:
        SpecError: no such kind of error, or no probability.
    """
    if kind not in KINDS:
        raise SpecError(bad("kind", kind, " or ".join(KINDS)))
    errors = MemoryErrors(**{kind: rate})
    return run_head(asked.question, asked.totals, rows, errors=errors, seed=seed).report.recall_quantised


def largest_tolerable(
    asked: Request,
    rows: Sequence[int],
    kind: str,
    recall: float,
    *,
    least: float = 1e-4,
    steps: int = 6,
    seed: int = 0,
) -> tuple[float, float]:
    """Error rates (held, lost) between which the recall of these rows falls below `recall`.

    Bisected in the logarithm between `least` and 1, with one seed: recall falls with the rate
    but for chance, which more rows and seeds lessen. Each step halves the logarithm of lost / held.

    Raises:
        SpecError: see `recall_at`. InfeasibleError: at `least` the recall is lower already.
    """
    if not 0 < recall <= 1:
        raise SpecError(bad("recall", recall, "above 0 and at most 1"))
    at_least = recall_at(asked, rows, kind, least, seed)
    if at_least < recall:
        raise InfeasibleError("recall", recall, f"{at_least:.4g}, at an error rate of {least:g}")
    if recall_at(asked, rows, kind, 1.0, seed) >= recall:
        return 1.0, 1.0
    held, lost = least, 1.0
    for _ in range(steps):
        middle = (held * lost) ** 0.5
        if recall_at(asked, rows, kind, middle, seed) >= recall:
            held = middle
        else:
            lost = middle
    return held, lost
