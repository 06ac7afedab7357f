"""What an estimate of a join rests on.

Apart from `joins` because it is prose, with bounds that tests hold the layers to.
"""

from __future__ import annotations

from collections.abc import Iterator

from qattention.estimates.result import Assumption
from qattention.formulas.clifford_depth import PER_LAYER
from qattention.joins.totals import JoinTotals
from qattention.plan.algorithms import ALGORITHMS

ABOVE_GATES = 15  # per cent that the layers of an iteration are above the gates' at most, or ..
ABOVE_LAYERS = 150  # .. so many of the smallest


def join_assumptions(totals: JoinTotals, lowered: bool) -> tuple[Assumption, ...]:
    """In the order of their weight; `lowered`: whether the phases' gates were counted too."""
    return tuple(Assumption(text=text, source=source) for text, source in _notes(totals, lowered))


def _notes(totals: JoinTotals, lowered: bool) -> Iterator[tuple[str, str]]:
    kind, sizes = ALGORITHMS[totals.plan.algorithm], totals.sizes
    yield f"{kind.summary}; {kind.limits}", kind.source
    yield (
        "Pairs are marked independently, each with the density of all: totals are means of that layout. "
        "Where marks cluster, phases find fewer and the certificate more; the find sets are the same.",
        "this package",
    )
    yield (
        f"One certificate over all 2^{totals.plan.certificate.log_items} pairs misses any with "
        f"probability at most p_fail = {sizes.p_fail:g}, whatever the phases did; no rotation is "
        "synthesised: all blocks are powers of two.",
        "docs/joins.md",
    )
    yield (
        "Known pairs are listed in the words of rows and keys, at one place a word more than their mean: "
        "a layout that needs more is searched with wider words.",
        "this package",
    )
    yield (
        "T and Clifford depth by closed forms, look-ups, sums, signs and reflections one after another, at "
        f"most {PER_LAYER} Cliffords a layer: never below the gates', at most {ABOVE_GATES} % or "
        f"{ABOVE_LAYERS} layers an iteration above. Cliffords with half of all looked-up bits 1.",
        "this package",
    )
    if not lowered:
        yield (
            "T depth without free fan-out is null: only gates tell it (--witness gates, of phases that are "
            "small enough to be lowered).",
            "this package",
        )
    yield (
        "worst_case is null: the certificate is steered by the marks that phases leave in the mean, and no "
        "bound is worked out for the iterations of a layout that leaves more.",
        "this package",
    )
    if sizes.causal:
        yield (
            "In turns the keys of a block are those that its last row sees; what an earlier row does "
            "not see is dropped when it is checked. In pairs an adder compares key and bound.",
            "this package",
        )
