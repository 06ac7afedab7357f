"""`report`: what an estimate says of its problem, plan and machines, and the conventions it counts by.

What it says of searches and totals is `counts`.
"""

from __future__ import annotations

from qattention.estimates.report.counts import (
    classical_group,
    iteration_group,
    memory_group,
    search_group,
    totals_group,
)
from qattention.estimates.report.values import Report, ReportEntry, ReportGroup, duration, entry, told
from qattention.estimates.result import Assumption, Estimate, PhysicalFigures

CONVENTIONS = (
    (
        "Counts are for one head and all its query rows. A Toffoli is an And, a Toffoli or a controlled "
        "swap; T "
        "counts four a Toffoli, and what rotations are synthesised to.",
        "Gidney, arXiv:1709.06648",
    ),
    (
        "And's, key words and the loaders' junk are erased by measurement and a classical fix-up, at no "
        "T; an "
        "estimator that uncomputes by the inverse counts up to twice as many.",
        "Gidney, arXiv:1709.06648; Berry et al., arXiv:1902.02134",
    ),
    (
        "T depth: every layer of T, And and Toffoli counts one, a rotation its T-count; rows and "
        "iterations follow "
        "one another.",
        "this package",
    ),
    (
        "One iteration is one oracle call and one reflection, of the row with median Toffoli count; "
        "expected is "
        "the mean over the schedule's randomness, worst case what no row that keeps its promise exceeds.",
        "this package",
    ),
    (
        "Witnesses: bloqs is the call graph, gates a recount of the lowered program, formula the closed "
        "form. A "
        "dash is not computed.",
        "this package",
    ),
)


def physical_group(estimate: Estimate) -> ReportGroup:
    """The fastest machine of each engine and model; a line that says so where there is none."""
    figures = estimate.physical or ()
    first = {(one.engine, one.model): at for at, one in reversed(list(enumerate(figures)))}
    entries = [line for at in sorted(first.values()) for line in _machine(at, figures[at])]
    return ReportGroup(title="Physical machines", entries=tuple(entries) or (_none(estimate),))


def _none(estimate: Estimate) -> ReportEntry:
    asked = estimate.physical is not None
    text = "No engine can build one; the assumptions say why." if asked else "Machines were not asked for."
    return entry("physical", "machines", "none", "Physical machines for the expected totals.", text)


def _machine(at: int, one: PhysicalFigures) -> list[ReportEntry]:
    path, model = f"physical/{at}", f"{one.model} [{one.engine}]"
    data, made = one.n_tiles * one.patch_qubits, one.n_factories * one.factory_qubits
    waiting = one.physical_qubits - data - made
    kept = f", {told(waiting)} hold waiting qubits" if waiting > 0 else ""
    reaction = (
        f"; reactions and memory alone take {duration(one.reaction_bound_s)}" if one.reaction_bound_s else ""
    )
    wait = f", {duration(one.memory_s)} of it for the memory device" if one.memory_s else ""
    return [
        entry(f"{path}/physical_qubits", f"qubits: {model}", one.physical_qubits, "Physical qubits.",
              f"{told(one.n_tiles)} patches of {told(one.patch_qubits)} qubits at distance "
              f"{one.code_distance} make "
              f"{told(data)}, {told(one.n_factories)} factories of {told(one.factory_qubits)} make "
              f"{told(made)}{kept}."),
        entry(f"{path}/runtime_s", f"runtime: {model}", duration(one.runtime_s), "Time of one run.",
              f"{told(one.n_steps)} steps x {one.code_distance} rounds x {one.cycle_time_us:.3g} us x "
              f"{one.waiting:.3g} for waiting = {duration(one.runtime_s)}{wait}{reaction}."),
        entry(f"{path}/p_fail", f"failure: {model}", f"{one.p_fail:.3g}", "What the machine may fail with.",
              f"Codes, magic states and rotations at a physical error of {one.p_physical:g}"
              + (f", and {one.p_memory:.3g} of the memory device" if one.p_memory else "")
              + "; beside the problem's own p_fail."),
    ]  # fmt: skip


