"""The exact run against outcome vectors tried one by one: coefficients of oracles, mutants and others."""

import itertools

import attrs
import numpy as np
import pytest
from mutants import is_idle, mutants

from qattention.circuit import INNER_PRODUCTS, Circuit
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, Op
from qattention.simulate.bitslice import run_program
from qattention.simulate.exact import is_affine, prove_program, unit
from qattention.simulate.verify import check_program, expected_phase, marked_addresses, outcome_vectors

BLOCKS = [("qroam", 4), ("qroam", 2048), ("qroam-dirty", 4), ("one-hot-swap", 4)]
PLAIN = ("qrom", "one-hot", "swap-network", "bucket-brigade", "bucket-brigade-parallel", "hardware")
MADE_OF = [
    *(Circuit(loader=name) for name in PLAIN),
    *(Circuit(loader=name, block_size=block) for name, block in BLOCKS),
]


def truth(program, phase):
    """Moved, dirty, unphased, stray and which outcomes vary, from one run an outcome."""
    addresses = {"address": np.arange(len(phase))}
    plain = run_program(program, addresses, unit(program, None))
    signs = [run_program(program, addresses, unit(program, i)).phase for i in range(program.n_cbits)]
    coefficients = np.array(signs, dtype=bool).reshape(-1, len(phase)) ^ plain.phase
    odd = coefficients ^ coefficients[:, :1]
    moved = plain.outputs["address"] != addresses["address"]
    return moved, plain.dirty, marked_addresses(plain) ^ phase, odd.any(axis=0), odd.any(axis=1)


def assert_exact(program, phase, batch_words=1):
    found = prove_program(program, phase, batch_words)
    names = ("moved", "dirty", "unphased", "stray", "varies")
    for name, expected in zip(names, truth(program, phase), strict=True):
        np.testing.assert_array_equal(getattr(found, name), expected, err_msg=name)
    return found


def with_loader(oracle, made_of):
    """The oracle with the loader of `made_of`; a device has no fix-up that leaves keys out."""
    excluded = oracle.excluded if made_of.loader.has_fix_up else ()
    circuit = attrs.evolve(made_of, padding=oracle.circuit.padding)
    return attrs.evolve(oracle, circuit=circuit, excluded=excluded)


@pytest.mark.parametrize("made_of", MADE_OF, ids=str)
@pytest.mark.parametrize("padded", [False, True])
def test_every_coefficient_of_every_loader(make_oracle, made_of, padded):
    sizes = ((1, 1, 2), (3, 1, 2), (5, 2, 3), (37, 1, 3), (100, 1, 2))
    for size, angle in itertools.product(sizes, (np.pi, 1.0)):
        oracle = with_loader(make_oracle(*size, padded=padded, threshold=1), made_of)
        oracle = attrs.evolve(oracle, angle=angle)
        found = assert_exact(lower(oracle), expected_phase(oracle))
        assert found.errors == (0, 0, 0), (size, angle)


@pytest.mark.parametrize("made_of", MADE_OF, ids=str)
def test_every_coefficient_of_mutants(make_oracle, made_of):
    """What is wrong is found wrong at the same addresses and outcomes, in batches of 64 and in one."""
    oracle = with_loader(make_oracle(100, 1, 2, padded=True, threshold=1), made_of)
    program, phase = lower(oracle), expected_phase(oracle)
    n_wrong = 0
    for i, mutant in enumerate(mutants(program, 40, seed=3)):
        n_wrong += any(assert_exact(mutant.program, phase, batch_words=1 + i % 2).errors)
    assert n_wrong > 25


