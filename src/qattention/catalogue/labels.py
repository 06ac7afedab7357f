"""What is written at a port and on a bundle of wires."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qattention.catalogue.text import signed
from qattention.catalogue.trace import Event, Origin, Touch

MEASUREMENTS = {"MeasureX": "Mₓ", "MeasureZ": "M"}


def port_text(event: Event, touch: Touch, wires: Sequence[int]) -> str:
    """What stands at a port: the symbols' texts, shortened if there are more than two."""
    if event.bloq in MEASUREMENTS:
        return MEASUREMENTS[event.bloq]
    if event.bloq == "And†":
        return "∧†"
    texts = [signed(text) for text in dict.fromkeys(touch.texts[touch.wires.index(w)] for w in wires)]
    return ", ".join(texts) if len(texts) <= 2 else f"{texts[0]} … {texts[-1]}"


def describe(origins: list[Origin]) -> tuple[str, str]:
    """Name and width in words of a bundle: ("key", "2 × 3 bits"), ("key[0]", "3 bits"), ("flag", "1 bit")."""
    first, n_bits = origins[0], len(origins)
    n_items = len({origin.index for origin in origins})
    is_whole = n_bits == n_items * first.width
    size = (
        f"{n_items} × {_bits(first.width)}" if n_items > 1 and first.width > 1 and is_whole else _bits(n_bits)
    )
    if len({origin.name for origin in origins}) > 1:
        return ", ".join(sorted({origin.name for origin in origins})), size
    if n_items == math.prod(first.shape) and is_whole:
        return first.name, size
    inner = math.prod(first.shape[1:])
    if n_items == inner > 1 and len({origin.index[0] for origin in origins}) == 1:  # one row of a table
        return f"{first.name}[{first.index[0]}]", size
    indices = [origin.index for origin in origins]
    if (
        n_items > 1
        and len(first.shape) == 1
        and indices == [(i,) for i in range(first.index[0], indices[-1][0] + 1)]
    ):
        return f"{first.name}[{first.index[0]}…{indices[-1][0]}]", size
    if n_items > 1:
        return f"{first.name}, other bits", size
    index = "".join(f"[{i}]" for i in first.index)
    if not is_whole:
        index += f"[{_numbers([origin.bit for origin in origins])}]"
    return first.name + index, size if n_bits > 1 else ""


def _numbers(numbers: list[int]) -> str:
    """Ascending, neighbours as a range: "1…4" for 4, 3, 2, 1."""
    low, high = min(numbers), max(numbers)
    if len(numbers) > 1 and high - low == len(numbers) - 1:
        return f"{low}…{high}"
    return ", ".join(map(str, sorted(numbers)))


def _bits(n_bits: int) -> str:
    return f"{n_bits} bit" if n_bits == 1 else f"{n_bits} bits"
