"""Find sets of all rows in two arrays, as compressed sparse rows have them: what a compiled loop can read."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.errors import SpecError, bad

Indices = NDArray[np.intp]


def _indices(field: str, value: ArrayLike) -> Indices:
    """One-dimensional integers; an empty list too, which NumPy would make one of floats."""
    array = np.asarray(value)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise SpecError(bad(field, f"shape {array.shape}, dtype {array.dtype}", "one-dimensional integers"))
    return np.ascontiguousarray(array, dtype=np.intp)


def _starts(value: ArrayLike) -> Indices:
    return _indices("starts", value)


def _keys(value: ArrayLike) -> Indices:
    return _indices("keys", value)


@attrs.frozen(kw_only=True, eq=False)
class PackedSets:
    """Row i's find set S_i is `keys[starts[i]:starts[i + 1]]`.

    Attributes:
        starts: shape (n_rows + 1,), from 0 to len(keys), never falling.
        keys: shape (n_pairs,), key indices.
    Raises:
        SpecError: anything else. Which keys a row sees is checked where that is known (`check_against`).
    """

    starts: Indices = attrs.field(converter=_starts)
    keys: Indices = attrs.field(converter=_keys)

    def __attrs_post_init__(self) -> None:
        starts = self.starts
        sound = len(starts) > 0 and starts[0] == 0 and starts[-1] == len(self.keys)
        if not (sound and (np.diff(starts) >= 0).all()):
            allowed = f"0 first, {len(self.keys)} (the number of keys) last, never falling"
            raise SpecError(bad("starts", starts.tolist()[:4], allowed))

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    @property
    def sizes(self) -> Indices:
        """|S_i|, shape (n_rows,)."""
        return np.diff(self.starts)

    def unpacked(self) -> list[Indices]:
        """One array a row."""
        return np.split(self.keys, self.starts[1:-1])

    def check_against(self, n_seen: Indices, n_keys: int) -> None:
        """Raise SpecError unless every row has distinct keys below `n_seen`, shape (n_rows,)."""
        if len(n_seen) != self.n_rows:
            raise SpecError(bad("sets", f"{self.n_rows} sets", f"{len(n_seen)}, one a row"))
        hidden = (self.keys < 0) | (self.keys >= np.repeat(n_seen, self.sizes))
        if hidden.any():
            raise SpecError(bad("sets", int(self.keys[hidden][0]), "keys that their row sees"))
        codes = np.repeat(np.arange(self.n_rows), self.sizes) * n_keys + self.keys
        steps = np.diff(codes)
        if not (steps > 0).all() and len(np.unique(codes)) < len(codes):  # ascending rows need no sorting
            raise SpecError(bad("sets", "a key twice in a row", "distinct keys in each row"))


def pack(sets: Sequence[ArrayLike] | PackedSets) -> PackedSets:
    """One array of key indices a row, packed."""
    if isinstance(sets, PackedSets):
        return sets
    rows = [_indices("sets", keys) for keys in sets]
    starts = np.concatenate(([0], np.cumsum([len(keys) for keys in rows], dtype=np.intp)))
    return PackedSets(starts=starts, keys=np.concatenate([np.empty(0, np.intp), *rows]))
