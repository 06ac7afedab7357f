"""(tau, k)-goodness (Definition 1.2): what one threshold for all rows does to the sizes of the find sets."""

from __future__ import annotations

import numpy as np

from qattention.problem import AttentionHead
from qattention.reference.exact import FloatArray, logit_blocks
from qattention.reference.find import find_sets, kth_largest, set_sizes
from qattention.reference.report import Goodness


def one_threshold(head: AttentionHead, n_heavy: int, tau: float | None) -> Goodness:
    """One threshold for all rows: the one given, or the one that finds n_heavy keys a row on average."""
    wanted = n_heavy * head.n_queries
    largest: FloatArray = np.empty(0)  # the `wanted` largest logits so far
    over = -np.inf  # the largest (n_heavy + 1)-th logit of any row
    for _, block in logit_blocks(head):
        visible = np.concatenate((largest, block[block > -np.inf]))
        largest = np.partition(visible, -wanted)[-wanted:] if len(visible) > wanted else visible
        if n_heavy < head.n_keys:
            over = max(over, float(kth_largest(block, np.full(len(block), n_heavy + 1)).max()))
    chosen = float(largest.min()) if tau is None else float(tau)
    sizes = set_sizes(find_sets(head, chosen))
    least = float(np.nextafter(over, np.inf)) if np.isfinite(over) else None
    at_least = None if least is None else set_sizes(find_sets(head, least))
    return Goodness(
        tau=chosen,
        good=bool(sizes.max() <= n_heavy),
        max_heavy=int(sizes.max()),
        mean_heavy=float(sizes.mean()),
        least_good_tau=least,
        mean_heavy_at_least_good_tau=None if at_least is None else float(at_least.mean()),
        rows_empty_at_least_good_tau=None if at_least is None else int((at_least == 0).sum()),
    )
