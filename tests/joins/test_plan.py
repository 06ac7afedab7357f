"""Plans of joins: figures that must hold, what every phase takes, and its circuit."""

import math
import re

import attrs
import numpy as np
import pytest

from qattention.compiler.costs import bloq_counts
from qattention.compiler.join_program import phase_iterate, phase_oracle, phase_readout
from qattention.compiler.joins import join_sizes
from qattention.compiler.question import ask
from qattention.errors import InfeasibleError, SpecError
from qattention.estimates.joins import join_estimate
from qattention.joins.choose import about, choose_join
from qattention.joins.marks import binomial, poisson, summed
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.plan import PlanOptions
from qattention.problem import AttentionProblem
from qattention.simulate.exact import prove_program


def question(n, k=16, d=128, algorithm="auto", max_qubits=None, **problem):
    sizes = {"n_queries": n, "n_keys": n, "head_dim": d, "n_heavy": k} | problem
    return ask(None, AttentionProblem(**sizes), PlanOptions(algorithm=algorithm, max_qubits=max_qubits))


def totals(n, **choices):
    asked = question(n, **choices)
    return choose_join(join_sizes(asked), asked.options)


@pytest.fixture(scope="module")
def ladder():
    """log2 n -> Toffolis a row, d 128, b 8, k 16, p_fail 1e-3."""
    return {m: totals(2**m).toffoli / 2**m for m in (14, 17, 20, 24, 30)}


@pytest.mark.parametrize(("m", "most"), [(14, 3.5e6), (17, 15.0e6), (20, 60e6), (30, 3.6e9)])
def test_toffoli_a_row(ladder, m, most):
    """Certificate included; row by row 9.33e6, 81.4e6 and 633e6 at 2^14, 2^17 and 2^20."""
    assert most / 2 < ladder[m] <= most


def test_under_a_cap_of_qubits():
    found = totals(2**14, max_qubits=15_890)
    assert found.toffoli / 2**14 <= 3.6e6
    assert found.qubits <= 15_890
    with pytest.raises(InfeasibleError) as caught:
        totals(2**14, max_qubits=5000)
    least = int(re.findall(r"\d+", str(caught.value))[-1])
    assert totals(2**14, max_qubits=least).qubits <= least


def test_exponent_of_finding_and_certificate(ladder):
    """Fitted n^1.65 at most, and less over the last 2^6 than over the first."""
    m = np.array(sorted(ladder))
    logs = np.log2([ladder[i] * 2.0**i for i in m])
    assert 1.5 < np.polyfit(m, logs, 1)[0] <= 1.65
    first, last = (logs[2] - logs[0]) / 6, (logs[4] - logs[3]) / 6
    assert last < first


@pytest.mark.parametrize("algorithm", ["blocked", "pair-join", "auto"])
@pytest.mark.parametrize("causal", [False, True])
def test_phases_are_circuits_that_cost_what_the_plan_says(algorithm, causal):
    """Every phase lowered: gates = call graph = closed form; summed over iterations and runs, the total."""
    found = totals(128, k=4, d=4, algorithm=algorithm, causal=causal)
    rng, whole = np.random.default_rng(0), 0.0
    for part in found.parts:
        iterate = phase_iterate(found.sizes, part.phase, rng)
        gates, graph = count(lower(iterate)), bloq_counts(iterate)
        assert gates.toffoli == graph.toffoli == int(part.iterate.toffoli)
        assert gates.qubits == part.iterate.qubits.item() <= found.qubits
        read = phase_readout(found.sizes, part.phase)
        whole += part.iterations * gates.toffoli + part.runs * (bloq_counts(read).toffoli if read else 0)
    assert whole == pytest.approx(found.toffoli, rel=1e-12)


def test_phases_of_the_reference_case_by_their_call_graphs():
    found = totals(2**14)
    for part in found.parts:
        graph = bloq_counts(phase_iterate(found.sizes, part.phase))
        assert (graph.toffoli, graph.measurement) == (
            int(part.iterate.toffoli),
            int(part.iterate.measurement),
        )