def random_program(rng, n_wires=9, n_ops=80, n_cbits=12):
    """Any gates that keep wires clear of outcomes, in any order; bits written or not, once or often."""
    ops, some = [], [Op.ALLOC, Op.FREE, Op.AND, Op.AND, Op.MEASURE_X, Op.MEASURE_X, Op.CNOT, Op.CNOT]
    kinds = [*some, Op.X, Op.Z, Op.CZ, Op.SWAP, Op.TOFFOLI, Op.CSWAP, Op.Z_IF, Op.CZ_IF, Op.PHASE]
    for _ in range(n_ops):
        a, b, c = rng.permutation(n_wires)[:3].tolist()
        op, bit = kinds[rng.integers(len(kinds))], int(rng.integers(n_cbits))
        three = {Op.TOFFOLI, Op.CSWAP, Op.AND}
        operands = (a, b, c) if op in three else (a, b) if op in (Op.CNOT, Op.CZ, Op.SWAP) else (a,)
        operands += (0,) if op == Op.PHASE else (bit,) if op in (Op.MEASURE_X, Op.Z_IF) else ()
        ops.append((op, *((a, b, bit) if op == Op.CZ_IF else operands)))
        if op == Op.MEASURE_X and rng.random() < 0.5:
            ops.append((Op.CZ_IF, b, c, bit))
    address = np.arange(7, dtype=np.int32)
    return GateProgram(
        code=encode(ops),
        n_wires=n_wires,
        n_cbits=n_cbits,
        inputs={"address": address},
        outputs={"address": address},
        angles=np.array([1.0]),
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_coefficient_of_any_program(seed):
    rng = np.random.default_rng(seed)
    program = random_program(rng, n_ops=int(rng.integers(1, 90)))
    assert_exact(program, rng.random(int(rng.integers(1, 129))) < 0.5)


def shapes(rng, make_oracle):
    """An oracle of random size, loader, padding, angle and exclusion."""
    n_keys, head_dim, key_bits = int(rng.integers(1, 200)), int(rng.integers(1, 4)), int(rng.integers(1, 6))
    oracle = make_oracle(n_keys, head_dim, key_bits, padded=bool(rng.integers(2)), seed=int(rng.integers(99)))
    made_of = MADE_OF[rng.integers(len(MADE_OF))]
    form = list(INNER_PRODUCTS)[rng.integers(len(INNER_PRODUCTS))]
    circuit = attrs.evolve(made_of, padding=oracle.circuit.padding, inner_product=form)
    exclusion = circuit.exclusions[rng.integers(len(circuit.exclusions))]
    threshold, angle = abs(oracle.threshold) + 1, (np.pi, 1.0)[rng.integers(2)]
    return attrs.evolve(oracle, circuit=circuit.excluding(exclusion), threshold=threshold, angle=angle)


@pytest.mark.parametrize("seed", range(300))
def test_equal_to_sampled_runs_on_random_oracles(make_oracle, seed):
    rng = np.random.default_rng(seed)
    oracle = shapes(rng, make_oracle)
    program, phase = lower(oracle), expected_phase(oracle)
    assert is_affine(program)
    found = prove_program(program, phase)
    sampled = [check_program(program, phase, r)[1] for r in outcome_vectors(program.n_cbits, 2, seed)]
    assert found.errors == (0, 0, 0)
    assert sampled == [(0, 0, 0)] * 4


def code_of(program, op):
    return np.flatnonzero(program.code[:, 0] == op)


FIX_UPS = [circuit for circuit in MADE_OF if circuit.loader.has_fix_up]


def assert_reproduced(program, phase):
    """Wrong in its phase only; the outcome that is named shows it at the address that is named."""
    found = prove_program(program, phase)
    assert found.errors[:2] == (0, 0)
    assert found.errors[2] > 0
    failure = found.first_failure(program)
    result, _ = check_program(program, phase, unit(program, failure["outcome"]))
    assert (marked_addresses(result) ^ phase)[failure["address"]]
    return failure


@pytest.mark.parametrize("made_of", FIX_UPS, ids=str)
def test_the_parity_mask_of_a_neighbouring_row_is_caught(make_oracle, made_of):
    oracle = with_loader(make_oracle(37, 2, 3, n_excluded=0), made_of)
    program, phase = lower(oracle), expected_phase(oracle)
    table = program.tables[program.code[code_of(program, Op.CZ_PARITY)[0], 5]]
    n_caught = 0
    for j in range(0, 36, 5):
        code = program.code.copy()
        here = code_of(program, Op.CZ_PARITY)[j]
        code[here, 4] += 1
        if (table.rows[code[here, 4]] != table.rows[code[here, 4] - 1]).any():
            assert assert_reproduced(attrs.evolve(program, code=code), phase)["outcome"] is not None
            n_caught += 1
    assert n_caught > 4


@pytest.mark.parametrize("made_of", FIX_UPS, ids=str)
def test_an_outcome_used_twice_is_caught(make_oracle, made_of):
    """The outcome of one And's erasure mends another's, too; and one bit of a word counts for two."""
    oracle = with_loader(make_oracle(37, 2, 3, n_excluded=0), made_of)
    program, phase = lower(oracle), expected_phase(oracle)
    mends = [i for i in code_of(program, Op.CZ_IF).tolist() if not is_idle(program, i, len(phase))]
    for one, other in zip(mends[::9], mends[4::9], strict=False):
        code = program.code.copy()
        code[other, 4] = code[one, 4]
        assert_reproduced(attrs.evolve(program, code=code), phase)
    span = int(program.code[code_of(program, Op.CZ_PARITY)[0], 3])
    spans = list(program.spans)
    spans[span] = spans[span].copy()
    spans[span][1] = spans[span][0]
    assert_reproduced(attrs.evolve(program, spans=tuple(spans)), phase)


def test_a_fix_up_on_the_twin_wire_is_caught(make_oracle):
    """The mend of an And on another wire that held the same when the And was made, but not any more."""
    oracle = make_oracle(64, 2, 4, n_excluded=0)
    program, phase = lower(oracle), expected_phase(oracle)
    n_caught = 0
    for here in code_of(program, Op.CZ_IF).tolist():
        twins = program.code[:here]
        twins = twins[(twins[:, 0] == Op.CNOT) & (twins[:, 1] == program.code[here, 1]), 2]
        for twin in set(twins[-1:].tolist()) - {int(program.code[here, 2])}:
            code = program.code.copy()
            code[here, 1] = twin
            mutant = attrs.evolve(program, code=code)
            expected = truth(mutant, phase) if here % 7 == 0 else None
            found = prove_program(mutant, phase)
            n_caught += found.errors[2] > 0
            assert expected is None or found.varies.tolist() == expected[-1].tolist()
    assert n_caught > 40


@pytest.mark.parametrize("made_of", FIX_UPS, ids=str)
@pytest.mark.parametrize("op", [Op.CZ_IF, Op.CZ_PARITY])
def test_a_dropped_fix_up_is_caught(make_oracle, made_of, op):
    oracle = with_loader(make_oracle(37, 2, 3, n_excluded=0), made_of)
    program, phase = lower(oracle), expected_phase(oracle)
    idle = 0
    here = code_of(program, op)
    for index in here[:: max(1, len(here) // 20)].tolist():
        if is_idle(program, index, len(phase)):
            idle += 1
            continue
        failure = assert_reproduced(attrs.evolve(program, code=np.delete(program.code, index, axis=0)), phase)
        assert failure["outcome"] is not None
    assert idle < 10


def test_a_global_sign_of_an_outcome_is_no_fault(make_oracle):
    """A wire that is 1 at every address is measured: the outcome turns the sign everywhere alike."""
    oracle = make_oracle(130, 1, 2, n_excluded=0)
    program, phase = lower(oracle), expected_phase(oracle)
    wire, bit = program.n_wires, program.n_cbits
    extra = encode([(Op.ALLOC, wire), (Op.X, wire), (Op.MEASURE_X, wire, bit)])
    wider = attrs.evolve(program, n_wires=wire + 1, n_cbits=bit + 1)
    code = np.concatenate([program.code, extra])
    found = prove_program(attrs.evolve(wider, code=code), phase, batch_words=1)
    assert (found.errors, found.varies.any()) == ((0, 0, 0), False)
    address = int(program.outputs["address"][0])
    code = np.concatenate([program.code, extra[:2], encode([(Op.CNOT, address, wire)]), extra[2:]])
    assert prove_program(attrs.evolve(wider, code=code), phase).errors == (0, 0, 2)


def test_skipped_stretches_do_nothing(make_oracle):
    """A walk of 4,096 addresses: far fewer operations are executed than there are, and all is right."""
    oracle = make_oracle(4096, 1, 3)
    program, phase = lower(oracle), expected_phase(oracle)
    found = prove_program(program, phase, batch_words=4)
    assert found.errors == (0, 0, 0)
    assert found.executed < 0.1 * len(program) * len(phase)
