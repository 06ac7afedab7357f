"""The verdicts, and wrong formulas that must not pass."""

import sys

import attrs
import numpy as np
import pytest

from qattention.circuit import LOADERS
from qattention.costs import address_bits
from qattention.errors import CheckFailed, SpecError
from qattention.estimates.scaling import ScalingReport, depths, scaling_report
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
        cost: "holds" if cost == "queries" else "assumes" for cost in COSTS
    }
    assert "memory outside the circuit" in str(found["t"].assumption)
    assert [cost for cost in COSTS if found[cost].check is None] == ["t_depth", "clifford_depth", "volume"]
    assert found["t"].fitted.n == pytest.approx(1.5, abs=0.01)


def test_a_wrong_clifford_depth_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depths, "look_up_clifford_depth", lambda circuit, n, w: (n.bit_length(), 0))
    with pytest.raises(CheckFailed, match="qrom clifford_depth"):
        scaling_report(("qrom",), search=QUICK, algorithms=ROWS)


def test_unknown_loaders_are_named() -> None:
    with pytest.raises(SpecError, match=r"tape.*qroam"):
        scaling_report(("qrom", "tape"))
