"""Rows that share loads: exponents worked out by hand, fits near them, and a wrong formula caught."""

import pytest

from qattention.circuit import LOADERS
from qattention.errors import CheckFailed, SpecError
from qattention.estimates.iteration_layers import iteration_layers
from qattention.estimates.scaling import ScalingReport, scaling_report
from qattention.estimates.scaling import shared as shared_module
from qattention.estimates.scaling.shared import COSTS, shared_costs, shared_totals
from qattention.estimates.scaling.sweeps import Point
from qattention.plan import Plan, plan_totals, typical_rows

# sqrt(R) n^1.5 k^0.5 a with R = L / a, by hand: L = 2 sqrt(n d b), a = d b^2 / 3 up to constants.
QROAM = LOADERS["qroam"]
EXPECTED = {
    "queries": "n^1.25 k^0.5 d^0.25 b^0.75",
    "t": "n^1.75 k^0.5 d^0.75 b^1.25",
    "t_depth": "n^1.75 k^0.5 d^0.75 b^1.25",
    "volume": "n^2.25 k^0.5 d^1.25 b^1.75",
    "runtime": "n^1.75 k^0.5 d^0.75 b^1.25",
    "clifford_depth": "n^2.25 k^0.5 d^0.25 b^0.75",
    "fix_up": "n^2.75 k^0.5 d^0.75 b^1.25",
}
CROSSES = "clifford_depth"  # its leading term takes over within the window


@pytest.fixture(scope="module")
def report() -> ScalingReport:
    return scaling_report(("qroam", "hardware"), algorithms=("shared-load",))


def test_the_leading_exponents(report: ScalingReport) -> None:
    assert {v.cost: str(v.leading) for v in report.verdicts} == EXPECTED
    assert [(v.algorithm, v.loader) for v in report.verdicts] == [("shared-load", "qroam")] * len(COSTS)


def test_fits_settle_near_them(report: ScalingReport) -> None:
    for verdict in report.verdicts:
        if verdict.cost == CROSSES:
            assert verdict.crossover_n is not None
            assert 2**22 < verdict.crossover_n < 2**30
            continue
        for name in ("n", "k", "d", "b"):
            assert abs(getattr(verdict.fitted, name) - getattr(verdict.leading, name)) < 0.12, verdict.cost
        assert abs(verdict.fitted.n - verdict.leading.n) < 0.02
        assert verdict.stderr.n < 0.01


def test_only_queries_keep_within_the_claim(report: ScalingReport) -> None:
    assert {v.cost: v.verdict for v in report.verdicts} == {
        cost: "holds" if cost == "queries" else "fails" for cost in COSTS
    }


def test_rows_a_load_are_those_of_fewest_toffolis(monkeypatch: pytest.MonkeyPatch) -> None:
    point = Point(n=2**22, k=16, d=128, b=8)
    best, rows = shared_costs(QROAM, point)["t"], int(shared_totals(QROAM, point).groups.n_rows[0])
    right = shared_module.typical_rows
    for factor in (0.5, 2.0):
        shared_totals.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr(
                shared_module, "typical_rows", lambda p, r=1, f=factor: right(p, max(1, int(f * r)))
            )
            assert shared_costs(QROAM, point)["t"] > best
    shared_totals.cache_clear()
    assert rows == int(shared_totals(QROAM, point).groups.n_rows[0]) > 16


def test_a_wrong_count_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Circuits of one row, whatever the closed form shares."""
    monkeypatch.setattr(shared_module, "SharedOracle", lambda first, others: first)
    with pytest.raises(CheckFailed, match="shared-load qroam t"):
        scaling_report(("qroam",), algorithms=("shared-load",))


def test_unknown_algorithms_are_named() -> None:
    with pytest.raises(SpecError, match="`algorithm`: got 'join'"):
        scaling_report(("qroam",), algorithms=("join",))


def test_finds_and_certificate_together(report: ScalingReport) -> None:
    """One certificate a load, n / R of them: a smaller part of the bill the larger n is."""
    for verdict in report.verdicts:
        assert verdict.total is not None
        assert (verdict.total.search, verdict.certificate) == ("bbht", None)
        assert verdict.total.fitted.n < verdict.fitted.n
        assert verdict.total.high - verdict.total.low < 0.15 or verdict.cost == CROSSES


@pytest.mark.parametrize("n_rows", [3, 20, 41])
def test_clifford_layers_of_many_rows_are_those_of_the_plan(n_rows: int) -> None:
    """Of few rows played one by one, of more a like number of layers a row."""
    problem = Point(n=2**10, k=2, d=4, b=4).problem
    plan = Plan.of(algorithm="shared-load", loader="qroam", block_size=4, rows_per_load=n_rows, search="bbht")
    totals = plan_totals(problem, plan, typical_rows(problem, n_rows))
    played = int(iteration_layers(totals)[0])
    assert abs(shared_module._clifford_depth(totals) - played) <= 0.01 * played
