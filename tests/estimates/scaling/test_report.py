"""The verdicts, and wrong formulas that must not pass."""

import sys

import attrs
import numpy as np
import pytest
import sympy

from qattention.circuit import LOADERS
from qattention.costs import address_bits
from qattention.errors import CheckFailed, SpecError
from qattention.estimates.scaling import ScalingReport, leading, scaling_report, sweeps
from qattention.estimates.scaling.leading import crossover
from qattention.estimates.scaling.report import COSTS, N_KEYS

ROWS = ("row-by-row",)
QUICK = "known-k-exact"  # closed forms, and no certificate


@pytest.fixture(scope="module")
def report() -> ScalingReport:
    return scaling_report(("qroam", "one-hot"), algorithms=ROWS)


def test_there_is_a_verdict_for_every_loader_and_cost(report: ScalingReport) -> None:
    assert [(v.loader, v.cost) for v in report.verdicts] == [
        (loader, cost) for loader in ("qroam", "one-hot") for cost in COSTS
    ]
    assert N_KEYS[-1] / N_KEYS[0] >= 10**4


def test_fitted_exponents_are_near_the_leading_ones_where_the_term_has_taken_over(
    report: ScalingReport,
) -> None:
    for verdict in report.verdicts:
        lag = 0.5 if verdict.cost == "clifford_depth" else 0.06  # an address bit is a layer
        assert (
            (verdict.crossover_n is not None and verdict.crossover_n > 2**14)
            or lag == 0.06
            or (verdict.loader == "one-hot")
        )
        assert abs(verdict.fitted.n - verdict.leading.n) < lag, (verdict.loader, verdict.cost)
        assert abs(verdict.fitted.k - 0.5) < 0.05
        assert verdict.stderr.n < 0.05


def test_certificates_are_fitted_apart(report: ScalingReport) -> None:
    for verdict in report.verdicts:
        proof = verdict.certificate
        assert proof is not None
        assert (proof.leading.n, proof.leading.k) == (verdict.leading.n, 0.0)
        assert abs(proof.fitted.n - verdict.fitted.n) < 0.05
        assert abs(proof.fitted.k) < 0.06


def test_the_verdicts(report: ScalingReport) -> None:
    answers = {(v.loader, v.cost): v.verdict for v in report.verdicts}
    assert answers["qroam", "queries"] == answers["one-hot", "queries"] == "holds"
    assert {answers["qroam", cost] for cost in COSTS[1:]} == {"fails"}
    assert answers["one-hot", "t_depth"] == "assumes"
    assert answers["one-hot", "volume"] == answers["one-hot", "clifford_depth"] == "fails"
    (depth,) = (v for v in report.verdicts if v.verdict == "assumes")
    assert "n qubits" in str(depth.assumption)
    assert all(v.assumption is None for v in report.verdicts if v.verdict != "assumes")


def test_exponents_of_d_and_b(report: ScalingReport) -> None:
    t_count = next(v for v in report.verdicts if (v.loader, v.cost) == ("qroam", "t"))
    assert (t_count.fitted.d, t_count.fitted.b) == pytest.approx((0.5, 0.5), abs=0.03)


def test_a_schedule_without_a_certificate_has_none() -> None:
    found = scaling_report(("one-hot",), search=QUICK, algorithms=ROWS)
    assert {verdict.certificate for verdict in found.verdicts} == {None}
    assert found.verdicts[0].fitted.n == pytest.approx(1.5, abs=0.001)


def n_log_n(n_leaves: np.ndarray, _padded: bool = False) -> np.ndarray:
    n = np.asarray(n_leaves, dtype=np.int64)
    return n * np.bitwise_count(n - 1)


def test_a_wrong_count_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The closed form of the walk claims n log n; the call graph does not."""
    monkeypatch.setattr(sys.modules["qattention.formulas.loaders.qrom_load"], "walk_toffoli", n_log_n)
    with pytest.raises(CheckFailed, match="qrom t"):
        scaling_report(("qrom",), search=QUICK, algorithms=ROWS)


def test_a_wrong_depth_makes_it_fail() -> None:
    """The closed form claims that unary iteration is as shallow as a tree; the gates do not."""
    shallow = attrs.evolve(LOADERS["qrom"], load_t_depth=lambda n, w, block, padded: address_bits(n))
    with pytest.raises(CheckFailed, match="qrom t_depth"):
        scaling_report((shallow,), search=QUICK, algorithms=ROWS)


def test_a_memory_outside_the_circuit_keeps_the_claim_by_assumption() -> None:
    found = {
        verdict.cost: verdict
        for verdict in scaling_report(("hardware",), search=QUICK, algorithms=ROWS).verdicts
    }
    assert {cost: verdict.verdict for cost, verdict in found.items()} == {
        cost: "holds" if cost == "queries" else "assumes" for cost in COSTS if cost != "fix_up"
    }
    assert "memory outside the circuit" in str(found["t"].assumption)
    assert [cost for cost in found if found[cost].check is None] == ["t_depth", "clifford_depth", "volume"]
    assert found["t"].fitted.n == pytest.approx(1.5, abs=0.01)


def test_a_wrong_clifford_depth_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "look_up_clifford_depth", lambda circuit, n, w: (n.bit_length(), 0))
    with pytest.raises(CheckFailed, match="qrom clifford_depth"):
        scaling_report(("qrom",), search=QUICK, algorithms=ROWS)


def test_unknown_loaders_are_named() -> None:
    with pytest.raises(SpecError, match=r"tape.*qroam"):
        scaling_report(("qrom", "tape"))


def test_totals_are_of_finding_and_certificate_together(report: ScalingReport) -> None:
    """As fitted anew to the totals that the report prints, and by hand at both ends."""
    for verdict in report.verdicts:
        assert verdict.total is not None
        assert verdict.total.search == report.search
        x, y = np.log(report.n_keys), np.log(verdict.totals)
        assert verdict.total.fitted.n == pytest.approx(np.polyfit(x, y, 1)[0], abs=2e-4)
        local = np.diff(y) / np.diff(x)
        assert (verdict.total.low, verdict.total.high) == pytest.approx((local[0], local[-1]), abs=1e-4)
        assert 0.05 < verdict.total.fitted.k < 0.3  # certificates know no k
        assert 0 < verdict.total.stderr.n < 0.05


def test_fix_ups_are_a_cost_of_their_own() -> None:
    """n^1.5 iterations XOR half of what is measured of n rows: w bits, or K w, K about sqrt(n / w)."""
    found = scaling_report(("qrom", "qroam", "hardware"), search=QUICK, algorithms=ROWS)
    rows = {v.loader: v for v in found.verdicts if v.cost == "fix_up"}
    assert {name: str(v.leading) for name, v in rows.items()} == {
        "qrom": "n^2.5 k^0.5 d b",
        "qroam": "n^3 k^0.5 d^0.5 b^0.5",
    }
    assert rows["qroam"].fitted.n == pytest.approx(3.0, abs=0.02)
    assert {v.verdict for v in rows.values()} == {"fails"}


def test_the_crossover_is_where_the_leading_term_is_half() -> None:
    each = leading.n + 1000 * sympy.sqrt(leading.n)
    found = crossover(each, {"k": 1, "d": 1, "b": 1})
    assert found == pytest.approx(1e6, rel=0.1)
    assert crossover(leading.n + leading.d, {"k": 1, "d": 1, "b": 1}) is None
