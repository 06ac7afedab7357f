"""What an estimate says, against independent arithmetic."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import INNER_PRODUCTS
from qattention.compiler import ask, bloq_counts, compile_question
from qattention.errors import CheckFailed, SpecError
from qattention.estimates import Estimate, estimate, estimate_program
from qattention.estimates.costing import costliest, heavy_pairs
from qattention.estimates.depths import closed_depths, depth_totals
from qattention.estimates.iteration_layers import bucket_cliffords
from qattention.estimates.result import IterationFigures
from qattention.estimates.witnesses import unheard
from qattention.formulas import TOFFOLI_T
from qattention.formulas.iteration_layers import ABOVE
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.plan import Plan
from qattention.problem import AttentionHead, AttentionProblem

SIZES = {"n_queries": 16, "n_keys": 20, "head_dim": 3, "n_heavy": 3, "key_bits": 4, "query_bits": 4}


def test_three_witnesses_agree_where_there_are_gates(of_head: Estimate) -> None:
    assert of_head.witnesses["iteration.toffoli"] == ("bloqs", "gates", "formula")
    assert of_head.witnesses["iteration.qubits"] == ("gates", "formula")
    assert of_head.iteration.t_depth is not None
    assert of_head.logical.expected.volume == of_head.logical.expected.t_depth * of_head.logical.qubits


def test_what_has_no_gates_has_the_layers_of_closed_forms(without_data: Estimate) -> None:
    one, total = without_data.iteration, without_data.logical.expected
    assert without_data.witnesses["iteration.toffoli"] == ("formula",)
    assert without_data.witnesses["iteration.t_depth"] == ("formula",)
    assert without_data.witnesses["logical.expected.t_depth"] == ("formula",)
    assert one.t_depth is not None
    assert total.t_depth == pytest.approx(without_data.search.iterations_total * one.t_depth)
    assert total.volume == pytest.approx(total.t_depth * without_data.logical.qubits)
    assert without_data.logical.worst_case.t_depth == (
        2**40 * without_data.search.worst_case_iterations_per_row * one.t_depth
    )
    assert one.clifford_depth is not None
    assert total.clifford_depth == pytest.approx(without_data.search.iterations_total * one.clifford_depth)
    assert without_data.witnesses["iteration.clifford"] == ("formula",)
    for field in ("iteration.clifford_depth", "logical.expected.clifford_depth"):
        assert without_data.witnesses[field] == ("formula",)
    assert without_data.physical is None
    for kind in ("T", "Clifford"):
        assert any(f"{kind} depth by closed forms" in note.text for note in without_data.assumptions)


def test_a_certificate_of_its_own_has_the_layers_of_its_phases() -> None:
    """A sign is m - 2 And's; a phase m - 1 and a rotation, and the flag another rotation."""
    found = estimate(AttentionProblem(**(SIZES | {"n_keys": 64})), Plan(search="fixed-point"))
    each = (found.iteration.t - TOFFOLI_T * found.iteration.toffoli, found.certificate_iteration.rotation)
    assert each == (0, 2)
    more = found.certificate_iteration.t - TOFFOLI_T * found.certificate_iteration.toffoli
    assert found.iteration.t_depth is not None
    assert found.certificate_iteration.t_depth == found.iteration.t_depth + 1 + more
    assert found.iteration.clifford_depth is not None
    assert 0 <= found.certificate_iteration.clifford_depth - found.iteration.clifford_depth <= 5


def test_products_have_t_layers_without_gates() -> None:
    """Q x b bits a component, one after another but for what begins beside the last addition."""
    found = estimate(AttentionProblem(**SIZES), Plan.of(inner_product="product"))
    for part in (found.logical.expected, found.logical.worst_case):
        assert part.t_depth is not None
        assert part.volume == part.t_depth * found.logical.qubits
    assert found.iteration.t_depth is not None
    rotations = found.iteration.t - TOFFOLI_T * found.iteration.toffoli
    assert found.iteration.t_depth <= found.iteration.toffoli + rotations
    assert found.witnesses["iteration.t_depth"] == ("formula",)


LOADED = [("qrom", None), ("qroam", 4), ("one-hot", None), ("one-hot-swap", 2), ("qroam-dirty", 4)]
LOADED += [(name, None) for name in ("bucket-brigade-parallel", "swap-network", "hardware")]


