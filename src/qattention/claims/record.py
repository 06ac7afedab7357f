"""`Claim`: everything known of one claim by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from qattention.claims.memories import MemoryVerdict
from qattention.claims.parameters import Parameters

Cost = Callable[[Parameters, float], float]  # parameters and n; in multiply-adds, constants and logs 1


@attrs.frozen(kw_only=True)
class Claim:
    """A claim and its kindest reading.

    Attributes:
        name: short, for tables and JSON. title, source: what claims it.
        formula: as stated. hides: what it leaves out, a line each.
        needs: fields of `Parameters` that the formula takes.
        one_row, all_rows: cost of a first row, everything before it included, and of n rows; None where the
            claim is not of that kind.
        compiled: what this package has of it in gates or in a program, in words; None: not compiled.
        verdicts: what is left of the claimed power of n under each memory, at these parameters.
        measured: what the compiled part says at these parameters, name -> figure.
    """

    name: str
    title: str
    source: str
    formula: str
    hides: tuple[str, ...]
    needs: tuple[str, ...]
    one_row: Cost | None
    all_rows: Cost | None
    compiled: str | None
    verdicts: Callable[[Parameters], tuple[MemoryVerdict, ...]] = lambda _: ()
    measured: Callable[[Parameters], Mapping[str, float]] = lambda _: {}

    def missing(self, parameters: Parameters) -> tuple[str, ...]:
        """What it needs and nobody measured."""
        return tuple(name for name in self.needs if getattr(parameters, name) is None)
