"""How k grows with the context: an exponent a head, and those of a whole model's bill."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import attrs
import numpy as np

from qattention.real_heads.table import FloatArray, HeadTable

FITTED = 4096  # tokens up to which exponents are fitted: beyond, a text is missing and the model at its limit


@attrs.frozen(kw_only=True)
class Growth:
    """Exponents alpha of k = n^alpha, one a head: the mean over texts of the slopes of log k against log n.

    Attributes:
        median, low, high: over heads, the quartiles. median_low, median_high: of the median, 95 % (bootstrap
            over heads). scatter: median over heads of the standard deviation between texts.
        n_heads: heads.
    """

    target: float
    median: float
    low: float
    high: float
    median_low: float
    median_high: float
    scatter: float
    n_heads: int


def head_exponents(table: HeadTable, target: float) -> tuple[FloatArray, FloatArray]:
    """(exponent of each head, its standard deviation between texts), heads by layer and number.

    Args:
        table: of one model, every head with the same texts at the same contexts.
    """
    texts, keys = np.unique(table.text), table.keys(target)
    slopes = []
    for text in texts:
        own = table.text == text
        order = np.lexsort((table.n[own], table.head[own], table.layer[own]))
        contexts = np.unique(table.n[own])
        logs = np.log(keys[own][order]).reshape(-1, len(contexts))
        slopes.append(slope(np.log(contexts), logs))
    each = np.array(slopes)
    spread = each.std(axis=0, ddof=1) if len(texts) > 1 else np.zeros(each.shape[1])
    return each.mean(axis=0), spread


def slope(x: FloatArray, y: FloatArray) -> FloatArray:
    """Least squares of y against x along the last axis, shape of the others."""
    centred = x - x.mean()
    found: FloatArray = y @ centred / (centred @ centred)
    return found


def growth_of(table: HeadTable, target: float, n_draws: int = 1000) -> Growth:
    """The growth over the heads of one model."""
    each, spread = head_exponents(table, target)
    draws = np.random.default_rng(0).integers(0, len(each), (n_draws, len(each)))
    medians = np.median(each[draws], axis=1)
    low, median, high = np.quantile(each, (0.25, 0.5, 0.75)).tolist()
    median_low, median_high = np.quantile(medians, (0.025, 0.975)).tolist()
    return Growth(
        target=target,
        median=median,
        low=low,
        high=high,
        median_low=median_low,
        median_high=median_high,
        scatter=float(np.median(spread)),
        n_heads=len(each),
    )


def iterations_over_n(table: HeadTable, target: float) -> FloatArray:
    """Mean over heads and texts of sqrt(k) at each context, ascending: times n^1.5, a head's iterations."""
    keys = np.sqrt(table.keys(target))
    return np.array([keys[table.n == n].mean() for n in table.contexts])


def mean_keys(table: HeadTable, target: float) -> FloatArray:
    """Mean over heads and texts of k at each context, ascending."""
    keys = table.keys(target)
    return np.array([keys[table.n == n].mean() for n in table.contexts])


def search_exponent(table: HeadTable, target: float) -> float:
    """That of n in the claim n^1.5 k^0.5 d over a whole model, k as measured."""
    return 1.5 + float(slope(np.log(table.contexts), np.log(iterations_over_n(table, target))))


def inference_exponent(table: HeadTable, target: float) -> float:
    """That of n in n k d over a whole model, the claim's classical half."""
    return 1.0 + float(slope(np.log(table.contexts), np.log(mean_keys(table, target))))


def octaves(table: HeadTable, target: float) -> tuple[tuple[int, int, float], ...]:
    """(from n, to n, exponent of the search between them), over the texts that both were measured with."""
    found = []
    for low, high in pairwise(table.contexts):
        texts = sorted(set(table.texts_at(low)) & set(table.texts_at(high)))
        small, large = (
            np.sqrt(one.keys(target)).mean() for one in (table.of(n=n, texts=texts) for n in (low, high))
        )
        found.append((low, high, 1.5 + float(np.log(large / small) / np.log(high / low))))
    return tuple(found)


def fitted(table: HeadTable, most: int = FITTED) -> HeadTable:
    """The rows over which exponents are fitted."""
    return table.rows(table.n <= most)


def quartiles(values: Sequence[float] | FloatArray) -> tuple[float, float, float]:
    """Values below which 25, 50 and 75 % lie."""
    low, middle, high = np.quantile(np.asarray(values), (0.25, 0.5, 0.75)).tolist()
    return low, middle, high
