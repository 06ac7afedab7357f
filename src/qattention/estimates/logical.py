"""Totals over all rows: schedule means and worst cases times exact iterations."""

from __future__ import annotations

from qattention.bloqs.grover import GroverIterate, GroverSearch, Readout
from qattention.compiler import Program, bloq_counts
from qattention.estimates.depths import DepthTotals, by_bucket
from qattention.estimates.gates import Triples
from qattention.estimates.iteration import phases_extra
from qattention.estimates.model import ExpectedTotals, LogicalFigures, WorstTotals
from qattention.formulas import TOFFOLI_T
from qattention.formulas.inner_product import sum_and_undo_toffoli


def logical_figures(program: Program, depths: DepthTotals) -> LogicalFigures:
    """Expected and worst-case totals, and qubits."""
    return LogicalFigures(
        expected=_expected(program, depths), worst_case=_worst(program, depths), qubits=program.totals.qubits
    )


def _expected(program: Program, depths: DepthTotals) -> ExpectedTotals:
    totals, t_depth = program.totals, depths.t
    return ExpectedTotals(
        toffoli=totals.expected("toffoli"),
        t=totals.expected_t,
        clifford=float(by_bucket(program, _cliffords(program), totals.mean_searches)),
        measurement=totals.expected("measurement"),
        rotation=totals.expected("rotation"),
        t_depth=t_depth,
        clifford_depth=depths.clifford,
        volume=t_depth * totals.qubits,
    )


def _worst(program: Program, depths: DepthTotals) -> WorstTotals:
    totals, t_depth = program.totals, depths.worst_t
    extra = worst_weights_extra(program)
    toffoli, rotation = totals.worst("toffoli", extra), totals.worst("rotation")
    return WorstTotals(
        toffoli=toffoli,
        t=TOFFOLI_T * toffoli + totals.t_per_rotation * rotation,
        clifford=int(by_bucket(program, _cliffords(program, all_ones=True), totals.worst_searches)),
        measurement=totals.worst("measurement", extra),
        rotation=rotation,
        t_depth=t_depth,
        clifford_depth=depths.worst_clifford,
        volume=t_depth * totals.qubits,
    )


def worst_weights_extra(program: Program) -> int:
    """And's by which the costliest weights exceed the typical ones in an iteration; 0 where there is data.

    Such weights have ceil(query_bits / 2) digits each, and a sum as wide as any.
    """
    problem, kind = program.problem, program.plan.circuit.inner_product
    if program.iteration.oracle.table.has_data:
        return 0
    reach = problem.head_dim << (problem.query_bits - 1)
    width = 1 + (reach * ((1 << problem.key_bits) - 1)).bit_length()
    most = kind.most_toffoli(problem.head_dim, problem.query_bits, problem.key_bits, width)
    return most - int(sum_and_undo_toffoli(program.groups.sums, kind)[0])


def _more_ones(program: Program, n_keys: int) -> int:
    """XORs of the set bits of what a look-up holds, beyond those of the half that is expected to be set."""
    circuit = program.plan.circuit
    sizes = (n_keys, program.groups.word_bits, circuit.block, circuit.padded)
    return sum(int(bits) // 2 for bits in circuit.loader.xored_bits(*sizes))


def _cliffords(program: Program, all_ones: bool = False) -> Triples:
    """Cliffords of each bucket; a table without data has half of its bits set, with `all_ones` every one.

    Tables as look-ups hold them: of blocks their coefficients.
    """
    found = []
    for bucket in program.buckets:
        table, iteration = bucket.oracle.table, GroverIterate(bucket.oracle)
        more = _more_ones(program, int(table.n_keys)) if all_ones and not table.has_data else 0
        find = bloq_counts(iteration).clifford + more
        certificate = find + (phases_extra(iteration).clifford if program.totals.has_fixed_points else 0)
        run = (
            bloq_counts(GroverSearch(bucket.oracle, 0)).clifford
            + bloq_counts(Readout(table.address_bits)).clifford
        )
        found.append((find, certificate, run))
    return found
