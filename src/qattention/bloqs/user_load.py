"""`load_class`: a key loader of the user's own, named `package.module:Class`."""

from __future__ import annotations

import importlib
import os
import sys

from qualtran import Bloq

from qattention.errors import SpecError, bad

from .key_load import KeyLoad
from .key_table import KeyTable


def load_class(path: str) -> type[KeyLoad]:
    """The class at `package.module:Class`; the module may lie in the current directory.

    Importing a module runs it: name only what you would run yourself.

    Raises:
        SpecError: no such module or class, or a class that is no loader; the line says which.
    """
    module_name, _, class_name = path.partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), class_name)):
        raise SpecError(bad("loader", path, "package.module:Class, names of Python"))
    found = getattr(_imported(path, module_name), class_name, None)
    if found is None:
        raise SpecError(bad("loader", path, f"a class that {module_name} has: there is no {class_name}"))
    if not (isinstance(found, type) and issubclass(found, KeyLoad)):
        raise SpecError(bad("loader", path, "a subclass of qattention.bloqs.key_load.KeyLoad"))
    _try_out(path, found)
    return found


def _imported(path: str, module_name: str) -> object:
    sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(module_name)
    except (Exception, SystemExit) as error:  # whatever the user's module raises
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise SpecError(bad("loader", path, f"a module that can be imported ({reason})")) from error
    finally:
        sys.path.remove(os.getcwd())


def _try_out(path: str, found: type[KeyLoad]) -> None:
    """Make one without data: it must take a table and `padded`, and have registers and an unload."""
    allowed = "a class called with (table, padded) that has `signature` and `adjoint` (docs/own_loader.md)"
    table = KeyTable(n_keys=5, head_dim=2, key_bits=3)
    try:
        load = found(table, padded=False)
        names = {register.name for register in load.signature}
        unload = load.adjoint()
        fits = {"address", "key"} <= names and hasattr(unload, "flips") and hasattr(unload, "junk_measured")
    except Exception as error:  # whatever the user's class raises
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise SpecError(bad("loader", path, f"{allowed}; {reason}")) from error
    if not fits or not isinstance(unload, Bloq) or load.table is not table or load.padded:
        raise SpecError(bad("loader", path, allowed))
