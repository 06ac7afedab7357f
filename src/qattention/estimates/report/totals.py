"""Logical totals, memory and classical work."""

from __future__ import annotations

from qattention.estimates.model import Estimate
from qattention.estimates.report.values import ReportEntry, ReportGroup, entry, told
from qattention.formulas import TOFFOLI_T


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
