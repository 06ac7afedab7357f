"""`load_class`: a key loader of the user's own, named `package.module:Class`."""

from __future__ import annotations

import importlib
import os
import sys

from qualtran import Bloq

from qattention.errors import SpecError, bad

from .contained import LoaderFailed, contain_class, contained
from .key_load import KeyLoad
from .key_table import KeyTable


def load_class(path: str) -> type[KeyLoad]:
    """The class at `package.module:Class`; the module may lie in the current directory.

    Importing a module runs it: name only what you would run yourself. What its code raises, prints or
    changes then and later is contained (`contained`).

    Raises:
        SpecError: no such module or class, or a class that is no loader; the line says which.
    """
    module_name, _, class_name = path.partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), class_name)):
        raise SpecError(bad("loader", path, "package.module:Class, names of Python"))
    with contained(path):
        module = _imported(path, module_name)
        found = getattr(module, class_name, None)
    if found is None:
        raise SpecError(bad("loader", path, f"a class that {module_name} has: there is no {class_name}"))
    if not (isinstance(found, type) and issubclass(found, KeyLoad)):
        raise SpecError(bad("loader", path, "a subclass of qattention.bloqs.key_load.KeyLoad"))
    for bloq in _bloqs_of(module, found):
        contain_class(bloq, path)
    _try_out(path, found)
    return found


def _imported(path: str, module_name: str) -> object:
    try:
        with contained(path):
            sys.path.insert(0, os.getcwd())
            return importlib.import_module(module_name)
    except LoaderFailed as error:
        allowed = f"a module that can be imported ({error.reason})"
        raise SpecError(bad("loader", path, allowed)) from error


def _bloqs_of(module: object, found: type[KeyLoad]) -> set[type[Bloq]]:
    """The user's classes that make up a loader: other bloqs of its module, and what it inherits."""
    own = [member for member in vars(module).values() if isinstance(member, type)]
    named = {member for member in own if member.__module__ == found.__module__}
    return {
        one
        for one in {found, *found.__mro__, *named}
        if issubclass(one, Bloq) and one.__module__.partition(".")[0] not in ("qattention", "qualtran")
    }


def _try_out(path: str, found: type[KeyLoad]) -> None:
    """Make one without data: it must take a table and `padded`, and have registers and an unload."""
    allowed = "a class called with (table, padded) that has `signature` and `adjoint` (docs/own_loader.md)"
    table = KeyTable(n_keys=5, head_dim=2, key_bits=3)
    try:
        with contained(path):
            load = found(table, padded=False)
            names = {register.name for register in load.signature}
            unload = load.adjoint()
            made = hasattr(unload, "flips") and hasattr(unload, "junk_measured")
            fits = made and {"address", "key"} <= names and load.table is table and not load.padded
    except LoaderFailed as error:
        raise SpecError(bad("loader", path, f"{allowed}; {error.reason}")) from error
    if not fits or not isinstance(unload, Bloq):
        raise SpecError(bad("loader", path, allowed))
