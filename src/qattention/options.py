"""`option`: a field of a value class that is an option of the command, declared once.

The command's options with their choices and groups, the tables of a study and the options table of the docs
are made from these fields: their name, type, default and what is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import NoneType
from typing import Any, get_args, get_type_hints

import attrs

OPTION = "option"


@attrs.frozen(kw_only=True)
class Option:
    """What an option says beside its field.

    Attributes:
        help: one line.
        choices: the values there are, found when they are asked for; None for any of the type.
        metavar: what stands for the value in help, unless the type or the choices say it.
        group: the heading that it stands under in help.
        default: what is meant where it is not given, in words; the field's own default unless given.
    """

    help: str
    choices: Callable[[], tuple[str, ...]] | None = None
    metavar: str | None = None
    group: str = ""
    default: str | None = None


def option(
    help: str,
    *,
    default: Any = None,
    choices: Callable[[], tuple[str, ...]] | tuple[str, ...] | None = None,
    metavar: str | None = None,
    group: str = "",
    told: str | None = None,
    validator: Callable[..., Any] | None = None,
) -> Any:
    """A field that is an option; `told` is its default in words."""
    listed = (lambda: choices) if isinstance(choices, tuple) else choices
    said = Option(help=help, choices=listed, metavar=metavar, group=group, default=told)
    return attrs.field(default=default, validator=validator, metadata={OPTION: said})


@attrs.frozen(kw_only=True)
class Declared:
    """An option with its field's name, the type of its value, and the default of the field."""

    name: str
    type: type
    default: Any
    option: Option


def declared(*kinds: type) -> Iterator[Declared]:
    """All options of value classes, in the order of their fields; a name that comes again is the same one."""
    seen = set[str]()
    for kind in kinds:
        hints = get_type_hints(kind)
        for field in attrs.fields(kind):
            if OPTION in field.metadata and field.name not in seen:
                seen.add(field.name)
                hint = hints[field.name]
                types = [one for one in get_args(hint) or (hint,) if one is not NoneType]
                value = types[0] if types[0] in (int, float, bool, str) and len(types) == 1 else str
                yield Declared(
                    name=field.name, type=value, default=field.default, option=field.metadata[OPTION]
                )
