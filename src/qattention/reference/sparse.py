"""The paper's B = B1 + B2: k-row-sparse plus rank one (Theorem 1.3), and Algorithm 2 on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.exact import (
    FloatArray,
    IndexArray,
    Rows,
    capped,
    n_visible,
    row_indices,
    visible_range,
)
from qattention.reference.fills import Fill, check_sets, fill_logs, visible_logit_sums, visible_sums
from qattention.reference.find import FindSets, set_sizes
from qattention.reference.light import LightLogits

if TYPE_CHECKING:
    from scipy.sparse import csr_array

GATHER = 2**16  # heavy pairs whose q and k rows are gathered at once: 64 MiB at d = 64


@attrs.frozen(kw_only=True, eq=False)
class SparseAttentionMatrix:
    """B of the selected rows: exp(L_ij) on S_i, exp(gamma_i) on the other visible keys; never dense.

    With the first-order fill light keys weigh exp(gamma_i) (1 + L_ij - gamma_i) instead: the second part has
    rank d + 1. As gamma_i is the mean light logit, the normaliser is the same; weights may be negative.

    B = B1 + B2 with B1 = exp(L_ij) - exp(gamma_i) on S_i, and B2 = exp(gamma) 1^T, rank one (below the
    diagonal of visible keys in a causal head). Rows are kept divided by exp(shift_i), the largest weight
    of the row, so that nothing overflows; D(B)^-1 B does not depend on it.

    Attributes:
        rows: the query rows, shape (n_rows,).
        heavy_logits: CSR, shape (n_rows, n_keys): L_ij on S_i (a logit 0 is stored, and is heavy).
        fill_log: gamma_i, shape (n_rows,); -inf where nothing is filled.
        shift: m_i = max(gamma_i, max over S_i of L_ij, sink), shape (n_rows,).
        n_visible: keys that each row sees, shape (n_rows,).
        first_visible: the first of them, shape (n_rows,): they have no gap.
        sink: a logit that the normaliser has besides: a heavy key whose value is 0; None: none.
        linear: of the first-order fill scale * q and k, shapes (n_rows, d), (n_keys, d); else None.
    """

    rows: IndexArray
    heavy_logits: csr_array
    fill_log: FloatArray
    shift: FloatArray
    n_visible: IndexArray
    first_visible: IndexArray
    sink: float | None = None
    linear: tuple[FloatArray, FloatArray] | None = None

    @property
    def n_heavy(self) -> IndexArray:
        """|S_i|, shape (n_rows,)."""
        return np.diff(self.heavy_logits.indptr).astype(np.intp)

    @property
    def fill_weight(self) -> FloatArray:
        """Weights exp(gamma_i - m_i): the rank-one part's left factor, shape (n_rows,)."""
        return np.exp(self.fill_log - self.shift)

    @property
    def sparse_part(self) -> csr_array:
        """B1 / exp(m): exp(L_ij - m_i) less what the fill would be, on S_i, CSR."""
        above = self.heavy_logits.data - np.repeat(self.mean_log, self.n_heavy) if self.linear else 0.0
        return self._above_fill(1.0 + above)

    @property
    def mean_log(self) -> FloatArray:
        """Logarithms gamma_i, 0 where nothing is filled."""
        return np.where(np.isfinite(self.fill_log), self.fill_log, 0.0)

    def _above_fill(self, factor: FloatArray | float) -> csr_array:
        """exp(L_ij - m_i) - exp(gamma_i - m_i) * factor on S_i."""
        shift, fill = (np.repeat(x, self.n_heavy) for x in (self.shift, self.fill_weight))
        return self._like_heavy(np.exp(self.heavy_logits.data - shift) - fill * factor)

    @property
    def log_normaliser(self) -> FloatArray:
        """Row sums log D(B), shape (n_rows,)."""
        log_sums: FloatArray = self.shift + np.log(self._scaled_normaliser())
        return log_sums

    def _like_heavy(self, data: FloatArray) -> csr_array:
        heavy = self.heavy_logits
        return type(heavy)((data, heavy.indices, heavy.indptr), shape=heavy.shape)

    def _scaled_normaliser(self) -> FloatArray:
        sums: FloatArray = np.asarray(self._above_fill(1.0).sum(axis=1)) + self.fill_weight * self.n_visible
        return sums if self.sink is None else sums + np.exp(self.sink - self.shift)

    def infer(
        self, value_sums: FloatArray, v: FloatArray, logit_sums: FloatArray | None = None
    ) -> FloatArray:
        """Algorithm 2: D(B)^-1 B V in O(n k d_v), shape (n_rows, d_v).

        Args:
            value_sums: u, the sum of each row's visible values, shape (n_rows, d_v) (`visible_sums`).
            v: values, shape (n_keys, d_v).
            logit_sums: for the first-order fill (`visible_logit_sums`), shape (n_rows, d_v).
        """
        filled = value_sums
        if self.linear and logit_sums is not None:
            filled = (1 - self.mean_log)[:, None] * value_sums + logit_sums
        numerator = self.sparse_part @ v + self.fill_weight[:, None] * filled
        output: FloatArray = numerator / self._scaled_normaliser()[:, None]
        return output

    def weights(self, positions: IndexArray) -> FloatArray:
        """A block of D(B)^-1 B written out, shape (len(positions), n_keys): to measure errors with."""
        heavy, log_sums = self.heavy_logits[positions], self.log_normaliser[positions]
        places = np.arange(heavy.shape[1]) - self.first_visible[positions, None]
        seen = (places >= 0) & (places < self.n_visible[positions, None])
        dense = np.where(seen, np.exp(self.fill_log[positions] - log_sums)[:, None], 0.0)
        if self.linear:
            queries, keys = self.linear
            dense *= 1 + queries[positions] @ keys.T - self.mean_log[positions, None]
        row = np.repeat(np.arange(len(positions)), np.diff(heavy.indptr))
        dense[row, heavy.indices] = np.exp(heavy.data - log_sums[row])
        return dense


