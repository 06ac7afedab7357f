"""Keys that are free: the last and the first that a row sees, taken classically; the others are searched.

A window and attention sinks hold much of what attention weighs (arXiv:2309.17453), and reading them needs no
search. Of the keys that a row sees the last W and the first S are free; the others, its far keys, have no
gap. So the rows that have far keys are a head of their own, over the table of far keys: all that searches,
plans and circuits need to know.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.problem.head import AttentionHead
from qattention.problem.spec import AttentionProblem

Indices = NDArray[np.intp]


@attrs.frozen(kw_only=True, eq=False)
class Split:
    """A head with its free keys, and the head that is left to be searched.

    Attributes:
        whole: all of it. far: rows with far keys, over those; None where no row has any.
        rows: the query row of `whole` of each of them, ascending, shape (n_far_rows,).
        offset: key of `whole` that is the first of the table of far keys.
        first, stop: far keys of every row of `whole`, first and one past the last; equal where there are
            none.
    """

    whole: AttentionHead
    far: AttentionHead | None
    rows: Indices
    offset: int
    first: Indices
    stop: Indices

    def free(self, row: int) -> Indices:
        """Free keys of a row of `whole`, ascending."""
        first, stop = (int(ends[row]) for ends in self.whole.ranges)
        near = (np.arange(first, self.first[row]), np.arange(self.stop[row], stop))
        return np.concatenate(near).astype(np.intp)

    def n_free(self, rows: Indices | None = None) -> Indices:
        """How many each row has, shape (n_rows,)."""
        first, stop = self.whole.ranges
        every = stop - first - (self.stop - self.first)
        return every if rows is None else every[rows]

    def far_row(self, row: int) -> int:
        """The row of `far` that is a row of `whole`.

        Raises:
            SpecError: there is no such row, or all that it sees is free.
        """
        if not 0 <= row < self.whole.n_queries:
            raise SpecError(bad("row", row, f"0..{self.whole.n_queries - 1}"))
        at = int(np.searchsorted(self.rows, row))
        if at == len(self.rows) or self.rows[at] != row:
            raise SpecError(bad("row", row, "a row with more keys than --keep-window and --keep-first take"))
        return at


def far_ranges(head: AttentionHead, window: int, first: int) -> tuple[Indices, Indices]:
    """(first far key, one past the last) of every row, equal where there is none."""
    start, stop = head.ranges
    far_first = np.minimum(start + first, stop)
    return far_first, np.maximum(stop - window, far_first)


def split_head(head: AttentionHead, window: int, first: int) -> Split:
    """The head that is left once each row's last `window` and first `first` keys are taken."""
    far_first, far_stop = far_ranges(head, window, first)
    rows = np.flatnonzero(far_stop > far_first)
    parts: dict[str, Any] = {"whole": head, "rows": rows, "first": far_first, "stop": far_stop}
    if not len(rows):
        return Split(far=None, offset=0, **parts)
    low, high = int(far_first[rows].min()), int(far_stop[rows].max())
    own = slice(low, high)
    seen = None if head.is_prefix else np.stack([far_first[rows] - low, far_stop[rows] - low], axis=1)
    far = AttentionHead(
        q=head.q[rows],
        k=head.k[own],
        v=head.v[own],
        scale=head.scale,
        causal=head.causal and head.is_prefix,
        name=head.name,
        seen=seen,
        soft_cap=head.soft_cap,
    )
    return Split(far=far, offset=low, **parts)


def searched_problem(problem: AttentionProblem) -> AttentionProblem | None:
    """What is left to be searched of sizes alone; None where no row has a far key.

    A causal problem less its free keys is one of fewer rows and keys: the first rows see free keys alone.
    """
    n_free = problem.keep_window + problem.keep_first
    n_keys = problem.n_keys - n_free
    if n_keys < 1:
        return None
    return attrs.evolve(
        problem,
        n_queries=min(problem.n_queries, n_keys) if problem.causal else problem.n_queries,
        n_keys=n_keys,
        n_heavy=min(problem.n_heavy, n_keys),
        n_marked=None,
        keep_window=0,
        keep_first=0,
    )


def free_pairs(problem: AttentionProblem) -> int:
    """(row, free key) pairs of sizes alone: a causal row sees no more than the keys up to its own."""
    n_free = problem.keep_window + problem.keep_first
    if not problem.causal:
        return problem.n_queries * min(n_free, problem.n_keys)
    least = problem.n_keys - problem.n_queries + 1  # keys that the first row sees
    short = min(problem.n_queries, max(0, n_free - least))  # rows that see fewer
    return short * least + short * (short - 1) // 2 + (problem.n_queries - short) * n_free
