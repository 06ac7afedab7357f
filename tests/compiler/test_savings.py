"""The doctor's table: its totals are the plan's, its recalls are measured, its advice takes the best."""

import attrs
import numpy as np
import pytest

from qattention.circuit import Circuit
from qattention.compiler import head_constants, problem_rows
from qattention.compiler.savings import CHOICES, MOST_SUMMED, SearchTable, head_savings, typical_sum
from qattention.formulas import RowSums
from qattention.formulas.inner_product import sum_and_undo_toffoli
from qattention.plan import Plan, plan_totals
from qattention.problem import AttentionHead, AttentionProblem, load_head
from qattention.reference import Quantisation, inspect_head
from qattention.reference.advice import RECALL_LOSS, advise, recommended
from qattention.search import make_schedule

PLAIN, ROTATED = Quantisation(), Quantisation(quantise="rotated")


def problem_of(head, n_heavy=16):
    sizes = {name: getattr(head, name) for name in ("n_queries", "n_keys", "head_dim", "v_dim", "causal")}
    return AttentionProblem(**sizes, n_heavy=n_heavy)


@pytest.fixture(scope="module")
def code_savings():
    return head_savings(load_head("minilm-code"), 16, choices=(PLAIN, ROTATED))


def test_totals_are_those_of_the_plan(code_savings):
    head = load_head("minilm-code")
    for choice, saving in zip((PLAIN, ROTATED), code_savings, strict=True):
        constants = head_constants(problem_of(head), head, quantisation=choice)
        circuit = Circuit(
            loader=saving.loader, block_size=saving.block_size, inner_product=saving.inner_product_form
        )
        plan = Plan(circuit=circuit)
        totals = plan_totals(constants.problem, plan, problem_rows(constants.problem, constants))
        # the plan takes the mean of the marked keys, the table each row's own
        assert saving.toffoli == pytest.approx(totals.expected("toffoli"), rel=0.02)
        assert saving.word_bits == totals.groups.word_bits
        assert saving.inner_product == pytest.approx(
            totals.groups.shared_sums(circuit.inner_product).toffoli.mean(), rel=0.03
        )


def test_more_than_a_third_is_saved_at_equal_recall(code_savings):
    plain, rotated = code_savings
    assert (plain.share, plain.quantise, plain.logit_budget) == (1.0, "plain", None)
    assert rotated.share == rotated.toffoli / plain.toffoli < 0.4
    assert rotated.recall > plain.recall
    assert rotated.word_bits < plain.word_bits / 6
    assert plain.marked == pytest.approx(16, rel=0.01)
    assert 30 < rotated.marked < 36


def test_the_recommended_way_is_the_cheapest_within_the_loss(code_savings):
    plain, rotated = code_savings
    worse = attrs.evolve(rotated, recall=plain.recall - RECALL_LOSS - 1e-6, toffoli=1.0, share=0.1)
    report = attrs.evolve(inspect_head(load_head("minilm-code")), savings=(plain, worse, rotated))
    assert recommended(report) == rotated
    (line,) = [line for line in advise(report) if line.startswith("Quantise with")]
    how = "--quantise rotated --logit-budget 0.2 --logit-margin 2"
    assert line.startswith(f"Quantise with {how}: 0.34 of the")
    only = attrs.evolve(report, savings=(plain, worse))
    assert [line for line in advise(only) if line.startswith("Keep plain words of 8 bits")]
    assert recommended(attrs.evolve(report, savings=())) is None


@pytest.mark.parametrize("n_heavy", [1, 3])
def test_iterations_between_the_levels(n_heavy):
    problem = AttentionProblem(n_queries=1, n_keys=64, head_dim=1, n_heavy=n_heavy)
    table = SearchTable(problem=problem, n_keys=np.array([64, 64, 64]))
    marked = np.array([n_heavy, 2 * n_heavy, 4 * n_heavy])
    found = table.iterations(marked)
    for m, iterations in zip(marked.tolist(), found, strict=True):
        assert iterations == pytest.approx(make_schedule("adaptive", 64, m, 1e-3).expected(m).iterations)
    between = table.iterations(np.full(3, 3 * n_heavy))
    assert found[1] < between[0] < found[2]


@pytest.mark.parametrize(
    "head",
    [
        AttentionHead(q=[[1.0]], k=[[2.0]], v=[[1.0]]),
        AttentionHead(q=np.ones((2, 2)), k=np.zeros((3, 2)), v=np.ones((3, 1))),
        AttentionHead(q=np.eye(3), k=np.eye(3), v=np.eye(3), causal=True),
    ],
    ids=["one number", "zero keys", "causal"],
)
def test_small_heads_have_savings(head):
    savings = head_savings(head, 1)
    assert len(savings) == len(CHOICES)
    assert all(0 <= saving.recall <= 1 and saving.toffoli >= 0 for saving in savings)


def test_a_single_threshold_is_kept():
    head = load_head("smollm2-alice")
    saving = head_savings(head, 16, tau=2.0, choices=(PLAIN,))[0]
    assert saving.marked == pytest.approx(
        np.mean([(head.scale * row @ head.k[: i + 1].T >= 2.0).sum() for i, row in enumerate(head.q)]),
        rel=0.05,
    )


def test_one_row_stands_for_the_sums_of_many():
    weights = np.random.default_rng(7).integers(-128, 128, (200, 16))
    sums = RowSums.from_weights(weights, [3000] * 200, 8)
    form, mean, row = typical_sum(sums)
    costs = sum_and_undo_toffoli(sums, form)
    assert form.name == "bucket-tree"
    assert mean == pytest.approx(costs.mean(), rel=0.02)
    assert sum_and_undo_toffoli(row, form)[0] == pytest.approx(mean, abs=1)
    few = sums.take(range(MOST_SUMMED))
    assert typical_sum(few)[1] == costs[:MOST_SUMMED].mean()
