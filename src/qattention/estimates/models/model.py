"""The fields of `estimate --model --json`: values only."""

from __future__ import annotations

import attrs

from qattention.estimates.classical.model import ClassicalFigures
from qattention.estimates.model import (
    Assumption,
    ClassicalWork,
    LogicalFigures,
    MemoryFigures,
    PhysicalFigures,
    SearchFigures,
)
from qattention.estimates.models.config import ModelSizes
from qattention.plan import Plan
from qattention.problem import AttentionProblem


@attrs.frozen(kw_only=True)
class PhaseBill:
    """All layers and heads of a prompt, or of one generated token; heads run one after another.

    Attributes:
        problem: what was estimated once: a query head of a prompt, or a token's query heads on one key/value
            head. n_times: how often it occurs.
        search: iterations_total is of all; the others are a row's.
        logical: totals of all; qubits are those of one.
        memory: key tables of all layers and key/value heads; writes of a prompt fill them, those of a token
            add its keys.
        physical: machines that run all, as in `estimate --json`; None unless asked for.
    """

    problem: AttentionProblem
    n_times: int
    plan: Plan
    search: SearchFigures
    iteration_toffoli: int
    logical: LogicalFigures
    memory: MemoryFigures
    classical_work: ClassicalWork
    physical: tuple[PhysicalFigures, ...] | None
    classical: ClassicalFigures


@attrs.frozen(kw_only=True)
class ModelBill:
    """A prompt of n_tokens (prefill, causal), and one token after them (decode)."""

    model: ModelSizes
    n_tokens: int
    prefill: PhaseBill
    decode: PhaseBill
    assumptions: tuple[Assumption, ...]
    versions: dict[str, str]
