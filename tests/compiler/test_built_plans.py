"""A plan that a table of plans offers, built as bloqs and lowered to gates, costs what the table said."""

import numpy as np
import pytest

from qattention.bloqs.grover import GroverIterate
from qattention.circuit import INNER_PRODUCTS, LOADERS
from qattention.compiler import Question, ask, bloq_counts, compile_question
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.plan import PlanOptions
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference import Quantisation

N_TRIED = 2  # of the plans with one loader, form and number of rows: blocks, unloads and paddings


@pytest.fixture(scope="module")
def head() -> AttentionHead:
    """Eleven keys, four rows: no power of two, a load that three rows share and one that is left."""
    rng = np.random.default_rng(2)
    return AttentionHead(q=rng.normal(size=(4, 3)), k=rng.normal(size=(11, 3)), v=rng.normal(size=(11, 2)))


ROTATED = Quantisation(quantise="rotated", logit_budget=0.3)  # some weights are 0, and channels left out


def question_of(head: AttentionHead, quantisation: Quantisation | None, **options: object) -> Question:
    problem = AttentionProblem(
        n_queries=4, n_keys=11, head_dim=3, v_dim=2, n_heavy=2, key_bits=4, query_bits=4
    )
    return ask(head, problem, PlanOptions(search="known-k", **options), quantisation)  # type: ignore[arg-type]


def test_words_of_this_head_are_cut(head: AttentionHead) -> None:
    groups = question_of(head, ROTATED).rows(1)
    assert groups.looked_up_bits(LOADERS["qrom"], INNER_PRODUCTS["bucket-tree"]).min() < groups.word_bits
    for loader, form in (("hardware", "bucket-tree"), ("qrom", "product")):
        whole = groups.looked_up_bits(LOADERS[loader], INNER_PRODUCTS[form])
        assert set(whole.tolist()) == {groups.word_bits}


@pytest.mark.parametrize("quantisation", [None, ROTATED], ids=["plain", "rotated"])
@pytest.mark.parametrize("rows_per_load", [1, 3])
@pytest.mark.parametrize("form", INNER_PRODUCTS)
@pytest.mark.parametrize("loader", LOADERS)
def test_what_was_chosen_is_what_is_built(
    loader: str, form: str, rows_per_load: int, quantisation: Quantisation | None, head: AttentionHead
) -> None:
    asked = question_of(head, quantisation, loader=loader, inner_product=form, rows_per_load=rows_per_load)
    table = asked.search.table(asked.search.row_choices)
    for entry in np.linspace(0, len(table) - 1, min(N_TRIED, len(table))).astype(int).tolist():
        plan = table.plan(entry)
        program, circuit = compile_question(asked, plan), plan.circuit
        totals, deepest = program.totals, 0
        widest = int(np.max(totals.parts["runs"].costs.qubits))
        assert (circuit.loader.name, circuit.inner_product.name) == (loader, form)
        assert circuit.rows_per_load == rows_per_load
        for bucket in program.buckets:
            (group,) = bucket.groups.tolist()
            built, said = GroverIterate(bucket.oracle), totals.iterate.row(group)
            bloqs, program_of = bloq_counts(built), lower(built)
            gates = count(program_of)
            for name in ("toffoli", "rotation", "measurement"):
                assert getattr(bloqs, name) == getattr(gates, name) == int(getattr(said, name)), plan
            assert gates.qubits == int(said.qubits), plan
            layers = schedule(program_of, t_per_rotation=max(1, totals.t_per_rotation)).t_depth
            assert layers <= totals.iterate_t_depth[group], plan
            widest, deepest = max(widest, gates.qubits), max(deepest, layers)
        assert widest == table.qubits[entry]
        assert deepest <= table.t_depth[entry]
        assert table.expected_toffoli[entry] == pytest.approx(totals.expected("toffoli"), rel=1e-12)
