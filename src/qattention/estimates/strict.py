"""Documents from outside to attrs values: nothing unknown, missing or of another type, in bounded lines."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs

from qattention.errors import MOST_TOLD, SpecError, bad, brief, near, told

T = TypeVar("T")
Hook = Callable[[Any, str], Any]  # value and its path; raises SpecError, or ValueError with what is wrong
NO_HOOKS: Mapping[Any, Hook] = types.MappingProxyType({})
SCALARS = (str, int, float, bool)
_NAMED = 6  # unknown fields that a line names


class _Full(Exception):
    """Enough problems were found: the rest of the document is not looked at."""


def structured(document: Any, kind: type[T], name: str, hooks: Mapping[Any, Hook] = NO_HOOKS) -> T:
    """The value of type `kind` that a parsed document holds.

    Fields may be scalars, literals, other such classes, `tuple[X, ...]`, `dict[str, X]`, unions of scalars,
    and any of them or None.

    Args:
        name: what the document is called in messages.
        hooks: for fields of these types, what makes the value of what the document holds and of its path;
            what it raises (SpecError, ValueError) is a line.
    Raises:
        SpecError: unknown, missing or ill-typed fields, or values that their class refuses; a line each, of
            which there are few: reading stops there, and a line says how much was left out.
    """
    problems: list[str] = []
    try:
        found = _Reading(problems, hooks).value(document, kind, name)
    except _Full:
        found = None
    if problems:
        raise SpecError(problems)
    return cast(T, found)


@attrs.frozen
class _Reading:
    """One pass over a document; a value that is refused leaves a line in `problems` and is None."""

    problems: list[str]
    hooks: Mapping[Any, Hook]

    def value(self, value: Any, kind: Any, path: str) -> Any:
        if kind in self.hooks:
            return self._made(lambda: self.hooks[kind](value, path), path)
        if kind is object:  # values in the library, their names in a file
            return self._scalar(value, (str,), path)
        origin, args = get_origin(kind), get_args(kind)
        if origin in (types.UnionType, Union):
            return self._either(value, args, path)
        if origin is Literal:
            return self._one_of(value, args, path)
        if origin is tuple:
            return self._items(value, args[0], path)
        if origin is dict:
            return self._table(value, args[1], path)
        return self._object(value, kind, path) if attrs.has(kind) else self._scalar(value, (kind,), path)

    def _refuse(self, line: str) -> Any:
        """Leave the line; None stands in for the value."""
        self.problems.append(line)
        return None

    def _either(self, value: Any, kinds: tuple[Any, ...], path: str) -> Any:
        if value is None and types.NoneType in kinds:
            return None
        present = tuple(kind for kind in kinds if kind is not types.NoneType)
        return (
            self.value(value, present[0], path) if len(present) == 1 else self._scalar(value, present, path)
        )

    def _one_of(self, value: Any, choices: tuple[Any, ...], path: str) -> Any:
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            return self._refuse(bad(path, value, " or ".join(map(repr, choices))))
        return value

    def _scalar(self, value: Any, kinds: tuple[Any, ...], path: str) -> Any:
        """Exactly of one of the types, but that a whole number may stand for a float."""
        if not set(kinds) <= set(SCALARS):
            raise TypeError(f"{path}: a field of {kinds} cannot be read")
        if type(value) not in kinds and not (float in kinds and type(value) is int):
            return self._refuse(bad(path, value, f"of type {' or '.join(kind.__name__ for kind in kinds)}"))
        return value if type(value) in kinds and type(value) is not float else self._finite(value, path)

    def _finite(self, value: int | float, path: str) -> float | None:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        return number if math.isfinite(number) else self._refuse(bad(path, value, "finite"))

    def _items(self, value: Any, kind: Any, path: str) -> tuple[Any, ...] | None:
        if not isinstance(value, list | tuple):
            return self._refuse(bad(path, value, "a list"))
        named = ((f"{path}[{i}]", item) for i, item in enumerate(value))
        return tuple(self._each(named, kind, len(value), path))

    def _table(self, value: Any, kind: Any, path: str) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            return self._refuse(bad(path, value, "an object"))
        named = ((f"{path}.{_name(key)}", item) for key, item in value.items())
        return dict(zip(value, self._each(named, kind, len(value), path), strict=True))

    def _each(self, named: Iterator[tuple[str, Any]], kind: Any, n_items: int, path: str) -> Iterator[Any]:
        for i, (name, item) in enumerate(named):
            if len(self.problems) >= MOST_TOLD - 1:
                self._refuse(f"`{path}`: the other {n_items - i} of {n_items} items were not looked at")
                raise _Full
            yield self.value(item, kind, name)

    def _object(self, value: Any, kind: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            return self._refuse(bad(path, value, "an object"))
        before, fields = len(self.problems), _fields(kind)
        given = {}
        for name, (hint, required) in fields.items():
            if name in value:
                given[name] = self.value(value[name], hint, f"{path}.{name}")
            elif required:
                self._refuse(f"`{path}.{name}`: is missing")
        if unknown := [key for key in value if key not in fields]:
            more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
            names = ", ".join(map(_name, unknown[:_NAMED]))
            hint = near(unknown[0], fields) if len(unknown) == 1 else ""
            self._refuse(f"`{path}`: got unknown fields {names}{more}; known are {', '.join(fields)}{hint}")
        return self._made(lambda: kind(**given), path) if len(self.problems) == before else None

    def _made(self, make: Callable[[], Any], path: str) -> Any:
        try:
            return make()
        except SpecError as error:  # its lines name the fields
            self.problems.extend(error.problems)
        except (ValueError, TypeError, ArithmeticError) as error:
            self._refuse(f"`{path}`: {told(error)}")
        return None


def _name(key: Any) -> str:
    """A key as it stands in a path: a word as it is, others quoted, long ones cut."""
    return str(key) if str(key).isidentifier() and len(str(key)) <= len(brief(key)) - 2 else brief(key)


@cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Name -> (type, must it be given)."""
    hints = get_type_hints(kind)
    return {
        field.name: (hints[field.name], field.default is attrs.NOTHING)
        for field in attrs.fields(kind)
        if field.init
    }
