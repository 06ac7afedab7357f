"""The fields of `classical` in an estimate: values only."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Against:
    """One classical machine against the quantum runtime.

    Attributes:
        rate: name of the machine. what, source, checked: as recorded.
        seconds: of the task of the same rows. limit: of what: computing, memory or launch.
        ratio: quantum runtime over it.
        break_even_n: n at which the quantum runtime is no longer, if both go on as they scale; None: never.
        needed_toffoli_per_s: clock at which the expected Toffolis take as long, one after another.
        needed_latency_s: of one look-up and its unload, everything else free, to take as long; None where
            nothing is looked up.
    """

    rate: str
    what: str
    source: str
    checked: str
    seconds: float
    limit: str
    ratio: float
    break_even_n: float | None
    needed_toffoli_per_s: float
    needed_latency_s: float | None


@attrs.frozen(kw_only=True)
class ClassicalFigures:
    """Exact attention, all logits and all values, of the same head and rows.

    Attributes:
        flops, n_bytes: a multiply-add is two; keys and values read once at two bytes a component.
        quantum: what quantum_s is of: the fastest machine's engine and model, or an idealised clock.
        quantum_s: runtime of the expected counts.
        quantum_exponent, classical_exponent: of n in either runtime, leading term; n = n_queries = n_keys,
            or n_keys alone with a single query. None for a loader whose leading terms are not known.
        against: the machines, in the order of the data file.
        line: the answer in a sentence or two.
    """

    flops: int
    n_bytes: int
    quantum: str
    quantum_s: float
    quantum_exponent: float | None
    classical_exponent: float
    against: tuple[Against, ...]
    line: str
