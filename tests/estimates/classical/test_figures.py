"""The comparison with recorded rates: work, break-even, and what it would need."""

import math

import attrs
import pytest

from qattention.errors import SpecError
from qattention.estimates import Estimate, estimate
from qattention.estimates.classical import ClassicalRate, classical_figures, comparison, recorded_rates
from qattention.estimates.classical.approximate import ApproximateFigures
from qattention.estimates.classical.comparison import compare
from qattention.estimates.classical.runtimes import BIT_OPS_PER_S, REACTION_S
from qattention.estimates.classical.work import exact_bytes, exact_flops, visible_pairs
from qattention.plan import Plan
from qattention.problem import AttentionProblem
from qattention.render.answers import estimate_answer


@pytest.fixture(scope="module")
def qroam() -> Estimate:
    problem = AttentionProblem(n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=16)
    return estimate(problem, Plan.of(loader="qroam", block_size=4, search="bbht"))


@pytest.fixture(scope="module")
def device() -> Estimate:
    problem = AttentionProblem(n_queries=1, n_keys=2**14, head_dim=128, n_heavy=16)
    return estimate(problem, Plan.of(loader="hardware", search="bbht"))


def _late_s(found: Estimate) -> float:
    """What fix-ups take beyond a reaction each: their bits are those that one look-up measures, halved."""
    each_s = 4 * 2**14 * 1024 / 2 / BIT_OPS_PER_S
    assert found.classical_work.bit_ops == pytest.approx(found.memory.reads * 4 * 2**14 * 1024 / 2)
    return found.memory.reads * (each_s - REACTION_S)


def test_published_rates_are_those_of_their_sources() -> None:
    """740 TFLOP/s: abstract of arXiv:2407.08608, there 75 % of the peak; 1,979 / 2: the H100 datasheet."""
    rates = {rate.name: rate for rate in recorded_rates()}
    assert rates["h100-flashattention-3"].flops_per_s == 740e12
    assert rates["h100-peak"].flops_per_s == pytest.approx(1979e12 / 2, rel=1e-3)
    assert rates["h100-flashattention-3"].flops_per_s / rates["h100-peak"].flops_per_s == pytest.approx(
        0.75, abs=0.005
    )
    assert all(rate.source for rate in rates.values())


def test_work_of_exact_attention() -> None:
    sizes = {"n_queries": 6, "n_keys": 9, "head_dim": 4, "v_dim": 2, "n_heavy": 1}
    square, causal = AttentionProblem(**sizes), AttentionProblem(**sizes, causal=True)
    assert visible_pairs(square) == 54
    assert visible_pairs(causal) == sum(causal.n_visible(row) for row in range(6))
    assert exact_flops(square) == 2 * 54 * (4 + 2)
    assert exact_bytes(square) == 2 * (6 + 9) * (4 + 2)


def test_decoding_is_bound_by_reading_the_cache(device: Estimate) -> None:
    best = classical_figures(device).against[0]
    assert best.seconds == pytest.approx(exact_bytes(device.problem) / 3.35e12)
    assert best.seconds > exact_flops(device.problem) / 740e12


