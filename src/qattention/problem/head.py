"""`AttentionHead`: the queries, keys and values of one head, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad

# Entries and scale beyond this are no activations; squares of logits stay far below overflow.
MAX_ABS = 1e30


def _as_array(value: Any) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except ValueError:  # a ragged list; the object dtype is refused below
        return np.asarray(None)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic | np.ndarray) and value.size == 1 else value


@attrs.frozen(kw_only=True, eq=False)
class AttentionHead:
    """One head's activations. Logits are `scale * q @ k.T`, or capped ones; arrays become read-only float64.

    Attributes:
        q: queries, shape (n_queries, d), at least one row and one channel.
        k: keys, shape (n_keys, d).
        v: values, shape (n_keys, d_v).
        scale: a model's 1 / sqrt(d); above 0. The paper folds it into Q (PAPER.md, section 1).
        causal: query i sees the keys j <= i + n_keys - n_queries, so that the last query sees all keys
            (n_queries = 1 is a decoding step); needs n_queries <= n_keys.
        name: what reports call it.
        window: a causal query sees the last `window` keys up to its own, any other query the keys at most
            `window` places from its own (as transformers' sliding windows); None: no window.
        seen: first key and one past the last that each query may see, shape (n_queries, 2), beside causal
            and window; None: all. Each query has to be left with a key.
        soft_cap: c of logits c tanh(scale q.k / c), above 0 (arXiv:2408.00118); None: none.
        sink: a logit without a key, whose exponential the normaliser has besides (attention sinks as
            learned scalars); None: none.
    Raises:
        SpecError: one line for every problem.
    """

    q: NDArray[np.float64] = attrs.field(converter=_as_array)
    k: NDArray[np.float64] = attrs.field(converter=_as_array)
    v: NDArray[np.float64] = attrs.field(converter=_as_array)
    scale: float = attrs.field(converter=_plain, default=1.0)
    causal: bool = attrs.field(converter=_plain, default=False)
    name: str = "head"
    window: int | None = attrs.field(converter=_plain, default=None)
    seen: NDArray[np.intp] | None = attrs.field(converter=attrs.converters.optional(_as_array), default=None)
    soft_cap: float | None = attrs.field(converter=_plain, default=None)
    sink: float | None = attrs.field(converter=_plain, default=None)

    def __attrs_post_init__(self) -> None:
        arrays = {"q": self.q, "k": self.k, "v": self.v}
        problems = [*array_problems(arrays, self.causal), *scalar_problems(self.scale, self.causal)]
        problems += kind_problems(self.window, self.soft_cap, self.sink)
        problems = problems or self._seen_problems()
        if problems:
            raise SpecError(problems)
        if self.seen is not None:
            own = np.array(self.seen, dtype=np.intp)
            own.setflags(write=False)
            object.__setattr__(self, "seen", own)
        for field, array in arrays.items():
            real = np.array(array, dtype=np.float64)  # a copy: the caller keeps the right to write to theirs
            real.setflags(write=False)
            object.__setattr__(self, field, real)
        object.__setattr__(self, "scale", float(self.scale))

    def _seen_problems(self) -> list[str]:
        if self.seen is not None:
            if self.seen.dtype.kind not in "iu" or self.seen.shape != (self.n_queries, 2):
                got = f"dtype {self.seen.dtype}, shape {self.seen.shape}"
                return [bad("seen", got, f"integers, shape ({self.n_queries}, 2)")]
            if self.seen.min() < 0 or self.seen.max() > self.n_keys:
                return [bad("seen", f"{self.seen.min()}..{self.seen.max()}", f"within 0..{self.n_keys}")]
        first, stop = self.ranges
        if (first >= stop).any():
            return [bad("seen", f"no key for query {int(np.argmax(first >= stop))}", "a key for every query")]
        return []

    @property
    def ranges(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """(first key, one past the last) that each query sees, shape (n_queries,) each."""
        own = np.arange(self.n_queries) + self.n_keys - self.n_queries  # each query's place among the keys
        first, stop = np.zeros(self.n_queries, np.intp), np.full(self.n_queries, self.n_keys, np.intp)
        if self.causal:
            stop = own + 1
        if self.window is not None:
            first = np.maximum(0, own - self.window + bool(self.causal))
            stop = stop if self.causal else np.clip(own + self.window + 1, 0, self.n_keys)
        if self.seen is not None:
            first, stop = np.maximum(first, self.seen[:, 0]), np.minimum(stop, self.seen[:, 1])
        return first, stop

    @property
    def is_prefix(self) -> bool:
        """Whether every query sees the first keys, up to some place."""
        return self.window is None and self.seen is None

    @property
    def n_queries(self) -> int:
        """Query rows."""
        return self.q.shape[0]

    @property
    def n_keys(self) -> int:
        """Keys, as many as values."""
        return self.k.shape[0]

    @property
    def head_dim(self) -> int:
        """Components d of a query or key."""
        return self.q.shape[1]

    @property
    def v_dim(self) -> int:
        """Components of a value and of the output."""
        return self.v.shape[1]


def array_problems(arrays: Mapping[str, NDArray[Any]], causal: object = False) -> list[str]:
    """What is wrong with the arrays among q, k, v that are given, one line each.

    Shapes are compared only between arrays that are sound by themselves.
    """
    problems = []
    sound: dict[str, tuple[int, ...]] = {}
    for field, array in arrays.items():
        problem = _array_problem(field, array)
        if problem:
            problems.append(problem)
        else:
            sound[field] = array.shape
    return problems + _shape_problems(sound, causal)


def _array_problem(field: str, array: NDArray[Any]) -> str | None:
    if array.dtype.kind not in "iuf":
        return bad(field, f"dtype {array.dtype}", "real numbers (integers or floats)")
    if array.ndim != 2 or 0 in array.shape:
        return bad(field, f"shape {array.shape}", "two-dimensional, with at least 1 row and 1 column")
    with np.errstate(over="ignore"):  # a long double may become infinite, and is then refused
        wrong = ~(np.abs(array.astype(np.float64)) <= MAX_ABS)  # NaN fails the comparison
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        value = float(array[row, column])
        return bad(field, value, f"finite and at most {MAX_ABS:g} in magnitude (row {row}, column {column})")
    return None


def _shape_problems(shapes: Mapping[str, tuple[int, ...]], causal: object) -> list[str]:
    problems = []
    if "q" in shapes and "k" in shapes:
        n_queries, n_keys = shapes["q"][0], shapes["k"][0]
        if shapes["q"][1] != shapes["k"][1]:
            allowed = f"shape (n_keys, {shapes['q'][1]}), as many columns as `q`"
            problems.append(bad("k", f"shape {shapes['k']}", allowed))
        if causal is True and n_queries > n_keys:
            problems.append(bad("q", f"{n_queries} rows", f"at most {n_keys}, the keys of this causal head"))
    if "v" in shapes and "k" in shapes and shapes["v"][0] != shapes["k"][0]:
        allowed = f"shape ({shapes['k'][0]}, d_v), as many rows as `k`"
        problems.append(bad("v", f"shape {shapes['v']}", allowed))
    return problems


def kind_problems(window: object, soft_cap: object, sink: object) -> list[str]:
    """What is wrong with what makes attention of another kind, one line each."""
    problems = []
    if window is not None and (type(window) is not int or window < 1):
        problems.append(bad("window", window, "a number of keys, at least 1"))
    if soft_cap is not None and not (_is_finite(soft_cap) and soft_cap > 0):  # type: ignore[operator]
        problems.append(bad("soft_cap", soft_cap, f"a finite number above 0 and at most {MAX_ABS:g}"))
    if sink is not None and not _is_finite(sink):
        problems.append(bad("sink", sink, f"one logit, at most {MAX_ABS:g} in magnitude"))
    return problems


def _is_finite(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and abs(value) <= MAX_ABS  # type: ignore[operator]


def scalar_problems(scale: object, causal: object) -> list[str]:
    """What is wrong with the scale and the causal flag, one line each."""
    problems = []
    number = isinstance(scale, Real) and not isinstance(scale, bool)
    if not (number and math.isfinite(scale) and 0 < scale <= MAX_ABS):  # type: ignore[arg-type, operator]
        problems.append(bad("scale", scale, f"a finite number above 0 and at most {MAX_ABS:g}"))
    if not isinstance(causal, bool):
        problems.append(bad("causal", causal, "true or false"))
    return problems
