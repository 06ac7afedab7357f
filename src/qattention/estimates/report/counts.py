"""The search, one of its iterations, and what all rows come to: totals, memory, classical work.

Apart from `build` because counts have reasons group by group that together fill a page.
"""

from __future__ import annotations

from qattention.estimates.report.values import ReportEntry, ReportGroup, entry, told
from qattention.estimates.result import Estimate, IterationFigures
from qattention.formulas import TOFFOLI_T


def search_group(estimate: Estimate) -> ReportGroup:
    """How often the oracle is called."""
    search, problem = estimate.search, estimate.problem
    find, certificate = search.find_iterations_per_row, search.certificate_iterations_per_row
    rows = told(problem.n_queries)
    return ReportGroup(
        title="Search",
        entries=(
            entry("search/iterations_per_row", "iterations a row", search.iterations_per_row,
                  "Grover iterations of a row, mean over the schedule's randomness.",
                  f"{told(find)} to find the heavy keys and {told(certificate)} to certify that none is "
                  f"left; "
                  f"a scan would read {told(problem.n_keys)} keys."),
            entry("search/find_iterations_per_row", "of them finding", find,
                  "Iterations until all promised keys are found.",
                  f"{told(problem.n_heavy)} keys of {told(problem.n_keys)}: "
                  f"{told(find / (problem.n_keys * problem.n_heavy) ** 0.5)} x sqrt(n k)."),
            entry("search/certificate_iterations_per_row", "of them certifying", certificate,
                  "Iterations that show that no heavy key is left.",
                  f"They keep the search's share {estimate.budget.search:.3g} of the failure probability: "
                  f"{told(certificate / problem.n_keys**0.5)} x sqrt(n)."),
            entry("search/worst_case_iterations_per_row", "iterations a row, at worst",
                  search.worst_case_iterations_per_row, "What no row that keeps its promise exceeds.",
                  f"{told(search.worst_case_iterations_per_row / search.iterations_per_row)} times the mean."
                  if search.iterations_per_row else "No iterations are needed."),
            entry("search/iterations_total", "iterations in all", search.iterations_total,
                  "Iterations of all rows, mean.",
                  f"{rows} rows of {told(search.iterations_total / problem.n_queries)} each."),
        ),
    )  # fmt: skip


def iteration_group(estimate: Estimate) -> ReportGroup:
    """Exact counts of one iteration."""
    one, certificate = estimate.iteration, estimate.certificate_iteration
    return ReportGroup(
        title="One iteration",
        entries=(
            entry("iteration/toffoli", "Toffoli", one.toffoli, "And's, Toffolis and controlled swaps.",
                  f"{_sum_of_parts(one)}{_witnessed(estimate, 'toffoli')}."),
            entry("iteration/t", "T", one.t, "T gates, a Toffoli counting four.",
                  f"{TOFFOLI_T} x {told(one.toffoli)} Toffoli"
                  + (f" and {told(one.rotation)} rotations." if one.rotation else ", and no rotations.")),
            _depth(estimate),
            entry("iteration/qubits", "logical qubits", one.qubits, "Most wires alive at once.",
                  f"{told(one.qubits)} wires are alive at the fullest "
                  f"moment{_witnessed(estimate, 'qubits')}."),
            entry("iteration/classical_bit_ops", "classical bit operations", one.classical_bit_ops,
                  "XORs between the unload's measurement and its fix-up.",
                  f"{told(one.classical_bit_ops)} set bits of the table are XORed with the outcomes; the "
                  f"qubits "
                  "wait for what exceeds the machine's reaction time."),
            entry("certificate_iteration/toffoli", "Toffoli, certifying", certificate.toffoli,
                  "The same in the certificate, whose iterations may carry phases.",
                  f"{told(certificate.toffoli - one.toffoli)} more than in a find, and "
                  f"{told(certificate.rotation - one.rotation)} more rotations."),
        ),
    )  # fmt: skip


def _sum_of_parts(one: IterationFigures) -> str:
    if sum(part.toffoli for part in one.breakdown) != one.toffoli:  # one part was asked for
        return f"{told(one.toffoli)} in one oracle call and one reflection"
    parts = " + ".join(f"{told(part.toffoli)} {part.path} ({part.share:.1%})" for part in one.breakdown)
    return f"{parts} = {told(one.toffoli)}" if parts else "Nothing in it needs a Toffoli"


def _witnessed(estimate: Estimate, field: str) -> str:
    sources = estimate.witnesses.get(f"iteration.{field}", ())
    return f"; {', '.join(sources)} agree" if len(sources) > 1 else ""


def _depth(estimate: Estimate) -> ReportEntry:
    one, by_gates = estimate.iteration, "gates" in estimate.witnesses.get("iteration.t_depth", ())
    if one.t_depth is None:
        text = "It was not computed."
    elif by_gates:
        text = (
            f"{told(one.toffoli)} Toffoli in {told(one.t_depth)} layers of the gates' schedule; Clifford "
            f"depth {told(one.clifford_depth)}."
        )
    else:
        text = (
            f"{told(one.toffoli)} Toffoli in {told(one.t_depth)} layers by closed forms, the parts one after "
            f"another; Clifford depth {told(one.clifford_depth)}."
        )
    return entry("iteration/t_depth", "T depth", one.t_depth, "Layers of T and Toffoli.", text)


