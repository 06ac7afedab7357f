"""`Figure`: a printed number with the witnesses that agree on it."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Figure:
    """A number as it is printed.

    Attributes:
        value: exact counts are integers, expectations floats.
        unit: such as "toffoli" or "qubits"; empty for a pure number.
        witnesses: the independent sources that gave this value: "bloqs", "gates", "formula".
    """

    value: int | float
    unit: str = ""
    witnesses: tuple[str, ...] = attrs.field(default=(), converter=tuple)
