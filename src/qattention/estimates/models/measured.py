"""The bill of a model with k as real heads give it, beside that of one k for all.

Apart from `solve` because a bill with k measured head by head is another question than one with a k for
all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiler import Question, ask
from qattention.estimates.models.kinds import LayerKind
from qattention.estimates.models.parts import BilledPart
from qattention.estimates.models.result import LayerKeys, MeasuredBill, MeasuredPhase, PhaseBill
from qattention.estimates.result import Assumption, Estimate
from qattention.plan import Plan, PlanOptions, PlanTotals, plan_totals
from qattention.plan.beside import PARTS
from qattention.problem import AttentionProblem
from qattention.real_heads.at_context import LEAST, HeadKeys, has_left, head_keys, spread_over
from qattention.real_heads.table import CAVEATS, DECODER, ENCODER, FIRST, SOURCE, WINDOW

Floats = NDArray[np.float64]
NODES = (1, 4, 16, 64, 256, 1024)  # k at which rows are costed; between them costs are linear in sqrt(k)
FIELDS = ("iterations", "toffoli")


@attrs.frozen(kw_only=True, eq=False)
class CostByKeys:
    """What rows cost as a function of k, by the plan of the fixed k.

    Attributes:
        n_seen: keys that the rows of each group see, free ones included. n_rows: rows of each group.
        nodes: k. costs: field -> mean of one row, shape (n_nodes, n_groups).
    """

    n_seen: Floats
    n_rows: Floats
    nodes: Floats
    costs: Mapping[str, Floats]

    def total(self, field: str, k: Floats) -> Floats:
        """Of each group's rows for k of every head, shape (n_groups,), summed over heads.

        Args:
            k: shape (n_groups, n_heads); a head with less than LEAST searches nothing.
        """
        values, roots = self.costs[field], np.sqrt(self.nodes)
        found = np.zeros(len(self.n_seen))
        for group in range(len(found)):
            own = k[group][k[group] >= LEAST]
            wanted = np.sqrt(np.maximum(np.ceil(own), 1.0))
            inside = np.interp(wanted, roots, values[:, group])
            if len(roots) > 1:
                inside = inside * np.maximum(1.0, wanted / roots[-1]) ** _last_power(values[:, group], roots)
            found[group] = inside.sum()
        return self.n_rows * found


def _last_power(values: Floats, roots: Floats) -> float:
    """Beyond the last node: the power of sqrt(k) between the last two."""
    if values[-2] <= 0:
        return 1.0
    return float(np.log(values[-1] / values[-2]) / np.log(roots[-1] / roots[-2]))


def measured_bill(
    target: float,
    phases: Mapping[str, tuple[Sequence[BilledPart], PhaseBill]],
    found: Mapping[AttentionProblem, Estimate],
    options: PlanOptions,
) -> MeasuredBill:
    """The bill for an error, each layer's heads with their own k.

    Args:
        phases: "prompt" and, of what generates, "token": parts and their bill at the fixed k.
        found: the estimates of the parts, whose plans are kept.
    Raises:
        SpecError: an error beyond those measured.
    """
    made = {name: _phase(target, parts, bill, found, options) for name, (parts, bill) in phases.items()}
    kinds = {part.kind: part for part in phases["prompt"][0]}
    layers = tuple(one for kind, part in kinds.items() for one in _layers(kind, part, target))
    return MeasuredBill(
        error_target=target,
        prompt=made["prompt"],
        token=made.get("token"),
        layers=layers,
        assumptions=_notes(target, phases["prompt"][0]),
    )


def _model_of(kind: LayerKind) -> str:
    return ENCODER if kind.stack == "encoder" or kind.sees == "cross" else DECODER


def _kept(problem: AttentionProblem) -> tuple[int, int]:
    return problem.keep_window, problem.keep_first


def _keys_of(part: BilledPart, target: float) -> HeadKeys:
    return head_keys(target, _model_of(part.kind), _kept(part.problem))


def _phase(
    target: float,
    parts: Sequence[BilledPart],
    bill: PhaseBill,
    found: Mapping[AttentionProblem, Estimate],
    options: PlanOptions,
) -> MeasuredPhase:
    sums, beyond = dict.fromkeys(FIELDS, 0.0), 0.0
    for part in parts:
        question = ask(None, part.problem, options)
        if not question.needs_search:
            continue
        costs, keys = _costs(question, found[part.problem].plan), _keys_of(part, target)
        each = spread_over(keys.at(costs.n_seen), part.kind.n_layers, part.kind.n_heads)
        k = each.reshape(len(costs.n_seen), -1)
        times = part.n_times / part.kind.heads  # of a token less than 1: its rows are several heads' already
        for field in FIELDS:
            own = times * costs.total(field, k)
            sums[field] += float(own.sum())
            if field == "toffoli":
                beyond += float(own[keys.extrapolated(costs.n_seen)].sum())
    toffoli, fixed = sums["toffoli"], bill.logical.expected.toffoli
    return MeasuredPhase(
        iterations=sums["iterations"],
        toffoli=toffoli,
        fixed_iterations=bill.search.iterations_total,
        fixed_toffoli=fixed,
        over_fixed=toffoli / fixed if fixed else None,
        extrapolated=beyond / toffoli if toffoli else 0.0,
    )


def _costs(question: Question, plan: Plan) -> CostByKeys:
    """One row's costs in each group, at each k that is looked at."""
    problem, free = question.problem, question.whole.keep_window + question.whole.keep_first
    nodes = [k for k in NODES if k <= problem.n_keys]
    totals = [_totals(attrs.evolve(problem, n_heavy=k), plan, question.options) for k in nodes]
    groups = totals[0].groups
    return CostByKeys(
        n_seen=groups.n_keys.astype(np.float64) + free,
        n_rows=(groups.count * groups.n_rows).astype(np.float64),
        nodes=np.array(nodes, dtype=np.float64),
        costs={field: np.array([_of_a_row(one, field) for one in totals]) for field in FIELDS},
    )