def problem_group(estimate: Estimate) -> ReportGroup:
    """Sizes, widths and the failure that is allowed."""
    problem, budget = estimate.problem, estimate.budget
    seen = "the keys up to its own position" if problem.causal else "all of them"
    scope = "each row by itself" if problem.p_fail_scope == "row" else "all rows together"
    bits = problem.head_dim * problem.key_bits
    return ReportGroup(
        title="Problem",
        entries=(
            entry("problem/n_queries", "query rows", problem.n_queries, "Rows of the head, all of them "
            "costed.",
                  f"Every total is the sum over {told(problem.n_queries)} rows."),
            entry("problem/n_keys", "keys", problem.n_keys, "Keys that a row may attend to.",
                  f"There are {told(problem.n_keys)} keys, and a row sees {seen}."),
            entry("problem/head_dim", "head dimension", problem.head_dim, "Components of a query and of a "
            "key.",
                  f"A key is {told(problem.head_dim)} components of {problem.key_bits} bits, "
                  f"{told(bits)} bits at most; a query's have {problem.query_bits}."),
            entry("problem/n_heavy", "heavy keys a row", problem.n_heavy, "Keys that each row is "
            "promised, at most.",
                  f"Each row is promised at most {told(problem.n_heavy)} keys at or above its threshold, of "
                  f"{told(problem.n_keys)}."),
            entry("problem/p_fail", "failure probability", f"{problem.p_fail:g}",
                  "Probability that anything is missed or wrong, the physical machine's own failure apart.",
                  f"{problem.p_fail:g} for {scope}: {budget.search:.3g} of it for the search, "
                  f"{budget.synthesis:.3g} for synthesised rotations, {budget.memory:.3g} for the memory."),
        ),
    )  # fmt: skip


def plan_group(estimate: Estimate) -> ReportGroup:
    """Every choice."""
    plan, circuit = estimate.plan, estimate.plan.circuit
    return ReportGroup(
        title="Plan",
        entries=(
            entry("plan/algorithm", "algorithm", plan.algorithm, "How rows share work.", _sharing(estimate)),
            _loader(estimate),
            entry("plan/inner_product", "inner product", circuit.inner_product,
                  "How the logit of a loaded key is computed and compared.",
                  f"The form {circuit.inner_product} takes {_share(estimate, 'oracle/inner_product')}."),
            entry("plan/search", "search", plan.search, "The schedule that finds all heavy keys of a row.",
                  f"The schedule {plan.search} takes {told(estimate.search.iterations_per_row)} "
                  f"iterations a row "
                  f"on average and {told(estimate.search.worst_case_iterations_per_row)} at worst."),
            entry("plan/padding", "padding", circuit.padding, "Whether all 2**m addresses are searched.",
                  "All addresses of the register are searched, so that start states need no rotations."
                  if circuit.padded else f"Exactly the {told(estimate.problem.n_keys)} keys are searched."),
            entry("plan/minimize", "minimised", plan.minimize, "What the choice of the plan minimised.",
                  f"No plan that the options left open has less of it ({plan.minimize})."),
        ),
    )  # fmt: skip


def _sharing(estimate: Estimate) -> str:
    rows = estimate.plan.circuit.rows_per_load
    if rows == 1:
        return "Every row searches on its own, and every iteration loads keys for it alone."
    return f"{told(rows)} rows are evaluated on each loaded key; totals are those of all rows."


def _loader(estimate: Estimate) -> ReportEntry:
    circuit, device = estimate.plan.circuit, estimate.plan.memory
    blocks = f" in blocks of {told(circuit.block_size)}" if circuit.block_size else ""
    share = f"It takes {_share(estimate, 'oracle/load', 'oracle/unload')}."
    if circuit.loader.is_device:
        times = (device.latency_us, device.p_query) if device else (0.0, 0.0)
        share = f"A device, no circuit: {times[0]:g} us and an error of {times[1]:g} a query are assumed."
    text = f"{told(estimate.problem.n_keys)} keys are loaded by {circuit.loader}{blocks}. {share}"
    return entry("plan/loader", "loader", circuit.loader, "The memory that keys are loaded from.", text)


def _share(estimate: Estimate, *paths: str) -> str:
    iteration = estimate.iteration
    toffoli = sum(part.toffoli for part in iteration.breakdown if part.path in paths)
    share = f" ({toffoli / iteration.toffoli:.1%})" if iteration.toffoli else ""
    return f"{told(toffoli)} of the {told(iteration.toffoli)} Toffoli of an iteration{share}"


GROUPS = (
    problem_group,
    plan_group,
    search_group,
    iteration_group,
    totals_group,
    memory_group,
    classical_group,
    physical_group,
)


def report(estimate: Estimate) -> Report:
    """Everything that the estimate says, for a reader."""
    verified = tuple(
        f"n in {_set(at.n_keys)}, d in {_set(at.head_dim)}, b in {_set(at.key_bits)}: {at.evidence}"
        for at in estimate.verified_at
    )
    return Report(
        groups=tuple(group(estimate) for group in GROUPS),
        conventions=tuple(Assumption(text=text, source=source) for text, source in CONVENTIONS),
        assumptions=estimate.assumptions,
        witnesses=estimate.witnesses,
        verified=verified,
        versions=estimate.versions,
    )


def _set(values: tuple[int, ...]) -> str:
    return "{" + ", ".join(map(str, values)) + "}"
