"""What an estimate rests on: assumptions with their numbers, verified sizes, versions."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from qattention.compiler import Program
from qattention.estimates.depths import DepthTotals
from qattention.estimates.result import THE_HEAD, Assumption, VerifiedAt
from qattention.formulas import TOFFOLI_T, grid
from qattention.formulas.clifford_depth import PER_LAYER
from qattention.formulas.iteration_layers import ABOVE
from qattention.plan.rows import MEASURED, TYPICAL_SEED
from qattention.search import schedule_kind
from qattention.version import __version__

if TYPE_CHECKING:
    from qattention.estimates.gates import GateFigures

PACKAGES = ("qualtran", "cirq-core", "numpy")


def assumptions(program: Program, gates: GateFigures | None, depths: DepthTotals) -> tuple[Assumption, ...]:
    """In the order of their weight."""
    notes = [
        *_conventions(program),
        *_rows(program),
        *_rotations(program),
        *_depths(program, gates, depths),
    ]
    return tuple(Assumption(text=text, source=source) for text, source in [*notes, *_sampling(program)])


def _sampling(program: Program) -> list[tuple[str, str]]:
    """Where k is from, if an error was asked for."""
    found = program.question.sampling
    if found is None:
        return []
    text = (
        f"k = {found.n_heavy} is the smallest with an error of at most {found.error_target:.3g} on "
        f"{found.n_sampled} sampled rows: {found.error:.3g}, three standard errors more "
        f"{found.error_limit:.3g}; {found.inner_products:,} inner products of the sample are counted"
    )
    return [(text, "--error-target")]


def _conventions(program: Program) -> list[tuple[str, str]]:
    problem = program.problem
    return [
        (
            f"One Toffoli is one And: {TOFFOLI_T} T, erased by measurement at no T.",
            "Gidney, arXiv:1709.06648",
        ),
        _look_up(program),
        *_loads(program),
        (
            f"p_fail {problem.p_fail:g}, scope {problem.p_fail_scope}, covers search, synthesis and a memory "
            "device; the physical machine's own failure is not in it.",
            "this package",
        ),
    ]


def _loads(program: Program) -> list[tuple[str, str]]:
    problem, n_rows = program.problem, program.plan.circuit.rows_per_load
    kind = "heavy" if problem.n_marked is None else "marked"
    alone = (
        f"Rows are searched one after another; every row has its promised {problem.n_searched} {kind} keys "
        "(all of them where it sees fewer).",
        "arXiv:2307.08045, Algorithm 1",
    )
    if n_rows == 1:
        return [alone]
    shared = (
        f"{n_rows} neighbouring rows share each load, the last one what is left: their sums stand side by "
        f"side and the union of their find sets, {_union(program)}, is "
        "searched and certified as one; every key read out is checked for each of the rows.",
        "this package",
    )
    return [alone, shared]


def _union(program: Program) -> str:
    """How many keys rows on one load have between them."""
    groups, options = program.groups, program.question.options
    most = program.plan.circuit.rows_per_load * program.problem.n_searched
    if groups.n_union is None:
        return f"{most} keys, as if no two rows had one in common"
    mean = float(np.average(groups.n_union, weights=groups.count.astype(np.float64)))
    if program.question.constants is not None:
        return f"{mean:.3g} keys in the mean as the head has them (rounded up; {most} if disjoint)"
    how = "as measured on real heads" if options.shared == MEASURED else "as --union-share says"
    return f"{mean:.3g} keys {how} ({most} if disjoint)"


def _look_up(program: Program) -> tuple[str, str]:
    circuit, n, w = program.plan.circuit, program.problem.n_keys, program.groups.word_bits
    kind, words = circuit.loader, f"{n:,} words of {w:,} bits"
    if kind.is_device:
        text = (
            f"A quantum memory outside the circuit is assumed: {words}, which no gate of "
            "this count holds, fills or reads."
        )
        return text, kind.source
    block = circuit.block_size
    blocks = "" if block is None else f", blocks of {block} keys at once and the wanted one picked"
    text = f"Keys are looked up in gates {kind.how}{blocks}: {words}; no quantum memory is assumed."
    return text, kind.source


def _rows(program: Program) -> list[tuple[str, str]]:
    if program.has_data:
        group = program.totals.typical_group
        row, n_rows = int(program.groups.rows[group]), int(program.groups.n_rows[group])
        which = f"row {row}" if n_rows == 1 else f"rows {row} to {row + n_rows - 1}"
        text = f"Counts are of the head's own rows; `iteration` is that of {which}, of median Toffoli count."
        return [(text, THE_HEAD)]
    weights = (
        f"No data: weights are uniform {program.problem.query_bits}-bit words (seed {TYPICAL_SEED}), the "
        "threshold what n_heavy of n_keys uniform keys reach if sums are normal; half of all key bits are 1."
    )
    worst = (
        "worst_case takes the weights with most signed digits, any threshold, and all bits 1 of what a "
        "look-up holds; its Cliffords and depths take typical weights."
    )
    return [(weights, "this package"), (worst, "this package")]


def _rotations(program: Program) -> list[tuple[str, str]]:
    totals, rest = program.totals, program.totals.beside
    if rest.eps_rotation is None:
        matched = schedule_kind(program.plan.search).has_matched_steps
        also = ", and phases of runs are Clifford gates" if matched else ""
        return [(f"No rotations: every search space is a power of two{also}.", "this package")]
    text = (
        f"{rest.n_rotations:,} rotations at most share the synthesis budget {totals.budget.synthesis:.3g}: "
        f"accuracy {rest.eps_rotation:.3g}, {totals.t_per_rotation} T each."
    )
    return [(text, "Kliuchnikov et al., arXiv:2203.10064; Beverland et al., arXiv:2211.07629")]


def _depths(program: Program, gates: GateFigures | None, depths: DepthTotals) -> list[tuple[str, str]]:
    """Where layers come from: the iteration's, and those of all rows."""
    notes = [] if gates is None else [f"Depths of gates: {gates.rule}."]
    if gates is None or not depths.from_gates:
        notes += [_t_layers(program), _clifford_layers(program)]
    return [(text, "this package") for text in notes]


