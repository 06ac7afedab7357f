"""One-hot lines by halves: every address, every outcome, never more And's than the tree, planted faults."""

import attrs
import numpy as np
import pytest

from qattention.bloqs import one_hot_load
from qattention.bloqs.halves import Halves, halves_ands, halves_cnots, one_hot_code, served_rows
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.one_hot_load import OneHotLoad
from qattention.bloqs.unary_walk import walk_ands
from qattention.circuit import Circuit
from qattention.formulas.halves import code_lines, code_toffoli
from qattention.formulas.line_tree import tree_lines
from qattention.formulas.walk import walk_toffoli
from qattention.lowering.lower import lower
from qattention.lowering.schedule import schedule
from qattention.simulate.verify import verify_oracle


def run(code: Halves, address: np.ndarray, n_bits: int) -> np.ndarray:
    """The lines of each address, shape (addresses, lines), gate by gate."""
    lines = np.zeros((code.n_lines, len(address)), dtype=bool)
    for bit, line in code.copies:
        lines[line] = address >> (n_bits - 1 - bit) & 1
    lines[code.copies[-1][1]] ^= True
    for stage in code.stages:
        for a, b, new in stage.ands:
            lines[new] = lines[a] & lines[b]
        for a, b in stage.xors:
            lines[b] ^= lines[a]
    return lines.T


@pytest.mark.parametrize("n_bits", range(1, 14))
def test_every_address_has_its_line_alone(n_bits: int) -> None:
    rows = np.arange(1 << n_bits)
    code = one_hot_code(len(rows), n_bits, halves=True)
    assert isinstance(code, Halves)
    found = run(code, rows, n_bits)
    assert np.array_equal(found, np.array(code.starts) == rows[:, None])
    assert sum(len(stage.ands) for stage in code.stages) == (1 << n_bits) - n_bits - 1


@pytest.mark.parametrize("n_rows", range(2, 131))
def test_any_number_of_rows(n_rows: int) -> None:
    n_bits, rows = (n_rows - 1).bit_length(), np.arange(n_rows)
    code = one_hot_code(n_rows, n_bits, halves=True)
    assert isinstance(code, Halves)
    assert np.array_equal(run(code, rows, n_bits), np.array(code.starts) == rows[:, None])
    ands = sum(len(stage.ands) for stage in code.stages)
    cnots = len(code.copies) + sum(len(stage.xors) for stage in code.stages)
    assert (ands, cnots) == (halves_ands(n_rows, n_bits), halves_cnots(n_rows, n_bits))


def test_never_more_ands_than_the_tree() -> None:
    """With padding as well: where all 2**h lines would be dearer, the tree it is."""
    n = np.arange(2, 5000)
    for padded in (False, True):
        assert np.all(code_toffoli(n, 1, padded) <= walk_toffoli(n, padded))
        assert np.all(code_lines(n, 1, padded) >= n)
    assert np.all(code_lines(n, 1) <= tree_lines(n, 1))
    served = [served_rows(rows, 6, True) for rows in range(33, 65)]
    assert served == [64 * (walk_ands(rows, True) >= 64 - 7) for rows in range(33, 65)]
    assert set(served) == {0, 64}


@pytest.mark.parametrize("n_bits", range(2, 13))
def test_layers_with_and_without_free_fan_out(n_bits: int) -> None:
    """ceil(log2 m) against m - 1; without free fan-out below 3 sqrt n against n / 2 and more."""
    table = KeyTable.from_values(np.zeros((1 << n_bits, 1), dtype=int), 1)
    halves, tree = (lower(OneHotLoad(table, halves=by)) for by in (True, False))
    assert schedule(halves).t_depth == (n_bits - 1).bit_length()
    assert schedule(tree).t_depth == n_bits - 1
    in_turn = [schedule(one, shared_controls=False).t_depth for one in (halves, tree)]
    assert in_turn[0] <= 3 * 2 ** (n_bits / 2)
    assert in_turn[1] >= 2 ** (n_bits - 1) - 1


def oracle(n_keys: int, block: int = 1) -> HeavyKeyOracle:
    values = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
    circuit = Circuit(loader="one-hot-halves", block_size=block)
    return HeavyKeyOracle(KeyTable.from_values(values, 3), (3, -2), 2, (n_keys - 1,), circuit=circuit)


@pytest.mark.parametrize(("n_keys", "block"), [(127, 1), (257, 2), (3000, 1), (4096, 1), (2**14, 4)])
def test_load_and_unload_on_all_addresses_and_outcomes(n_keys: int, block: int) -> None:
    report = verify_oracle(oracle(n_keys, block))
    assert report.is_right
    assert (report.addresses, report.outcomes) == (n_keys, "all")


@pytest.mark.parametrize("fault", ["xor", "and", "order"])
def test_a_planted_fault_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = one_hot_code(64, 6, halves=True)
    assert isinstance(sound, Halves)
    last = sound.stages[-1]
    ands, xors = last.ands.copy(), last.xors.copy()
    if fault == "xor":
        xors = xors[8:]
    elif fault == "and":
        ands[:8, 1] = ands[1:9, 1]
    else:
        xors = xors[::-1]
    wrong = attrs.evolve(sound, stages=(*sound.stages[:-1], attrs.evolve(last, ands=ands, xors=xors)))
    monkeypatch.setattr(one_hot_load, "one_hot_code", lambda *_: wrong)
    assert not verify_oracle(oracle(64)).is_right
