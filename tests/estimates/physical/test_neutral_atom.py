"""Neutral atoms by transversal gates: the published factoring, the reference case, small programs."""

import attrs
import pytest

from qattention.errors import InfeasibleError
from qattention.estimates.physical import LogicalCounts
from qattention.estimates.physical.kinds.neutral_atom import transversal
from qattention.estimates.physical.machine import NAMED

MACHINE = NAMED["neutral-atom-1e-3"]


def rsa(n: int, windows: tuple[int, int], runway: int, padding: int) -> LogicalCounts:
    """Windowed factoring of n bits by look-ups and additions with carry runways (arXiv:1905.09749).

    The windows, runways and padding that arXiv:2505.15907 takes are recalled, not read: its text was not to
    be had here, only its abstract (19 million atoms, 5.6 days, rounds of 1 ms).
    """
    additions = 2 * n * (3 * n // 2) // (windows[0] * windows[1])
    width = n + -(-n // runway) * padding
    lines = 2 ** sum(windows)
    unload = 2 ** ((sum(windows) + 1) // 2)
    return LogicalCounts(
        n_qubits=3 * width,
        n_ccz=additions * (width + lines + unload),
        t_depth=additions * (2 * (runway + padding) + lines + lines // 2),
    )


RSA_2048 = rsa(2048, (3, 4), 96, 43)
WIDE = LogicalCounts(n_qubits=8206, n_ccz=156_000_000_000, n_measurements=354_071_053_926)


def test_factoring_takes_what_is_published() -> None:
    found = transversal(RSA_2048, MACHINE, 0.1)
    assert found.physical_qubits == pytest.approx(19e6, rel=0.1)
    assert found.runtime_s / 86_400 == pytest.approx(5.6, rel=0.1)


def test_the_reference_case_can_be_built() -> None:
    layers = attrs.evolve(WIDE, t_depth=1_240_000_000, clifford_depth=93_000_000_000)
    found = transversal(layers, MACHINE, 0.1)
    assert found.runtime_s == pytest.approx(93e9 * 1e-3)
    assert transversal(WIDE, MACHINE, 0.1).runtime_s == pytest.approx(156e9 * 1e-3)


def test_a_step_takes_a_round_or_a_reaction() -> None:
    counts = LogicalCounts(n_qubits=10, n_ccz=1000, t_depth=100)
    late = attrs.evolve(MACHINE, reaction_time_us=5000.0)
    assert transversal(counts, MACHINE, 0.1).runtime_s == pytest.approx(0.1)
    assert transversal(counts, late, 0.1).runtime_s == pytest.approx(0.5)
    quick = attrs.evolve(MACHINE, cycle_time_ns=100_000)
    assert transversal(counts, quick, 0.1).runtime_s == pytest.approx(0.01)


def test_more_work_costs_no_less() -> None:
    before = 0.0
    for n_ccz in (0, 1, 10, 10**4, 10**7, 10**9, 10**11):
        found = transversal(LogicalCounts(n_qubits=100, n_ccz=n_ccz), MACHINE, 0.1)
        assert found.n_factories <= n_ccz
        assert found.physical_qubits * found.runtime_s >= before
        before = found.physical_qubits * found.runtime_s
    with pytest.raises(InfeasibleError, match=r"T states err with 7\.9e-10"):
        transversal(LogicalCounts(n_qubits=10, n_t=10**10), MACHINE, 0.1)
