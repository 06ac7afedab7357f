"""What each way of quantising a head saves, and what it loses: recall of the find sets against Toffolis."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np

from qattention.circuit import Circuit, InnerProductKind
from qattention.compiler.rows import HeadConstants, head_constants, problem_rows
from qattention.formulas import RowSums
from qattention.formulas.grover import iterate_of
from qattention.formulas.inner_product import sum_and_undo_toffoli
from qattention.formulas.load_oracles import SharedSums, load_oracles
from qattention.plan.budget import eps_search, split_budget
from qattention.plan.choose import products_left
from qattention.plan.look_ups import loader_choices
from qattention.plan.options import PlanOptions
from qattention.plan.searches import RowSearch
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference import Quantisation, Saving, find_quality, midway_thresholds
from qattention.reference.exact import FloatArray, IndexArray, n_visible
from qattention.search import DEFAULT_SCHEDULE

CHOICES = (
    Quantisation(),
    Quantisation(key_bits=6, query_bits=6, logit_margin=1.0, center_keys=True, balance_channels=True),
    *(
        Quantisation(quantise="rotated", logit_budget=budget, logit_margin=margin)
        for budget in (0.1, 0.15, 0.2, 0.25, 0.3)
        for margin in (1.5, 2.0, 2.5)
    ),
)
MOST_SUMMED = 64  # rows, evenly spaced, whose sums are worked out
LEVELS = (0.5, 1, 2, 4)  # marked keys, in units of n_heavy, at which searches are evaluated


@attrs.frozen(kw_only=True, eq=False, slots=False)
class SearchTable:
    """Mean iterations of a row's search by what its oracle marks: at LEVELS, interpolated between."""

    problem: AttentionProblem
    n_keys: IndexArray

    @cached_property
    def levels(self) -> list[int]:
        """Numbers of marked keys."""
        k, n = self.problem.n_heavy, self.problem.n_keys
        return sorted({max(1, min(n, round(k * level))) for level in LEVELS})

    @cached_property
    def logs(self) -> FloatArray:
        """Logarithms of the mean iterations, shape (n_levels, n_rows)."""
        eps = eps_search(self.problem, split_budget(self.problem, has_rotations=False))
        searches = (RowSearch(name=DEFAULT_SCHEDULE, n_heavy=m, eps=eps) for m in self.levels)
        return np.log(np.maximum(1e-9, [search.means(self.n_keys).iterations for search in searches]))

    def iterations(self, n_marked: IndexArray) -> FloatArray:
        """Of each row, shape (n_rows,); linear in the logarithms, beyond the last level too."""
        at = np.log(np.maximum(1, n_marked))
        if len(self.levels) == 1:
            return np.exp(self.logs[0])
        nodes = np.log(self.levels)
        left = np.clip(np.searchsorted(nodes, at) - 1, 0, len(nodes) - 2)
        share = np.maximum(0.0, (at - nodes[left]) / (nodes[left + 1] - nodes[left]))
        rows = np.arange(len(at))
        logs = self.logs[left, rows] * (1 - share) + self.logs[left + 1, rows] * share
        return np.asarray(np.exp(logs), dtype=np.float64)


def head_savings(
    head: AttentionHead, n_heavy: int, tau: float | None = None, choices: tuple[Quantisation, ...] = CHOICES
) -> tuple[Saving, ...]:
    """Recall and expected Toffolis of every choice, row by row with its best loader; shares are of the first.

    Recall and iterations are those of all rows; a sum is that of the mean of MOST_SUMMED rows, evenly spaced.

    Args:
        n_heavy: k; tau: one threshold for all rows, a logit, in place of the k heaviest keys of each.
    """
    problem = AttentionProblem(
        n_queries=head.n_queries,
        n_keys=head.n_keys,
        head_dim=head.head_dim,
        n_heavy=n_heavy,
        causal=head.causal,
    )
    problem = attrs.evolve(problem, v_dim=head.v_dim)
    taus = midway_thresholds(head, n_heavy) if tau is None else np.full(head.n_queries, tau)
    table = SearchTable(problem=problem, n_keys=np.asarray(n_visible(head), dtype=np.int64))
    savings: list[Saving] = []
    for choice in choices:
        saving = _saving(choice, head_constants(problem, head, taus, choice), table, taus)
        first = savings[0].toffoli if savings else saving.toffoli
        savings.append(attrs.evolve(saving, share=saving.toffoli / first if first else 1.0))
    return tuple(savings)


def typical_sum(sums: RowSums) -> tuple[InnerProductKind, float, RowSums]:
    """(form with the fewest Toffolis both ways, their mean, the row next to it), of MOST_SUMMED rows."""
    at = np.unique(np.linspace(0, sums.n_rows - 1, MOST_SUMMED).round().astype(np.int64))
    sampled = sums.take(at)
    costs = {kind: sum_and_undo_toffoli(sampled, kind) for kind in products_left(PlanOptions())}
    best = min(costs, key=lambda kind: int(costs[kind].sum()))
    mean = float(costs[best].mean())
    return best, mean, sampled.take([int(np.abs(costs[best] - mean).argmin())])


def _saving(choice: Quantisation, constants: HeadConstants, table: SearchTable, taus: FloatArray) -> Saving:
    quantised = constants.quantised
    quality = find_quality(quantised, constants.thresholds, taus)
    iterations = table.iterations(quality.n_marked)
    groups = problem_rows(constants.problem, constants)
    product, each, typical = typical_sum(groups.sums)
    sums = SharedSums.of(typical, groups.rows, groups.n_rows, product)
    totals = {}
    for kind, block in loader_choices(int(np.max(groups.n_keys)), PlanOptions()):
        circuit = Circuit(loader=kind, block_size=block, inner_product=product)
        oracles = load_oracles(groups.n_keys, groups.looked_up_bits(kind, product), sums, circuit)
        totals[kind.name, block] = float(np.sum(iterations * iterate_of(oracles, groups.n_keys).toffoli))
    loader, block = min(totals, key=lambda key: totals[key])
    return Saving(
        quantise=choice.quantise,
        prepared=choice.balance_channels,
        key_bits=quantised.key_bits,
        logit_budget=choice.budget if choice.quantise == "rotated" else None,
        logit_margin=choice.margin,
        word_bits=quantised.word_bits,
        recall=quality.recall,
        marked=float(quality.n_marked.mean()),
        inner_product=each,
        inner_product_form=product.name,
        loader=loader,
        block_size=block,
        toffoli=totals[loader, block],
        share=1.0,
    )
