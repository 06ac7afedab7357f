"""The oracle that `verify` and `export` are asked for: of the plan that `estimate` would choose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import Circuit
from qattention.compiler import rows_oracle, typical_oracle
from qattention.compiler.oracle import sharing
from qattention.errors import SpecError, bad
from qattention.estimates.request import Request
from qattention.export.facts import head_lines
from qattention.plan import Plan, PlanTotals
from qattention.problem import check_countable
from qattention.reference import midway_thresholds

Oracle = HeavyKeyOracle | SharedOracle
MAX_COMPONENTS = 2**24  # n d of a table that is made up: a few minutes of simulation
PART_COMPONENTS = 2**20  # of one that stands for a larger: seconds
MAX_HELD, PART_HELD = 2**26, 2**22  # n K d of all that its look-up holds by address: half a GiB, seconds


@attrs.frozen(kw_only=True, eq=False, slots=False)
class AskedOracle:
    """The oracle of one load.

    Attributes:
        request: what was asked. totals: of the plan that its oracles are made by.
        row: the first query row; None without a head. facts: where its integers come from, a line each.
        note: what of the plan is smaller than it; "" where nothing is.
    """

    request: Request
    totals: PlanTotals
    oracle: Oracle
    title: str
    row: int | None = None
    facts: tuple[str, ...] = ()
    note: str = ""

    @cached_property
    def plan(self) -> Plan:
        """By which it is made."""
        return self.totals.plan


def asked_oracle(
    request: Request,
    *,
    row: int | None = None,
    exclude: Sequence[int] = (),
    exclusion: str | None = None,
    seed: int = 0,
    plan: Plan | None = None,
) -> AskedOracle:
    """The oracle of a head's row and of those on its load, or of a typical row over random keys.

    Args:
        row: the first query row; unless given the one whose iteration `estimate` prints.
        exclude: addresses left out, in the way of `exclusion`; the cheapest way unless given.
        seed: of random keys.
        plan: by which it is made; the one that `estimate` would choose unless given.
    Raises:
        SpecError: rows, addresses or options out of range.
    """
    if request.head is None and row is not None:
        raise SpecError(bad("row", row, "absent without HEAD"))
    totals = request.totals if plan is None else request.by(plan)
    asked = _of_sizes(request, totals, seed) if request.head is None else _of_head(request, totals, row)
    return attrs.evolve(asked, oracle=_leaving_out(asked.oracle, tuple(exclude), exclusion))


def _of_head(request: Request, totals: PlanTotals, row: int | None) -> AskedOracle:
    question = request.question
    known = question.constants
    assert known is not None
    head = known.quantised.head
    groups, together = totals.groups, totals.plan.circuit.rows_per_load
    row = int(groups.rows[totals.typical_group]) if row is None else question.searched_row(row)
    if not 0 <= row < head.n_queries:
        raise SpecError(bad("row", row, f"0..{head.n_queries - 1}"))
    rows = list(range(row, min(row + together, head.n_queries)))
    taus = midway_thresholds(head, question.problem.n_heavy, rows)
    if known.tau is not None:
        taus = np.broadcast_to(known.tau, head.n_queries)[rows]
    shown = [question.row_of(one) for one in rows]
    which = f"row {shown[0]}" if len(rows) == 1 else f"rows {shown[0]} to {shown[-1]}"
    return AskedOracle(
        request=request,
        totals=totals,
        oracle=rows_oracle(known, rows, totals.plan.circuit),
        title=f"Oracle of {head.name}, {which}",
        row=shown[0],
        facts=head_lines(known.quantised, known.quantisation.quantise, rows, taus.tolist()),
    )


def _of_sizes(request: Request, totals: PlanTotals, seed: int) -> AskedOracle:
    """A typical row's weights and threshold, over uniform keys: as many as can be run."""
    problem, group = request.question.problem, totals.typical_group
    check_countable(problem)
    n_keys, d, bits = int(totals.groups.n_keys[group]), problem.head_dim, problem.key_bits
    n_run, circuit = _within_reach(n_keys, d, totals.plan.circuit)
    half = 1 << (bits - 1)
    rng = np.random.default_rng(seed)
    keys = rng.integers(-half, half - 1, endpoint=True, size=(n_run, d), dtype=np.int64)
    typical = typical_oracle(problem, circuit, n_run, KeyTable.from_values(keys, bits))
    part = (
        f"Proved at {n_run:,} of {n_keys:,} keys: the sums of all {d} components are the plan's own, its "
        f"look-up ({totals.plan.circuit.look_up}) is {circuit.look_up} over fewer keys."
    )
    return AskedOracle(
        request=request,
        totals=totals,
        oracle=sharing([typical] * int(totals.groups.n_rows[group])),
        title=f"Oracle of {n_run} random keys of {d} × {bits} bits",
        note="" if (n_run, circuit) == (n_keys, totals.plan.circuit) else part,
    )


def _within_reach(n_keys: int, d: int, circuit: Circuit) -> tuple[int, Circuit]:
    """(keys, circuit) that can be run: where the plan's own are too many, fewer keys in smaller blocks."""
    held = MAX_HELD
    if n_keys * d > MAX_COMPONENTS:
        n_keys, held = 1 << max(1, (PART_COMPONENTS // d).bit_length() - 1), PART_HELD
    most = max(1, held // (n_keys * d))
    if circuit.block > most:
        block = 1 << most.bit_length() - 1
        circuit = attrs.evolve(circuit, block_size=block)
    return n_keys, circuit


def _leaving_out(oracle: Oracle, excluded: tuple[int, ...], exclusion: str | None) -> Oracle:
    """With keys left out, and padding too where it is heavy and there is no fix-up; else as it is costed."""
    base, loading = (oracle.base, oracle.loading) if isinstance(oracle, SharedOracle) else (oracle, oracle)
    n_keys, circuit = int(oracle.table.n_keys), base.circuit
    if excluded and excluded[-1] >= n_keys:
        raise SpecError(bad("exclude", excluded[-1], f"addresses of keys, 0..{n_keys - 1}"))
    if excluded or loading.flips or (circuit.padded and exclusion is not None):
        circuit = circuit.excluding(exclusion)
    elif exclusion is not None:
        circuit = attrs.evolve(circuit, exclusion=exclusion)
    base = attrs.evolve(base, excluded=excluded, circuit=circuit)
    return attrs.evolve(oracle, base=base) if isinstance(oracle, SharedOracle) else base