def totals_group(estimate: Estimate) -> ReportGroup:
    """All rows."""
    expected, worst = estimate.logical.expected, estimate.logical.worst_case
    return ReportGroup(
        title="Logical totals",
        entries=(
            entry("logical/qubits", "logical qubits", estimate.logical.qubits, "The most that any row needs.",
                  f"Rows run one after another on the same {told(estimate.logical.qubits)} qubits."),
            _toffoli(estimate),
            entry("logical/expected/t", "T, expected", expected.t, "T gates, mean.",
                  f"{TOFFOLI_T} x {told(expected.toffoli)} Toffoli, and what {told(expected.rotation)} "
                  f"rotations "
                  "are synthesised to."),
            entry("logical/worst_case/toffoli", "Toffoli, at worst", worst.toffoli,
                  "What no run exceeds in which every row keeps its promise.",
                  f"{told(estimate.search.worst_case_iterations_per_row)} iterations in the longest row; "
                  f"{told(worst.toffoli / expected.toffoli)} times the mean."
                  if expected.toffoli else "Nothing needs a Toffoli."),
            entry("logical/expected/measurement", "measurements, expected", expected.measurement,
                  "Logical measurements, mean.",
                  f"{told(expected.measurement)}: And's and look-ups are erased by measurement."),
            _t_depth(estimate),
            _clifford_depth(estimate),
            entry("logical/expected/volume", "volume, expected", expected.volume, "Qubits x T depth.",
                  f"{told(estimate.logical.qubits)} qubits x {told(expected.t_depth)} layers."
                  if expected.volume is not None else "It needs a T depth."),
        ),
    )  # fmt: skip


def _t_depth(estimate: Estimate) -> ReportEntry:
    expected, search, each = estimate.logical.expected, estimate.search, estimate.iteration.t_depth
    text = "Neither gates nor a closed form tell it."
    if expected.t_depth is not None:
        text = "Rows and iterations follow one another"
        if each is not None:
            text += (
                f": {told(search.iterations_total)} x {told(each)} = {told(search.iterations_total * each)} "
                "layers, and start states, certificates and rows unlike the median one"
            )
        text += "."
    return entry(
        "logical/expected/t_depth", "T depth, expected", expected.t_depth, "Layers of T and Toffoli.", text
    )


def _clifford_depth(estimate: Estimate) -> ReportEntry:
    layers = estimate.logical.expected.clifford_depth
    text = "Neither gates nor a closed form tell it."
    if layers is not None:
        iterations = estimate.search.iterations_total
        text = (
            f"{told(layers / iterations) if iterations else 0} layers an iteration, of at most 64 "
            "Cliffords or measurements each, a one-to-many CNOT one."
        )
    return entry(
        "logical/expected/clifford_depth", "Clifford depth, expected", layers, "Layers of Cliffords.", text
    )


def _toffoli(estimate: Estimate) -> ReportEntry:
    expected, search, one = estimate.logical.expected, estimate.search, estimate.iteration
    product = search.iterations_total * one.toffoli
    rest = expected.toffoli - product
    share = f" ({abs(rest) / expected.toffoli:.1%})" if expected.toffoli else ""
    text = (
        f"{told(search.iterations_total)} iterations x {told(one.toffoli)} Toffoli = {told(product)}; "
        f"start states, "
        f"certificates and rows unlike the median one make {told(abs(rest))}{share} "
        f"{'more' if rest >= 0 else 'less'}."
    )
    return entry("logical/expected/toffoli", "Toffoli, expected", expected.toffoli, "Toffolis, mean.", text)


def memory_group(estimate: Estimate) -> ReportGroup:
    """What it takes to hold, fill and read the keys."""
    memory, problem = estimate.memory, estimate.problem
    components = f"{told(problem.n_keys)} keys x {told(problem.head_dim)} components"
    return ReportGroup(
        title="Memory",
        entries=(
            entry("memory/cells", "key bits held", memory.cells, "Bits of the key table.",
                  f"{components}: {told(memory.cells)} bits, {told(memory.cells / 8e6)} MB."),
            entry("memory/writes", "key components written", memory.writes, "Writes that fill the table.",
                  f"{components}, once for the head."),
            entry("memory/reads", "coherent look-ups", memory.reads, "Look-ups in superposition, mean.",
                  f"{told(estimate.search.iterations_total)} iterations load a key each and unload it "
                  f"again."),
        ),
    )  # fmt: skip


def classical_group(estimate: Estimate) -> ReportGroup:
    """What computers do beside the qubits."""
    work, problem = estimate.classical_work, estimate.problem
    pairs = problem.n_queries * problem.n_keys
    return ReportGroup(
        title="Classical work",
        entries=(
            entry("classical_work/inner_products", "inner products re-checked", work.inner_products,
                  "Read-out indices are checked classically, mean.",
                  f"{told(work.inner_products)} of the {told(pairs)} query-key pairs are computed "
                  f"classically."),
            entry("classical_work/bit_ops", "bit operations of fix-ups", work.bit_ops,
                  "XORs between measurements and corrections, mean.",
                  f"{told(estimate.memory.reads)} unloads XOR {told(work.bit_ops)} bits in all."),
            entry("classical_work/inference_flops", "flops of Algorithm 2", work.inference_flops,
                  "Additions, multiplications and divisions once the heavy keys are known.",
                  f"Sums of {told(problem.n_keys)} values of {told(problem.v_dim)} channels, and two "
                  f"operations a "
                  f"channel for at most {told(problem.n_queries * problem.n_heavy)} heavy pairs."),
        ),
    )  # fmt: skip
