"""Every loader under `verify`: sizes and widths, exact and padded, both kinds of phase; faults, mutants."""

import attrs
import numpy as np
import pytest
from mutants import is_idle, measure_mutants

from qattention.bloqs.dirty_look_up import DirtyLookUp
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of
from qattention.circuit import Circuit
from qattention.errors import SpecError
from qattention.formulas import RowSums
from qattention.formulas.heavy_key_oracle import heavy_key_oracle
from qattention.lowering.lower import lower
from qattention.lowering.program import Op
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.simulate.bitslice import run_program
from qattention.simulate.trace import trace_oracle
from qattention.simulate.verify import check_program, expected_phase, outcome_vectors, verify_oracle

CIRCUITS = [
    *(Circuit(loader="qroam", block_size=block) for block in (1, 2, 4, 16, 2048)),
    *(Circuit(loader="one-hot-swap", block_size=block) for block in (2, 4, 64)),
    *(Circuit(loader="one-hot-halves", block_size=block) for block in (1, 4)),
    *(Circuit(loader="qroam-dirty", block_size=block) for block in (2, 8)),
    *(Circuit(loader="select-copy", block_size=block) for block in (2, 8)),
    Circuit(loader="select-copy-clean", block_size=4),
    *(
        Circuit(loader=name)
        for name in ("one-hot", "swap-network", "bucket-brigade", "bucket-brigade-parallel")
    ),
]
N_KEYS, WIDTHS = (1, 2, 3, 5, 16, 37, 100), ((1, 1), (2, 3), (1, 8))


def each(circuits):
    return pytest.mark.parametrize("circuit", circuits, ids=lambda circuit: circuit.look_up)


loaders = each(CIRCUITS)
# In a block that is the whole table half of the words are constants, and gates on their zeros do nothing.
small_blocks = each([one for one in CIRCUITS if one.block <= 16])


def witnesses_agree(oracle):
    """Toffoli, measurements and the high-water mark of the gates, against the closed form of the oracle."""
    sums = RowSums.from_weights([oracle.weights], [oracle.threshold], oracle.table.word_widths)
    costs = heavy_key_oracle(oracle.looked_up.n_keys, sums, oracle.circuit)
    tally = count(lower(oracle))
    return [int(x[0]) for x in (costs.toffoli, costs.measurement, costs.qubits)] == [
        tally.toffoli,
        tally.measurement,
        tally.qubits,
    ]


@loaders
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("n_keys", N_KEYS)
def test_every_oracle_is_right_on_every_address(make_oracle, n_keys, padded, circuit):
    for head_dim, key_bits in WIDTHS:
        oracle = make_oracle(n_keys, head_dim, key_bits, padded=padded, circuit=circuit)
        assert verify_oracle(oracle).is_right, (head_dim, key_bits)
        assert witnesses_agree(oracle), (head_dim, key_bits)


@loaders
@pytest.mark.parametrize("n_keys", [5, 16, 100])
def test_words_of_more_than_half_a_machine_word(make_oracle, n_keys, circuit):
    oracle = make_oracle(n_keys, 3, 11, circuit=circuit)
    assert verify_oracle(oracle, draws=2).is_right
    assert witnesses_agree(oracle)


@each([circuit for circuit in CIRCUITS if circuit.block != 16])
def test_a_thousand_keys(make_oracle, circuit):
    oracle = make_oracle(1024, 1, 3, circuit=circuit)
    assert verify_oracle(oracle, draws=2).is_right
    assert witnesses_agree(oracle)


@loaders
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("threshold", [-1, 1, None])
def test_phases_other_than_a_sign_and_keys_that_padding_makes_heavy(make_oracle, padded, threshold, circuit):
    for angle in (np.pi, 1.0):
        oracle = make_oracle(11, 2, 3, threshold=threshold, padded=padded, circuit=circuit)
        oracle = attrs.evolve(oracle, angle=angle)
        assert verify_oracle(oracle).is_right, angle
        assert witnesses_agree(oracle), angle


def errors(program, phase):
    total = np.zeros(3, dtype=int)
    for outcomes in outcome_vectors(program.n_cbits, 10, seed=3):
        total += check_program(program, phase, outcomes)[1]
    return total


