"""What a join needs of a question: its sizes, its rows' constants, and its marked pairs."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from qattention.compiler.question import Question
from qattention.compiler.rows import HeadConstants
from qattention.errors import SpecError, bad
from qattention.joins.phase import JoinSizes
from qattention.plan.rows import typical_rows
from qattention.problem import AttentionProblem
from qattention.reference.exact import visible_range
from qattention.reference.find_quality import marked_counts

MOST_PAIRS = 62  # bits: blocks are padded to powers of two, and searches count in 64 bits
KEPT = "0 with blocks of pairs: keys that a row has for free are not left out of blocks"
MOST_ADDRESS = 40  # bits of rows and of keys: beyond, costs of a block leave 64 bits


def join_sizes(question: Question) -> JoinSizes:
    """Of a head with its own constants, or of sizes with a typical row's.

    Raises:
        SpecError: more rows or keys than 2**40, or more pairs than 2**62; keys that are taken classically.
    """
    problem, known = question.problem, question.constants
    question.check_searched()
    kept = {name: getattr(question.whole, name) for name in ("keep_window", "keep_first")}
    refused = [bad(name, kept[name], KEPT) for name in kept if kept[name]]
    if refused:
        raise SpecError(refused)
    for name in ("n_queries", "n_keys"):
        if getattr(problem, name) > 1 << MOST_ADDRESS:
            raise SpecError(bad(name, getattr(problem, name), "at most 2**40 for blocks of pairs"))
    if problem.n_queries * problem.n_keys > 1 << MOST_PAIRS:
        allowed = f"such that rows times keys are at most 2**{MOST_PAIRS} for blocks of pairs"
        raise SpecError(bad("n_keys", problem.n_keys, allowed))
    seen = n_seen(problem) if known is None else int(np.sum(_seen(known)[1] - _seen(known)[0]))
    each = problem.n_marked or problem.n_searched
    marked = min(each * problem.n_queries, seen) if known is None else _n_marked(known)
    return JoinSizes(
        n_queries=problem.n_queries,
        n_keys=problem.n_keys,
        n_heavy=problem.n_heavy,
        sums=typical_rows(problem).sums if known is None else known.sums,
        widths=widths_of(problem, known),
        p_fail=problem.p_fail,
        causal=problem.causal,
        limits=_limits(problem, known),
        n_seen=seen,
        n_marked=max(1, marked),
    )


def _n_marked(known: HeadConstants) -> int:
    return int(marked_counts(known.quantised, known.thresholds).sum())


def most_keys(problem: AttentionProblem) -> int:
    """The most keys that blocks of pairs hold, the queries growing with them unless there is one."""
    if problem.n_queries == 1:
        return 1 << MOST_ADDRESS
    per_query = Fraction(problem.n_keys, problem.n_queries)
    of_pairs = math.isqrt(math.floor((1 << MOST_PAIRS) * per_query))
    return min(1 << MOST_ADDRESS, math.floor((1 << MOST_ADDRESS) * per_query), of_pairs)


def n_seen(problem: AttentionProblem) -> int:
    """Pairs of a row and a key that it sees."""
    if not problem.causal:
        return problem.n_queries * problem.n_keys
    last, n = problem.n_keys, problem.n_queries
    return n * last - n * (n - 1) // 2


def _seen(known: HeadConstants) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first, stop = visible_range(known.quantised.head)
    return first.astype(np.int64), stop.astype(np.int64)


def _limits(problem: AttentionProblem, known: HeadConstants | None) -> int:
    """Bounds of the keys that a row sees: none, an end, or an end and a start."""
    if known is None:
        return int(problem.causal)
    first, stop = _seen(known)
    if first.any():
        return 2
    return int((stop < problem.n_keys).any())


def bounds_of(known: HeadConstants) -> list[NDArray[np.int64]]:
    """The bounds themselves, shape (n_queries,) each: ends first."""
    first, stop = _seen(known)
    return [stop, first][: _limits(known.problem, known)]


def widths_of(problem: AttentionProblem, known: HeadConstants | None) -> tuple[int, ...]:
    """Bits b_c of each component where both words are loaded: the wider of key and query."""
    if known is None:
        return (max(problem.key_bits, problem.query_bits),) * problem.head_dim
    queries = known.quantised.q_int
    largest = np.where(queries >= 0, queries, -queries - 1).max(axis=0)
    return tuple(
        max(1 + int(most).bit_length(), int(bits))
        for most, bits in zip(largest, known.quantised.channel_bits, strict=True)
    )


def marked_pairs(known: HeadConstants) -> NDArray[np.int64]:
    """(row, key) of every pair that a row sees and whose logit reaches its threshold, shape (n, 2)."""
    sums = known.quantised.accumulators(list(range(known.problem.n_queries)))
    first, stop = _seen(known)
    at = np.arange(known.problem.n_keys)
    seen = (at >= first[:, None]) & (at < stop[:, None])
    return np.argwhere(seen & (sums >= known.thresholds[:, None]).astype(bool))
