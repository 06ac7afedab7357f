"""`AttentionProblem`: the sizes, widths and failure budget that a cost depends on."""

from __future__ import annotations

from numbers import Real
from typing import Any, Literal

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.numerics import MAX_BITS

MAX_SIZE = 2**60  # counts of queries and keys: their products stay Python integers, their logs floats
MAX_DIM = 2**20  # channels; the widest models have fewer than 2**15
P_FAIL_SCOPES = ("all", "row")
LEAST_P_FAIL = 1e-100  # shares of it, by rows, finds and rotations, must not underflow
P_FAIL_RANGE = f"a number above 0 and below 1 (at least {LEAST_P_FAIL:g})"
MAX_TABLE_BITS = 2**60  # n d b: vectorised counts are int64, and some are a few times this
MAX_SUM_BITS = 2**20  # d b b': digits times bits of a row's sum, which take a minute to count


def _plain(value: Any) -> Any:
    """NumPy scalars as Python ones, so that arithmetic on sizes cannot overflow."""
    return value.item() if isinstance(value, np.generic) else value


@attrs.frozen(kw_only=True)
class AttentionProblem:
    """One attention head to be solved: all its query rows.

    Attributes:
        n_queries: query rows, n in the paper; 1 in decoding.
        n_keys: keys, n in the paper.
        head_dim: channels of a query and a key, d.
        v_dim: channels of a value, d_v; `head_dim` unless given.
        n_heavy: heavy keys a row at most, k (Definition 1.2).
        key_bits, query_bits: fixed-point widths, sign included; the widest where they differ.
        causal: query i sees the keys j <= i + n_keys - n_queries.
        n_marked: keys that a row's oracle marks on average; more than `n_heavy` where thresholds are lowered
            by a margin, and None where they are not.
        p_fail: probability that anything is missed or wrong, for all rows or for one (`p_fail_scope`).
        keep_window, keep_first: the last and first keys that a row sees, so many of each, are taken
            classically; n_heavy are then those of the others, which are searched (`free.py`).
    Raises:
        SpecError: one line for every field that is out of range.
    """

    n_queries: int = attrs.field(converter=_plain)
    n_keys: int = attrs.field(converter=_plain)
    head_dim: int = attrs.field(converter=_plain)
    v_dim: int = attrs.field(
        converter=_plain, default=attrs.Factory(lambda self: self.head_dim, takes_self=True)
    )
    n_heavy: int = attrs.field(converter=_plain)
    key_bits: int = attrs.field(converter=_plain, default=8)
    query_bits: int = attrs.field(converter=_plain, default=8)
    causal: bool = attrs.field(converter=_plain, default=False)
    p_fail: float = attrs.field(converter=_plain, default=1e-3)
    p_fail_scope: Literal["all", "row"] = "all"
    n_marked: int | None = attrs.field(converter=_plain, default=None)
    keep_window: int = attrs.field(converter=_plain, default=0)
    keep_first: int = attrs.field(converter=_plain, default=0)

    def __attrs_post_init__(self) -> None:
        problems = [*self._range_problems(), *self._other_problems()]
        if problems:
            raise SpecError(problems)

    def _range_problems(self) -> list[str]:
        n_keys = self.n_keys if _is_int(self.n_keys) and 1 <= self.n_keys <= MAX_SIZE else MAX_SIZE
        heavy = "1..n_keys" if n_keys == MAX_SIZE else f"1..n_keys ({n_keys})"
        limits = {
            "n_queries": (n_keys, "1..n_keys (a causal query is one of the keys' positions)")
            if self.causal is True
            else (MAX_SIZE, "1..2**60"),
            "n_keys": (MAX_SIZE, "1..2**60"),
            "head_dim": (MAX_DIM, "1..2**20"),
            "v_dim": (MAX_DIM, "1..2**20"),
            "n_heavy": (n_keys, heavy),
            "key_bits": (MAX_BITS, f"1..{MAX_BITS}"),
            "query_bits": (MAX_BITS, f"1..{MAX_BITS}"),
        }
        values = {field: getattr(self, field) for field in limits}
        if self.n_marked is not None:
            limits["n_marked"] = (n_keys, heavy)
            values["n_marked"] = self.n_marked
        if self.v_dim is self.head_dim:  # the default repeats it; so would its problem
            values.pop("v_dim")
        return [
            bad(field, value, f"an integer in {limits[field][1]}")
            for field, value in values.items()
            if not (_is_int(value) and 1 <= value <= limits[field][0])
        ]

    def _other_problems(self) -> list[str]:
        problems = [
            bad(field, getattr(self, field), "an integer in 0..2**60")
            for field in ("keep_window", "keep_first")
            if not (_is_int(getattr(self, field)) and 0 <= getattr(self, field) <= MAX_SIZE)
        ]
        if not isinstance(self.causal, bool):
            problems.append(bad("causal", self.causal, "true or false"))
        number = isinstance(self.p_fail, Real) and not isinstance(self.p_fail, bool)
        if not (number and LEAST_P_FAIL <= self.p_fail < 1):  # NaN fails the comparison
            problems.append(bad("p_fail", self.p_fail, P_FAIL_RANGE))
        if self.p_fail_scope not in P_FAIL_SCOPES:
            problems.append(bad("p_fail_scope", self.p_fail_scope, " or ".join(map(repr, P_FAIL_SCOPES))))
        return problems

    @property
    def has_free(self) -> bool:
        """Whether keys are taken classically."""
        return self.keep_window + self.keep_first > 0

    @property
    def n_searched(self) -> int:
        """Keys a row that its search is for."""
        return self.n_heavy if self.n_marked is None else self.n_marked

    def n_visible(self, row: int) -> int:
        """Keys that query `row` (0-based) may attend to."""
        if not 0 <= row < self.n_queries:
            raise SpecError(bad("row", row, f"0..{self.n_queries - 1}"))
        return row + 1 + self.n_keys - self.n_queries if self.causal else self.n_keys


def check_countable(problem: AttentionProblem) -> None:
    """Raise SpecError for sizes in range one by one that together are too large to be counted."""
    n, d, key_bits = problem.n_keys, problem.head_dim, problem.key_bits
    products = key_bits * problem.query_bits
    problems = []
    if n * d * key_bits > MAX_TABLE_BITS:
        most = MAX_TABLE_BITS // (d * key_bits)
        problems.append(bad("n_keys", n, f"at most {most} at this head_dim and key_bits (2**60 bits in all)"))
    if d * products > MAX_SUM_BITS:
        most = MAX_SUM_BITS // products
        problems.append(bad("head_dim", d, f"at most {most} at these key_bits and query_bits"))
    if problems:
        raise SpecError(problems)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
