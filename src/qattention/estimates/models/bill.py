"""`model_bill`: one estimate of a prompt and one of a token, times layers and heads, which are alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from qattention.estimates.classical import classical_figures
from qattention.estimates.classical.work import BYTES_A_COMPONENT, ExactWork, exact_flops
from qattention.estimates.model import (
    ClassicalWork,
    Estimate,
    ExpectedTotals,
    MemoryFigures,
    WorstTotals,
)
from qattention.estimates.models.config import ModelSizes
from qattention.estimates.models.model import ModelBill, PhaseBill
from qattention.estimates.models.notes import notes
from qattention.problem import AttentionProblem

T = TypeVar("T", ExpectedTotals, WorstTotals, ClassicalWork)
Machines = Callable[[Estimate], Estimate]  # adds the machines that run an estimate's totals


def prefill_problem(model: ModelSizes, problem: AttentionProblem) -> AttentionProblem:
    """One query head of a prompt of `problem.n_keys` tokens; p_fail shared out if it covers all rows."""
    return _of(model, problem, problem.n_keys, model.n_layers * model.n_heads, causal=True)


def decode_problem(model: ModelSizes, problem: AttentionProblem) -> AttentionProblem:
    """One generated token's query heads on one key/value head, against `problem.n_keys` cached keys."""
    return _of(model, problem, model.group, model.n_layers * model.n_kv_heads, causal=False)


def _of(
    model: ModelSizes, problem: AttentionProblem, n_queries: int, n_times: int, causal: bool
) -> AttentionProblem:
    share = n_times if problem.p_fail_scope == "all" else 1
    return attrs.evolve(
        problem,
        n_queries=n_queries,
        head_dim=model.head_dim,
        v_dim=model.head_dim,
        causal=causal,
        p_fail=problem.p_fail / share,
    )


def model_bill(
    model: ModelSizes, prefill: Estimate, decode: Estimate, machines: Machines | None = None
) -> ModelBill:
    """The bill.

    Args:
        prefill, decode: of `prefill_problem` and `decode_problem`, of the same n_keys.
        machines: adds physical figures to the totals; without it an idealised clock is compared.
    """
    heads, tables = model.n_layers * model.n_heads, model.n_layers * model.n_kv_heads
    keys = prefill.problem.n_keys * model.head_dim  # components of one table
    prompt = _times(prefill, heads, _tables(prefill, heads, tables, tables * keys))
    token = _times(decode, tables, _tables(decode, tables, tables, tables * model.head_dim))
    if machines is not None:
        prompt, token = machines(prompt), machines(token)
    return ModelBill(
        model=model,
        n_tokens=prefill.problem.n_keys,
        prefill=_phase(prompt, heads, _prompt_work(model, prefill)),
        decode=_phase(token, tables, _token_work(model, decode)),
        assumptions=notes(model, prompt, token),
        versions=prompt.versions,
    )


def _tables(one: Estimate, n_times: int, n_tables: int, writes: int) -> MemoryFigures:
    """Key tables that are read `n_times` as often as in the one estimate."""
    return MemoryFigures(cells=n_tables * one.memory.cells, writes=writes, reads=n_times * one.memory.reads)


def _times(one: Estimate, n_times: int, memory: MemoryFigures) -> Estimate:
    """The estimate with the totals of `n_times` alike, one after another on the same qubits."""
    logical, search = one.logical, one.search
    return attrs.evolve(
        one,
        search=attrs.evolve(search, iterations_total=n_times * search.iterations_total),
        logical=attrs.evolve(
            logical,
            expected=_scaled(logical.expected, n_times),
            worst_case=_scaled(logical.worst_case, n_times),
        ),
        memory=memory,
        classical_work=_scaled(one.classical_work, n_times),
    )


def _scaled(totals: T, n_times: int) -> T:
    counts = {field.name: getattr(totals, field.name) for field in attrs.fields(type(totals))}
    scaled: dict[str, Any] = {name: None if x is None else n_times * x for name, x in counts.items()}
    return attrs.evolve(totals, **scaled)


def _phase(every: Estimate, n_times: int, work: ExactWork) -> PhaseBill:
    return PhaseBill(
        problem=every.problem,
        n_times=n_times,
        plan=every.plan,
        search=every.search,
        iteration_toffoli=every.iteration.toffoli,
        logical=every.logical,
        memory=every.memory,
        classical_work=every.classical_work,
        physical=every.physical,
        classical=classical_figures(every, work=work),
    )


def _prompt_work(model: ModelSizes, prefill: Estimate) -> ExactWork:
    """Keys and values read once a key/value head, queries and outputs once a head."""
    heads, tables = model.n_layers * model.n_heads, model.n_layers * model.n_kv_heads
    vectors = 2 * prefill.problem.n_keys * (heads + tables)
    return ExactWork(
        flops=heads * exact_flops(prefill.problem),
        n_bytes=BYTES_A_COMPONENT * model.head_dim * vectors,
        is_square=True,
    )


def _token_work(model: ModelSizes, decode: Estimate) -> ExactWork:
    tables, one = model.n_layers * model.n_kv_heads, ExactWork.of(decode.problem)
    return ExactWork(flops=tables * one.flops, n_bytes=tables * one.n_bytes, is_square=False)
