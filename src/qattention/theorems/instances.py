"""Heads that keep the promises of Theorem 1.3: (tau, k)-good with a gap, in the dimensions that this takes.

Rows and keys fall into groups. A row's heavy keys are its group's, one direction a group, so that their
logits are the direction's; the others' come from one channel more. The heavy pairs of g groups of k hold a
matching of size g k: no head of fewer than g dimensions has logits s on it and 0 elsewhere
(`rank_obstruction`), and these have g, or g + 1 with light logits below 0.
"""

from __future__ import annotations

import attrs
import numpy as np

from qattention.errors import refuse_unsound
from qattention.problem import AttentionHead
from qattention.reference.exact import IndexArray


@attrs.frozen(kw_only=True, eq=False)
class GoodInstance:
    """A head and what was promised of it.

    Attributes:
        sets: S_i, ascending; all logits on them are at least tau, all others in [-eta, 0].
        n_groups: g, groups of heavy keys; rows of one group share their find set.
    """

    head: AttentionHead
    sets: list[IndexArray]
    tau: float
    eta: float
    n_groups: int


def good_instance(
    *,
    n_tokens: int,
    head_dim: int,
    n_heavy: int,
    tau: float = 5.0,
    eta: float = 0.05,
    n_groups: int | None = None,
    seed: int = 0,
) -> GoodInstance:
    """A (tau, k)-good head with the gap condition; every find set has k = n_heavy keys exactly.

    Args:
        n_groups: as many as the dimensions and keys allow, unless given.
    Raises:
        SpecError: sizes out of range, tau or eta not positive, more groups than dimensions hold.
    """
    n_channels = head_dim - (eta > 0)
    most = max(1, min(n_channels, n_tokens // max(1, n_heavy)))
    groups = most if n_groups is None else n_groups
    room = n_channels * max(n_heavy, 1)
    refuse_unsound(
        {
            "n_heavy": (n_heavy, 1 <= n_heavy <= n_tokens, f"1..n_tokens ({n_tokens})"),
            "head_dim": (head_dim, n_channels >= 1, "at least 1, and 2 with eta above 0"),
            "tau": (tau, 0 < tau < np.inf, "a number above 0"),
            "eta": (eta, 0 <= eta < np.inf, "0 or a number above it"),
            "n_groups": (groups, 1 <= groups <= most, f"1..{most} (heavy pairs for at most {room} keys)"),
        }
    )
    rng = np.random.default_rng(seed)
    row_group = rng.permutation(np.arange(n_tokens) % groups)
    key_group = np.full(n_tokens, groups)  # the last group is heavy for nobody
    key_group[: groups * n_heavy] = np.repeat(np.arange(groups), n_heavy)
    rng.shuffle(key_group)
    q, k = np.zeros((n_tokens, head_dim)), np.zeros((n_tokens, head_dim))
    q[np.arange(n_tokens), row_group] = tau + 2 * eta + rng.exponential(size=n_tokens)
    heavy_keys = np.flatnonzero(key_group < groups)
    k[heavy_keys, key_group[heavy_keys]] = 1.0
    if eta > 0:
        q[:, -1], k[:, -1] = 1.0, -eta * rng.uniform(0, 1, size=n_tokens)
    sets = [np.flatnonzero(key_group == group) for group in range(groups)]
    head = AttentionHead(q=q, k=k, v=rng.normal(size=(n_tokens, head_dim)), name="good instance")
    chosen = [sets[group] for group in row_group]
    return GoodInstance(head=head, sets=chosen, tau=tau, eta=eta, n_groups=groups)