@pytest.mark.parametrize(("loader", "block"), LOADED)
@pytest.mark.parametrize("form", INNER_PRODUCTS)
@pytest.mark.parametrize(("n", "rows_per_load"), [(16, 1), (37, 1), (32, 3)])
def test_layers_without_gates_are_those_with_gates(
    loader: str, block: int | None, form: str, n: int, rows_per_load: int
) -> None:
    """The same rows with data, small enough for gates: T layers a layer more at most, or 2 % in all.

    Several rows' products begin beside one another: there the closed form is up to 14 % above.
    """
    rng = np.random.default_rng(n)
    q, k, v = (rng.normal(size=(rows, 3)) for rows in (16, n, n))
    data = AttentionHead(q=q, k=k, v=v)
    case = AttentionProblem(**(SIZES | {"n_keys": n}))
    shared = {} if rows_per_load == 1 else {"algorithm": "shared-load", "rows_per_load": rows_per_load}
    plan = Plan.of(loader=loader, block_size=block, inner_product=form, search="known-k-exact", **shared)
    program = compile_question(ask(data, case), plan)
    by_gates, closed = depth_totals(program), closed_depths(program.totals)
    assert (by_gates.from_gates, closed.from_gates) == (True, False)
    iterations = float(np.sum(program.totals.counts * program.totals.mean_searches.iterations))
    share = 0.14 if (form, rows_per_load) == ("product", 3) else 0.02
    assert 0 <= closed.t - by_gates.t <= max(iterations, share * by_gates.t)
    assert closed.worst_t >= by_gates.worst_t
    above = max(ABOVE.layers * iterations, ABOVE.percent / 100 * by_gates.clifford)
    assert 0 <= closed.clifford - by_gates.clifford <= above
    assert closed.worst_clifford >= by_gates.worst_clifford


@pytest.mark.parametrize(("loader", "block"), [*LOADED, ("bucket-brigade", None)])
@pytest.mark.parametrize("n_keys", [16, 37])
def test_no_table_has_more_cliffords_than_the_worst_case(loader: str, block: int | None, n_keys: int) -> None:
    """Random tables, all zeros, all ones; and of plain words the worst case is that of all ones."""
    case = AttentionProblem(**(SIZES | {"n_keys": n_keys}))
    plan = Plan.of(loader=loader, block_size=block, search="known-k-exact")
    program = compile_question(ask(None, case), plan)
    base, rng = program.buckets[0].oracle, np.random.default_rng(n_keys)
    tables = [np.zeros((n_keys, 3), dtype=int), -np.ones((n_keys, 3), dtype=int)]
    tables += [rng.integers(-8, 8, (n_keys, 3)) for _ in range(5)]
    found = []
    for values in tables:
        oracle = attrs.evolve(base, table=KeyTable.from_values(values, 4))
        found.append(bloq_counts(GroverIterate(oracle)).clifford)
    ((most, *_),) = costliest(program, bucket_cliffords(program))
    assert most >= max(found)
    if block is None and loader != "swap-network":  # whose levels hold differences too
        assert most == found[1]


@pytest.mark.parametrize(("loader", "block"), LOADED)
def test_bits_of_all_fix_ups_are_an_iterations_times_the_iterations(loader: str, block: int | None) -> None:
    """A device has no fix-up, and borrowed wires are given back before the key is measured."""
    plan = Plan.of(loader=loader, block_size=block, search="known-k-exact")
    found = estimate(AttentionProblem(**SIZES), plan)
    each = found.iteration.classical_bit_ops
    assert found.classical_work.bit_ops == pytest.approx(found.memory.reads * each)
    assert (each == 0) == (loader == "hardware")


def test_iteration_is_of_a_row_of_the_head(
    problem: AttentionProblem, head: AttentionHead, of_head: Estimate
) -> None:
    program = compile_question(ask(head, problem), Plan())
    tally = count(lower(program.iteration))
    found = of_head.iteration
    assert (tally.toffoli, tally.measurement, tally.qubits) == (
        found.toffoli,
        found.measurement,
        found.qubits,
    )
    assert (tally.clifford, tally.classical_bit_ops) == (found.clifford, found.classical_bit_ops)
    assert sum(entry.toffoli for entry in found.breakdown) == found.toffoli
    assert sum(entry.share for entry in found.breakdown) == pytest.approx(1.0)


