"""Reading untrusted `.npz` files: never a pickle, never more memory than a size checked beforehand."""

from __future__ import annotations

import math
import reprlib
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Collection
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad

MAX_BYTES = 2**30  # 1 GiB unpacked: q, k and v of 2**20 tokens, d = 64, float32, take 0.75 GiB
MAX_HEADER_BYTES = 10_000  # NumPy's own limit on what it parses
# Everything that zipfile, zlib and the header parser are known to raise on a broken file.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # encrypted members; NotImplementedError too
    MemoryError,  # the header parser on deep nesting
    KeyError,
    SyntaxError,
    tokenize.TokenError,
    TypeError,
    OverflowError,
)

Arrays = dict[str, NDArray[Any]]


def read_npz(
    stream: IO[bytes], known: Collection[str] | Callable[[str], bool], told: str | None = None
) -> tuple[Arrays, list[str]]:
    """The arrays of an `.npz` archive, and one line for each that cannot be read.

    Args:
        stream: a seekable binary stream.
        known: the array names that are allowed, or whether one is. told: which they are, for messages.
    Raises:
        SpecError: not a zip archive, foreign or repeated members, too large, or an unusual compression.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except BROKEN as error:
        got = f"a broken file ({brief(error)})"
        raise SpecError(bad("head", got, "an .npz file (a zip archive of arrays)")) from None
    with archive:
        members = archive.infolist()
        allowed = known if callable(known) else known.__contains__
        names = told if told is not None or callable(known) else ", ".join(known)
        _check_directory(members, allowed, names or "known names")
        arrays: Arrays = {}
        problems: list[str] = []
        for member in members:
            field = member.filename.removesuffix(".npy")
            try:
                arrays[field] = _read_member(archive, member, field)
            except SpecError as error:
                problems.extend(error.problems)
            except BROKEN as error:
                problems.append(bad(field, f"a broken array ({brief(error)})", "a complete .npy array"))
    return arrays, problems


def _check_directory(members: list[zipfile.ZipInfo], known: Callable[[str], bool], told: str) -> None:
    """Refuse, by the zip directory alone, what must not be unpacked."""
    names = [member.filename for member in members]
    problems = []
    stems = [name.removesuffix(".npy") for name in names]
    foreign = [stem for stem, name in zip(stems, names, strict=True) if stem == name or not known(stem)]
    if foreign:
        problems.append(bad("head", f"unknown arrays {reprlib.repr(foreign)}", f"only {told}"))
    if len(set(names)) < len(names):
        problems.append(bad("head", "an array more than once", "an archive with one of each"))
    n_bytes = sum(member.file_size for member in members)
    if n_bytes > MAX_BYTES:
        problems.append(bad("head", f"{n_bytes} bytes unpacked", f"at most {MAX_BYTES}"))
    if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for m in members):
        problems.append(bad("head", "an unusual compression", "stored or deflated, as NumPy writes"))
    if problems:
        raise SpecError(problems)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, field: str) -> NDArray[Any]:
    with archive.open(member) as stream:
        return read_array(stream, member.file_size, field)


def read_array(stream: IO[bytes], size: int, field: str) -> NDArray[Any]:
    """The `.npy` array in a stream of `size` bytes, never a pickle.

    Raises:
        SpecError: objects, records, or another number of bytes than its shape takes. Anything of BROKEN.
    """
    shape, fortran_order, dtype = _read_header(stream)
    opaque = dtype.kind == "V" and (dtype.itemsize != 2 or dtype.fields is not None)  # 2 bytes: bfloat16
    if dtype.hasobject or opaque or not dtype.itemsize:  # objects are pickles: never read
        raise SpecError(bad(field, f"dtype {dtype}", "plain numbers or text, never pickled objects"))
    n_bytes = math.prod(shape) * dtype.itemsize
    if min(shape, default=1) < 0 or n_bytes > size:
        allowed = "a shape that the file has the bytes for"
        raise SpecError(bad(field, f"shape {shape} in {size} bytes", allowed))
    data = stream.read(n_bytes)
    if len(data) != n_bytes or stream.read(1):  # the last read also checks the CRC of an archive's member
        raise SpecError(bad(field, "a truncated or padded array", "a complete .npy array"))
    return np.frombuffer(data, dtype=dtype).reshape(shape, order="F" if fortran_order else "C")


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in read:
        raise ValueError(f"unknown .npy version {version}")
    header: tuple[tuple[int, ...], bool, np.dtype[Any]] = read[version](stream, MAX_HEADER_BYTES)
    return header


def brief(error: BaseException) -> str:
    """The error on one short line."""
    return " ".join(str(error).split())[:80] or type(error).__name__