def _t_layers(program: Program) -> str:
    text = (
        "T depth by closed forms (no data, or too large a table, for gates): look-up, sum, unload and "
        "reflection one after another, under the rule that gates are scheduled by (And, Toffoli, CSWAP and T "
        "a layer each, free fan-out). Gates take as many layers or one less, a few per cent less where parts "
        "overlap (bits read one by one, additions in place)."
    )
    device = program.plan.circuit.loader.is_device
    return text + (" A query of the device is no layer: its latency is apart." if device else "")


def _clifford_layers(program: Program) -> str:
    text = (
        "Clifford depth by closed forms of the parts, one after another, at most "
        f"{PER_LAYER} Cliffords a layer: never below the gates', at most {ABOVE.percent:g} % or "
        f"{ABOVE.layers} layers an iteration above, where words share bits (wide words do); of many rows "
        "some stand for others of like T depth."
    )
    if program.plan.circuit.loader.table_ones is not None:
        return text
    from qattention.lowering.user_loader import MAX_TABLE_BITS

    return (
        f"{text} The loader's are those of its gates over a made-up table, of more than {MAX_TABLE_BITS:,} "
        "bits a layer a gate."
    )


def verified_at() -> tuple[VerifiedAt, ...]:
    """The grid of sizes, exact and padded."""
    evidence = "tests/formulas/test_agreement.py"
    return (
        VerifiedAt(n_keys=grid.N_KEYS, head_dim=grid.HEAD_DIM, key_bits=grid.KEY_BITS, evidence=evidence),
    )


def versions() -> dict[str, str]:
    """Of this package and of those that move numbers."""
    return {"qattention": __version__} | {name: version(name) for name in PACKAGES}
