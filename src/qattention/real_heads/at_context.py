"""How many keys k each measured head needs at a context: as measured, between contexts, or beyond them."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.real_heads.growth import slope
from qattention.real_heads.table import (
    DECODER,
    FIRST,
    TARGETS,
    WINDOW,
    FloatArray,
    HeadTable,
    head_table,
)
from qattention.real_heads.window import TARGET

LEAST = 0.5  # of mean k, below which a head is one that needs no search


@attrs.frozen(kw_only=True, eq=False)
class HeadKeys:
    """Keys k at each measured context, shape (n_contexts, n_layers, n_heads), of one model at one error.

    A head's k is the square of the mean over texts of sqrt(k): it takes as many iterations as they do.

    Attributes:
        contexts: tokens. left: k left after free keys over all of it, same shape; None where all are
            searched. growth: exponent of each head over the contexts, within 0..1, shape (n_layers, n_heads).
    """

    contexts: tuple[int, ...]
    k: FloatArray
    left: FloatArray | None
    growth: FloatArray

    def at(self, n: FloatArray) -> FloatArray:
        """Keys k at contexts, shape (len(n), n_layers, n_heads), at most n.

        Between contexts along a power of n; beyond them by each head's own growth, share left as at the last.
        """
        logs, known = np.log(np.asarray(n, dtype=np.float64)), np.log(self.contexts)
        inside = np.clip(logs, known[0], known[-1])
        place = np.clip(np.searchsorted(known, inside, side="right") - 1, 0, len(known) - 2)
        part = ((inside - known[place]) / (known[place + 1] - known[place]))[:, None, None]
        log_k = np.log(self.k)
        found = np.exp((1 - part) * log_k[place] + part * log_k[place + 1])
        found = found * np.exp((logs - inside)[:, None, None] * self.growth)
        if self.left is not None:
            found = found * ((1 - part) * self.left[place] + part * self.left[place + 1])
        return np.minimum(found, np.asarray(n)[:, None, None])

    def extrapolated(self, n: FloatArray) -> FloatArray:
        """Whether a context is beyond those measured, either way."""
        return np.asarray((n < self.contexts[0]) | (n > self.contexts[-1]))


def head_keys(target: float, model: str = DECODER, kept: tuple[int, int] = (0, 0)) -> HeadKeys:
    """Keys k of a model's heads for an error; between the errors measured along a power of the error.

    Args:
        kept: keys taken classically. What they leave was measured for one choice and error; for any other k
            is that of all keys, which is no less.
    Raises:
        SpecError: an error beyond those measured.
    """
    table = head_table().of(model)
    contexts = table.contexts
    k = np.array([_by_head(table.of(n=n), _keys(table.of(n=n), target)) for n in contexts])
    left = None
    if has_left(target, model, kept):
        measured = [table.of(n=n) for n in contexts]
        left = np.array(
            [_by_head(one, np.nan_to_num(one.k_left)) / _by_head(one, _keys(one, target)) for one in measured]
        )
    return HeadKeys(
        contexts=contexts,
        k=k,
        left=left,
        growth=np.clip(slope(np.log(contexts), np.moveaxis(np.log(k), 0, -1)), 0.0, 1.0),
    )


def has_left(target: float, model: str, kept: tuple[int, int]) -> bool:
    """Whether what free keys leave was measured for this choice."""
    return kept == (WINDOW, FIRST) and target == TARGET and model == DECODER


def _keys(table: HeadTable, target: float) -> FloatArray:
    """k of each row of the table for an error."""
    errors = sorted(TARGETS)
    if not errors[0] <= target <= errors[-1]:
        allowed = f"{errors[0]:g}..{errors[-1]:g}, what was measured on real heads"
        raise SpecError(bad("error_target", target, allowed))
    logs = np.log(errors)
    i = min(int(np.searchsorted(logs, np.log(target), side="right")) - 1, len(errors) - 2)
    part = (np.log(target) - logs[i]) / (logs[i + 1] - logs[i])
    low, high = (np.log(table.keys(errors[j])) for j in (i, i + 1))
    return np.asarray(np.exp((1 - part) * low + part * high))


def _by_head(table: HeadTable, k: FloatArray) -> FloatArray:
    """(mean over texts of sqrt(k))^2 of each head, shape (n_layers, n_heads)."""
    shape = (int(table.layer.max()) + 1, int(table.head.max()) + 1)
    sums, counts = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, (table.layer, table.head), np.sqrt(k))
    np.add.at(counts, (table.layer, table.head), 1.0)
    return np.square(sums / counts)


def spread_over(k: FloatArray, n_layers: int, n_heads: int) -> FloatArray:
    """Keys k of a model of other size, shape (..., n_layers, n_heads): heads at the same relative places.

    Args:
        k: of the measured model, shape (..., its layers, its heads).
    """
    layers, heads = (
        ((np.arange(n) + 0.5) / n * size).astype(int)
        for n, size in ((n_layers, k.shape[-2]), (n_heads, k.shape[-1]))
    )
    return np.asarray(k[..., layers[:, None], heads])
