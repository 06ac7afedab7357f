"""Attention of other kinds as an exact change of q, k or of the keys that rows see, or refused by name.

Apart from `assemble` because it is the algebra of biases, slopes and masks, which no name of an array
decides.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad

MOST_RANK = 8  # of a bias: components more of every key
EXACT = 1e-12  # of a bias's largest singular value, below which another one is rounding


def with_alibi(
    q: NDArray[Any], k: NDArray[Any], scale: float, slope: float, from_row: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Other q and k, with a bias of the distance in their products: slope (j - i) (ALiBi, arXiv:2108.12409).

    One more component: the key's place, counted back from the last one and scaled to the range of the keys.
    What is the row's own, slope (n_keys - 1 - i), does not change softmax and is left out.

    Args:
        slope: of one place, above 0: keys further back weigh less.
        from_row: a second component for what is the row's own, which a soft cap or a sink does see.
    """
    q, k = np.asarray(q, np.float64), np.asarray(k, np.float64)
    n_queries, n_keys = len(q), len(k)
    back = np.arange(n_keys, dtype=np.float64) - (n_keys - 1)
    peak = float(np.abs(k).max()) or 1.0
    unit = peak / max(1, n_keys - 1)
    queries, keys = [q, np.full((n_queries, 1), slope / (scale * unit))], [k, (back * unit)[:, None]]
    if from_row:
        own = np.arange(n_queries, dtype=np.float64) + n_keys - n_queries - (n_keys - 1)
        queries.append((-slope * own / (scale * peak))[:, None])
        keys.append(np.full((n_keys, 1), peak))
    return np.hstack(queries), np.hstack(keys)


def with_bias(
    q: NDArray[Any], k: NDArray[Any], scale: float, bias: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Other q and k, with `bias` in their products, shape (n_queries, n_keys), as components of its rank.

    Raises:
        SpecError: another shape, values that are not finite, or a rank above 8: such a bias would be a
            threshold for every address, which the oracle does not have.
    """
    wanted = (len(q), len(k))
    if bias.shape != wanted or bias.dtype.kind not in "iuf":
        raise SpecError(
            bad("bias", f"dtype {bias.dtype}, shape {bias.shape}", f"real numbers, shape {wanted}")
        )
    if not np.isfinite(bias).all():
        raise SpecError(bad("bias", "entries that are not finite", "finite: hidden keys are a mask"))
    u, s, vt = np.linalg.svd(np.asarray(bias, np.float64), full_matrices=False)
    rank = int((s > EXACT * s[0] * max(wanted)).sum()) if s[0] else 0
    if rank > MOST_RANK:
        allowed = (
            f"rank at most {MOST_RANK}, a component of the keys each (a bias for every pair is not costed)"
        )
        raise SpecError(bad("bias", f"rank {rank}", allowed))
    q, k = np.asarray(q, np.float64), np.asarray(k, np.float64)
    peak = float(np.abs(k).max()) or 1.0
    keys = vt[:rank].T
    unit = peak / np.maximum(np.abs(keys).max(axis=0, initial=0.0), 1e-300)
    return np.hstack([q, u[:, :rank] * s[:rank] / (unit * scale)]), np.hstack([k, keys * unit])


def seen_of_mask(mask: NDArray[Any], n_queries: int, n_keys: int) -> NDArray[np.intp]:
    """First key and one past the last that each query sees: where a mask is true or 1, or 0 beside -inf.

    Args:
        mask: shape (n_queries, n_keys), or (n_keys,) for all queries.
    Raises:
        SpecError: another shape or dtype, a query that sees nothing, or keys with a gap between them.
    """
    if mask.shape not in ((n_queries, n_keys), (n_keys,)):
        raise SpecError(bad("mask", f"shape {mask.shape}", f"shape ({n_queries}, {n_keys}) or ({n_keys},)"))
    sees = _sees(np.broadcast_to(mask, (n_queries, n_keys)))
    empty = ~sees.any(axis=1)
    if empty.any():
        raise SpecError(bad("mask", f"no key for query {int(np.argmax(empty))}", "a key for every query"))
    first = sees.argmax(axis=1)
    stop = n_keys - sees[:, ::-1].argmax(axis=1)
    gaps = stop - first != sees.sum(axis=1)
    if gaps.any():
        got = f"keys with a gap between them for query {int(np.argmax(gaps))}"
        raise SpecError(bad("mask", got, "one stretch of keys a query (others are not costed)"))
    return np.stack([first, stop], axis=1).astype(np.intp)


def _sees(mask: NDArray[Any]) -> NDArray[np.bool_]:
    if mask.dtype.kind == "b":
        return np.asarray(mask)
    if mask.dtype.kind in "iuf":
        if np.isin(mask, (0, 1)).all() and (mask == 1).any():
            return np.asarray(mask == 1)
        lowest = mask <= -1e9  # what libraries add in place of -inf
        if ((mask == 0) | lowest).all():
            return np.asarray(mask == 0)
    raise SpecError(bad("mask", f"dtype {mask.dtype}", "true and false, 1 and 0, or 0 and -inf"))
