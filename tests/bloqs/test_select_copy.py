"""SelectCopy: published counts, gates on a grid of cuts, borrowed wires given back, planted faults."""

from itertools import product

import attrs
import numpy as np
import pytest

from qattention.bloqs import select_copy_load
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.select_copy_load import SelectCopyLoad
from qattention.circuit import LOADERS
from qattention.formulas.loaders.select_copy_load import (
    Slices,
    best_slices,
    select_copy,
    select_copy_cliffords,
    select_copy_layers,
    select_copy_t_depth,
)
from qattention.lowering.lower import lower
from qattention.lowering.program import NONE, Op
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.simulate.bitslice import run_program

CUTS = [*product((1, 2, 4, 8, 32), (1, 4, 6))]


def table(n_keys: int, seed: int = 0) -> KeyTable:
    return KeyTable.from_values(np.random.default_rng([n_keys, seed]).integers(-4, 4, (n_keys, 2)), 3)


@pytest.mark.parametrize(("n", "b", "toffoli"), [(10**9, 16, 66_414_852), (10**8, 8, 3_520_179)])
def test_published_counts(n: int, b: int, toffoli: int) -> None:
    """arXiv:2605.20334, with at most 256 and 300 borrowed wires: 256 keys a block, slices of a bit."""
    cut = Slices.of(n, b, 256, 1, padded=False, clean=False)
    assert (int(select_copy(cut).toffoli), int(cut.held)) == (toffoli, 255)


@pytest.mark.parametrize(
    ("n", "w", "block", "dirty", "copied"),
    [(2**14, 1024, 4, 16_380, 14_334), (2**12, 64, 8, 2_428, 1_926), (2**20, 1024, 32, 182_268, 129_078)],
)
def test_fewer_toffolis_than_select_swap(n: int, w: int, block: int, dirty: int, copied: int) -> None:
    """By 12 to 30 %, each with the block that suits it best."""
    blocks = 1 << np.arange(1, 11)
    best = {name: int(np.min(LOADERS[name].load(n, w, blocks, False).toffoli)) for name in NAMES}
    assert best == {"qroam-dirty": dirty, "select-copy": copied}
    assert copied <= 0.88 * dirty
    assert LOADERS["select-copy"].load(n, w, block, False).toffoli == copied


NAMES = ("qroam-dirty", "select-copy")


def gates(load: SelectCopyLoad) -> tuple[int, ...]:
    tally = count(lower(load))
    return tally.toffoli, tally.measurement, tally.qubits, tally.clifford


@pytest.mark.parametrize(("keys", "width"), CUTS)
@pytest.mark.parametrize("clean", [False, True])
@pytest.mark.parametrize("padded", [False, True])
def test_closed_form_equals_the_gates(keys: int, width: int, clean: bool, padded: bool) -> None:
    for n in (1, 2, 5, 16, 37):
        load = SelectCopyLoad(table(n), 1, padded, clean, (keys, width))
        cut = Slices.of(n, 6, keys, width, padded, clean)
        costs, ones = select_copy(cut), sum(int(one.bits.sum()) for one in load.tables)
        cliffords = int(select_copy_cliffords(cut, n)) + ones
        found = (*(int(getattr(costs, name)) for name in ("toffoli", "measurement", "qubits")), cliffords)
        assert found == gates(load), n
        layers = schedule(lower(load))
        assert layers.t_depth <= select_copy_t_depth(cut)
        assert layers.clifford_depth <= select_copy_layers(cut, ones, 64)


def test_the_best_cut_is_found_by_both_sides() -> None:
    for n, w, block, padded in product((1, 5, 100, 5000), (1, 24, 64), (1, 2, 8, 64, 1024), (False, True)):
        load = SelectCopyLoad(KeyTable(n_keys=n, head_dim=w, key_bits=1), block, padded)
        cut = best_slices(n, w, block, padded, clean=False)
        assert (load.cut.slots, load.cut.width) == (int(cut.blocks.slots), int(cut.width))
        assert int(cut.held) <= (block - 1) * w


def is_right(load: SelectCopyLoad, seed: int) -> bool:
    """Keys of all addresses and no phase, with outcomes drawn and borrowed wires in a state that is drawn."""
    rng, program = np.random.default_rng(seed), lower(load)
    code = program.code
    freed = code[code[:, 0] == Op.FREE, 1]
    borrowed = freed[rng.integers(0, 2, len(freed)) == 1]
    turned = np.full((len(borrowed), 6), NONE, dtype=np.int32)
    turned[:, 0], turned[:, 1] = Op.X, borrowed
    begin, end = int(np.argmax(code[:, 0] != Op.ALLOC)), len(code) - len(freed)
    code = np.concatenate([code[:begin], turned, code[begin:end], turned, code[end:]])
    program, addresses = attrs.evolve(program, code=code), np.arange(load.n_rows)
    result = run_program(program, {"address": addresses}, rng.integers(0, 2, program.n_cbits))
    key = np.zeros((load.n_rows, 2), dtype=np.int64)
    key[: len(load.table.values)] = load.table.values & 7
    return bool(np.array_equal(result.outputs["key"], key) and not (result.dirty.any() or result.phase.any()))


@pytest.mark.parametrize(("keys", "width"), CUTS)
@pytest.mark.parametrize("padded", [False, True])
def test_borrowed_wires_come_back_as_they_were(keys: int, width: int, padded: bool) -> None:
    for n in (1, 2, 5, 16, 37, 100):
        assert is_right(SelectCopyLoad(table(n), 1, padded, False, (keys, width)), seed=n)


@pytest.mark.parametrize("fault", ["coefficients", "contents"])
def test_a_planted_fault_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load = SelectCopyLoad(table(16, seed=1), sliced=(4, 2))
    name = f"_{fault}"
    sound, axis = getattr(select_copy_load, name), {"coefficients": 1, "contents": 2}[fault]
    wrong = {
        "coefficients": lambda *a: np.roll(sound(*a), 1, axis=axis),
        "contents": lambda *a: [np.roll(held, 1, axis=axis) for held in sound(*a)],
    }[fault]
    monkeypatch.setattr(select_copy_load, name, wrong)
    assert not is_right(load, seed=0)
