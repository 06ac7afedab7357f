"""Folders in which libraries keep what they compiled: one that can be written to, and no words about it.

It is the command's own process that asks for it (`cli.main`).
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NUMBA_FOLDER = "NUMBA_CACHE_DIR"  # Numba refuses to compile for a cache that has no place
SELDOM = (200_000, 20, 100)  # objects made before the collector looks, and how often it looks at old ones
PACKAGE = Path(__file__).parent


@contextmanager
def settled() -> Iterator[None]:
    """Numba's cache in a temporary folder where none of its usual ones can be written to.

    Matplotlib finds such a folder by itself; that it tells of it on stderr is what is left out here.
    The garbage collector looks seldom meanwhile: importing Qualtran makes a million objects that stay, and
    looking at them again and again takes a quarter of the import.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    folder = None
    if not any(_can_be_written(path) for path in _usual()):
        with suppress(OSError):
            folder = tempfile.mkdtemp(prefix="qattention-")
            os.environ[NUMBA_FOLDER] = folder
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        if folder is not None:
            os.environ.pop(NUMBA_FOLDER, None)
            shutil.rmtree(folder, ignore_errors=True)


def _usual() -> list[Path]:
    """Where Numba looks: what it was told, beside the source, the user's own."""
    given = os.environ.get(NUMBA_FOLDER)
    own = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return [*([Path(given)] if given else []), PACKAGE, Path(own) / "numba"]


def _can_be_written(path: Path) -> bool:
    """Whether a file can be made there, tried as Numba tries it: permissions do not tell of full disks."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return True
    except OSError:
        return False
