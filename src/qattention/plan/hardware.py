"""`HardwareMemory`: what the user says of a memory that is a device, not a circuit."""

from __future__ import annotations

from typing import Any

import attrs

from qattention.costs import address_bits
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
        grows: whether both grow with the address, so that they are of this n alone.
    Raises:
        SpecError: a value out of range, by its option's name.
    """

    latency_us: float = attrs.field(default=0.0, converter=float, validator=_latency)
    p_query: float = attrs.field(default=0.0, converter=float, validator=_probability)
    grows: bool = False

    @classmethod
    def of_brigade(cls, n_keys: int, step_us: float, p_step: float) -> HardwareMemory:
        """A passive bucket brigade of m levels: 2 m steps, and an infidelity of 4 p m a step.

        That the infidelity grows with m alone is proved by Hann et al., arXiv:2012.05340 (abstract read; the
        factors 2 and 4 are recalled).

        Args:
            step_us: of one router, in microseconds. p_step: error of one router in a step.
        Raises:
            SpecError: a step of no time that there is, or one so bad that a query is sure to fail.
        """
        steps = 2 * int(address_bits(n_keys))
        p_query = 4 * p_step * steps * (steps // 2)
        if not 0 <= p_query < 1:
            most = 1 / (2 * steps**2)
            allowed = f"a probability below {most:.3g} for {n_keys} keys"
            raise SpecError(bad("memory_step_error", p_step, allowed))
        if not 0 <= step_us <= MOST_US / steps:
            raise SpecError(
                bad("memory_step_us", step_us, f"a number of microseconds in 0..{MOST_US / steps:g}")
            )
        return cls(latency_us=steps * step_us, p_query=p_query, grows=True)
