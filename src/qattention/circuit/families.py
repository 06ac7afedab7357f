"""The families: every record of a room of modules, found when it is first asked for.

The two sides that must not share code, bloqs and closed forms, both rest on this room. So it imports neither:
a family is a folder, its members are the `KINDS` of the folder's modules, and a new module is a new member.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, TypeVar

from qattention.circuit.kinds import InnerProductKind, LoaderKind
from qattention.errors import SpecError, no_such

K = TypeVar("K", LoaderKind, InnerProductKind)
PACKAGE = __name__.partition(".")[0]


class Family(Mapping[str, K], Generic[K]):
    """Name -> record, by rank.

    Args:
        option: what a choice among them is called, for messages.
        room: the folder of their modules, below this package.
    """

    def __init__(self, option: str, room: str) -> None:
        self.option, self.room = option, room

    @cached_property
    def members(self) -> dict[str, K]:
        """All of them, the preferred ones first."""
        folder = import_module(f"{PACKAGE}.{self.room}")
        names = [found.name for found in iter_modules(folder.__path__)]
        modules = [import_module(f"{folder.__name__}.{name}") for name in names]
        kinds: list[K] = [kind for module in modules for kind in module.KINDS]
        return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.rank)}

    @property
    def default(self) -> K:
        """The member of the lowest rank."""
        return next(iter(self.members.values()))

    @property
    def stock(self) -> K:
        """The member that stock parts give."""
        return next(kind for kind in self.members.values() if kind.is_stock)

    def find(self, choice: str | K) -> K:
        """The record of a name; a record is what it is.

        Raises:
            SpecError: there is none of that name.
        """
        if not isinstance(choice, str):
            return choice
        if choice not in self.members:
            raise SpecError(no_such(self.option, choice, self.members))
        return self.members[choice]

    def __getitem__(self, name: str) -> K:
        return self.members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)


LOADERS: Family[LoaderKind] = Family("loader", "formulas.loaders")
INNER_PRODUCTS: Family[InnerProductKind] = Family("inner_product", "formulas.inner_products")


def loader_kind(choice: str | LoaderKind) -> LoaderKind:
    """The loader of a name, or the one that is given; raises SpecError if there is none of that name."""
    return LOADERS.find(choice)


def inner_product_kind(choice: str | InnerProductKind) -> InnerProductKind:
    """The form of the inner product of a name; raises SpecError if there is none of that name."""
    return INNER_PRODUCTS.find(choice)
