"""Reading `.safetensors` files and single `.npy` arrays, and the 16-bit floats that NumPy does not have.

Apart from `load` because what is believed of a file's bytes is decided here, format by format, before
anything is made of them.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.problem.npz import BROKEN, MAX_BYTES, brief, read_array

Arrays = dict[str, NDArray[Any]]

# Of safetensors' own names; bfloat16 is the upper half of a float32.
DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<V2",
    "BOOL": "|b1",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "|i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "|u1",
}


def widened(array: NDArray[Any]) -> NDArray[Any]:
    """As float32 what is bfloat16, to NumPy two bytes without a meaning; anything else as it is."""
    if array.dtype.kind != "V" or array.dtype.itemsize != 2 or array.dtype.fields is not None:
        return array
    halves = np.ascontiguousarray(array).view(np.dtype("<u2")).reshape(array.shape)
    return np.asarray((halves.astype(np.uint32) << 16).view(np.float32))


def read_safetensors(stream: IO[bytes]) -> tuple[Arrays, dict[str, str]]:
    """(the tensors by name, the metadata) of a `.safetensors` file, which holds no code.

    Raises:
        SpecError: it is none, or too large.
    """
    from safetensors import SafetensorError, deserialize

    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SpecError(bad("head", f"more than {MAX_BYTES} bytes", f"a file of at most {MAX_BYTES} bytes"))
    try:
        entries = deserialize(data)  # type: ignore[no-untyped-call]
    except (SafetensorError, ValueError) as error:
        raise SpecError(bad("head", f"a broken file ({brief(error)})", "a .safetensors file")) from None
    problems, arrays = [], {}
    for name, entry in entries:
        if entry["dtype"] not in DTYPES:
            problems.append(bad(name, f"dtype {entry['dtype']}", f"one of {', '.join(DTYPES)}"))
            continue
        raw = np.frombuffer(bytes(entry["data"]), dtype=DTYPES[entry["dtype"]])
        arrays[name] = widened(raw.reshape(entry["shape"]))
    if problems:
        raise SpecError(problems)
    return arrays, _metadata(data)


def _metadata(data: bytes) -> dict[str, str]:
    """Strings by name, of the header that the reader has found sound."""
    (length,) = struct.unpack("<Q", data[:8])
    found = json.loads(data[8 : 8 + length]).get("__metadata__", {})
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, Mapping) else {}


def read_npy(path: Path, name: str) -> NDArray[Any]:
    """One `.npy` file.

    Raises:
        SpecError: it is none, holds objects, or is too large.
    """
    try:
        size = path.stat().st_size
        if not path.is_file() or size > MAX_BYTES:
            raise SpecError(bad(name, f"{size} bytes", f"a file of at most {MAX_BYTES} bytes"))
        with path.open("rb") as stream:
            return widened(read_array(stream, size, name))
    except OSError as error:
        raise SpecError(bad(name, str(path), f"a readable .npy file ({error.strerror or error})")) from None
    except BROKEN as error:
        raise SpecError(bad(name, f"a broken array ({brief(error)})", "a complete .npy array")) from None
