"""The fields of `estimate --model --json`: values only."""

from __future__ import annotations

import attrs

from qattention.estimates.classical.result import ClassicalFigures
from qattention.estimates.joins import JoinSearches
from qattention.estimates.models.kinds import ModelSizes
from qattention.estimates.result import (
    Assumption,
    ClassicalWork,
    ExpectedTotals,
    MemoryFigures,
    PhysicalFigures,
    SearchFigures,
    WorstTotals,
)
from qattention.plan import Plan
from qattention.problem import AttentionProblem


@attrs.frozen(kw_only=True)
class PartBill:
    """Rows of one kind of layer that are alike, estimated once.

    Attributes:
        kind: name of the kind of layer, kind_index: its place among the model's. n_layers: how many it has.
        problem: what was estimated. n_times: how often it occurs.
        algorithm: how rows share work. plan: of rows; None of blocks of pairs, whose phases differ, so that
            iteration_toffoli is None too.
        toffoli: expected, of all. share: of the phase's. qubits: of one.
    """

    kind: str
    kind_index: int
    n_layers: int
    problem: AttentionProblem
    n_times: int
    algorithm: str
    plan: Plan | None
    iterations_total: float
    iteration_toffoli: int | None
    toffoli: float
    share: float
    qubits: int


@attrs.frozen(kw_only=True)
class TokenFigures:
    """What one token takes, of a prompt its share.

    Attributes:
        toffoli, quantum_s: expected; seconds of the machine or clock that the phase is compared by.
        classical_s, search_s: seconds of exact attention, and of finding the keys that the searches find, at
            each recorded rate, by the rate's name.
    """

    toffoli: float
    quantum_s: float
    classical_s: dict[str, float]
    search_s: dict[str, float]


@attrs.frozen(kw_only=True)
class BillTotals:
    """Of all parts; `qubits` is the most of any. worst_case: None where a part has none (`JoinFigures`)."""

    expected: ExpectedTotals
    worst_case: WorstTotals | None
    qubits: int


@attrs.frozen(kw_only=True)
class PhaseBill:
    """All layers and heads of a prompt, or of one generated token; heads run one after another.

    Attributes:
        parts: what was estimated once each; kinds of layers in the file's order.
        problem, algorithm, plan, search, iteration_toffoli: of the costliest part; search.iterations_total is
            of all.
        n_times: query heads of a prompt, key/value heads that a token searches, in all layers.
        logical: totals of all; qubits are the most that any part needs.
        memory: key tables of all layers and key/value heads; writes of a prompt fill them, those of a token
            add its keys.
        physical: machines that run all, as in `estimate --json`; None unless asked for.
        classical: against exact attention of the same rows. per_token: the same for one token.
    """

    parts: tuple[PartBill, ...]
    problem: AttentionProblem
    n_times: int
    algorithm: str
    plan: Plan | None
    search: SearchFigures | JoinSearches
    iteration_toffoli: int | None
    logical: BillTotals
    memory: MemoryFigures
    classical_work: ClassicalWork
    physical: tuple[PhysicalFigures, ...] | None
    classical: ClassicalFigures
    per_token: TokenFigures


@attrs.frozen(kw_only=True)
class LayerKeys:
    """Heavy keys k of one layer's heads, for the row that sees most.

    Attributes:
        kind: name of the kind of layer. layer: from 0 within it. n_seen: keys that the row sees.
        low, median, high: quartiles over query heads; most: the largest k. n_without: heads without a search.
        extrapolated: whether n_seen is beyond the contexts that were measured.
    """

    kind: str
    layer: int
    n_seen: int
    low: float
    median: float
    high: float
    most: int
    n_without: int
    extrapolated: bool


@attrs.frozen(kw_only=True)
class MeasuredPhase:
    """A prompt or a token with k as measured, beside the same phase with the one k of the bill.

    Attributes:
        iterations, toffoli: expected. over_fixed: Toffolis over those of the fixed k; None where that is 0.
        extrapolated: share of the Toffolis that is of rows beyond the measured contexts.
    """

    iterations: float
    toffoli: float
    fixed_iterations: float
    fixed_toffoli: float
    over_fixed: float | None
    extrapolated: float


@attrs.frozen(kw_only=True)
class MeasuredBill:
    """The bill for an error of the output, k of each layer's heads as real heads give it."""

    error_target: float
    prompt: MeasuredPhase
    token: MeasuredPhase | None
    layers: tuple[LayerKeys, ...]
    assumptions: tuple[Assumption, ...]


@attrs.frozen(kw_only=True)
class ModelBill:
    """A prompt of n_tokens (prefill), and one token after them (decode; None where nothing is generated).

    Attributes:
        measured: the same with k for an error asked for; None where none is.
        joins_toffoli: about those of a prompt by the best algorithms, where rows are billed; None if unknown.
    """

    model: ModelSizes
    n_tokens: int
    prefill: PhaseBill
    decode: PhaseBill | None
    assumptions: tuple[Assumption, ...]
    versions: dict[str, str]
    measured: MeasuredBill | None = None
    joins_toffoli: float | None = None