def test_search_by_a_library_is_held_against_a_row(device: Estimate, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ApproximateFigures(query_s=1e-4)
    monkeypatch.setattr(comparison, "measure_approximate", lambda *_: found)
    for name in ("measured_rate", "measured_search_rate"):
        monkeypatch.setattr(comparison, name, lambda *_: recorded_rates()[0])
    report = compare(device, measure=True)
    ratio = report.approximate.quantum_over_query
    assert ratio == pytest.approx(report.classical.quantum_s / device.problem.n_queries / 1e-4)
    assert compare(device).approximate.quantum_over_query is None


def test_an_estimate_leaves_break_even_to_compare(qroam: Estimate) -> None:
    figures = classical_figures(qroam)
    assert figures.quantum_exponent is None
    assert {(one.break_even, one.break_even_n) for one in figures.against} == {("not-evaluated", None)}
    assert "`qattention compare` looks for a break-even" in figures.line


def test_the_needed_clock_would_do(qroam: Estimate) -> None:
    best = classical_figures(qroam).against[0]
    again = classical_figures(qroam, toffoli_per_s=best.needed_toffoli_per_s)
    assert again.quantum_s - _late_s(qroam) == pytest.approx(best.seconds, rel=1e-6)
    assert best.needed_latency_s * qroam.memory.reads == pytest.approx(best.seconds)


def test_the_fastest_machine_is_taken(qroam: Estimate, without_data: Estimate) -> None:
    from qattention.estimates import with_physical

    built = with_physical(qroam)
    assert built.physical
    assert built.classical is not None
    assert built.classical.quantum_s == pytest.approx(min(one.runtime_s for one in built.physical), 1e-3)
    assert qroam.classical is not None
    clock_s = qroam.logical.expected.toffoli / 1e5
    assert qroam.classical.quantum_s == pytest.approx(clock_s + _late_s(qroam))
    assert without_data.classical is not None
    assert math.isfinite(without_data.classical.against[0].ratio)


def test_the_machine_compared_is_the_one_that_is_told(qroam: Estimate) -> None:
    """Of machines that are as fast the smallest, here as in the first lines of an answer."""
    from qattention.estimates import with_physical

    (one, *_) = with_physical(qroam).physical or ()
    large = attrs.evolve(one, model="large", physical_qubits=30 * one.physical_qubits)
    small = attrs.evolve(one, model="small", runtime_s=one.runtime_s * (1 + 1e-4))
    built = attrs.evolve(qroam, physical=(large, small))
    assert classical_figures(built).quantum == f"{one.engine}, small"
    assert "small [" in " ".join(estimate_answer(built, "title"))
    assert compare(built).classical.quantum_s == small.runtime_s


def test_every_estimate_has_the_line_and_no_measurement(qroam: Estimate) -> None:
    report = compare(qroam)
    assert report.classical == qroam.classical
    assert report.approximate.skipped
    assert report.half_space is None


def test_the_fastest_rival_of_each_task(qroam: Estimate) -> None:
    """Reference case: 85.6 us of exact attention by FlashAttention-4, 4.6 us of logits at 15 PFLOP/s."""
    report = compare(qroam)
    attention, search = report.fastest
    assert (attention.rate, search.rate) == ("b200-flashattention-4", "gb300-peak-fp4")
    assert attention.seconds == pytest.approx(4 * 2**28 * 128 / 1605e12)
    assert (f"{attention.seconds:.3g}", f"{search.seconds:.2g}") == ("8.56e-05", "4.6e-06")
    assert attention.over_quantum == pytest.approx(report.classical.quantum_s / attention.seconds)
    assert {one.checked for one in recorded_rates()} <= {"read", "second hand", "not read"}
    finding = compare(qroam, task="search").classical
    assert "Finding the keys takes" in finding.line
    assert finding.flops * 2 == report.classical.flops


def test_a_few_tokens_take_a_launch() -> None:
    """256 tokens: 20 ns of computing, and no less than a launch; one query reads its keys."""
    few = estimate(AttentionProblem(n_queries=256, n_keys=256, head_dim=128, n_heavy=4))
    for one in compare(few).fastest:
        assert (one.limit, one.seconds) == ("launch", 2e-6)
    one_row = AttentionProblem(n_queries=1, n_keys=2**24, n_heavy=4, head_dim=128)
    (row, *_) = compare(estimate(one_row, Plan.of(search="bbht"))).fastest
    assert row.limit == "memory"


def test_which_speed_up_would_suffice(qroam: Estimate) -> None:
    """Both sides take as long at the M that is told (arXiv:2011.04149); a higher degree is sooner there."""
    report = compare(qroam)
    step = report.classical.quantum_s / qroam.search.iterations_total
    each = report.fastest[1].seconds / 2**28
    for one in report.speed_ups:
        assert one.runtime_s == pytest.approx(step * one.keys ** (1 / one.degree))
        assert one.runtime_s == pytest.approx(each * one.keys)
    assert [one.degree for one in report.speed_ups] == [2, 3, 4]
    moved = report.moving
    assert moved is not None
    assert moved.seconds == pytest.approx(2**14 * 1024 * 1e-5 / qroam.logical.qubits)
    assert all(one.source for one in report.approximations)


def test_what_users_do_has_a_source_and_recalls_that_are_shares(qroam: Estimate) -> None:
    """Recalls as their authors print them; a query of an index beside a row of the search."""
    report = compare(qroam)
    found = {one.name: one for one in report.approximations}
    recalls = {name: one.recall for name, one in found.items() if one.recall is not None}
    assert recalls == {
        "MISA, a lighter indexer": 0.92,
        "Inverted lists (faiss, GPU)": 0.9477,
        "HNSW (USearch)": 0.993,
    }
    for one in report.approximations:
        assert one.source
        assert one.checked in ("read", "second hand", "not read")
        assert (one.query_s is None) == (one.quantum_over_query is None)
    lists = found["Inverted lists (faiss, GPU)"]
    assert lists.query_s == pytest.approx(0.104 / 10_000)
    row_s = report.classical.quantum_s / qroam.problem.n_queries
    assert lists.quantum_over_query == pytest.approx(row_s / 1.04e-5)
    assert found["HNSW (USearch)"].query_s == pytest.approx(1 / 131_654, rel=0.01)


def test_a_rate_must_be_positive() -> None:
    with pytest.raises(SpecError, match="`flops_per_s`"):
        attrs.evolve(recorded_rates()[0], flops_per_s=0.0)
    slow = ClassicalRate(name="x", kind="measured", what="", flops_per_s=1.0, bytes_per_s=0.5, source="")
    assert (slow.seconds(4.0, 1.0), slow.seconds(1.0, 4.0)) == (4.0, 8.0)


def test_a_clock_must_be_positive(qroam: Estimate) -> None:
    with pytest.raises(SpecError, match="`logical_clock`"):
        classical_figures(qroam, toffoli_per_s=0.0)
