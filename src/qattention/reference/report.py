"""The values that `inspect_head` returns: plain Python numbers, so that they turn into JSON as they are.

Every figure that is undefined (a row without light keys has no eta) is None, never NaN.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.reference.fills import Fill


@attrs.frozen(kw_only=True)
class Summary:
    """Over the rows where a quantity is defined."""

    min: float
    median: float
    max: float


def summarise(values: ArrayLike) -> Summary | None:
    """Smallest, median and largest of the finite values; None without any."""
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    if not finite.size:
        return None
    return Summary(min=float(finite.min()), median=float(np.median(finite)), max=float(finite.max()))


@attrs.frozen(kw_only=True)
class Verdict:
    """Is this head sparse? Row-wise top-k, mean-logit fill, relative Frobenius error of the whole output.

    Attributes:
        error_target: of the output. n_heavy: the smallest k that meets it, over all rows; share: of the keys.
        error: with so many.
        n_heavy_late: the same for the last quarter of a causal head's rows (`n_late_rows`); None for others.
        random_directions: k of queries, keys and values of the same norms in random directions; the least of
            three draws.
        shuffled_keys: k of the head with its keys in another order.
        better_than_chance: k is at most three quarters of the least that random directions need.
        few_enough: k is at most an eighth of the keys. is_sparse: both.
        light_mass_mean, light_mass_max: attention weight outside the k heaviest keys, over rows.
        error_without_fill: of the same k with the light keys dropped. carried_by: "small tail" if that meets
            the target too, else "fill".
        line: the verdict in a line.
    """

    error_target: float
    is_sparse: bool
    n_heavy: int
    share: float
    error: float
    n_heavy_late: int | None
    n_late_rows: int
    random_directions: int
    shuffled_keys: int
    better_than_chance: bool
    few_enough: bool
    light_mass_mean: float
    light_mass_max: float
    error_without_fill: float
    carried_by: Literal["small tail", "fill"]
    line: str


@attrs.frozen(kw_only=True)
class KeysForError:
    """The smallest k of an error, defined as the verdict's: over all rows, and over late ones.

    Attributes:
        n_heavy_late: over the last quarter of the rows; None of a head that is not causal, or too short.
    """

    error_target: float
    n_heavy: int
    n_heavy_late: int | None


@attrs.frozen(kw_only=True)
class Goodness:
    """(tau, k)-goodness (Definition 1.2): one threshold for all rows.

    Attributes:
        tau: the threshold given; otherwise the logit that makes the mean |S_i| n_heavy.
        good: no row has more than n_heavy keys >= tau.
        max_heavy, mean_heavy: |S_i| over rows.
        least_good_tau: the smallest float tau that is good; None if every tau is.
        mean_heavy_at_least_good_tau: mean |S_i| there.
        rows_empty_at_least_good_tau: rows left without a heavy key there.
    """

    tau: float
    good: bool
    max_heavy: int
    mean_heavy: float
    least_good_tau: float | None
    mean_heavy_at_least_good_tau: float | None
    rows_empty_at_least_good_tau: int | None


@attrs.frozen(kw_only=True)
class FillError:
    """Algorithm 2 against exact attention at `n_heavy` heaviest keys a row; fields as in `OutputError`."""

    fill: Fill
    center_keys: bool
    n_heavy: int
    relative_frobenius: float
    max_abs: float
    bound: float


@attrs.frozen(kw_only=True)
class BitsQuality:
    """Find sets of the quantised head against the exact ones, over all rows.

    Attributes:
        bits: of queries and keys. prepared: keys centred and channels balanced first.
        precision, recall: of the (row, key) pairs; precision None if nothing is found.
        logit_error_bound: worst case of |quantised logit - logit|.
    """

    bits: int
    prepared: bool
    precision: float | None
    recall: float
    logit_error_bound: float


@attrs.frozen(kw_only=True)
class Saving:
    """One way of quantising the head, row by row: what it costs, and what its find sets lose.

    Attributes:
        quantise: "plain" or "rotated". prepared: plain, with keys centred and channels balanced.
        key_bits: of the widest channel. logit_budget: of a rotated head. logit_margin: standard deviations.
        word_bits: of one key.
        recall: share of the (row, key) pairs of the exact find sets that the oracles mark.
        marked: mean keys a row that its oracle marks.
        inner_product: mean Toffolis of a row's sum. inner_product_form, loader, block_size: the cheapest.
        toffoli: expected, of all rows. share: of the first way's.
    """

    quantise: str
    prepared: bool
    key_bits: int
    logit_budget: float | None
    logit_margin: float
    word_bits: int
    recall: float
    marked: float
    inner_product: float
    inner_product_form: str
    loader: str
    block_size: int | None
    toffoli: float
    share: float


@attrs.frozen(kw_only=True)
class NumericalRank:
    """Singular values of D(B)^-1 B (fill `one`) above `tolerance` times the largest; the paper's remark
    that B is low-rank would make it about k + 1.

    Attributes:
        rank: over `n_rows` rows, evenly spaced if the head has more; then a lower bound.
    """

    rank: int
    n_heavy_plus_one: int
    n_rows: int
    tolerance: float


@attrs.frozen(kw_only=True)
class RankObstruction:
    """Whether these heavy pairs could have light logits within eta of 0 at this head_dim (PAPER.md, 3.4).

    Attributes:
        n_matching: heavy pairs in a largest matching, m.
        heavy_logit: their mean logit, s.
        eta: the light logits that the gap condition would allow (Theorem 1.3).
        required_head_dim: any such head has at least this d.
        feasible: head_dim is at least that.
    """

    n_matching: int
    heavy_logit: float
    eta: float
    required_head_dim: int
    feasible: bool


@attrs.frozen(kw_only=True)
class InspectReport:
    """Is this head sparse? Logits are those of the given Q, K and scale.

    Attributes:
        verdict: the smallest k of a 10 % error, beside what chance takes; n_heavy and tau do not move it.
        keys: k for errors of 30, 10 and 3 %, found by search.
        thresholds: "row-wise" (the n_heavy heaviest keys of each row) or "single" (tau was given).
        n_heavy: k, the limit asked about. max_heavy, mean_heavy: |S_i| of the find sets in use.
        tied_rows: rows whose find set exceeds n_heavy because keys tie with the threshold ("row-wise" only).
        rows_without_heavy, rows_without_light: rows with an empty find set; with nothing outside it.
        gap: smallest heavy minus largest light logit, by row.
        eta: largest |light logit|, by row.
        gap_condition_rows: rows whose light logits all lie in [-0.1, 0] (Theorem 1.3, ii).
        logit_spread: largest minus smallest visible logit, by row.
        tail_mass: attention weight outside the find set, by row.
        errors: for k = 4, 16, 64 and n_heavy (at most n_keys), each fill that the head allows.
        savings: ways to quantise it, plain words of 8 bits first; empty if they were not measured.
        advice: what to do about it, with the numbers in it.
    """

    name: str
    n_queries: int
    n_keys: int
    head_dim: int
    v_dim: int
    scale: float
    causal: bool
    verdict: Verdict
    keys: tuple[KeysForError, ...]
    thresholds: Literal["row-wise", "single"]
    n_heavy: int
    max_heavy: int
    mean_heavy: float
    tied_rows: int
    rows_without_heavy: int
    rows_without_light: int
    goodness: Goodness
    gap: Summary | None
    eta: Summary | None
    gap_condition_rows: int
    logit_spread: Summary | None
    tail_mass: Summary | None
    numerical_rank: NumericalRank
    rank_obstruction: RankObstruction
    errors: tuple[FillError, ...]
    bits: tuple[BitsQuality, ...]
    savings: tuple[Saving, ...] = ()
    advice: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Nested dictionaries, lists and plain numbers, as the command's JSON."""
        return attrs.asdict(self, value_serializer=lambda _o, _a, x: list(x) if isinstance(x, tuple) else x)
