"""End to end on the three real heads: nothing missed, and the output is Algorithm 2 on the sets found."""

import attrs
import numpy as np
import pytest

from qattention.circuit import Circuit
from qattention.compiler.oracle import row_oracle
from qattention.errors import CheckFailed, SpecError
from qattention.lowering import lower as lowering
from qattention.lowering.masks import with_flips
from qattention.lowering.program import Op
from qattention.plan import Plan
from qattention.plan.budget import split_budget
from qattention.problem import load_head
from qattention.reference.exact import attention, logits
from qattention.reference.find import midway_thresholds, set_sizes
from qattention.reference.quantised import (
    integer_thresholds,
    quantise_head,
    quantised_find_sets,
    quantised_row_thresholds,
)
from qattention.search.angles import fixed_point_miss
from qattention.search.phases import fixed_point_phases
from qattention.simulate import row as row_module
from qattention.simulate.group import GroupSearch, run_group
from qattention.simulate.grover import IndexRegister
from qattention.simulate.verify import expected_phase

HEADS = ("minilm-code", "minilm-pride", "smollm2-alice")
SETTINGS = {"n_heavy": 16, "p_fail": 1e-6}


def algorithm_2(head, found, rows):
    """Dense, by the definition: the mean-logit fill stands for every light logit."""
    out = []
    for heavy, row in zip(found, logits(head)[rows], strict=True):
        seen = np.isfinite(row)
        light = seen.copy()
        light[heavy] = False
        filled = np.where(light, row[light].mean() if light.any() else 0.0, row)
        weights = np.where(seen, np.exp(filled - filled[seen].max()), 0.0)
        out.append(weights @ head.v / weights.sum())
    return np.array(out)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", HEADS)
def test_rows_of_a_real_head_are_found_and_inferred(name, seed, run):
    head, rows = load_head(name), range(64)
    found = run(name, rows, how={"seed": seed}, **SETTINGS)
    report = found.report
    assert (report.missed, report.extra, report.rows) == (0, 0, 64)
    np.testing.assert_allclose(found.output, algorithm_2(head, found.found, rows), rtol=0, atol=1e-10)
    exact = attention(head)[:64]
    error = np.linalg.norm(found.output - exact) / np.linalg.norm(exact)
    assert report.error.relative_frobenius == pytest.approx(error, rel=1e-9)
    assert report.error.max_abs <= report.error.bound


def test_a_causal_row_finds_only_what_it_sees(run):
    rows = [0, 1, 5, 40, 127]
    for row, found in zip(rows, run("smollm2-alice", rows, **SETTINGS).found, strict=True):
        assert found.max() <= row
        assert len(found) == pytest.approx(min(row + 1, 16), abs=3)


@pytest.mark.parametrize("padding", ["off", "on"])
def test_one_threshold_for_all_rows_and_rows_without_a_heavy_key(padding, run):
    rows = range(3, 20)
    found = run("smollm2-alice", rows, tau=6.0, p_fail=1e-6, padding=padding).found
    quantised = quantise_head(load_head("smollm2-alice"))
    wanted = quantised_find_sets(quantised, integer_thresholds(quantised, 6.0, rows), rows)
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))
    assert any(len(keys) == 0 for keys in found)


def test_a_row_gives_the_same_whichever_rows_run_beside_it(run):
    alone, beside, again = (run("minilm-code", rows, **SETTINGS) for rows in ([7], [2, 7], [7]))
    assert alone.report.iterations["total"] != beside.report.iterations["total"]
    np.testing.assert_array_equal(alone.output[0], beside.output[1])
    assert attrs.evolve(again.report, seconds=0) == attrs.evolve(alone.report, seconds=0)


def test_a_wrong_circuit_stops_the_run(monkeypatch, run):
    def lower_without_flag(oracle):
        program = lowering.lower(oracle)
        return attrs.evolve(program, code=program.code[program.code[:, 0] != Op.Z])

    monkeypatch.setattr(row_module, "lower", lower_without_flag)
    with pytest.raises(CheckFailed, match="wrong phases"):
        run("minilm-code", [0], **SETTINGS)


@pytest.mark.parametrize("rows", [[-1], [256], []])
def test_rows_out_of_range_are_refused(rows, run):
    with pytest.raises(SpecError, match=r"`rows`: got .*; must be at least one row of 0\.\.255"):
        run("minilm-code", rows, **SETTINGS)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"n_heavy": 257}, "n_heavy"),
        ({"key_bits": 65}, "key_bits"),
        ({"p_fail": 1.5}, "p_fail"),
    ],
)
def test_settings_out_of_range_are_refused(change, field, run):
    with pytest.raises(SpecError, match=f"`{field}`"):
        run("minilm-code", [0], **(SETTINGS | change))


