"""The tree holds every row, and costs what the closed forms say."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.grover import GroverIterate
from qattention.circuit import Circuit
from qattention.compiler import Program, ask, bloq_counts, compile_question, head_constants, row_oracle
from qattention.compiler.program import MAX_BUCKETS
from qattention.errors import SpecError
from qattention.plan import Plan
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference import quantise_head, quantised_find_sets

SIZES = {"n_queries": 16, "n_keys": 16, "head_dim": 3, "n_heavy": 2, "key_bits": 4, "query_bits": 4}


def compiled(
    problem: AttentionProblem, circuit: Circuit | None = None, head: AttentionHead | None = None
) -> Program:
    return compile_question(ask(head, problem), Plan(circuit=circuit or Circuit()))


@pytest.mark.parametrize("padding", ["on", "off"])
@pytest.mark.parametrize("n_keys", [16, 13])
def test_longest_search_of_the_tree_is_the_worst_case(n_keys: int, padding: str) -> None:
    program = compiled(AttentionProblem(**(SIZES | {"n_keys": n_keys})), Circuit(padding=padding))
    counts, worst = bloq_counts(program.bloq), program.totals.worst_searches
    iterations, runs = int(worst.iterations[0]), int(worst.runs[0])
    ((find, count),) = program.bloq.rows
    assert count == 16
    assert (sum(m * c for m, c in find.searches), find.n_searches) == (iterations, runs)
    iterate, run = program.totals.iterate, program.totals.parts["runs"].costs
    for field in ("toffoli", "measurement", "rotation"):
        each = iterations * getattr(iterate, field).reshape(-1)[0] + runs * getattr(run, field).reshape(-1)[0]
        assert getattr(counts, field) == 16 * each


def test_few_causal_rows_are_all_in_the_tree() -> None:
    program = compiled(AttentionProblem(**SIZES, causal=True))
    assert sorted(bucket.oracle.n_items for bucket in program.buckets) == list(range(1, 17))
    assert program.bloq.n_rows == 16


def test_many_causal_rows_share_buckets() -> None:
    sizes = SIZES | {"n_queries": 500, "n_keys": 500}
    program = compiled(AttentionProblem(**sizes, causal=True))
    assert len(program.buckets) == MAX_BUCKETS
    assert program.bloq.n_rows == 500
    groups = np.concatenate([bucket.groups for bucket in program.buckets])
    assert sorted(groups.tolist()) == list(range(500))
    tree = bloq_counts(program.bloq).toffoli
    worst, iterate = program.totals.worst_searches, program.totals.iterate
    run = program.totals.parts["runs"].costs
    rows = int(np.sum(worst.iterations * iterate.toffoli + worst.runs * run.toffoli))
    assert tree == pytest.approx(rows, rel=0.03)


def test_astronomic_problem_compiles_without_a_table() -> None:
    sizes = SIZES | {"n_queries": 2**40, "n_keys": 2**40}
    program = compiled(AttentionProblem(**sizes))
    assert bloq_counts(program.iteration).toffoli == int(program.totals.iterate.toffoli[0]) > 2**40
    assert not program.iteration.oracle.table.has_data


def test_a_head_gives_each_row_its_own_oracle(head: AttentionHead, problem: AttentionProblem) -> None:
    program = compiled(problem, head=head)
    constants = head_constants(problem, head)
    for bucket in program.buckets:
        row = int(program.groups.rows[bucket.representative])
        limit = int(constants.thresholds[row])
        assert bucket.oracle == row_oracle(constants.quantised, row, limit, Circuit())
        assert bucket.oracle.n_items == row + 1
        formula = program.totals.iterate.row(bucket.representative)
        assert bloq_counts(GroverIterate(bucket.oracle)).toffoli == int(formula.toffoli)


def test_oracles_mark_the_find_sets(head: AttentionHead, problem: AttentionProblem) -> None:
    constants = head_constants(problem, head)
    sets = quantised_find_sets(quantise_head(head, 4, 4), constants.thresholds)
    for row, found in enumerate(sets):
        oracle = row_oracle(constants.quantised, row, int(constants.thresholds[row]), Circuit())
        assert [j for j in range(row + 1) if oracle.is_marked(j)] == found.tolist()


def test_one_threshold_for_all_rows(head: AttentionHead, problem: AttentionProblem) -> None:
    constants = head_constants(problem, head, tau=0.5)
    assert len(set(constants.thresholds.tolist())) == 1


def test_sizes_must_be_the_heads(head: AttentionHead, problem: AttentionProblem) -> None:
    with pytest.raises(SpecError) as caught:
        ask(head, attrs.evolve(problem, n_keys=25, head_dim=4, v_dim=3))
    assert [line.split("`")[1] for line in caught.value.problems] == ["n_keys", "head_dim"]
