"""Found addresses recognised by gates: every set there is at small sizes, and the worst ones."""

import itertools

import numpy as np
import pytest

from qattention.bloqs.address_phase import AddressSign, FlagPhase
from qattention.formulas.address_phase import address_sign, flag_phase, most_prefixes, prefix_counts
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.bitslice import run_program
from qattention.simulate.verify import marked_addresses, outcome_vectors


def all_sets(n_bits):
    addresses = range(2**n_bits)
    return [s for size in addresses for s in itertools.combinations(addresses, size + 1)]


def drawn_sets(n_bits):
    rng = np.random.default_rng(n_bits)
    return [
        tuple(sorted(rng.permutation(2**n_bits)[:size].tolist())) for size in (1, 2, 7, 40) for _ in range(3)
    ]


def witnesses(costs, bloq):
    tally = count(lower(bloq))
    names = ("toffoli", "rotation", "measurement", "qubits")
    return [int(getattr(costs, name)) for name in names], [getattr(tally, name) for name in names]


@pytest.mark.parametrize("n_bits", [1, 2, 3, 7])
def test_the_sign_is_on_the_set_and_nowhere_else(n_bits):
    for found in all_sets(n_bits) if n_bits < 4 else drawn_sets(n_bits):
        bloq, wanted = AddressSign(found, n_bits), np.isin(np.arange(2**n_bits), found)
        program = lower(bloq)
        for outcomes in outcome_vectors(program.n_cbits, 2, seed=1):
            result = run_program(program, {"address": np.arange(2**n_bits)}, outcomes)
            np.testing.assert_array_equal(result.phase, wanted)
            np.testing.assert_array_equal(result.outputs["address"].ravel(), np.arange(2**n_bits))
            assert not result.dirty.any()
        formula, gates = witnesses(address_sign(prefix_counts(found, n_bits)), bloq)
        assert formula == gates, found


@pytest.mark.parametrize("n_bits", [1, 2, 3, 7])
def test_the_flag_takes_its_phase_but_for_the_set(n_bits):
    address, flag = np.divmod(np.arange(2 ** (n_bits + 1)), 2)
    for found in all_sets(n_bits) if n_bits < 4 else drawn_sets(n_bits):
        bloq = FlagPhase(found, n_bits, angle=0.7)
        wanted = (flag == 1) ^ np.isin(address, found)
        program = lower(bloq)
        for outcomes in outcome_vectors(program.n_cbits, 2, seed=1):
            result = run_program(program, {"address": address, "flag": flag}, outcomes)
            np.testing.assert_array_equal(marked_addresses(result), wanted)
            assert not result.phase.any()
            assert not result.dirty.any()
            np.testing.assert_array_equal(result.outputs["flag"].ravel(), flag)
        formula, gates = witnesses(flag_phase(prefix_counts(found, n_bits)), bloq)
        assert formula == gates, found


@pytest.mark.parametrize("n_found", [1, 2, 3, 8, 16])
def test_the_worst_set_is_one_that_branches_at_the_top(n_found):
    """And it stays within m - 2 (for a sign) and m - 1 (for an angle) And's a found address."""
    n_bits = 7
    spread = tuple(int(f"{i:0{n_bits}b}"[::-1], 2) for i in range(n_found))  # bit-reversed counting
    counts = prefix_counts(sorted(spread), n_bits)
    np.testing.assert_array_equal(counts, most_prefixes(n_found, n_bits))
    for form, per_address in ((address_sign, n_bits - 2), (flag_phase, n_bits - 1)):
        worst = int(form(counts).toffoli)
        assert worst <= n_found * per_address
        rng = np.random.default_rng(n_found)
        drawn = [prefix_counts(rng.permutation(2**n_bits)[:n_found], n_bits) for _ in range(50)]
        assert max(int(form(found).toffoli) for found in drawn) <= worst
