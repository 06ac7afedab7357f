"""Clifford layers and Cliffords of a plan's iterations in closed form, for every load of it."""

from __future__ import annotations

import numpy as np

from qattention.compiler import Program
from qattention.costs import AnyIntArray, IntArray
from qattention.formulas.iteration_layers import iteration_clifford_depth, iteration_cliffords
from qattention.formulas.loader_costs import look_up_clifford_depth, look_up_cliffords
from qattention.formulas.part_depths import (
    reflection_cliffords,
    uniform_clifford_depth,
    uniform_cliffords,
)
from qattention.formulas.sum_cliffords import mark_cliffords
from qattention.formulas.sum_depths import sums_depths
from qattention.formulas.table_ones import TableOnes
from qattention.plan import PlanTotals
from qattention.search import schedule_kind

Uses = list[tuple[int, ...]]  # of each bucket: one use of each of `plan.beside.PARTS`
CLIFFORD_PHASES = 2  # of an iteration, unless rotations stand in their place
MOST_PLAYED = 64  # rows whose sums are played gate by gate: a second at d = 128


def clifford_layers(totals: PlanTotals) -> dict[str, AnyIntArray]:
    """Of one use of each of `PlanTotals.parts`; shapes (n_groups,)."""
    plain = iteration_layers(totals)
    return {
        "find": plain,
        "certificate": plain,
        "phased": own_phase_layers(totals) + CLIFFORD_PHASES,
        "rotations": np.full_like(totals.n_items, -1),
        "runs": uniform_clifford_depth(totals.n_items),
    }


def iteration_layers(totals: PlanTotals, is_sign: bool = True) -> IntArray:
    """Of an iteration of each group: a bound (`formulas.iteration_layers.ABOVE`), shape (n_groups,)."""
    circuit, bits = totals.plan.circuit, totals.look_up_bits + _is_live(totals)
    load, unload = look_up_clifford_depth(circuit, totals.groups.n_keys, bits)
    return iteration_clifford_depth(load, unload, _sum_layers(totals, is_sign), totals.n_items, is_sign)


def own_phase_layers(totals: PlanTotals) -> AnyIntArray:
    """What two rotations for phases add to an iteration, where the search has any; shape (n_groups,)."""
    if not (totals.has_fixed_points or schedule_kind(totals.plan.search).has_matched_steps):
        return np.zeros_like(totals.n_items)
    return iteration_layers(totals, is_sign=False) - iteration_layers(totals)


def _is_live(totals: PlanTotals) -> bool:
    return totals.plan.circuit.exclusion == "live"


def _sum_layers(totals: PlanTotals, is_sign: bool) -> IntArray:
    """Of the sums on each load: `MOST_PLAYED` rows are played, the others as those of like T depth."""
    n_rows, settings = totals.groups.n_rows, (is_sign, _is_live(totals), max(1, totals.t_per_rotation))
    order, layers = np.argsort(totals.sums.t_depth, kind="stable"), np.zeros_like(n_rows)
    for size in np.unique(n_rows).tolist():
        loads = order[n_rows[order] == size]
        for alike in np.array_split(loads, min(len(loads), max(1, MOST_PLAYED // size))):
            layers[alike] = _played(totals, int(alike[len(alike) // 2]), *settings)
    layers[totals.typical_group] = _played(totals, totals.typical_group, *settings)
    return layers


def _played(totals: PlanTotals, group: int, is_sign: bool, live: bool, t_per_rotation: int) -> int:
    groups, kind = totals.groups, totals.plan.circuit.inner_product
    first, n_rows = groups.rows[[group]].astype(np.int64), groups.n_rows[[group]]
    knobs = {"is_sign": is_sign, "live": live}
    _, layers = sums_depths(groups.sums, first, n_rows, kind, t_per_rotation=t_per_rotation, **knobs)
    return int(layers[0])


def typical_ones(program: Program) -> TableOnes | None:
    """1s of what the typical iteration looks up; None without data, or where its loader tells of none."""
    circuit = program.plan.circuit
    if not program.has_data or circuit.loader.table_ones is None:
        return None
    table = program.iteration.oracle.load.table
    ones: TableOnes = circuit.loader.table_ones(table.bits, circuit.block, circuit.padded)
    return ones


def typical_cliffords(program: Program, ones: TableOnes | None) -> int | None:
    """Of the typical iteration, exact; None where it has data whose `ones` are not known."""
    if ones is None and program.has_data:
        return None
    return group_cliffords(program.totals, program.totals.typical_group, ones)


def group_cliffords(totals: PlanTotals, at: int, ones: TableOnes | None = None) -> int:
    """Of an iteration of one group; without the `ones` of its table, half of whose bits are 1."""
    circuit, sums, n_rows = totals.plan.circuit, totals.groups.sums, int(totals.groups.n_rows[at])
    alike, first = sums.n_rows == 1, int(totals.groups.rows[at])
    rows = sums if alike else sums.take(np.arange(first, first + n_rows))
    there, back = circuit.inner_product.cliffords(rows)
    all_sums = int((there + back).sum()) * (n_rows if alike else 1)
    bits = int(totals.look_up_bits[at]) + _is_live(totals)
    look_up = look_up_cliffords(circuit, int(totals.groups.n_keys[at]), bits, ones)
    marked = all_sums + mark_cliffords(n_rows, live=_is_live(totals))
    return int(iteration_cliffords(*look_up, marked, int(totals.n_items[at])))


def own_phase_cliffords(n_items: int) -> int:
    """What two rotations for phases add to an iteration: one is in the place of the flag's Z."""
    return int(reflection_cliffords(n_items, is_sign=False) - reflection_cliffords(n_items)) - 1


def bucket_cliffords(program: Program) -> Uses:
    """Cliffords of each bucket by closed forms: where no table has data, half of whose bits are 1."""
    totals, found = program.totals, Uses()
    for bucket in program.buckets:
        n_items = int(totals.n_items[bucket.representative])
        plain, start = group_cliffords(totals, bucket.representative), int(uniform_cliffords(n_items))
        found.append(part_cliffords(plain, own_phase_cliffords(n_items), start))
    return found


def part_cliffords(plain: int, own: int, start: int) -> tuple[int, ...]:
    """Of an iteration, what two rotations for phases add to it, and a start state; in the order of PARTS."""
    return plain, plain, own + CLIFFORD_PHASES, -1, start