def _totals(problem: AttentionProblem, plan: Plan, options: PlanOptions) -> PlanTotals:
    rows = Question(problem=problem, options=options).rows(plan.circuit.rows_per_load)
    return plan_totals(problem, plan, rows)


def _of_a_row(totals: PlanTotals, field: str) -> Floats:
    """Mean of one row of each group, an even share of its load's; float64, shape (n_groups,)."""
    mean, n_rows = totals.mean_searches, totals.groups.n_rows
    if field == "iterations":
        return np.asarray(mean.iterations / n_rows)
    uses = sum(
        getattr(mean, name) * getattr(totals.parts[name].costs, field).astype(np.float64) for name in PARTS
    )
    return np.asarray(np.broadcast_to(uses / n_rows, n_rows.shape))


def _layers(kind: LayerKind, part: BilledPart, target: float) -> list[LayerKeys]:
    """k of each layer's heads for the row that sees most."""
    keys, n = _keys_of(part, target), np.array([float(part.problem.n_keys)])
    beyond = bool(keys.extrapolated(n)[0])
    each = spread_over(keys.at(n), kind.n_layers, kind.n_heads)[0]
    found = []
    for layer, own in enumerate(each):
        k = np.where(own < LEAST, 0.0, np.ceil(own))
        low, median, high = np.quantile(k, (0.25, 0.5, 0.75)).tolist()
        found.append(
            LayerKeys(
                kind=kind.name,
                layer=layer,
                n_seen=part.problem.n_keys,
                low=low,
                median=median,
                high=high,
                most=int(k.max()),
                n_without=int((k == 0).sum()),
                extrapolated=beyond,
            )
        )
    return found


def _notes(target: float, parts: Sequence[BilledPart]) -> tuple[Assumption, ...]:
    text = (
        f"k of each head for an error of {target:g}: of the measured model's head at the same relative depth "
        f"and place ({DECODER} for decoders, {ENCODER} for encoders and cross attention; a kind's layers as "
        "if spread evenly), for each row at the context that it sees: between measured contexts along a "
        "power of n, beyond them by the head's own exponent. The plan is that of the fixed k."
    )
    found = [text, CAVEATS]
    kept = _kept(parts[0].problem)
    if any(kept):
        left = has_left(target, _model_of(parts[0].kind), kept)
        found.append(
            "What the free keys leave of k is as measured, beyond the contexts in the last one's proportion."
            if left
            else f"What free keys leave of k is measured for the last {WINDOW} and first {FIRST} keys at an "
            "error of 0.1 alone; here k is that of all keys, an upper bound."
        )
    return tuple(Assumption(text=one, source=SOURCE) for one in found)