def sparse_attention_matrix(
    head: AttentionHead,
    sets: Sequence[IndexArray],
    fill: Fill = "mean-logit",
    rows: Rows = None,
    light: LightLogits | None = None,
) -> SparseAttentionMatrix:
    """Build B from the find sets of the selected rows: O(n k d), plus what the fill needs (`fill_logs`).

    Raises SpecError for an unknown fill, or sets that are not distinct visible keys, one set a row.
    """
    chosen = row_indices(head, rows)
    kept: FindSets = [np.asarray(keys, dtype=np.intp) for keys in sets]
    check_sets(head, kept, chosen)
    heavy = _heavy_logits(head, kept, chosen)
    gamma = fill_logs(head, kept, np.asarray(heavy.sum(axis=1)), fill, chosen, light)
    heavy.data = capped(head, heavy.data)
    peaks = np.array([data.max(initial=-np.inf) for data in np.split(heavy.data, heavy.indptr[1:-1])])
    return SparseAttentionMatrix(
        rows=chosen,
        heavy_logits=heavy,
        fill_log=gamma,
        shift=np.maximum(np.maximum(peaks, gamma), -np.inf if head.sink is None else head.sink),
        n_visible=n_visible(head, chosen),
        first_visible=visible_range(head, chosen)[0],
        sink=head.sink,
        linear=(head.scale * head.q[chosen], head.k) if fill == "first-order" else None,
    )


def _heavy_logits(head: AttentionHead, sets: FindSets, rows: IndexArray) -> csr_array:
    """L_ij before any soft cap on the find sets alone, as CSR with explicit zeros."""
    from scipy.sparse import csr_array  # takes longer to import than most commands run

    sizes = set_sizes(sets)
    if not len(sizes):
        raise SpecError(bad("rows", "no rows", "at least one row"))
    query, keys = np.repeat(rows, sizes), np.concatenate(sets)
    data = np.empty(len(keys))
    for start in range(0, len(keys), GATHER):
        part = slice(start, start + GATHER)
        data[part] = np.einsum("pd,pd->p", head.scale * head.q[query[part]], head.k[keys[part]])
    indptr = np.concatenate(([0], np.cumsum(sizes)))

    return csr_array((data, keys, indptr), shape=(len(rows), head.n_keys))


def sparse_attention(head: AttentionHead, b: SparseAttentionMatrix) -> FloatArray:
    """Algorithm 2 on B's rows: D(B)^-1 B V, shape (n_rows, d_v)."""
    logit_sums = visible_logit_sums(head, b.rows) if b.linear else None
    return b.infer(visible_sums(head, head.v, b.rows), head.v, logit_sums)
