"""The claims, one record each. Formulas are read with constants and logarithms 1, as kindly as can be."""

from __future__ import annotations

import math

from qattention.claims.memories import MemoryVerdict, judged
from qattention.claims.parameters import COARSE_BITS, FULL_BITS, Parameters
from qattention.claims.record import Claim
from qattention.claims.song import further_row, preprocessing, row_query


def _k(p: Parameters) -> float:
    assert p.n_heavy is not None  # `Claim.missing` is asked before
    return float(p.n_heavy)


def _search_row(p: Parameters, n: float) -> float:
    return math.sqrt(n * _k(p)) * p.head_dim


def _search_all(p: Parameters, n: float) -> float:
    return n * _search_row(p, n)


def _searched(_: Parameters) -> tuple[MemoryVerdict, ...]:
    """n rows of n^.5 look-ups each."""
    return judged("all rows", 1.5, 1.5)


def _sampled(_: Parameters) -> tuple[MemoryVerdict, ...]:
    """n^.5 samples, once; then a row takes no look-up and the same time at every n."""
    return (*judged("one row", 0.5, 0.5), *judged("all rows", 0.5, 1.0))


def _variable_row(p: Parameters, n: float) -> float:
    """sqrt(k T), T = sum of t_j^2: a coarse test of every key, the full one of those that pass."""
    assert p.coarse_share is not None
    coarse = p.head_dim * COARSE_BITS / FULL_BITS
    return math.sqrt(n * _k(p) * (coarse**2 + p.coarse_share * p.head_dim**2))


def _half_space_all(p: Parameters, n: float) -> float:
    power = 2 - 1 / max(1, p.head_dim // 2)
    return n**power + n * _k(p)


def _song_measured(p: Parameters) -> dict[str, float]:
    one = row_query(p)
    return {
        "reads": one.key_reads + one.value_reads,
        "toffoli_a_read": one.look_up_toffoli,
        "toffoli_first_row": one.toffoli,
        "toffoli_first_row_free_reads": one.toffoli_free_look_ups,
        "products_further_row": one.row_products,
    }


FIND_ALL = "find-all search, simulated to the gate and costed: the calls of sparse-attention, below"

CLAIMS = (
    Claim(
        name="sparse-attention",
        title="Guo, Song, Yang, Zhang: Beyond Classical Attention",
        source="arXiv:2307.08045, theorem 1.3",
        formula="n^1.5 k^0.5 d",
        hides=(
            "a memory that returns a key in d steps",
            "the promise: k large entries a row, all others in [-eta, 0]",
            "failure probability, a certificate that nothing is left, excluding what was found",
            "n k d classical work, and filling the memory",
        ),
        needs=("n_heavy",),
        one_row=_search_row,
        all_rows=_search_all,
        compiled="in full: every oracle as gates, run on all addresses, costed (`estimate`)",
        verdicts=_searched,
    ),
    Claim(
        name="row-sampling",
        title="Song, Xue, Zhang, Zhang: Sublinear Time Quantum Algorithm for Attention Approximation",
        source="arXiv:2602.00874, abstract",
        formula="eps^-1 n^0.5 (s^2.5 + s^1.5 d + alpha^0.5 d), then s^2 + s d a row",
        hides=(
            "row queries to Q, K, V in unit time",
            "logarithms and constants of Nystrom sampling and mean estimation",
            "for all rows: reading them once classically (n d) gives such a sketch with the same power of n",
        ),
        needs=("statistical_dimension", "row_distortion"),
        one_row=lambda p, n: preprocessing(p, n) + further_row(p),
        all_rows=lambda p, n: preprocessing(p, n) + n * further_row(p),
        compiled="the row query: samples read by look-ups, matrix products costed, exponentials free",
        verdicts=_sampled,
        measured=_song_measured,
    ),
    Claim(
        name="find-all",
        title="van Apeldoorn, Gribling, Nieuwboer: Basic quantum subroutines",
        source="arXiv:2302.10244",
        formula="sqrt(n k) calls of an oracle, and as many gates",
        hides=("constants", "the oracle: here d products and a look-up"),
        needs=("n_heavy",),
        one_row=_search_row,
        all_rows=_search_all,
        compiled=FIND_ALL,
        verdicts=_searched,
    ),
    Claim(
        name="variable-time",
        title="Ambainis, Kokainis, Vihrovs: Improved Algorithm and Lower Bound for Variable Time Search",
        source="arXiv:2302.06749",
        formula="sqrt(T) log n, T = sum of t_j^2",
        hides=(
            "a logarithm and constants",
            "here t_j is a test on 2-bit words, then on 8-bit ones if the key is left; sqrt(k) for k finds",
        ),
        needs=("n_heavy", "coarse_share"),
        one_row=_variable_row,
        all_rows=lambda p, n: n * _variable_row(p, n),
        compiled=None,
    ),
    Claim(
        name="k-minima",
        title="Durr, Heiligman, Hoyer, Mhalla: Quantum query complexity of some graph problems",
        source="arXiv:quant-ph/0401091",
        formula="sqrt(n k) calls, no threshold given",
        hides=("constants", "the oracle, as above"),
        needs=("n_heavy",),
        one_row=_search_row,
        all_rows=_search_all,
        compiled="searches that find their own thresholds, simulated and costed (docs/search.md)",
        verdicts=_searched,
    ),
    Claim(
        name="block-encoding",
        title="Guo and others: Quantum linear algebra is all you need for Transformer architectures",
        source="arXiv:2402.16714",
        formula="set by the norms of Q, K and V that block encodings divide by",
        hides=(
            "the output is a state's amplitudes: reading n rows of it costs more than n d",
            "logits arrive divided by |Q| |K|: a softmax of them takes a polynomial of about that degree",
        ),
        needs=("q_norm", "k_norm"),
        one_row=None,
        all_rows=None,
        compiled=None,
        measured=lambda p: {
            "norm_product": (p.q_norm or 0.0) * (p.k_norm or 0.0),
            "norm_product_over_max_logit": (p.q_norm or 0.0) * (p.k_norm or 0.0) / (p.max_logit or 1.0),
        },
    ),
    Claim(
        name="block-join",
        title="Pairs searched in blocks of rows and keys, each look-up shared",
        source="a design of this project, close to arXiv:quant-ph/0303041 and arXiv:1207.2307",
        formula="n^1.5 k^0.5 a' Toffoli without a memory, a' a product of two unknown keys",
        hides=(
            "2 sqrt(n / k) for look-ups, until a recursion does away with them",
            "space-time volume, which stays at about n^2 w",
        ),
        needs=("n_heavy",),
        one_row=None,
        all_rows=_search_all,
        compiled=None,
    ),
    Claim(
        name="half-space",
        title="Guo, Song, Yang, Zhang: the classical algorithm, half-space reporting",
        source="arXiv:2307.08045, theorems 1.5 and 7.2",
        formula="n^(2 - 1/floor(d/2)) + n k",
        hides=("constants that grow with d", "d treated as constant", "polylogarithms"),
        needs=("n_heavy",),
        one_row=None,
        all_rows=_half_space_all,
        compiled="classical, no gates: convex layers in the plane, a partition tree above",
    ),
)