def test_an_oracle_of_each_kind_at_the_widths_of_the_reference_case():
    """d = 128, b = 8: turns and pairs on all addresses, whatever the outcomes."""
    found, rng = totals(2**14), np.random.default_rng(3)
    turns = phase_oracle(found.sizes, found.parts[0].phase, rng)
    (q, threshold), *others = turns.rows
    low = attrs.evolve(turns, base=attrs.evolve(turns.base, threshold=threshold // 4))
    assert not others
    marked = low.table.values @ np.array(q) >= threshold // 4
    assert marked.any()
    assert prove_program(lower(low), marked).errors == (0, 0, 0)
    pair = next(part.phase for part in found.parts if part.phase.kind == "pairs")
    small = attrs.evolve(pair, key_bits=5, row_bits=4)
    oracle = phase_oracle(found.sizes, small, np.random.default_rng(4))
    heavy = _heavy(oracle)
    assert heavy.any()
    assert prove_program(lower(oracle), heavy.ravel()).errors == (0, 0, 0)


def _heavy(oracle):
    """From the words that are looked up, read back."""

    def values(side):
        bits = side.table.bits[:, : 8 * 128].reshape(-1, 128, 8)
        return bits @ (1 << np.arange(7, -1, -1)) - 128

    rows, keys = values(oracle.rows), values(oracle.keys)
    beside = [
        side.table.bits[:, 8 * 128 : side.sum_bits] @ (1 << np.arange(side.sum_bits - 1 - 8 * 128, -1, -1))
        for side in (oracle.rows, oracle.keys)
    ]
    width = oracle.rows.sum_bits - 8 * 128
    base = 128 * (128 * 255) + 1
    threshold = (beside[0] - (rows * (rows + 1)).sum(axis=1) // 2 + base) % (1 << width)
    threshold = np.where(threshold >= 1 << (width - 1), threshold - (1 << width), threshold)
    assert (beside[1] == (keys * (keys + 1)).sum(axis=1) // 2).all()
    return rows @ keys.T >= threshold[:, None]


def test_the_quick_figure_is_near_the_total():
    asked = question(2**14)
    sizes = join_sizes(asked)
    assert about(sizes, asked.options) == pytest.approx(choose_join(sizes, asked.options).toffoli, rel=0.1)


@pytest.mark.parametrize(
    "sizes",
    [
        {"n": 1, "k": 1, "d": 1},
        {"n": 2, "k": 2, "d": 1},
        {"n": 33, "k": 33, "d": 2},
        {"n": 100, "k": 3, "d": 1},
        {"n": 64, "k": 2, "d": 4, "n_queries": 5},
        {"n": 64, "k": 2, "d": 4, "n_queries": 64, "n_keys": 1000},
        {"n": 50, "k": 4, "d": 3, "causal": True, "n_queries": 20},
    ],
)
@pytest.mark.parametrize("algorithm", ["blocked", "pair-join"])
def test_sizes_at_the_edges(sizes, algorithm):
    found = totals(**sizes, algorithm=algorithm)
    assert math.isfinite(found.toffoli)
    assert found.qubits > 0
    assert found.parts[-1].iterations >= 0


def test_beyond_what_blocks_hold():
    with pytest.raises(SpecError, match=r"`n_queries`: .* at most 2\*\*40"):
        join_sizes(question(2**41, d=1))


def test_marks_of_a_block():
    t = np.arange(200)
    for chances, mean in ((binomial(1000, 0.002), 2.0), (poisson(2.0), 2.0), (summed(poisson(0.5), 8), 4.0)):
        assert chances.sum() == pytest.approx(1)
        assert chances @ t[: len(chances)] == pytest.approx(mean, rel=1e-6)
    assert binomial(4, 1.0)[4] == 1
    assert poisson(0.0)[0] == 1 == binomial(9, 0.0)[0]


def test_the_estimate_adds_up():
    asked = question(256, k=4, d=16, algorithm="blocked")
    found = join_estimate(asked, choose_join(join_sizes(asked), asked.options))
    assert sum(phase.toffoli for phase in found.phases) == pytest.approx(found.logical.expected.toffoli)
    assert sum(phase.share for phase in found.phases) == pytest.approx(1)
    assert sum(phase.finds for phase in found.phases) == pytest.approx(256 * 4)
    assert found.logical.expected.t == 4 * found.logical.expected.toffoli
    assert found.logical.expected.volume == found.logical.expected.t_depth * found.logical.qubits
