"""A program as a fixed set of plain arrays, and back: what is stored and what is hashed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.lowering.program import GateProgram, MaskTable, Wires

Arrays = dict[str, NDArray[Any]]

FORMAT = 1  # version of the layout, in every file and digest
SIDES = ("inputs", "outputs", "cbit_outputs", "cbit_inputs")
# Name -> (dtype, dimensions). Lists of arrays are laid end to end, with their lengths beside them.
LAYOUT = {
    "sizes": ("<i8", 1),  # FORMAT, n_wires, n_cbits
    "code": ("<i4", 2),
    "angles": ("<f8", 1),
    "span_items": ("<i4", 1),
    "span_lengths": ("<i8", 1),
    "table_words": ("<u8", 1),
    "table_flips": ("|b1", 1),
    "table_shapes": ("<i8", 2),  # a table a row: rows, words a row, bits
    "register_names": ("<U", 1),  # "side/name", in order
    "register_wires": ("<i4", 1),
    "register_ranks": ("<i8", 1),
    "register_shapes": ("<i8", 1),
}


def to_arrays(program: GateProgram, sides: Mapping[str, Mapping[str, Wires]] | None = None) -> Arrays:
    """The program as the arrays of `LAYOUT`; `sides` replaces its registers."""
    registers = {
        f"{side}/{name}": np.asarray(wires)
        for side in SIDES
        for name, wires in (sides[side] if sides else getattr(program, side)).items()
    }
    shapes = [[*table.rows.shape, table.n_bits] for table in program.tables]
    found = {
        "sizes": np.array([FORMAT, program.n_wires, program.n_cbits]),
        "code": program.code,
        "angles": program.angles,
        "span_items": _joined(program.spans),
        "span_lengths": np.array([len(span) for span in program.spans]),
        "table_words": _joined([table.rows for table in program.tables]),
        "table_flips": _joined([table.flips for table in program.tables]),
        "table_shapes": np.array(shapes).reshape(len(shapes), 3),
        "register_names": np.array(list(registers), dtype=np.str_),
        "register_wires": _joined(list(registers.values())),
        "register_ranks": np.array([wires.ndim for wires in registers.values()]),
        "register_shapes": np.array([n for wires in registers.values() for n in wires.shape]),
    }
    return {name: array.astype(LAYOUT[name][0], copy=False) for name, array in found.items()}


def from_arrays(arrays: Arrays) -> GateProgram:
    """The program laid out in `arrays`, whose dtypes and dimensions are right.

    Raises:
        SpecError: another format version, or lengths that do not add up.
    """
    if arrays["sizes"].tolist()[:1] != [FORMAT] or len(arrays["sizes"]) != 3:
        raise SpecError(bad("sizes", arrays["sizes"].tolist(), f"{FORMAT}, n_wires, n_cbits"))
    try:
        return _assemble(arrays)
    except ValueError as error:
        raise SpecError(bad("program", f"lengths that do not add up ({error})", "as `save` writes")) from None


def misfit(name: str, array: NDArray[Any]) -> list[str]:
    """One line if the array is not of the dtype and dimensions that `LAYOUT` says."""
    dtype, n_dims = LAYOUT[name]
    fits = array.dtype.kind == "U" if dtype == "<U" else array.dtype == np.dtype(dtype)
    if fits and array.ndim == n_dims:
        return []
    return [bad(name, f"{array.dtype} of shape {array.shape}", f"{dtype} of {n_dims} dimension(s)")]


def _assemble(arrays: Arrays) -> GateProgram:
    sides: dict[str, dict[str, Wires]] = {side: {} for side in SIDES}
    shapes = _split(arrays["register_shapes"], arrays["register_ranks"])
    wires = _split(arrays["register_wires"], np.array([np.prod(shape) for shape in shapes], dtype=np.int64))
    for full_name, shape, flat in zip(arrays["register_names"].tolist(), shapes, wires, strict=True):
        side, _, name = full_name.partition("/")
        if side not in SIDES or name in sides[side]:
            raise ValueError(f"register {full_name!r}")
        sides[side][name] = flat.reshape(shape)
    return GateProgram(
        code=np.ascontiguousarray(arrays["code"]),
        n_wires=int(arrays["sizes"][1]),
        n_cbits=int(arrays["sizes"][2]),
        spans=tuple(_split(arrays["span_items"], arrays["span_lengths"])),
        tables=tuple(_tables(arrays)),
        angles=arrays["angles"],
        **sides,
    )


def _tables(arrays: Arrays) -> list[MaskTable]:
    shapes = arrays["table_shapes"]
    words = _split(arrays["table_words"], shapes[:, 0] * shapes[:, 1])
    flips = _split(arrays["table_flips"], shapes[:, 0])
    return [
        MaskTable(words[i].reshape(n_rows, n_words), n_bits, flips[i])
        for i, (n_rows, n_words, n_bits) in enumerate(shapes.tolist())
    ]


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([np.ravel(part) for part in parts]) if parts else np.zeros(0)


def _split(joined: NDArray[Any], lengths: NDArray[np.int64]) -> list[NDArray[Any]]:
    if np.any(lengths < 0) or int(lengths.sum()) != len(joined):
        raise ValueError(f"{len(joined)} items for lengths that sum to {int(lengths.sum())}")
    return np.split(joined, np.cumsum(lengths)[:-1]) if len(lengths) else []
