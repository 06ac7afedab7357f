"""What exact attention takes: flops, bytes, and how the two runtimes scale."""

from __future__ import annotations

import attrs

from qattention.estimates.classical.rates import Task
from qattention.problem import AttentionProblem

BYTES_A_COMPONENT = 2  # FP16 or BF16
INDEX_BYTES = 4  # of a key that is found
CLASSICAL_EXPONENT = 2.0  # n queries against n keys


def visible_pairs(problem: AttentionProblem) -> int:
    """Query-key pairs, the causal mask's left out."""
    rows, hidden = problem.n_queries, problem.n_queries * (problem.n_queries - 1) // 2
    return rows * problem.n_keys - (hidden if problem.causal else 0)


def exact_flops(problem: AttentionProblem) -> int:
    """Logits and weighted values, two flops a multiply-add; exponentials do not count (arXiv:2407.08608)."""
    return 2 * visible_pairs(problem) * (problem.head_dim + problem.v_dim)


def exact_bytes(problem: AttentionProblem) -> int:
    """Keys and values read once, queries read and outputs written."""
    rows = problem.n_queries + problem.n_keys
    return BYTES_A_COMPONENT * rows * (problem.head_dim + problem.v_dim)


@attrs.frozen(kw_only=True)
class ExactWork:
    """What exact attention takes, and how it grows.

    Attributes:
        flops, n_bytes: as `exact_flops` and `exact_bytes`.
        is_square: n_queries grows with n_keys; else it is fixed, as in decoding.
    """

    flops: int
    n_bytes: int
    is_square: bool

    @classmethod
    def of(cls, problem: AttentionProblem, task: Task = "attention") -> ExactWork:
        """Of one head; a single query stays one. A search reads no values, and writes the indices found."""
        flops, n_bytes = exact_flops(problem), exact_bytes(problem)
        if task == "search":
            flops = 2 * visible_pairs(problem) * problem.head_dim
            found = INDEX_BYTES * problem.n_queries * problem.n_heavy
            n_bytes = BYTES_A_COMPONENT * (problem.n_queries + problem.n_keys) * problem.head_dim + found
        return cls(flops=flops, n_bytes=n_bytes, is_square=problem.n_queries > 1)

    @property
    def exponent(self) -> float:
        """Of n in flops."""
        return CLASSICAL_EXPONENT if self.is_square else CLASSICAL_EXPONENT - 1.0
