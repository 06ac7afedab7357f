"""`BlockPolicy`: how one block is searched, and stopped before it is done.

A block of N items has t marked ones with known probabilities. Before each run the belief about t is what the
outcomes so far leave of them; the next run has the m with the best believed success per m + 1/2 iterations,
and the block is left where that falls below a rate. No guarantee rests on it: what is left is found later, or
by the certificate over all pairs.
"""

from __future__ import annotations

from functools import lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNLIKELY = 1e-4  # histories less likely than this are not followed: the block is left
N_LENGTHS = 40  # run lengths that are compared, evenly spaced in log m beyond the shortest
REACH = 1.3  # the longest, in units of sqrt N
RUN = 0.5  # what a run costs beside its iterations, in iterations: a readout and what it prepares


@attrs.frozen(kw_only=True, eq=False)
class BlockPolicy:
    """A tree of histories; node 0 is the start.

    Attributes:
        lengths: iterations of the node's run, -1 where the block is left; shape (n_nodes,).
        miss, hit: the next node, shape (n_nodes,).
        reached: probability of each node, shape (n_nodes,).
        left: probabilities of 0, 1, .. marked items when the block is left.
        finds: items found, expected.
    """

    lengths: NDArray[np.int64]
    miss: NDArray[np.int64]
    hit: NDArray[np.int64]
    reached: Floats
    left: Floats
    finds: float

    @property
    def iterations(self) -> float:
        """Expected, of one block."""
        return float(np.sum(self.reached * np.maximum(self.lengths, 0)))

    @property
    def runs(self) -> float:
        """Expected, of one block."""
        return float(np.sum(self.reached[self.lengths >= 0]))

    @property
    def most(self) -> tuple[int, int]:
        """(iterations, runs) that no block exceeds."""
        iterations, runs = np.zeros((2, len(self.lengths)), dtype=np.int64)
        for node in reversed(range(len(self.lengths))):  # children come after their parents
            if self.lengths[node] >= 0:
                after = [self.miss[node], self.hit[node]]
                iterations[node] = self.lengths[node] + iterations[after].max()
                runs[node] = 1 + runs[after].max()
        return int(iterations[0]), int(runs[0])


def amplified(log_items: int, row_bits: int, depth: int, n_marked: NDArray[np.int64]) -> Floats:
    """Squared sine of the angle that an iteration doubles, t marked pairs under t keys; shape of `n_marked`.

    Of 2**log_items items, 2**row_bits of them under each key, with `depth` steps over rows inside.
    """
    share = np.minimum(n_marked / 2.0 ** (log_items - row_bits), 1.0)
    if not depth:
        return np.asarray(np.minimum(n_marked / 2.0**log_items, 1.0))
    inside = np.sin((2 * depth + 1) * np.arcsin(2.0 ** (-row_bits / 2))) ** 2
    return np.asarray(share * inside)


def p_hit(sine_squared: Floats, length: int | NDArray[np.int64]) -> Floats:
    """Of a run of so many iterations."""
    angle = np.arcsin(np.sqrt(np.clip(sine_squared, 0.0, 1.0)))
    return np.asarray(np.sin((2 * np.asarray(length) + 1) * angle) ** 2)


def run_lengths(angle_of_one: float) -> NDArray[np.int64]:
    """Lengths that are compared: where one marked item turns the state by `angle_of_one` an iteration."""
    longest = max(1.0, REACH / angle_of_one)
    few = np.arange(min(8, int(longest) + 1))
    many = np.geomspace(min(8.0, longest), longest, N_LENGTHS)
    return np.unique(np.concatenate([few, np.rint(many)]).astype(np.int64))


@lru_cache(maxsize=1024)
def block_policy(marked: tuple[float, ...], squares: tuple[float, ...], rate: float) -> BlockPolicy:
    """The policy of a block.

    Args:
        marked: probabilities of t = 0, 1, .. marked items.
        squares: sin**2 of the angle with so many (`amplified`).
        rate: finds an iteration below which the block is left.
    """
    prior, sines = np.array(marked), np.array(squares)
    lengths = run_lengths(float(np.arcsin(np.sqrt(min(sines[1], 1.0)))))
    chances = p_hit(sines[None, :], lengths[:, None])
    levels, left, finds = list[NDArray[np.float64]](), np.zeros(len(prior)), 0.0
    weights, n_nodes = prior[None, :], 0
    while len(weights):
        reached = weights.sum(axis=1)
        scores = (weights @ chances.T) / ((lengths + RUN) * np.maximum(reached, 1e-300)[:, None])
        best = np.argmax(scores, axis=1)
        runs = (reached > UNLIKELY) & (scores[np.arange(len(best)), best] >= rate)
        left = left + weights[~runs].sum(axis=0)
        found = weights[runs] * chances[best[runs]]
        finds += float(found.sum())
        own = np.arange(n_nodes, n_nodes + len(best))
        n_nodes += len(best)
        after = n_nodes + 2 * (np.cumsum(runs) - 1)  # a miss, then a hit
        levels.append(
            np.column_stack(
                [
                    np.where(runs, lengths[best], -1),
                    np.where(runs, after, own),
                    np.where(runs, after + 1, own),
                    reached,
                ]
            )
        )
        hit = np.pad(found[:, 1:], ((0, 0), (0, 1)))
        weights = np.stack([weights[runs] - found, hit], axis=1).reshape(-1, len(prior))
    columns = np.concatenate(levels)
    whole = [columns[:, i].astype(np.int64) for i in range(3)]
    return BlockPolicy(
        lengths=whole[0], miss=whole[1], hit=whole[2], reached=columns[:, 3], left=left, finds=finds
    )