@pytest.mark.parametrize(
    ("n_items", "n_marked"), [(1, 0), (1, 1), (5, 2), (37, 0), (37, 1), (64, 64), (200, 50)]
)
def test_the_index_register_follows_the_rotation(n_items, n_marked):
    marked = np.zeros(n_items, dtype=bool)
    marked[np.random.default_rng(0).permutation(n_items)[:n_marked]] = True
    register = IndexRegister(marked, np.random.default_rng(0))
    theta = np.arcsin(np.sqrt(n_marked / n_items))
    for m in range(6):
        weight = np.square(register.state(m))[marked].sum()
        assert weight == pytest.approx(np.sin((2 * m + 1) * theta) ** 2, abs=1e-12)


@pytest.mark.parametrize(("n_items", "n_marked"), [(1, 1), (5, 2), (37, 0), (37, 1), (200, 50)])
def test_the_phased_register_follows_the_closed_formula(n_items, n_marked):
    marked = np.zeros(n_items, dtype=bool)
    marked[np.random.default_rng(0).permutation(n_items)[:n_marked]] = True
    register = IndexRegister(marked, np.random.default_rng(0))
    for length in range(5):
        state = register.phased_state(fixed_point_phases(length, 1e-3))
        missed = float(fixed_point_miss(n_items, n_marked, length, 1e-3))
        assert (np.abs(state[~marked]) ** 2).sum() == pytest.approx(missed, abs=1e-9)
        assert (np.abs(state) ** 2).sum() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("tau", "n_found"), [(-1e6, 8), (1e6, 0)])
def test_a_threshold_that_decides_every_key_needs_no_search(tau, n_found, run):
    result = run("smollm2-alice", [7], tau=tau, **SETTINGS)
    assert (len(result.found[0]), result.report.iterations["total"], result.report.missed) == (n_found, 0, 0)


@pytest.mark.parametrize("name", HEADS)
def test_excluding_in_the_fix_up_equals_lowering_sampled_rows_again(name):
    head = load_head(name)
    quantised = quantise_head(head)
    for row in (5, 63, 127):
        threshold = int(quantised_row_thresholds(quantised, 16, [row])[0])
        oracle = row_oracle(quantised, row, threshold, Circuit())
        found = tuple(np.flatnonzero(expected_phase(oracle))[::2].tolist())
        again = lowering.lower(attrs.evolve(oracle, excluded=found))
        patched = with_flips(lowering.lower(oracle), found)
        np.testing.assert_array_equal(patched.code[:, :5], again.code[:, :5])
        assert masked(patched) == masked(again)
        assert any(flip for op, _, flip in masked(patched) if op == Op.CZ_PARITY)


def masked(program):
    """Opcode, mask and flip of each masked operation; a load ignores flips."""
    found = []
    for op, *_, at, index in program.code[np.isin(program.code[:, 0], [Op.XOR_ROW, Op.CZ_PARITY])].tolist():
        table = program.tables[index]
        found.append((op, table.rows[at].tobytes(), bool(table.flips[at]) and op == Op.CZ_PARITY))
    return found


@pytest.mark.parametrize("rows_per_load", [2, 3, 5])
@pytest.mark.parametrize("name", ["minilm-code", "smollm2-alice"])
def test_rows_on_one_load_find_what_they_find_alone(name, rows_per_load, run):
    rows = range(20, 31)
    alone = run(name, rows, **SETTINGS)
    together = run(name, rows, rows_per_load=rows_per_load, **SETTINGS)
    assert (together.report.missed, together.report.extra, together.report.rows) == (0, 0, 11)
    for mine, theirs in zip(together.found, alone.found, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_allclose(together.output, alone.output, rtol=0, atol=1e-12)
    assert together.report.iterations["total"] < alone.report.iterations["total"]


PHASED = ["adaptive-phased", "adaptive-promised"]


@pytest.mark.parametrize(
    "search",
    ["known-k-exact", "known-k", "bbht", "worst-case", "coupon", "fixed-point", *PHASED],
)
def test_every_schedule_finds_all_keys_on_the_circuits(search, run):
    """Rows with the 16 keys promised and rows with more: no promise of a count is trusted."""
    head = load_head("minilm-code")
    quantised = quantise_head(head)
    rows = np.arange(40)
    thresholds = integer_thresholds(quantised, midway_thresholds(head, 16, rows), rows)
    sizes = set_sizes(quantised_find_sets(quantised, thresholds, rows))
    chosen = [*rows[sizes == 16][:2], *rows[sizes > 16][:2]]
    report = run("minilm-code", chosen, n_heavy=16, search=search, p_fail=1e-4).report
    assert (report.missed, report.extra, report.rows) == (0, 0, 4)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"search": "top-k", "tau": 1.0}, "tau"),
        ({"search": "top-k", "rows_per_load": 2}, "rows_per_load"),
        ({"rows_per_load": 0}, "rows_per_load"),
        ({"error_target": 0.1}, "n_heavy"),
        ({"error_target": 0.1, "n_heavy": None, "tau": 1.0}, "tau"),
    ],
)
def test_settings_that_exclude_one_another_are_refused(change, field, run):
    with pytest.raises(SpecError, match=f"`{field}`"):
        run("minilm-code", [0], **(SETTINGS | change))