@small_blocks
@pytest.mark.parametrize("op", [Op.TOFFOLI, Op.XOR_ROW, Op.CZ_PARITY, Op.AND, Op.CZ_IF])
def test_a_dropped_gate_is_caught(make_oracle, op, circuit):
    oracle = make_oracle(100, 2, 8, circuit=circuit)
    program, phase = lower(oracle), expected_phase(oracle)
    assert not errors(program, phase).any()
    here = np.flatnonzero(program.code[:, 0] == op)
    for index in here[:: max(1, len(here) // 8)].tolist():
        if is_idle(program, index, 100):
            continue
        dropped = attrs.evolve(program, code=np.delete(program.code, index, axis=0))
        assert errors(dropped, phase).any(), index


@loaders
def test_a_junk_bit_forgotten_in_the_fix_up_is_caught(make_oracle, circuit):
    """Each bit that was measured matters: one column of the fix-up's rows is cleared."""
    oracle = make_oracle(37, 2, 3, circuit=circuit)
    program, phase = lower(oracle), expected_phase(oracle)
    at = int(program.code[program.code[:, 0] == Op.CZ_PARITY, 5][0])
    table = program.tables[at]
    for bit in range(0, table.n_bits, max(1, table.n_bits // 6)):
        if not table.bits()[:, bit].any():
            continue
        rows = table.rows.copy()
        rows[:, bit // 64] &= ~(np.uint64(1) << np.uint64(bit % 64))
        tables = (*program.tables[:at], attrs.evolve(table, rows=rows), *program.tables[at + 1 :])
        assert errors(attrs.evolve(program, tables=tables), phase)[2] > 0, bit


@small_blocks
@pytest.mark.parametrize("padded", [False, True])
def test_nearly_all_mutants_are_killed(make_oracle, circuit, padded):
    oracle = make_oracle(100, 2, 4, padded=padded, circuit=circuit)
    report = measure_mutants(oracle, n_mutants=200, seed=5)
    assert report.n_mutants >= 100
    assert report.killed_share >= 0.99, report.survivors


@loaders
def test_trace_follows_the_registers(make_oracle, circuit):
    trace = trace_oracle(make_oracle(11, 2, 3, circuit=circuit), 7)
    assert trace.first_wrong is None
    assert trace.steps[-1].registers == {"address": [7]}


def t_depth(loader, n_keys):
    values = np.random.default_rng(1).integers(-4, 4, (n_keys, 2))
    load = load_of(Circuit(loader=loader), KeyTable.from_values(values, 3))
    return schedule(lower(load), shared_controls=True).t_depth


def test_t_depth_of_the_tree_grows_as_log_n_and_of_the_walk_as_n():
    """From the gates, controls shared: log2 n - 1 layers of And's, against about n."""
    sizes = [2**m for m in range(4, 11)]
    assert [t_depth("one-hot", n) for n in sizes] == [int(np.log2(n)) - 1 for n in sizes]
    walked = [t_depth("qrom", n) for n in sizes]
    exponent = np.polyfit(np.log(sizes[2:]), np.log(walked[2:]), 1)[0]
    assert 0.9 < exponent < 1.1


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("n_keys", N_KEYS)
def test_a_device_leaves_the_rest_of_the_oracle_to_be_checked(make_oracle, n_keys, padded):
    """An ideal look-up in its place; nothing is excluded, for it has no fix-up."""
    for head_dim, key_bits in WIDTHS:
        how = {"padded": padded, "n_excluded": 0, "threshold": 1, "loader": "hardware"}
        oracle = make_oracle(n_keys, head_dim, key_bits, **how)
        report = verify_oracle(oracle)
        assert report.is_right, (head_dim, key_bits)
        assert witnesses_agree(oracle)
        assert count(lower(oracle)).queries == 2


@pytest.mark.parametrize("padded", [False, True])
def test_live_bits_exclude_where_there_is_no_fix_up(make_oracle, padded):
    device = {"loader": "hardware", "exclusion": "live"}
    oracle = make_oracle(37, 2, 3, padded=padded, threshold=-1, **device)
    assert len(oracle.excluded) == 2
    assert not errors(lower(oracle), expected_phase(oracle)).any()


def test_a_device_that_answers_wrongly_is_caught(make_oracle):
    oracle = make_oracle(37, 2, 3, n_excluded=0, loader="hardware")
    program, phase = lower(oracle), expected_phase(oracle)
    assert not errors(program, phase).any()
    here = np.flatnonzero(program.code[:, 0] == Op.QUERY)
    for index in here.tolist():
        dropped = attrs.evolve(program, code=np.delete(program.code, index, axis=0))
        assert errors(dropped, phase).any()


def test_without_a_fix_up_no_phase_rides_along(make_oracle):
    oracle = make_oracle(37, 2, 3, loader="hardware")
    with pytest.raises(
        SpecError, match="flips`: got '2 addresses'; must be empty: an inverse look-up has no fix-up"
    ):
        verify_oracle(oracle)


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("block", [1, 2, 8, 2048])
@pytest.mark.parametrize("n_keys", [1, 2, 3, 5, 16, 100])
def test_borrowed_wires_in_any_state_come_back(n_keys, block, padded):
    """Key and borrowed wires start in random states, others at every address."""
    rng = np.random.default_rng((n_keys, block))
    bloq = DirtyLookUp(KeyTable.from_values(rng.integers(-4, 4, (n_keys, 1)), 3), block, padded)
    program = lower(bloq)
    addresses = np.tile(np.arange(bloq.clean.n_rows), 4)
    given = {"address": addresses, "key": rng.integers(0, 8, (len(addresses), 1))}
    if bloq.n_dirty:
        names = [f"dirty{i}" for i in range(bloq.n_dirty)]
        wires = {name: program.inputs["dirty"].reshape(-1)[i : i + 1] for i, name in enumerate(names)}
        sides = {side: {**getattr(program, side), **wires} for side in ("inputs", "outputs")}
        for side in sides.values():
            del side["dirty"]
        program = attrs.evolve(program, **sides)
        given |= {name: rng.integers(0, 2, len(addresses)) for name in names}
    for outcomes in outcome_vectors(program.n_cbits, 3, seed=1):
        result = run_program(program, given, outcomes)
        words = np.zeros((bloq.clean.n_rows, 1), dtype=np.int64)
        words[:n_keys] = bloq.table.values % 8
        expected = {**given, "key": given["key"] ^ words[addresses]}
        for name, values in expected.items():
            assert np.array_equal(result.outputs[name], values), name
        assert not result.phase.any()
        assert not result.dirty.any()
