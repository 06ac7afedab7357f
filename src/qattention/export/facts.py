"""What an exported circuit is made of, in lines for its head: a reader needs no other file to check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np
from qualtran import Bloq

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import Circuit
from qattention.circuit.kinds import Named
from qattention.reference.exact import visible_range
from qattention.reference.quantisation import Method
from qattention.reference.quantised import QuantisedHead
from qattention.simulate.verify import expected_phase

MAX_NUMBERS = 2**16  # of a table: half a MB of comments; beyond, its digest stands for it


def bloq_lines(bloq: Bloq) -> tuple[str, ...]:
    """A line an argument ("block: 2"), a line a key of a table, and the addresses that an oracle marks."""
    return tuple(_facts("", bloq))


def _facts(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, KeyTable):
        yield from _of_table(path, value)
    elif isinstance(value, Named):
        yield f"{path}: {value}"
    elif attrs.has(type(value)):
        yield from _of_fields(path, value)
    elif isinstance(value, tuple) and _holds_values(value):
        for i, item in enumerate(value):
            yield from _facts(f"{path}[{i}]", item)
    else:
        yield f"{path}: {_text(value)}"


def _of_fields(path: str, value: Any) -> Iterator[str]:
    """A bloq's class, unless it is the whole, then the arguments; of an oracle also what it marks."""
    if path and isinstance(value, Bloq) and not isinstance(value, Circuit):
        yield f"{path}: {type(value).__name__}"
    prefix = f"{path}." if path else ""
    for field in attrs.fields(Circuit if isinstance(value, Circuit) else type(value)):
        others = isinstance(value, SharedOracle) and field.name == "others"
        held = value.rows[1:] if others else getattr(value, field.name)
        lines = _facts(prefix + field.name, held)
        if isinstance(value, SharedOracle):  # what one of its rows marks alone only confuses
            lines = (line for line in lines if not line.startswith(f"{prefix}base.marked"))
        yield from lines
    if isinstance(value, HeavyKeyOracle | SharedOracle):
        yield f"{prefix}marked: {_marked(value)}"


def _holds_values(value: tuple[Any, ...]) -> bool:
    return any(attrs.has(type(one)) or (isinstance(one, tuple) and _holds_values(one)) for one in value)


def _text(value: Any) -> str:
    """As one writes it: numbers in a row with blanks between, "none", "yes" and "no"."""
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        apart = ", " if any(isinstance(one, tuple) for one in value) else " "
        return apart.join(f"({_text(one)})" if isinstance(one, tuple) else _text(one) for one in value)
    return str(value)


def _of_table(path: str, table: KeyTable) -> Iterator[str]:
    widths = table.word_widths
    bits = f"{widths} bits each" if isinstance(widths, int) else f"{_text(widths)} bits"
    yield f"{path}: {table.n_keys} keys of {table.head_dim} components, two's complement, {bits}"
    if not table.has_data:
        return
    if table.values.size > MAX_NUMBERS:
        yield f"{path}: too long to list; sha256 of its little-endian int64 begins with {table.digest}"
        return
    for address, key in enumerate(table.values.tolist()):
        yield f"{path}[{address}]: {_text(tuple(key))}"


def _marked(oracle: HeavyKeyOracle | SharedOracle) -> str:
    """The addresses that take the phase, from exact integers."""
    if not oracle.table.has_data:
        return "unknown without the values of the keys"
    phase = expected_phase(oracle)
    found = tuple(np.flatnonzero(phase).tolist())
    return f"{_text(found)} ({len(found)} of {len(phase)} addresses)"


def head_lines(
    quantised: QuantisedHead, method: Method, rows: Sequence[int], taus: Sequence[float]
) -> tuple[str, ...]:
    """How the integers of `rows` stand for a head's logits: words, units, and each row's threshold."""
    head = quantised.head
    seen = "its keys up to the row" if head.causal else "all of its keys"
    sizes = f"{head.n_queries} queries, {head.n_keys} keys, d = {head.head_dim}"
    facts = [
        f"head: {head.name}, {sizes}; a row sees {seen}",
        f"integers: {_words(quantised, method)}",
    ]
    seen_by = list(zip(*visible_range(head, list(rows)), strict=True))
    if len(set(seen_by)) > 1:
        facts.append(
            "rows on one load see different keys: a key is marked if it is heavy for any of the rows, also "
            "for one that does not see it; such a find is dropped when it is checked"
        )
    for row, tau, keys in zip(rows, taus, seen_by, strict=True):
        step, shift, margin = (
            float(values[row]) for values in (quantised.logit_step, quantised.shift, quantised.margin)
        )
        facts += [
            f"row {row}: keys {keys[0]}..{keys[1] - 1}; logit about {step!r} <weights, key> + {shift!r}",
            f"row {row}: heavy if that is at least tau - margin = {float(tau)!r} - {margin!r}, a tie counts",
        ]
    return tuple(facts)


def _words(quantised: QuantisedHead, method: Method) -> str:
    if method == "rotated":
        return "words and weights fitted in the joint eigenbasis of q and k (--quantise rotated)"
    k, q = (max(1, 2 ** (bits - 1) - 1) for bits in (quantised.key_bits, quantised.query_bits))
    return f"k over max |k| / {k}, q over max |q| / {q}, both over the whole tensor, to the nearest integer"