@pytest.mark.parametrize("rows_per_load", [3, 19, 20])
def test_rows_on_one_load_have_three_witnesses_too(
    rows_per_load: int, problem: AttentionProblem, head: AttentionHead
) -> None:
    """With 19 rows a load the last load has one row alone, with 3 it has two."""
    plan = Plan.of(algorithm="shared-load", rows_per_load=rows_per_load)
    program = compile_question(ask(head, problem), plan)
    assert sum(bucket.count for bucket in program.buckets) == -(-20 // rows_per_load)
    for bucket in program.buckets:
        iteration = GroverIterate(bucket.oracle)
        tally, formula = count(lower(iteration)), program.totals.iterate.row(bucket.representative)
        bloqs = bloq_counts(iteration)
        assert tally.toffoli == bloqs.toffoli == int(formula.toffoli)
        assert tally.measurement == bloqs.measurement == int(formula.measurement)
        assert tally.qubits == int(formula.qubits)
    found = estimate_program(program)
    assert found.witnesses["iteration.toffoli"] == ("bloqs", "gates", "formula")
    assert sum(entry.toffoli for entry in found.iteration.breakdown) == found.iteration.toffoli
    told = f"{rows_per_load} neighbouring rows share each load"
    assert any(told in note.text for note in found.assumptions)


def test_shared_loads_divide_by_the_rows(problem: AttentionProblem, head: AttentionHead) -> None:
    alone, shared = (
        estimate(problem, plan, head) for plan in (Plan(), Plan.of(algorithm="shared-load", rows_per_load=5))
    )
    assert shared.search.iterations_total == pytest.approx(20 * shared.search.iterations_per_row)
    assert shared.search.iterations_per_row < alone.search.iterations_per_row
    assert shared.classical_work.inference_flops == alone.classical_work.inference_flops
    assert shared.memory.reads == pytest.approx(shared.search.iterations_total, rel=1e-12)


def test_heavy_pairs_are_counted_row_by_row(problem: AttentionProblem) -> None:
    for case in (problem, attrs.evolve(problem, n_queries=3), attrs.evolve(problem, causal=False)):
        exact = sum(min(case.n_heavy, case.n_visible(row)) for row in range(case.n_queries))
        assert heavy_pairs(case) == exact


def test_head_totals_are_sums_over_its_rows(
    problem: AttentionProblem, head: AttentionHead, of_head: Estimate
) -> None:
    """Every row's call graph times its schedule, no formula."""
    program = compile_question(ask(head, problem), Plan())
    parts, mean, total = program.totals.parts, program.totals.mean_searches, 0.0
    for bucket in program.buckets:
        counts, start = bloq_counts(GroverIterate(bucket.oracle)), parts["runs"].costs
        more = parts["certificate"].costs.toffoli - program.totals.iterate.toffoli
        for row in bucket.groups if len(bucket.groups) == 1 else ():
            total += mean.iterations[row] * counts.toffoli + mean.certificate[row] * more[row]
            total += mean.runs[row] * start.toffoli[row]
    alone = [b.groups[0] for b in program.buckets if len(b.groups) == 1]
    find, certificate, run = (parts[name].costs.toffoli for name in ("find", "certificate", "runs"))
    expected = mean.find * find + mean.certificate * certificate + mean.runs * run
    assert len(alone) >= 12
    assert total == pytest.approx(float(expected[alone].sum()))
    assert of_head.logical.expected.toffoli == pytest.approx(float(expected.sum()))


def test_t_is_four_a_toffoli_and_the_rotations(of_head: Estimate) -> None:
    rotations = [n for n in of_head.assumptions if "T each" in n.text]
    each = int(rotations[0].text.split(" T each")[0].split()[-1])
    for figures in (of_head.iteration, of_head.certificate_iteration, of_head.logical.worst_case):
        assert figures.t == TOFFOLI_T * figures.toffoli + each * figures.rotation
    expected = of_head.logical.expected
    assert expected.t == pytest.approx(TOFFOLI_T * expected.toffoli + each * expected.rotation)


@pytest.mark.parametrize("name", ["toffoli", "t", "clifford", "measurement", "rotation"])
def test_worst_case_exceeds_the_mean(name: str, of_head: Estimate, without_data: Estimate) -> None:
    for found in (of_head, without_data):
        expected, worst = (getattr(part, name) for part in (found.logical.expected, found.logical.worst_case))
        assert isinstance(expected, float)
        assert isinstance(worst, int)
        assert worst > expected or worst == expected == 0


def test_no_weights_cost_more_than_the_worst_case(without_data: Estimate) -> None:
    """All weights at the most digits, 0101, give less than is billed."""
    worst = without_data.logical.worst_case.toffoli
    per_row = without_data.search.worst_case_iterations_per_row
    assert worst >= 2**40 * per_row * without_data.iteration.toffoli
    assert worst <= 2**40 * per_row * (without_data.iteration.toffoli + 2 * 3 * 4)


def test_memory_and_classical_work(without_data: Estimate) -> None:
    assert (without_data.memory.cells, without_data.memory.writes) == (2**40 * 12, 2**40 * 3)
    assert without_data.memory.reads == pytest.approx(without_data.search.iterations_total)
    assert without_data.classical_work.inference_flops == 2**40 * 3 + 2**41 * 3 + 2**40 * 3 * 8
    measured = 12 * without_data.plan.circuit.block  # bits of a row
    assert without_data.classical_work.bit_ops == pytest.approx(
        without_data.memory.reads * 2**40 * measured / 2
    )
    assert without_data.classical_work.inner_products >= 2**40 * 3


def test_search_figures_add_up(of_head: Estimate) -> None:
    found = of_head.search
    parts = found.find_iterations_per_row + found.certificate_iterations_per_row
    assert found.iterations_per_row == pytest.approx(parts)
    assert found.iterations_total == pytest.approx(20 * parts)
    assert found.worst_case_iterations_per_row > parts


def test_a_path_details_the_breakdown(problem: AttentionProblem, head: AttentionHead) -> None:
    found = estimate(problem, Plan(), head, at="oracle/inner_product").iteration
    assert {entry.path.rsplit("/", 1)[-1] for entry in found.breakdown} <= {"full_adder", "half_adder"}
    assert 0 < sum(entry.toffoli for entry in found.breakdown) < found.toffoli
    with pytest.raises(SpecError, match="`at`"):
        estimate(problem, Plan(), head, at="oracle/memory")


@pytest.mark.parametrize("field", ["toffoli", "rotation", "measurement", "qubits"])
def test_a_lying_witness_is_caught(field: str, problem: AttentionProblem, head: AttentionHead) -> None:
    program = compile_question(ask(head, problem), Plan())
    parts = program.totals.parts
    told = parts["find"].costs
    wrong = attrs.evolve(parts["find"], costs=attrs.evolve(told, **{field: getattr(told, field) + 1}))
    lying = attrs.evolve(program, totals=attrs.evolve(program.totals, parts=parts | {"find": wrong}))
    with pytest.raises(CheckFailed, match=f"iteration.{field}"):
        estimate_program(lying)


FORMS = [(name, block, form) for name, block in LOADED for form in ("bucket-tree", "product")]


@pytest.mark.parametrize(("loader", "block", "form"), FORMS)
@pytest.mark.parametrize(
    ("n", "rows_per_load", "search", "causal"),
    [
        (16, 1, "adaptive", False),
        (37, 1, "fixed-point", False),
        (21, 3, "known-k-exact", True),
        (1, 1, "adaptive", False),
    ],
)
def test_of_sizes_all_witnesses_say_what_closed_forms_say_alone(
    loader: str, block: int | None, form: str, n: int, rows_per_load: int, search: str, causal: bool
) -> None:
    """Every figure, and every part of the breakdown; of sizes only closed forms speak unless asked."""
    sizes = {"n_keys": n, "n_queries": n, "n_heavy": min(3, n), "causal": causal}
    case = AttentionProblem(**(SIZES | sizes))
    rows = min(n, rows_per_load)
    shared = {} if rows == 1 else {"algorithm": "shared-load", "rows_per_load": rows}
    plan = Plan.of(
        loader=loader, block_size=block if n > 1 else None, inner_product=form, search=search, **shared
    )
    alone, told = estimate(case, plan), estimate(case, plan, witnesses=("bloqs", "gates"))
    assert set(alone.witnesses.values()) == {("formula",)}
    assert "bloqs" in told.witnesses["logical.expected.clifford"]
    assert told.witnesses["iteration.breakdown"] == ("bloqs", "formula")
    assert told.witnesses["iteration.toffoli"] == ("bloqs", "gates", "formula")
    same = {
        name: _as_told_alone(getattr(told, name), getattr(alone, name))
        for name in ("iteration", "certificate_iteration")
    }
    assert attrs.evolve(told, witnesses=alone.witnesses, **same) == alone


@pytest.mark.parametrize("with_keys", [False, True])
def test_gates_that_are_asked_and_too_many_are_told(with_keys: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys speak by gates unasked; of sizes nobody waits for them who has not asked."""
    rng = np.random.default_rng(0)
    head = AttentionHead(q=rng.normal(size=(16, 3)), k=rng.normal(size=(20, 3)), v=rng.normal(size=(20, 3)))
    monkeypatch.setattr("qattention.estimates.gates.MAX_ITERATION_BITS", 20 * 3 * 4)
    asked = {"head": head} if with_keys else {"witnesses": ("gates",)}
    found = estimate(AttentionProblem(**SIZES), Plan(), **asked)
    assert "gates" in found.witnesses["iteration.toffoli"]
    assert unheard(found.assumptions) == []
    monkeypatch.setattr("qattention.estimates.gates.MAX_ITERATION_BITS", 20 * 3 * 4 - 1)
    found = estimate(AttentionProblem(**SIZES), Plan(), **asked)
    assert "gates" not in found.witnesses["iteration.toffoli"]
    (told,) = unheard(found.assumptions)
    assert "a table of 240 bits; at most 239" in told
    assert unheard(estimate(AttentionProblem(**SIZES), Plan()).assumptions) == []


@pytest.mark.parametrize(
    ("loader", "unload", "why"),
    [
        ("swap-network", "measured", "an iteration of 139 Toffolis; at most 138 are lowered"),
        ("qrom", "unitary", "a table of 240 bits; at most 239 are lowered"),
        ("qrom", "measured", None),
        ("qroam-dirty", "measured", None),
        ("hardware", "measured", None),
    ],
)
def test_large_tables_are_lowered_where_few_parts_and_gates_say_it_all(
    loader: str, unload: str, why: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Networks take a gate a bit, and a load run backwards is wired up bit by bit."""
    monkeypatch.setattr("qattention.estimates.gates.MAX_TABLE_BITS", 20 * 3 * 4 - 1)
    monkeypatch.setattr("qattention.estimates.gates.MAX_ITERATION_TOFFOLI", 138)
    found = estimate(AttentionProblem(**SIZES), Plan.of(loader=loader, unload=unload), witnesses=("gates",))
    assert unheard(found.assumptions) == ([f"Gates are no witness here: {why}."] if why else [])
    assert ("gates" in found.witnesses["iteration.toffoli"]) == (why is None)


def _as_told_alone(one: IterationFigures, alone: IterationFigures) -> IterationFigures:
    """Without what only gates have; taking turns is never told to take fewer layers.

    Which wires wait is read off gates, of which closed forms claim a part (tests/lowering/test_waiting.py).
    """
    assert one.t_depth_without_fan_out is not None
    assert one.t_depth is not None
    assert one.t_depth_without_fan_out >= one.t_depth
    assert (one.t_depth_without_fan_out > one.t_depth) <= (one.fan_out_qubits > 0)
    return attrs.evolve(one, t_depth_without_fan_out=None, fan_out_qubits=None, waiting=alone.waiting)


def test_a_lying_closed_form_is_caught_where_bloqs_are_asked(
    problem: AttentionProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cliffords of the totals, and a part of the breakdown."""
    monkeypatch.setattr("qattention.estimates.costing.bucket_cliffords", lambda _: [(1, 1, 1)])
    with pytest.raises(CheckFailed, match=r"logical\.expected\.clifford"):
        estimate(problem, Plan(), witnesses=("bloqs",))
    monkeypatch.undo()
    monkeypatch.setattr("qattention.estimates.iteration.closed_parts", lambda _: [("oracle/load", 1)])
    with pytest.raises(CheckFailed, match=r"iteration\.breakdown"):
        estimate(problem, Plan(), witnesses=("bloqs",))
