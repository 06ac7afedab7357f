"""What is estimated once for a kind of layer: rows of a prompt or of a token, and how often they occur."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from qattention.estimates.models.kinds import LayerKind, ModelSizes
from qattention.problem import AttentionProblem


@attrs.frozen(kw_only=True)
class BilledPart:
    """Rows of one kind of layer that are alike: `problem`, `n_times` over."""

    kind: LayerKind
    problem: AttentionProblem
    n_times: int


def prompt_parts(model: ModelSizes, whole: AttentionProblem) -> tuple[BilledPart, ...]:
    """The rows of a prompt of `whole.n_keys` tokens, one query head of each kind of layer in all its layers.

    Row i of a window of w keys sees min(i + 1, w): a causal start and rows of w keys. Chunks are causal by
    themselves. With an encoder the prompt is what it reads, and its decoder has no rows yet.

    Args:
        whole: n_heavy, widths and p_fail, which is shared out by rows if it covers all of them.
    """
    encoder = [kind for kind in model.kinds if kind.stack == "encoder"]
    blocks = [
        (kind, n_rows, n_keys, causal, n_times * kind.heads)
        for kind in encoder or model.kinds
        for n_rows, n_keys, causal, n_times in prompt_rows(kind, whole.n_keys)
    ]
    return _shared(whole, blocks)


def token_parts(model: ModelSizes, whole: AttentionProblem) -> tuple[BilledPart, ...]:
    """One generated token's rows: the query heads on one key/value head of each kind; none of an encoder."""
    blocks = [
        (kind, kind.group, seen_by_last(kind, whole.n_keys), False, kind.searches)
        for kind in model.kinds
        if kind.stack == "decoder"
    ]
    return _shared(whole, blocks)


def prompt_rows(kind: LayerKind, n_tokens: int) -> list[tuple[int, int, bool, int]]:
    """(rows, keys, causal, how often in one head) of a prompt."""
    within, causal = kind.n_window, kind.stack == "decoder" and kind.sees != "cross"
    if within is None or within >= n_tokens:
        return [(n_tokens, n_tokens, causal, 1)]
    if kind.sees == "chunk":
        left = n_tokens % within
        return [(within, within, True, n_tokens // within), *([(left, left, True, 1)] if left else [])]
    if not causal:
        return [(n_tokens, within, False, 1)]
    return [(within, within, True, 1), (n_tokens - within, within, False, 1)]


def seen_by_last(kind: LayerKind, n_tokens: int) -> int:
    """Keys that the last of `n_tokens` rows sees."""
    if kind.n_window is None:
        return n_tokens
    return (n_tokens - 1) % kind.n_window + 1 if kind.sees == "chunk" else min(n_tokens, kind.n_window)


def _shared(
    whole: AttentionProblem, blocks: Sequence[tuple[LayerKind, int, int, bool, int]]
) -> tuple[BilledPart, ...]:
    n_rows = sum(rows * times for _, rows, _, _, times in blocks)
    return tuple(
        BilledPart(
            kind=kind,
            problem=AttentionProblem(
                n_queries=rows,
                n_keys=n_keys,
                head_dim=kind.head_dim,
                v_dim=kind.v_dim,
                n_heavy=min(whole.n_heavy, n_keys),
                key_bits=whole.key_bits,
                query_bits=whole.query_bits,
                causal=causal,
                p_fail=whole.p_fail * rows / n_rows if whole.p_fail_scope == "all" else whole.p_fail,
                p_fail_scope=whole.p_fail_scope,
                keep_window=whole.keep_window,
                keep_first=whole.keep_first,
            ),
            n_times=times,
        )
        for kind, rows, n_keys, causal, times in blocks
    )
