"""Saving, loading and hashing programs; files from outside are refused in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.lowering.layout import to_arrays
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, MaskTable, Op
from qattention.lowering.storage import digest, load, save


@pytest.fixture
def program() -> GateProgram:
    """Two registers a side, one of shape (2, 2), two tables, a classical register."""
    ops = [(Op.ALLOC, 5), (Op.XOR_ROW, 4, 0, 1, 0), (Op.PHASE, 4, 0), (Op.MEASURE_X, 5, 0), (Op.AND, 0, 1, 5)]
    return GateProgram(
        code=encode([*ops, (Op.CZ_PARITY, 4, 0, 1, 2, 1), (Op.MEASURE_Z, 4, 1)]),
        n_wires=6,
        n_cbits=2,
        inputs={"key": np.array([[0, 1], [2, 3]], np.int32), "flag": np.array([4], np.int32)},
        outputs={"key": np.array([[0, 1], [2, 3]], np.int32), "out": np.array([5], np.int32)},
        cbit_outputs={"found": np.array([1], np.int32)},
        spans=(np.array([5, 0], np.int32), np.array([0], np.int32)),
        tables=(
            MaskTable.from_bits(np.array([[0, 1], [1, 0]], bool)),
            MaskTable.from_bits(np.array([[1], [0], [1]], bool), np.array([True, False, True])),
        ),
        angles=np.array([0.25]),
    )


def same(a: Any, b: Any) -> bool:
    """Deep equality, types and order of registers included."""
    if attrs.has(type(a)):
        return type(a) is type(b) and all(
            same(getattr(a, f.name), getattr(b, f.name)) for f in attrs.fields(type(a))
        )
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    return bool(a == b)


def test_round_trip(program: GateProgram, tmp_path: Path) -> None:
    path = tmp_path / "program.npz"
    save(program, path)
    assert same(load(path), program)
    assert [file.name for file in tmp_path.iterdir()] == ["program.npz"]


def test_round_trip_of_almost_nothing(tmp_path: Path) -> None:
    empty = GateProgram(code=encode([]), n_wires=0, n_cbits=0, inputs={}, outputs={})
    save(empty, tmp_path / "e.npz")
    assert same(load(tmp_path / "e.npz"), empty)


def test_saving_twice_gives_the_same_bytes(program: GateProgram, tmp_path: Path) -> None:
    save(program, tmp_path / "a.npz")
    save(program, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_digest_is_pinned_and_blind_to_register_order(program: GateProgram) -> None:
    turned = attrs.evolve(program, inputs=dict(reversed(program.inputs.items())))
    assert list(turned.inputs) != list(program.inputs)
    assert digest(turned) == digest(program)
    assert digest(program) == "9049f868cdb2dcca096b24bb9ef163f97b4ca71dd9aa9479c3c91a496cd13b8b"


@pytest.mark.parametrize(
    "change",
    [
        lambda p: {"code": p.code[:-1]},
        lambda p: {"n_wires": 7},
        lambda p: {"n_cbits": 3},
        lambda p: {"angles": p.angles + 1e-15},
        lambda p: {"spans": (p.spans[0], np.array([1], np.int32))},
        lambda p: {"spans": (np.array([5], np.int32), np.array([0, 0], np.int32))},
        lambda p: {"tables": (p.tables[0], MaskTable.from_bits(p.tables[1].bits()))},
        lambda p: {"tables": p.tables[::-1]},
        lambda p: {"inputs": {"kez": p.inputs["key"], "flag": p.inputs["flag"]}},
        lambda p: {"inputs": {"key": p.inputs["key"].T, "flag": p.inputs["flag"]}},
        lambda p: {"inputs": {"key": p.inputs["key"].ravel(), "flag": p.inputs["flag"]}},
        lambda p: {"cbit_outputs": {}},
        lambda p: {"cbit_inputs": {"given": np.array([1], np.int32)}},
    ],
)
def test_digest_sees_every_part(program: GateProgram, change: Any) -> None:
    assert digest(attrs.evolve(program, **change(program))) != digest(program)


def test_an_ill_formed_program_is_not_saved(program: GateProgram, tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        save(attrs.evolve(program, n_wires=3), tmp_path / "p.npz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("code", None),
        ("code", np.zeros((1, 6), np.int64)),
        ("code", np.zeros(6, np.int32)),
        ("code", np.full((1, 6), 77, np.int32)),
        ("code", np.array([{}])),  # a pickle
        ("angles", np.zeros(1, complex)),
        ("sizes", np.array([2, 6, 2])),
        ("sizes", np.array([1, 6])),
        ("sizes", np.array([1, 5, 2])),
        ("span_lengths", np.array([2, 2])),
        ("span_lengths", np.array([4, -1])),
        ("table_shapes", np.array([[2, 1, 2], [3, 1, 99]])),
        ("table_shapes", np.array([[2, 1, 2], [2, 1, 1]])),
        ("register_names", np.array(["inputs/key"] * 5)),
        ("register_names", np.array(["a", "b", "c", "d", "e"])),
        ("register_ranks", np.array([1, 1, 2, 1, 1])),
        ("extra", np.zeros(1)),
    ],
)
def test_bad_files_are_refused(program: GateProgram, tmp_path: Path, name: str, array: Any) -> None:
    arrays = to_arrays(program) | {name: array}
    if array is None:
        del arrays[name]
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(SpecError, match="must be"):
        load(tmp_path / "bad.npz")


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no zip", b"\x93NUMPY"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bad.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SpecError, match="`program`"):
        load(path)
