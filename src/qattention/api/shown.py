"""What every result of the library can do beside its fields: say what was asked first, and be shown or kept.

A result is the value that the machine underneath made, of a class derived from the value's, and what it was
made from. It is equal to another of its class if the fields are; what it was made from is not compared, nor
pickled.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

if TYPE_CHECKING:
    from qattention.render.page import Page
    from qattention.render.tables import Table

SIGNIFICANT_DIGITS = 6  # of a float in JSON, but for estimates, which are read back; integers are exact
R = TypeVar("R")


class Shown:
    """Of one verb. `SCHEMA` is what its JSON is called, DIGITS how many of a float it has (None: all)."""

    SCHEMA: ClassVar[str] = ""
    DIGITS: ClassVar[int | None] = SIGNIFICANT_DIGITS

    def answer(self) -> list[str]:
        """What was asked, in at most eight lines of 80 columns."""
        raise NotImplementedError

    def tables(self) -> list[Table]:
        """What the command prints below that."""
        return []

    def lines(self) -> list[str]:
        """What it prints below the tables."""
        return []

    def assumptions_told(self) -> list[str]:
        """What it prints with --assumptions."""
        return []

    def rows(self) -> list[dict[str, object]]:
        """One plain dict a row of what was found, for a data frame; a result of one row has one."""
        return [flat(self.to_dict())]

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with --json, of JSON's types."""
        named: dict[str, Any] = {"schema": f"qattention/{self.SCHEMA}/1"}
        kind: type[Any] = type(self)
        return named | {
            field.name: plain(getattr(self, field.name), self.DIGITS) for field in attrs.fields(kind)
        }

    def to_json(self) -> str:
        """That object as the command prints it."""
        return dumped(self.to_dict())

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"<{name}: {self.answer()[0].removeprefix(f'{name}: ')}>"

    def plots(self) -> dict[str, Any]:
        """Heading -> matplotlib figure of what a page of it shows; that of `figure` where there is one."""
        return {"The plot": self.figure()} if hasattr(self, "figure") else {}

    def page(self) -> Page:
        """What `html` shows: the answer, the plots, the tables, and folded what the figures rest on."""
        from qattention.render.page import result_page

        return result_page(
            self.answer(),
            self.tables(),
            lines=self.lines(),
            assumptions=self.assumptions_told(),
            plots=self.plots(),
            data=self.to_json(),
            stem=self.SCHEMA,
        )

    def html(self) -> str:
        """The page that the command's --html writes: one file, without script, that loads nothing."""
        from qattention.render.page import page_html

        return page_html(self.page())

    def _repr_html_(self) -> str:
        """For notebooks: the answer, and the same tables and remarks as on the page, folded."""
        from qattention.render.page import piece_html, result_page

        found = result_page(self.answer(), self.tables(), lines=self.lines())
        return piece_html(found)


def dressed(kind: type[R], value: object, **made_from: object) -> R:
    """A value as a result of `kind`, a class derived from the value's; its fields were checked already."""
    found = object.__new__(kind)
    for field in attrs.fields(type(value)):  # type: ignore[arg-type]
        object.__setattr__(found, field.name, getattr(value, field.name))
    for name, item in made_from.items():
        object.__setattr__(found, name, item)
    return found


def plain(value: Any, digits: int | None = SIGNIFICANT_DIGITS) -> Any:
    """Attrs values, tuples and NumPy scalars as JSON has them; NaN and inf as null.

    Args:
        digits: significant ones of floats; all for None.
    """
    if not isinstance(value, Shown) and callable(getattr(value, "to_dict", None)):
        return plain(value.to_dict(), digits)
    if attrs.has(type(value)):
        return {field.name: plain(getattr(value, field.name), digits) for field in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, digits) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist(), digits)
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    return value if digits is None else float(f"{value:.{digits}g}")


def dumped(document: Mapping[str, Any]) -> str:
    """One object of JSON's types, keys in their order, ending in a newline."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def flat(document: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """A nested object as one of dotted paths: what a row of a data frame can hold; lists are left out."""
    found: dict[str, object] = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        elif not isinstance(value, Sequence) or isinstance(value, str):
            found[f"{prefix}{name}"] = value
    return found


def several(asked: Any) -> tuple[Any, ...]:
    """One as a tuple of it; none as an empty one."""
    if asked is None:
        return ()
    return tuple(asked) if isinstance(asked, list | tuple) else (asked,)
