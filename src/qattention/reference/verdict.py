"""Is this head sparse? The keys a row that a 10 % error takes, as a share of all, beside chance's.

Apart from `inspect` because it is the one definition of a sparse head, and the chance that it is held
against.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from qattention.problem import AttentionHead
from qattention.reference.exact import FloatArray, IndexArray
from qattention.reference.find import find_sets, row_thresholds
from qattention.reference.light import light_logits
from qattention.reference.report import KeysForError, Verdict
from qattention.reference.sparsity import (
    MOST_SHARE,
    KeysNeeded,
    errors_by_k,
    keys_by_error,
    keys_needed,
)

TARGET = 0.1  # relative Frobenius: the 10 % at which k was derived in PAPER.md, section 4
ERRORS = (0.3, TARGET, 0.03)  # of which k is told
N_DRAWS = 3  # of random directions
# k over the least of the draws, both with a fraction, below which a head is better than chance. Noise
# scatters down to 0.83 (docs/real_heads.md: normal q, k and v, n from 64 to 512, scales from 1/8 to 1).
BETTER = 0.75
LATE = 4  # a causal head's late rows are the last quarter, which see most


def verdict_of(head: AttentionHead, target: float = TARGET) -> Verdict:
    """By one definition: row-wise top-k, mean-logit fill, relative Frobenius error of the output."""
    own = keys_needed(head, target)
    random = [keys_needed(random_directions(head, seed), target) for seed in range(N_DRAWS)]
    shuffled = keys_needed(shuffled_keys(head), target)
    late = _late(head, target)
    mass = light_logits(head, find_sets(head, row_thresholds(head, own.k))).tail_mass
    dropped = float(errors_by_k(head, range(own.k, own.k + 1), "drop")[0])
    better = own.part < BETTER * min(one.part for one in random)
    few = MOST_SHARE * own.k <= head.n_keys
    return Verdict(
        error_target=target,
        is_sparse=better and few,
        n_heavy=own.k,
        share=own.k / head.n_keys,
        error=own.error,
        n_heavy_late=None if late is None else late.k,
        n_late_rows=0 if late is None else late.n_rows,
        random_directions=min(one.k for one in random),
        shuffled_keys=shuffled.k,
        better_than_chance=better,
        few_enough=few,
        light_mass_mean=float(mass.mean()),
        light_mass_max=float(mass.max()),
        error_without_fill=dropped,
        carried_by="small tail" if dropped <= target else "fill",
        line=_line(own, head.n_keys, target, min(one.k for one in random), better, few),
    )


def keys_for_errors(head: AttentionHead, targets: Sequence[float] = ERRORS) -> tuple[KeysForError, ...]:
    """Keys k of each error, over all rows and over late ones."""
    every, rows = keys_by_error(head, targets), late_rows(head)
    late = [None] * len(targets) if rows is None else keys_by_error(head, targets, rows=rows)
    return tuple(
        KeysForError(error_target=target, n_heavy=k, n_heavy_late=k_late)
        for target, k, k_late in zip(targets, every, late, strict=True)
    )


def late_rows(head: AttentionHead) -> IndexArray | None:
    """The last quarter of a causal head's rows; None where there are none."""
    n_late = head.n_queries // LATE
    return np.arange(head.n_queries - n_late, head.n_queries) if head.causal and n_late else None


def _late(head: AttentionHead, target: float) -> KeysNeeded | None:
    rows = late_rows(head)
    return None if rows is None else keys_needed(head, target, rows=rows)


def random_directions(head: AttentionHead, seed: int = 0) -> AttentionHead:
    """The head with queries, keys and values of the same norms in directions drawn uniformly."""
    rng = np.random.default_rng((seed, head.n_keys))
    q, k, v = (_turned(array, rng) for array in (head.q, head.k, head.v))
    return attrs.evolve(head, q=q, k=k, v=v)


def _turned(array: FloatArray, rng: np.random.Generator) -> FloatArray:
    drawn = rng.normal(size=array.shape)
    length = np.linalg.norm(drawn, axis=1, keepdims=True)
    turned: FloatArray = drawn / length * np.linalg.norm(array, axis=1, keepdims=True)
    return turned


def shuffled_keys(head: AttentionHead, seed: int = 0) -> AttentionHead:
    """The head with its keys in another order, its values in theirs."""
    rng = np.random.default_rng((seed, head.n_keys))
    return attrs.evolve(head, k=head.k[rng.permutation(head.n_keys)])


def _line(own: KeysNeeded, n_keys: int, target: float, random: int, better: bool, few: bool) -> str:
    share, error = f"{100 * own.k / n_keys:.0f} %", f"{100 * target:g} %"
    found = f"{own.k} of {n_keys} keys ({share}) give {error}; random directions need {random}"
    if better and few:
        return f"sparse: {found}"
    reasons = [
        *([] if better else ["no better than chance"]),
        *([] if few else [f"more than an eighth of the keys, {n_keys // MOST_SHARE}"]),
    ]
    return f"not sparse: {found} ({'; '.join(reasons)})"
