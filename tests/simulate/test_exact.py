"""The exact run against outcome vectors tried one by one: every coefficient, on oracles, mutants, any program."""

import itertools

import attrs
import numpy as np
import pytest

from qattention.bloqs.loaders import Loader
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, Op
from qattention.simulate.bitslice import run_program
from qattention.simulate.exact import is_affine, prove_program, unit
from qattention.simulate.mutate import mutants
from qattention.simulate.verify import check_program, expected_phase, marked_addresses, outcome_vectors

LOADERS = [
    *(Loader(), Loader("select-swap", 4), Loader("select-swap", 2048), Loader("dirty-select-swap", 4)),
    *(Loader("one-hot", block) for block in (1, 4)),
    *(Loader(name) for name in ("swap-network", "bucket-brigade", "bucket-brigade-parallel", "hardware")),
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


def with_loader(oracle, loader):
    return attrs.evolve(oracle, loader=loader, excluded=() if loader.name == "hardware" else oracle.excluded)


@pytest.mark.parametrize("loader", LOADERS, ids=str)
@pytest.mark.parametrize("padded", [False, True])
def test_every_coefficient_of_every_loader(make_oracle, loader, padded):
    for size, angle in itertools.product(((1, 1, 2), (3, 1, 2), (5, 2, 3), (37, 1, 3), (100, 1, 2)), (np.pi, 1.0)):
        oracle = with_loader(make_oracle(*size, padded=padded, threshold=1), loader)
        oracle = attrs.evolve(oracle, angle=angle)
        found = assert_exact(lower(oracle), expected_phase(oracle))
        assert found.errors == (0, 0, 0), (size, angle)


@pytest.mark.parametrize("loader", LOADERS, ids=str)
def test_every_coefficient_of_mutants(make_oracle, loader):
    """What is wrong is found wrong at the same addresses and outcomes, in batches of 64 and in one."""
    oracle = with_loader(make_oracle(100, 1, 2, padded=True, threshold=1), loader)
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
    oracle = attrs.evolve(oracle, loader=LOADERS[rng.integers(len(LOADERS))], threshold=abs(oracle.threshold) + 1)
    left = oracle.loader.exclusions(oracle.padded)
    exclusion, excluded = left[rng.integers(len(left))], oracle.excluded
    if oracle.loader.name == "hardware" and exclusion == "fix-up":
        excluded = ()
    form = ("compressor-tree", "bucket-tree", "shift-add", "product")[rng.integers(4)]
    angle = (np.pi, 1.0)[rng.integers(2)]
    return attrs.evolve(oracle, exclusion=exclusion, excluded=excluded, form=form, angle=angle)


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
