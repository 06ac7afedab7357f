"""Where the volume is: gates counted once, corridors bounded, and what waits."""

import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.errors import InfeasibleError
from qattention.estimates.calibrated import fan_out, ising_examples
from qattention.estimates.physical.brigade import MAX_DISTANCE, brigade
from qattention.estimates.volume import PARTS, volume_split, waiting
from qattention.lowering.lower import lower
from qattention.lowering.program import Op
from qattention.lowering.resources import count


def oracle(n_keys: int, head_dim: int, loader: str = "one-hot-halves") -> HeavyKeyOracle:
    rng = np.random.default_rng(n_keys)
    table = KeyTable.from_values(rng.integers(-8, 8, (n_keys, head_dim)), 4)
    circuit = Circuit(loader=loader, block_size=2)
    return HeavyKeyOracle(table, tuple(rng.integers(-8, 8, head_dim).tolist()), 3, circuit=circuit)


@pytest.mark.parametrize("loader", ["one-hot-halves", "one-hot-swap", "qroam", "select-copy"])
def test_every_gate_is_in_one_part(loader: str) -> None:
    one = oracle(100, 4, loader)
    split, program = volume_split(one), lower(one)
    assert tuple(part.name for part in split.parts) == PARTS
    assert sum(part.toffoli for part in split.parts) == count(program).toffoli
    code = program.code
    ones = sum(
        int(program.tables[table].bits()[row].sum())
        for row, table in code[code[:, 0] == Op.XOR_ROW][:, [4, 5]]
    )
    assert split.parts[2].cnots == ones
    for of in ("blocks", "blocks_shared", "steps", "steps_each"):
        assert sum(split.share(name, of) for name in PARTS) == pytest.approx(1)


def test_a_shared_corridor_is_between_its_bounds() -> None:
    """No longer than one a target, no shorter than the distance of the farthest."""
    split = volume_split(oracle(256, 8))
    fan_out_part = split.parts[2]
    assert 0 < fan_out_part.blocks_shared < fan_out_part.blocks
    assert fan_out_part.steps == 128  # lines
    assert fan_out_part.steps_each == fan_out_part.cnots


def test_the_lines_wait_while_the_row_is_summed() -> None:
    found = waiting(oracle(256, 8))
    assert found.wires == 128 + 8
    assert found.moves == 3 * found.wires
    assert 0 < found.sum_layers < found.layers


def test_layers_without_free_fan_out() -> None:
    found = fan_out(256)
    assert (found.tree, found.halves) == ((7, 134), (3, 19))


def test_flasqs_examples_to_the_printed_digit() -> None:
    assert all(round(one.found, 2) == one.published for one in ising_examples())


def test_distances_fall_towards_the_leaves() -> None:
    for depth, p, q in ((1, 1e-3, 1e-3), (14, 1e-3, 1e-6), (30, 1e-4, 1e-3)):
        found = brigade(depth, p, q)
        assert list(found.distances) == sorted(found.distances, reverse=True)
        assert found.qubits_by_level <= found.qubits
    assert brigade(30, 1e-3, 1e-3).saved == pytest.approx(1.79, abs=0.01)
    with pytest.raises(InfeasibleError, match="brigade"):
        brigade(10, 9.9e-3, 1e-9)
    assert MAX_DISTANCE == 99
