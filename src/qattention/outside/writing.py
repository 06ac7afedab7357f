"""Files that appear whole or not at all, and what is said when they cannot."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from qattention.errors import QAttentionError, ResourceError, SpecError, bad

# What no other choice of a file would have avoided; EFBIG: beyond a limit of the process.
GIVEN_OUT = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG}
PROBE_BYTES = 4096  # a block: that much must be free before work begins


def write_file(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write beside the target and rename: readers see the old file or the new one.

    A link stays one, its target is replaced; to a device or pipe the content is written as it is.

    Raises:
        SpecError: the folder does not exist or may not be written to.
        ResourceError: the disk is full or fails; nothing is left behind.
    """
    try:
        data = content.encode() if isinstance(content, str) else content
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise SpecError(bad("output", os.fspath(path), "a file (this is a folder)"))
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from None


def _replace(target: Path, data: bytes) -> None:
    temporary = _written_beside(target, data)
    try:
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _written_beside(target: Path, data: bytes) -> str:
    """The name of a new file in the same folder with this content; none is left if that fails."""
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return temporary


def check_writable(*paths: str | os.PathLike[str] | None) -> None:
    """Refuse outputs that could not be written before hours are spent computing them.

    Raises:
        SpecError: the target is a folder, or its folder is missing or may not be written to; a line each.
        ResourceError: its disk is full.
    """
    problems: list[str] = []
    for path in paths:
        try:
            if path is not None:
                _probe(path)
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)


def _probe(path: str | os.PathLike[str]) -> None:
    try:
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            raise SpecError(bad("output", os.fspath(path), "in a folder that exists"))
        if target.is_dir():
            raise SpecError(bad("output", os.fspath(path), "a file (this is a folder)"))
        if target.is_file() or not target.exists():
            os.unlink(_written_beside(target, bytes(PROBE_BYTES)))
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from None


def unwritable(path: str | os.PathLike[str], error: OSError | ValueError) -> QAttentionError:
    """What to raise for a path that cannot be written: bad input, or a disk that gave out."""
    reason = getattr(error, "strerror", None) or error
    if getattr(error, "errno", None) in GIVEN_OUT:
        return ResourceError(f"`output`: {os.fspath(path)!r} could not be written: {reason}")
    return SpecError(bad("output", os.fspath(path), f"a file that can be written ({reason})"))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
