"""What Qualtran's serialisation needs of arguments: values that it stores, and classes that it finds again.

It stores a field of a bloq if it is a number, a text, an array or a bloq of such, and gives a tuple back as
an array: fields that hold tuples take their values through the converters here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import attrs
from qualtran import Bloq, Signature

from qattention.circuit import Circuit

from .costliest_sum import UnknownWeights


def integers(values: Iterable[Any]) -> tuple[int, ...]:
    """A tuple of Python integers."""
    return tuple(int(value) for value in values)


def weights_or_sizes(values: Any) -> Any:
    """A tuple of integers, or what stands for weights that are not known."""
    return values if isinstance(values, UnknownWeights) else integers(values)


def width_or_widths(bits: Any) -> Any:
    """One width, or a tuple of one a component."""
    return integers(bits) if isinstance(bits, Iterable) else bits


def pairs(values: Iterable[Iterable[Any]]) -> tuple[tuple[Any, ...], ...]:
    """A tuple of tuples, numbers as Python has them."""
    return tuple(tuple(one.item() if hasattr(one, "item") else one for one in pair) for pair in values)


def flat_rows(rows: Iterable[Any]) -> tuple[tuple[int, ...], ...]:
    """(q, T) pairs, or (*q, T) already, as (*q, T): an array can hold them."""
    return tuple(integers(row if len(row) != 2 or _is_number(row[0]) else (*row[0], row[1])) for row in rows)


def _is_number(value: Any) -> bool:
    return not isinstance(value, Iterable)


@attrs.frozen(kw_only=True, init=False, eq=False)
class OracleCircuit(Circuit, Bloq):
    """A `Circuit` as an argument of a bloq: the same value, stored as the text of its choices.

    It is no operation and has no registers; as a `Circuit` it equals the one that it was made from.
    """

    text: str = attrs.field(repr=False)

    def __init__(self, text: str = "", **choices: Any) -> None:
        given = choices or json.loads(text)
        same = Circuit(**given)
        text = json.dumps(same.to_dict())
        self.__attrs_init__(text=text, **_named(same))

    @property
    def signature(self) -> Signature:
        """Of no registers."""
        return Signature([])

    def to_dict(self) -> dict[str, Any]:
        """As of a `Circuit`."""
        return Circuit(**_named(self)).to_dict()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Circuit) and _choices(self) == _choices(other)

    def __hash__(self) -> int:
        return Circuit.__hash__(self)

    def __str__(self) -> str:
        return Circuit.__str__(self)


def as_argument(circuit: Circuit) -> Circuit:
    """The argument that stands for a circuit."""
    return circuit if isinstance(circuit, OracleCircuit) else OracleCircuit(**_named(circuit))


def _named(circuit: Circuit) -> dict[str, Any]:
    return {field.name: getattr(circuit, field.name) for field in attrs.fields(Circuit)}


def _choices(circuit: Circuit) -> tuple[Any, ...]:
    return tuple(_named(circuit).values())


def bloq_classes() -> Sequence[type[Bloq]]:
    """Every class of bloqs of this room."""
    room = import_module(__package__)
    modules = [import_module(f"{__package__}.{found.name}") for found in iter_modules(room.__path__)]
    members = {member for module in modules for member in vars(module).values() if isinstance(member, type)}
    own = {one for one in members if issubclass(one, Bloq) and one.__module__.startswith(f"{__package__}.")}
    return sorted(own, key=lambda one: one.__qualname__)


def register_bloqs() -> None:
    """Enter the classes of this room into Qualtran's table of what can be read back; once is enough."""
    from qualtran.serialization.resolver_dict import add_to_resolver_dict

    add_to_resolver_dict(*bloq_classes())
