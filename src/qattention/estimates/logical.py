"""Totals over all rows: schedule means and worst cases times exact iterations.

Apart from `costing` because totals of all rows are sums of their own, which no price or machine enters.
"""

from __future__ import annotations

from qattention.compiler import Program
from qattention.estimates.depths import DepthTotals, by_bucket
from qattention.estimates.iteration_layers import Uses, bucket_cliffords, part_cliffords
from qattention.estimates.model import ExpectedTotals, LogicalFigures, WorstTotals
from qattention.estimates.witnesses import BLOQS, Witnesses
from qattention.formulas import TOFFOLI_T
from qattention.formulas.inner_product import sum_and_undo_toffoli


def logical_figures(program: Program, depths: DepthTotals, witnesses: Witnesses) -> LogicalFigures:
    """Expected and worst-case totals, and qubits."""
    each = cliffords_of(program, witnesses)
    clifford = float(by_bucket(program, each, program.totals.mean_searches))
    for field in ("toffoli", "measurement"):
        witnesses.single(f"logical.expected.{field}", "formula")
    for field in ("t_depth", "clifford_depth"):
        witnesses.single(f"logical.expected.{field}", "gates" if depths.from_gates else "formula")
    witnesses.single("logical.qubits", "formula")
    return LogicalFigures(
        expected=_expected(program, depths, clifford),
        worst_case=_worst(program, depths, worst_cliffords(program, each)),
        qubits=program.totals.qubits,
    )


def _expected(program: Program, depths: DepthTotals, clifford: float) -> ExpectedTotals:
    totals, t_depth = program.totals, depths.t
    return ExpectedTotals(
        toffoli=totals.expected("toffoli"),
        t=totals.expected_t,
        clifford=clifford,
        measurement=totals.expected("measurement"),
        rotation=totals.expected("rotation"),
        t_depth=t_depth,
        clifford_depth=depths.clifford,
        volume=t_depth * totals.qubits,
    )


def _worst(program: Program, depths: DepthTotals, clifford: int) -> WorstTotals:
    totals, t_depth = program.totals, depths.worst_t
    extra = worst_weights_extra(program)
    toffoli, rotation = totals.worst("toffoli", extra), totals.worst("rotation")
    return WorstTotals(
        toffoli=toffoli,
        t=TOFFOLI_T * toffoli + totals.t_per_rotation * rotation,
        clifford=clifford,
        measurement=totals.worst("measurement", extra),
        rotation=rotation,
        t_depth=t_depth,
        clifford_depth=depths.worst_clifford,
        volume=t_depth * totals.qubits,
    )


def cliffords_of(program: Program, witnesses: Witnesses) -> Uses:
    """Cliffords of each bucket; a table without data has half of its bits set.

    Raises:
        CheckFailed: call graph and closed form differ.
    """
    built = _built_cliffords(program) if BLOQS in witnesses.asked else None
    closed = None if program.has_data else bucket_cliffords(program)
    return witnesses.agree("logical.expected.clifford", {BLOQS: built, "formula": closed})


def _built_cliffords(program: Program) -> Uses:
    from qattention.bloqs.grover import GroverIterate, GroverSearch, Readout
    from qattention.compiler import bloq_counts
    from qattention.estimates.iteration_bloqs import phases_extra

    found = Uses()
    for bucket in program.buckets:
        iteration = GroverIterate(bucket.oracle)
        start = (
            bloq_counts(GroverSearch(bucket.oracle, 0)).clifford
            + bloq_counts(Readout(bucket.oracle.table.address_bits)).clifford
        )
        plain, own = bloq_counts(iteration).clifford, phases_extra(iteration).clifford
        found.append(part_cliffords(plain, own, start))
    return found


def worst_cliffords(program: Program, each: Uses) -> int:
    """Of the longest episodes; all bits of a table without data 1, as look-ups hold them: coefficients."""
    return int(by_bucket(program, costliest(program, each), program.totals.worst_searches))


def costliest(program: Program, each: Uses) -> Uses:
    """The same of the tables with most 1s."""
    if program.has_data:
        return each
    more = [_more_ones(program, bucket.representative) for bucket in program.buckets]
    return [(find + x, proof + x, *rest) for (find, proof, *rest), x in zip(each, more, strict=True)]


def worst_weights_extra(program: Program) -> int:
    """And's by which the costliest weights exceed the typical ones in an iteration; 0 where there is data.

    Such weights have ceil(query_bits / 2) digits each, and a sum as wide as any.
    """
    problem, kind = program.problem, program.plan.circuit.inner_product
    if program.has_data:
        return 0
    reach = problem.head_dim << (problem.query_bits - 1)
    width = 1 + (reach * ((1 << problem.key_bits) - 1)).bit_length()
    most = kind.most_toffoli(problem.head_dim, problem.query_bits, problem.key_bits, width)
    return most - int(sum_and_undo_toffoli(program.groups.sums, kind)[0])


def _more_ones(program: Program, group: int) -> int:
    """XORs of the set bits of what a look-up holds, beyond those of the half that is expected to be set."""
    circuit, n_keys = program.plan.circuit, int(program.groups.n_keys[group])
    sizes = (n_keys, program.groups.word_bits, circuit.block, circuit.padded)
    return sum(int(bits) // 2 for bits in circuit.loader.xored_bits(*sizes))
