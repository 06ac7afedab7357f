"""Problem and plan: what was asked, and how it is solved."""

from __future__ import annotations

from qattention.estimates.model import Estimate
from qattention.estimates.report.values import ReportEntry, ReportGroup, entry, told


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
