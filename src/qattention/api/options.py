"""The options of a request, typed: the command's by the same names, held equal to their fields in tests.

Every one may be left out; None is as good as not given.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from qattention.circuit import LoaderKind
    from qattention.estimates.physical import Machine


class ProblemOptionsDict(TypedDict, total=False):
    """Sizes, what is heavy, failure, and the words that a head is quantised to."""

    n_tokens: int | None
    n_queries: int | None
    n_keys: int | None
    head_dim: int | None
    causal: bool | None
    n_heavy: int | None
    tau: float | None
    error_target: float | None
    key_bits: int | None
    query_bits: int | None
    p_fail: float | None
    p_fail_scope: str | None
    keep_window: int | None
    keep_first: int | None
    quantise: Literal["plain", "rotated"] | None
    center_keys: bool | None
    logit_budget: float | None
    logit_margin: float | None


class PlanOptionsDict(ProblemOptionsDict, total=False):
    """And how the rows are searched."""

    algorithm: str | None
    loader: str | LoaderKind | None
    block_size: int | None
    unload: str | None
    unload_block: int | None
    inner_product: str | None
    search: str | None
    rows_per_load: int | str | None
    union_share: str | float | None
    padding: str | None
    minimize: str | None
    max_qubits: int | None
    max_t_depth: int | None
    plan: str | None
    memory_latency_us: float | None
    memory_error: float | None
    memory_step_us: float | None
    memory_step_error: float | None


class RequestOptions(PlanOptionsDict, total=False):
    """And the machines that would run it."""

    physical: bool | None
    machine: str | Machine | tuple[str | Machine, ...] | None
    machine_p_fail: float | None
    witness: str | None


Path = str | os.PathLike[str]
