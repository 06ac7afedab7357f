"""Where the volume is: gates counted once, corridors bounded, and what waits."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.errors import InfeasibleError
from qattention.estimates.calibrated import fan_out, ising_examples
from qattention.estimates.gates import with_made_up_keys
from qattention.estimates.physical.brigade import MAX_DISTANCE, brigade
from qattention.estimates.physical.kinds.flasq import FlasqGates, flasq_volume
from qattention.estimates.request import Request
from qattention.estimates.volume import PARTS, grid_figures, volume_split
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.resources import count
from qattention.lowering.schedule import reaction_depth, schedule
from qattention.lowering.waiting import fewest_moves


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


@pytest.mark.parametrize("loader", ["one-hot-halves", "qroam", "select-copy"])
def test_a_programs_grid_figures_are_those_of_its_parts(loader: str) -> None:
    """FLASQ's volume of the whole is the sum of the split's, with either corridor."""
    one = oracle(100, 4, loader)
    split, grid, program = volume_split(one), grid_figures(lower(one)), lower(one)
    tally = count(program)
    gates = FlasqGates(n_qubits=1, n_and=grid.n_and, n_toffoli=tally.toffoli - grid.n_and)
    for of, span in (("blocks_shared", grid.span), ("blocks", grid.span_each)):
        found = flasq_volume(attrs.evolve(gates, span=span), n_ancillas=1, reaction_steps=0.0)
        assert found.ancillas == pytest.approx(sum(getattr(part, of) for part in split.parts))
    assert grid.hadamard == int(np.sum(program.code[:, 0] == Op.H))
    assert schedule(program).t_depth <= grid.reaction_depth <= len(program)


def test_reactions_count_measurements_that_are_waited_for() -> None:
    """An And erased by measurement is two layers, one after another; two at once are no more."""
    ands = [(Op.AND, 0, 1, 2), (Op.MEASURE_X, 2, 0), (Op.CZ_IF, 0, 1, 0)]
    wires = {"x": np.arange(2, dtype=np.int32)}

    def depth(code: list[tuple[int, ...]], n_cbits: int) -> int:
        return reaction_depth(
            GateProgram(code=encode(code), n_wires=4, n_cbits=n_cbits, inputs=wires, outputs=wires)
        )

    again = [(Op.AND, 0, 1, 3), (Op.MEASURE_X, 3, 1), (Op.CZ_IF, 0, 1, 1)]
    assert depth([ands[0], (Op.AND, 0, 1, 3), ands[1], again[1], ands[2], again[2]], 2) == 2
    assert depth(ands, 1) == 2
    assert (
        schedule(GateProgram(code=encode(ands), n_wires=4, n_cbits=1, inputs=wires, outputs=wires)).t_depth
        == 1
    )


@pytest.mark.parametrize("size", [(64, 128), (16, 256), (100, 64)])
def test_closed_forms_let_no_more_wait_than_gates(size: tuple[int, int]) -> None:
    """What is kept beside the key waits while a row is summed; gates need no more moves for as few wires."""
    options = dict(
        zip(("n_tokens", "head_dim"), size, strict=True), n_heavy=4, loader="one-hot", search="bbht"
    )
    closed, lowered = (Request.of(**options, physical=False, witness=witness) for witness in (None, "gates"))
    (plan,), iteration = closed.estimate().iteration.waiting, closed.estimate().iteration
    assert plan.n_working < iteration.qubits
    moves = fewest_moves(lower(with_made_up_keys(closed.program.iteration)), plan.n_working)
    assert moves is not None
    assert moves <= plan.n_moves
    assert lowered.estimate().iteration.waiting[0].n_working < plan.n_working


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
