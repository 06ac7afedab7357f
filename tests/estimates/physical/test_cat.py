"""Cat qubits: the codes and factories of the paper, and its elliptic curves."""

import attrs
import pytest

from qattention.errors import InfeasibleError, SpecError
from qattention.estimates.physical import LogicalCounts, Machine
from qattention.estimates.physical.kinds.cat import (
    FACTORIES,
    best_error,
    cats,
    cycle_error,
    qubits_in_all,
)
from qattention.estimates.physical.machine import NAMED

MACHINE = NAMED["cat-1e-5"]
# 9 n + w + 4 qubits, 348 n^3 / w Toffoli, 448 n^3 / w CNOT for keys of n = 256 bits in windows of w = 18
# (arXiv:2302.06639, appendices C.10 and C.11); CNOTs one after another.
ECC_256 = LogicalCounts(n_qubits=2326, n_ccz=324_359_510, clifford_depth=417_566_265)


@pytest.mark.parametrize(
    ("distance", "photons", "error"),
    [
        (3, 3.75, 3.3195e-3),
        (5, 7.15, 1.2341e-5),
        (7, 9.71, 1.5496e-7),
        (9, 11.64, 5.5894e-9),
        (11, 15.0, 1.0443e-11),
        (13, 20.0, 8.5464e-15),
    ],
)
def test_codes_err_as_the_authors_estimator_says(distance: int, photons: float, error: float) -> None:
    assert cycle_error(distance, photons) == pytest.approx(error, rel=1e-4)
    assert best_error(distance) <= error * 1.5


def test_the_papers_own_parameters_give_its_qubits() -> None:
    """d = 13 and 84 factories of distance 19: 126,133 in table IV, 126,248 in the authors' estimator."""
    n_lines = 2326 + 1163 + 1
    assert qubits_in_all(n_lines, 13, 84, FACTORIES[12]) == 126_248
    assert FACTORIES[12].qubits == 185


def test_elliptic_curves() -> None:
    """126,133 qubits and 9 hours, of which 16 % are for runs that fail."""
    found = cats(ECC_256, MACHINE, 1 / 3)
    assert found.physical_qubits == pytest.approx(126_133, rel=0.16)
    assert found.runtime_s / (1 - found.p_fail) == pytest.approx(9 * 3600, rel=0.16)
    assert found.code_distance in (13, 15)
    assert found.p_fail <= 1 / 3


def test_more_work_costs_no_less() -> None:
    before = 0.0
    for n_ccz in (0, 1, 10, 10**4, 10**7, 10**9):
        found = cats(LogicalCounts(n_qubits=100, n_ccz=n_ccz, n_measurements=5), MACHINE, 0.1)
        assert found.n_factories <= n_ccz
        assert found.physical_qubits * found.runtime_s >= before
        before = found.physical_qubits * found.runtime_s
        if n_ccz:
            runs = [one.run_us for one in FACTORIES if one.qubits == found.factory_qubits]
            assert found.runtime_s >= 1e-6 * min(runs)


def test_where_the_table_ends_it_is_said() -> None:
    with pytest.raises(InfeasibleError, match=r"less than 2\.67e\+12 Toffoli states, .* 3\.74e-14"):
        cats(LogicalCounts(n_qubits=10, n_ccz=10**13), MACHINE, 0.1)
    with pytest.raises(SpecError, match="1e-05 for cat"):
        attrs.evolve(MACHINE, p_physical=1e-4)
    with pytest.raises(SpecError, match="absent for cat"):
        Machine(kind="cat", p_physical=1e-5, cycle_time_ns=400)
