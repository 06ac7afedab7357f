"""The fields of `diff --json`."""

from __future__ import annotations

import attrs

Scalar = str | int | float | bool | None


@attrs.frozen(kw_only=True)
class Change:
    """A figure that is not the same in both; `path` leads to it in `estimate --json`, null where absent."""

    path: str
    a: Scalar
    b: Scalar


@attrs.frozen(kw_only=True)
class RatioReport:
    """A total of both.

    Attributes:
        path: of the total, or engine and model of a machine and its figure.
        ratio: b / a; null where one of them is 0.
        factors: what multiplies to the ratio, b over a each; empty without a ratio.
    """

    path: str
    a: float
    b: float
    ratio: float | None
    factors: dict[str, float]


@attrs.frozen(kw_only=True)
class DiffReport:
    """Two estimates, a and b.

    Attributes:
        identical: whether every figure is the same.
        inputs: of problem, plan, budget and versions. search: iterations. iteration: counts of an iteration
            and of its parts.
        totals: Toffoli, T depth and logical qubits, then qubits and runtime of every machine of both.
        machines_a, machines_b: machines of one of them alone.
        only_a, only_b: conventions and assumptions, with their numbers, of one of them alone.
    """

    a: str
    b: str
    identical: bool
    inputs: tuple[Change, ...]
    search: tuple[Change, ...]
    iteration: tuple[Change, ...]
    totals: tuple[RatioReport, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    machines_a: tuple[str, ...]
    machines_b: tuple[str, ...]