@pytest.mark.parametrize(("loader", "exclusion"), [("qrom", "erase"), ("hardware", "fix-up")])
def test_an_exclusion_that_the_loader_does_not_have_is_refused(loader, exclusion, run):
    with pytest.raises(SpecError, match=f"`exclusion`: got '{exclusion}'; must be .* loader {loader}"):
        run("minilm-code", [0], how={"exclusion": exclusion}, loader=loader, **SETTINGS)


@pytest.mark.parametrize("exclusion", ["live", "circuit"])
@pytest.mark.parametrize(("search", "rows_per_load"), [("adaptive", 1), ("adaptive", 2), ("fixed-point", 1)])
def test_every_exclusion_finds_the_same_keys(exclusion, search, rows_per_load, run):
    """A fixed-point run needs another phase than -1."""
    rows, how = range(40, 44), {"exclusion": exclusion}
    alone = run("minilm-code", rows, **SETTINGS)
    result = run("minilm-code", rows, how=how, search=search, rows_per_load=rows_per_load, **SETTINGS)
    report = result.report
    assert (report.missed, report.extra, report.exclusion) == (0, 0, exclusion)
    assert all(np.array_equal(a, b) for a, b in zip(result.found, alone.found, strict=True))


@pytest.mark.parametrize("exclusion", ["fix-up", "live", "circuit"])
@pytest.mark.parametrize("rows_per_load", [2, 3])
def test_fixed_point_runs_on_a_shared_load(exclusion, rows_per_load, asked, run):
    """They can be run, though not costed: another phase than -1 takes a live bit or gates there."""
    request, rows = asked("minilm-code", **SETTINGS), tuple(range(40, 40 + rows_per_load))
    known, problem = request.question.constants, request.question.problem
    circuit = Circuit(rows_per_load=rows_per_load, exclusion=exclusion)
    plan = Plan(algorithm="shared-load", circuit=circuit, search="fixed-point")
    how = GroupSearch(problem=problem, plan=plan, budget=split_budget(problem, has_rotations=True))
    together = run_group(known.quantised, rows, tuple(known.thresholds[list(rows)].tolist()), how)
    alone = run("minilm-code", range(40, 44), **SETTINGS)
    for mine, theirs in zip(together.found, alone.found, strict=False):
        np.testing.assert_array_equal(mine, theirs)


def test_fixed_point_runs_on_a_shared_load_have_no_estimate(run):
    with pytest.raises(SpecError, match="`search`: got 'fixed-point'; must be a schedule without"):
        run("minilm-code", [0, 1], search="fixed-point", rows_per_load=2, **SETTINGS)


def test_rows_per_load_can_be_left_to_the_closed_forms(asked, run):
    """256 keys of 32 components: what a load costs less for four rows than for each alone decides."""
    options = SETTINGS | {"loader": "qrom", "inner_product": "bucket-tree"}
    report = run("minilm-code", range(4), rows_per_load="auto", **options).report
    assert (report.rows_per_load, report.missed) == (4, 0)  # three, were their keys disjoint
    fewest = [asked("minilm-code", rows_per_load=rows, **options).totals.expected_t for rows in (1, 2, 3, 4)]
    assert fewest.index(min(fewest)) == 3


def test_iterations_are_split_and_compared_with_both_yardsticks(run):
    rows = [3, 40, 127]  # causal: they see 4, 41 and 128 keys
    counts = run("smollm2-alice", rows, **SETTINGS).report.iterations
    assert counts["total"] == counts["find"] + counts["certificate"]
    assert counts["find"] > 0
    assert counts["certificate"] > 0
    assert counts["per_key"] == pytest.approx(counts["total"] / (4 + 41 + 128))
    roots = 4 + np.sqrt(41 * 16) + np.sqrt(128 * 16)
    assert counts["per_sqrt_nk"] == pytest.approx(counts["total"] / roots)


def test_a_decoding_step_is_one_query(run):
    whole = load_head("smollm2-alice")
    head = attrs.evolve(whole, q=whole.q[-1:])
    for change in ({}, {"search": "top-k"}, {"rows_per_load": "auto"}):
        report = run(head, **SETTINGS, **change).report
        assert (report.rows, report.missed, report.extra) == (1, 0, 0)


def test_centred_keys_make_the_papers_fill_a_good_one(run):
    rows, how = range(10), {"fill": "one"}
    plain = run("minilm-pride", rows, how=how, **SETTINGS)
    centred = run("minilm-pride", rows, how=how, center_keys=True, **SETTINGS)
    assert (centred.report.missed, centred.report.extra) == (0, 0)
    assert centred.report.error.relative_frobenius < 0.8 * plain.report.error.relative_frobenius


def test_the_plan_that_is_run_is_the_one_that_is_costed(asked, run):
    """What `estimate` of the same options would choose, whatever is asked of it."""
    for options in ({}, {"loader": "qroam", "block_size": 4}, {"minimize": "qubits"}, {"plan": "naive"}):
        report = run("minilm-code", [3], **SETTINGS, **options).report
        chosen = asked("minilm-code", **SETTINGS, **options).estimate().plan
        assert (report.plan, report.missed) == (chosen, 0)
