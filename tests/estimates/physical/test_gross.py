"""Gross codes: the compiler's own runs, and the honest no."""

import attrs
import pytest

from qattention.errors import InfeasibleError, SpecError
from qattention.estimates.physical import LogicalCounts, Machine
from qattention.estimates.physical.kinds.gross import KIND, KNOWN, TWO_GROSS, gross_codes
from qattention.estimates.physical.machine import NAMED

MACHINE = NAMED["gross-1e-4"]
ISING = KIND.published[0].counts
REFERENCE = LogicalCounts(n_qubits=8206, n_ccz=160_000_000_000)  # docs/verdict.md, one head of 2^14 tokens

# The compiler's notebook of random circuits: 22 qubits, T's of random products at 1e-4.
RUNS = [  # T so far: shifts, measurements, joint measurements, total error
    (1, 48, 38, 1, 9.6548316504e-7),
    (5, 48 + 46 + 50 + 36 + 44, 38 + 39 + 40 + 30 + 39, 5, 4.82337560688e-6),
]


@pytest.mark.parametrize(("n_t", "shifts", "measurements", "joint", "error"), RUNS)
def test_errors_are_those_of_published_runs(
    n_t: int, shifts: int, measurements: int, joint: int, error: float
) -> None:
    assert KNOWN[1e-4].error(n_t, shifts, measurements, joint) == pytest.approx(error, rel=1e-6)


def test_products_are_as_long_as_the_published_ones() -> None:
    """14,115 time steps of the five, eight a cycle."""
    found = gross_codes(LogicalCounts(n_qubits=22, n_t=5), attrs.evolve(MACHINE, reaction_time_us=0.0), 0.1)
    assert found.runtime_s == pytest.approx(14_115 / 8 * 1e-6, rel=1e-3)
    assert found.p_fail == pytest.approx(4.82337560688e-6, rel=1e-3)


def test_an_ising_chain_fails_as_published() -> None:
    """17,745 T in 195 rotations, which the model has not seen: failure to 0.1 %, 4,232,949 steps to 8 %."""
    found = gross_codes(ISING, MACHINE, 1 / 3)
    assert found.p_fail == pytest.approx(0.01560558805357664, rel=1e-3)
    assert found.runtime_s == pytest.approx(4_232_949 / 8 * 1e-6, rel=0.08)
    assert (found.n_tiles, found.physical_qubits) == (2, 576)


def test_the_reference_case_is_refused_with_what_is_known() -> None:
    with pytest.raises(InfeasibleError) as caught:
        gross_codes(REFERENCE, MACHINE, 0.1)
    told = str(caught.value)
    assert "a T errs with 8.79e-07" in told
    assert "by their authors' extrapolation (1e-18 a T" in told
    assert "no run of theirs is published" in told
    with pytest.raises(InfeasibleError, match=r"a T errs with 0\.00201"):
        gross_codes(LogicalCounts(n_qubits=20, n_t=50), NAMED["gross-1e-3"], 0.1)


def test_more_t_or_more_modules_fail_more() -> None:
    before = 0.0
    for n_qubits, n_t in ((11, 100), (12, 100), (12, 200), (23, 200), (1000, 200)):
        found = gross_codes(LogicalCounts(n_qubits=n_qubits, n_t=n_t), MACHINE, 0.1)
        assert found.n_tiles == -(-n_qubits // 11)
        assert found.p_fail > before
        before = found.p_fail


def test_toffolis_are_four_t_and_cycles_set_the_time() -> None:
    quiet = attrs.evolve(MACHINE, reaction_time_us=0.0)
    as_t = gross_codes(LogicalCounts(n_qubits=30, n_t=400), quiet, 0.1)
    found = gross_codes(LogicalCounts(n_qubits=30, n_ccz=100), quiet, 0.1)
    assert (found.runtime_s, found.p_fail) == (as_t.runtime_s, as_t.p_fail)
    slow = gross_codes(LogicalCounts(n_qubits=30, n_t=400), attrs.evolve(quiet, cycle_time_ns=3000), 0.1)
    assert slow.runtime_s == pytest.approx(3 * as_t.runtime_s)


def test_only_the_published_errors_are_known() -> None:
    assert set(KNOWN) == set(TWO_GROSS) == set(KIND.known_errors)
    with pytest.raises(SpecError, match=r"`p_physical`: got 0\.0005; must be 0\.001 or 0\.0001 for gross"):
        Machine(kind="gross", p_physical=5e-4)
