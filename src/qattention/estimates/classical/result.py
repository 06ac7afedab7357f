"""The fields of `classical` in an estimate: values only."""

from __future__ import annotations

import attrs

from qattention.estimates.classical.growth import Answer, GrowthPoint


@attrs.frozen(kw_only=True)
class Against:
    """One classical machine against the quantum runtime.

    Attributes:
        rate: name of the machine. what, source, checked: as recorded.
        seconds: of the task of the same rows. limit: of what: computing, memory or launch.
        ratio: quantum runtime over it.
        break_even: see `growth.BreakEven`; "not-evaluated" in an estimate, which `compare` goes beyond.
        break_even_n: the least n of three digits at which the quantum runtime was found no longer; None
            unless `break_even` is "at".
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
    break_even: Answer = "not-evaluated"
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
        quantum_exponent: local exponent of n in quantum_s between n and 4 n, the plan chosen at both (of
            typical rows, where a head was given); n = n_queries = n_keys, or n_keys alone with a single
            query. None in an estimate, and where the machine cannot be built at 4 n.
        quantum_exponent_at_distance: the same with the code distance of n at 4 n: without its steps.
        classical_exponent: of n in the flops of exact attention.
        growth: runtimes at growing n; empty in an estimate. ended: why there are no more; None if the closed
            forms end there, or all break-evens were found.
        carried_by: the assumption that the answer rests on; None in an estimate.
        against: the machines, in the order of the data file.
        line: the answer in a sentence or two.
    """

    flops: int
    n_bytes: int
    quantum: str
    quantum_s: float
    quantum_exponent: float | None = None
    quantum_exponent_at_distance: float | None = None
    classical_exponent: float
    growth: tuple[GrowthPoint, ...] = ()
    ended: str | None = None
    carried_by: str | None = None
    against: tuple[Against, ...]
    line: str
