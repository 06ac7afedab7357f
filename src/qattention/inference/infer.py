"""`infer`: arrays and find sets in, attention's approximation out; float32 or float64 as the arrays are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.errors import SpecError, bad
from qattention.inference.kernel import DROP, FIRST_ORDER, GIVEN, MEAN_LOGIT, ONE, all_within, infer_rows
from qattention.inference.packed import Indices, PackedSets, pack
from qattention.inference.sums import Floats, KeySums
from qattention.problem import AttentionHead
from qattention.problem.head import MAX_ABS, array_problems, scalar_problems
from qattention.reference import Fill, check_fill, light_logits

KINDS: dict[Fill, int] = {
    "one": ONE,
    "mean-logit": MEAN_LOGIT,
    "first-order": FIRST_ORDER,
    "row-mean": GIVEN,
    "drop": DROP,
}


def infer(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    sets: Sequence[ArrayLike] | PackedSets,
    *,
    scale: float = 1.0,
    causal: bool = False,
    fill: Fill = "mean-logit",
    sums: KeySums | None = None,
) -> Floats:
    """Algorithm 2: D(B)^-1 B V, shape (n_queries, d_v), in O(n k d) time and no n x n matrix (Theorem 6.1).

    Args:
        q, k, v: shapes (n_queries, d), (n_keys, d), (n_keys, d_v). float32 if all are, else float64.
        sets: the heavy keys of each row: arrays, or packed.
        scale: of the logits `scale * q @ k.T`.
        causal: query i sees the keys j <= i + n_keys - n_queries; n_queries = 1 is a decoding step.
        fill: as `reference.fill_logs`; `row-mean` needs all logits, O(n^2 d), a block of rows at a time.
        sums: of all keys, kept from earlier: a query that sees them all then costs O(k d) (and O(d d_v) with
            the first-order fill); no other key or value is looked at, for mistakes neither.
    Raises:
        SpecError: one line for every problem with the arrays, the sets, the fill, or sums of other keys.
    """
    check_fill(fill)
    q, k, v = _sound_arrays(q, k, v, scale, causal, scan=sums is None)
    packed, n_seen = pack(sets), _n_seen(len(q), len(k), causal)
    packed.check_against(n_seen, len(k))
    if sums is not None:
        sums.check_against(k, v)
        _check_values({"q": q, "k": k[packed.keys], "v": v[packed.keys]})
    given = _given(q, k, v, packed, scale, causal) if fill == "row-mean" else np.empty(0)
    known = sums if sums is not None and n_seen[0] == len(k) else None
    out = np.empty((len(q), v.shape[1]), dtype=q.dtype)
    infer_rows(
        *(q, k, v, float(scale), packed.starts, packed.keys, n_seen, KINDS[fill], given),
        *_starting_sums(k, v, n_seen, fill, known),
        out,
    )
    return out


def infer_head(
    head: AttentionHead, sets: Sequence[ArrayLike] | PackedSets, fill: Fill = "mean-logit"
) -> Floats:
    """`infer` on all rows of a head, float64."""
    return infer(head.q, head.k, head.v, sets, scale=head.scale, causal=head.causal, fill=fill)


def inference_flops(n_pairs: int, n_queries: int, n_keys: int, head_dim: int, v_dim: int) -> int:
    """Flops of Algorithm 2 with the mean-logit fill, a multiply-add two: O(n k d) with n_pairs = n k.

    A logit and a weighted value a pair; the sums over keys once; the fill and the rank-one part of a row.
    """
    return (2 * n_pairs + n_keys + 2 * n_queries) * (head_dim + v_dim)


def _n_seen(n_queries: int, n_keys: int, causal: bool) -> Indices:
    """Keys that each row sees, shape (n_queries,)."""
    if causal:
        return np.arange(n_keys - n_queries + 1, n_keys + 1, dtype=np.intp)
    return np.full(n_queries, n_keys, dtype=np.intp)


def _starting_sums(
    k: Floats, v: Floats, n_seen: Indices, fill: Fill, known: KeySums | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]:
    """Sums over the keys that the first row sees, and how many those are; copies: the loop adds to them."""
    if known is not None:
        return known.keys, known.values, known.products, known.n_keys  # no key is left to be added
    n_first = int(n_seen[0])
    first_k, first_v = k[:n_first], v[:n_first]
    shape = (k.shape[1], v.shape[1])
    linear = fill == "first-order"
    products = np.asarray(first_k.T @ first_v, dtype=np.float64) if linear else np.zeros(shape)
    key_sum, value_sum = (part.sum(axis=0, dtype=np.float64) for part in (first_k, first_v))
    return key_sum, value_sum, products, n_first


def _sound_arrays(
    q: ArrayLike, k: ArrayLike, v: ArrayLike, scale: float, causal: bool, scan: bool
) -> tuple[Floats, Floats, Floats]:
    """The arrays in one float type, rows one after another; raises SpecError for every problem.

    Without `scan` the entries of floats are left for `_check_values`.
    """
    arrays = {"q": np.asarray(q), "k": np.asarray(k), "v": np.asarray(v)}
    problems = [*_array_problems(arrays, causal, scan), *scalar_problems(scale, causal)]
    if problems:
        raise SpecError(problems)
    single = all(array.dtype == np.float32 for array in arrays.values())
    dtype = np.float32 if single else np.float64
    one, two, three = (np.require(array, dtype, "C") for array in arrays.values())
    return one, two, three


def _array_problems(arrays: dict[str, NDArray[Any]], causal: bool, scan: bool) -> list[str]:
    """As `array_problems`; sound floats are read once more only, with nothing allocated."""
    if all(_is_sound(array, scan) for array in arrays.values()):
        n_queries, n_keys = len(arrays["q"]), len(arrays["k"])
        matching = n_keys == len(arrays["v"]) and arrays["q"].shape[1] == arrays["k"].shape[1]
        if matching and not (causal is True and n_queries > n_keys):
            return []
    return array_problems(arrays, causal)


def _is_sound(array: NDArray[Any], scan: bool = True) -> bool:
    floats = array.dtype in (np.float32, np.float64) and array.ndim == 2 and array.size > 0
    return floats and (not scan or bool(all_within(array, MAX_ABS)))


def _check_values(arrays: dict[str, Floats]) -> None:
    """Raise SpecError for an entry that is not finite, or beyond any activation."""
    problems = [
        bad(field, "a number out of range", f"finite and at most {MAX_ABS:g} in magnitude")
        for field, array in arrays.items()
        if not all_within(array, MAX_ABS)
    ]
    if problems:
        raise SpecError(problems)


def _given(
    q: Floats, k: Floats, v: Floats, packed: PackedSets, scale: float, causal: bool
) -> NDArray[np.float64]:
    """gamma of the `row-mean` fill: the log of the mean of each row's light weights."""
    head = AttentionHead(q=q, k=k, v=v, scale=scale, causal=causal)
    light = light_logits(head, packed.unpacked())
    return light.log_sum - np.log(np.maximum(light.count, 1))
