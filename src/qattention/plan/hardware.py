"""`HardwareMemory`: what the user says of a memory that is a device, not a circuit."""

from __future__ import annotations

from typing import Any

import attrs

from qattention.errors import SpecError, bad

MOST_US = 1e15  # 30 years a query: totals stay finite


def _latency(_: Any, attribute: attrs.Attribute[Any], value: float) -> None:
    if not 0 <= value <= MOST_US:
        raise SpecError(bad(f"memory_{attribute.name}", value, f"a number of microseconds in 0..{MOST_US:g}"))


def _probability(_: Any, __: Any, value: float) -> None:
    if not 0 <= value < 1:
        raise SpecError(bad("memory_error", value, "a probability in [0, 1)"))


QUERIES_A_LOOK_UP = 2  # one to load the key, one to give it back


@attrs.frozen(kw_only=True)
class HardwareMemory:
    """A quantum memory outside the circuit; 0 and 0 is the ideal one.

    Attributes:
        latency_us: of one query (a read, or a read backwards), in microseconds.
        p_query: probability that one query goes wrong in any way.
    Raises:
        SpecError: a value out of range, by its option's name.
    """

    latency_us: float = attrs.field(default=0.0, converter=float, validator=_latency)
    p_query: float = attrs.field(default=0.0, converter=float, validator=_probability)
