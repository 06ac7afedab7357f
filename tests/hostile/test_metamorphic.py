"""What must not change, and what must only grow, when a problem is changed: no reference values needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qattention.cli.main import main

SIZES = {
    "--n-tokens": 64, "--head-dim": 4, "--n-heavy": 2, "--key-bits": 4, "--query-bits": 4, "--p-fail": 1e-3,
}  # fmt: skip
# Between powers of two an unpadded search is dearer the odder n is (a uniform superposition over it), and
# beyond some n / 3 marked keys searches grow cheaper: neither is claimed.
GROWING: dict[str, tuple[float, ...]] = {
    "--n-tokens": tuple(2**m for m in range(2, 15)),
    "--n-heavy": (1, 2, 4, 8, 16),
    "--head-dim": (1, 2, 3, 4, 5, 6, 8, 11, 16),
    "--key-bits": (1, 2, 3, 4, 5, 6, 8, 12, 16),
    "--query-bits": (1, 2, 3, 4, 5, 6, 8, 12),
    "--p-fail": (0.5, 0.3, 0.1, 1e-2, 1e-3, 1e-5, 1e-9, 1e-15),
}
PLANS = {
    "fixed": (
        *("--loader", "qrom", "--inner-product", "compressor-tree", "--search", "known-k-exact"),
        *("--rows-per-load", "1", "--algorithm", "row-by-row", "--padding", "off"),
    ),
    "adaptive": ("--loader", "qrom", "--inner-product", "compressor-tree", "--search", "adaptive"),
    "chosen": (),
}
ORDERLESS = ("search", "memory", "classical_work")  # beside totals: what no order of keys or rows can touch
# Of `inspect`: the obstruction rests on one of several matchings of rows and keys, savings on the row next to
# the mean, and the advice quotes errors down to the last bit.
ORDERED = {"rank_obstruction", "savings", "advice"}


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    capsys.readouterr()
    code = main([*map(str, words), "--json"])
    out, told = capsys.readouterr()
    assert code == 0, told
    return json.loads(out)  # type: ignore[no-any-return]


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("axis", GROWING)
def test_expected_t_gates_only_grow(axis: str, plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    totals = []
    for value in GROWING[axis]:
        words = [word for pair in (SIZES | {axis: value}).items() for word in pair]
        found = asked(capsys, "estimate", *words, *PLANS[plan], "--no-physical")
        totals.append((value, found["logical"]["expected"]["t"]))
    fallen = [(a, b) for a, b in pairwise(totals) if b[1] < a[1] * (1 - 1e-6)]
    assert not fallen
    assert totals[-1][1] > totals[0][1]


def head(n_queries: int = 6, n_keys: int = 12, d: int = 3) -> dict[str, Any]:
    rng = np.random.default_rng(5)
    shapes = {"q": (n_queries, d), "k": (n_keys, d), "v": (n_keys, 2)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()} | {"scale": 0.5}


def save(folder: Path, arrays: dict[str, Any]) -> Path:
    path = folder / "head.npz"
    np.savez(path, **arrays)
    return path


ASKED = ("--n-heavy", "2", "--no-physical")
RUN = ("--n-heavy", "2", "--seed", "3", "--search", "known-k-exact")


def same(a: Any, b: Any) -> bool:
    """Equal but for the order in which floats were added."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b or (isinstance(a, float) and a == pytest.approx(b, rel=1e-5))


@pytest.mark.parametrize("factor", [2.0, 0.25, 1024.0])
def test_scaling_queries_and_unscaling_the_logits_changes_nothing(
    factor: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By powers of two, which are exact."""
    arrays = head()
    before = asked(capsys, "estimate", save(tmp_path, arrays), *ASKED)
    errors = asked(capsys, "inspect", tmp_path / "head.npz")
    scaled = arrays | {"q": arrays["q"] * factor, "scale": arrays["scale"] / factor}
    assert asked(capsys, "estimate", save(tmp_path, scaled), *ASKED) == before
    found = asked(capsys, "inspect", tmp_path / "head.npz")
    assert same(found | {"scale": None}, errors | {"scale": None})


def orders(kind: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def keys(arrays: dict[str, Any]) -> dict[str, Any]:
        order = np.random.default_rng(7).permutation(len(arrays["k"]))
        return arrays | {"k": arrays["k"][order], "v": arrays["v"][order]}

    def rows(arrays: dict[str, Any]) -> dict[str, Any]:
        return arrays | {"q": arrays["q"][np.random.default_rng(8).permutation(len(arrays["q"]))]}

    return {"keys": keys, "rows": rows}[kind]


@pytest.mark.parametrize("kind", ["keys", "rows"])
def test_the_order_of_keys_and_rows_is_of_no_account(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arrays = head()
    reordered = orders(kind)(arrays)
    before = asked(capsys, "estimate", save(tmp_path, arrays), *ASKED)
    run = asked(capsys, "run", tmp_path / "head.npz", *RUN)
    inspected = asked(capsys, "inspect", tmp_path / "head.npz")
    after = asked(capsys, "estimate", save(tmp_path, reordered), *ASKED)
    assert before["plan"] == after["plan"]
    for part in ORDERLESS:
        assert same(before[part], after[part]), part
    for total in ("toffoli", "t", "measurement", "rotation"):
        assert same(before["logical"]["expected"][total], after["logical"]["expected"][total]), total
        assert before["logical"]["worst_case"][total] == after["logical"]["worst_case"][total], total
    assert before["logical"]["qubits"] == after["logical"]["qubits"]
    again = asked(capsys, "run", tmp_path / "head.npz", *RUN)
    for part in ("n_heavy", "missed", "extra", "missed_unquantised"):
        assert run[part] == again[part], part
    assert same(run["error"], again["error"])
    later = asked(capsys, "inspect", tmp_path / "head.npz")
    assert {key for key in inspected if not same(inspected[key], later[key])} <= ORDERED


ODD: dict[str, tuple[tuple[int, int, float] | None, tuple[int, int, int]]] = {
    "one key of 1e30": ((0, 0, 1e30), (6, 12, 3)),
    "one key of 1e-300": ((0, 0, 1e-300), (6, 12, 3)),
    "one key": (None, (3, 1, 2)),
    "two keys of one component": (None, (3, 2, 1)),
    "one row": (None, (1, 5, 2)),
}
DOCUMENTED = {0, 2, 3}


@pytest.mark.parametrize("command", ["inspect", "estimate", "run", "verify"])
@pytest.mark.parametrize("case", ODD)
def test_odd_but_valid_heads_are_answered(
    case: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With all keys promised too."""
    change, shape = ODD[case]
    arrays = head(*shape)
    if change is not None:
        arrays["k"][change[0], change[1]] = change[2]
    path, n_keys = save(tmp_path, arrays), shape[1]
    for n_heavy in sorted({1, n_keys}):
        words = [command, str(path), "--n-heavy", str(n_heavy), "--json"]
        code = main(words)
        out, told = capsys.readouterr()
        assert code == 0, (n_heavy, told)
        json.loads(out)
