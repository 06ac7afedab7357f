"""`real_heads_report`: exponents of k and of a whole model's bill, recomputed from the packaged table."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np

from qattention.circuit import LOADERS
from qattention.estimates.scaling.leading import (
    finds,
    iteration,
    iteration_terms,
    leading_exponents,
)
from qattention.plan.algorithms import OF_ROWS
from qattention.real_heads.growth import (
    FITTED,
    Growth,
    fitted,
    growth_of,
    inference_exponent,
    iterations_over_n,
    mean_keys,
    octaves,
    quartiles,
    search_exponent,
)
from qattention.real_heads.table import CAVEATS, DECODER, ENCODER, TARGETS, HeadTable, head_table
from qattention.real_heads.union import union_exponent
from qattention.real_heads.window import roles, settled, share_left

DENSE = 8  # heads that need more than an eighth of their keys
SCHEMA = "qattention/real-heads/1"


@attrs.frozen(kw_only=True)
class ContextFigures:
    """Keys a row, k, at one context, over heads and texts.

    Attributes:
        n_texts: texts measured. quartiles: of k for each error target, as words ("0.1").
        dense: share of heads that need more than an eighth of the keys for 10 %.
        root_mean: (mean sqrt(k))^2 at 10 %: the k at which every head would take as many iterations in all.
        mean: of k at 10 %.
        left: sqrt(k) left after 256 last and 4 first keys over all of it; None where not measured. settled:
            share of the heads that then need no search.
        union_rows: distinct keys among the 16 heaviest of 8 neighbouring rows, in units of 16; union_group:
            of the 3 query heads of a key head.
    """

    model: str
    n: int
    n_texts: int
    quartiles: dict[str, tuple[float, ...]]
    dense: float
    root_mean: float
    mean: float
    left: float | None
    settled: float | None
    union_rows: float
    union_group: float | None


@attrs.frozen(kw_only=True)
class ModelExponents:
    """Of n, over a whole model, k as measured at one error target.

    Attributes:
        growth: of k, a head. search: of n^1.5 k^0.5. inference: of n k d. contexts: those fitted.
    """

    model: str
    growth: Growth
    search: float
    inference: float
    contexts: tuple[int, ...]


@attrs.frozen(kw_only=True)
class Octave:
    """Exponent of the search between two contexts, at 10 %, over the texts that both were measured with."""

    low: int
    high: int
    search: float


@attrs.frozen(kw_only=True)
class RoleFigures:
    """Heads of one role at 4,096 tokens, over texts: how many, medians of k and of what is left of it."""

    role: str
    n_heads: int
    k: float
    k_left: float


@attrs.frozen(kw_only=True)
class LoaderExponents:
    """T count of the finds: exponent of n with k held, that of k, and of n with k as measured at 10 %."""

    algorithm: str
    loader: str
    n: float
    k: float
    n_measured: float


@attrs.frozen(kw_only=True)
class RealHeadsReport:
    """The fields of the study's `result.json`.

    Attributes:
        octaves, roles: of the decoder. union_exponent: a of R^a k distinct keys of R neighbouring rows.
        dense_over_inference: n over the mean k at 4,096: n^2 d over n k d.
    """

    schema: Literal["qattention/real-heads/1"] = SCHEMA  # type: ignore[assignment]
    contexts: tuple[ContextFigures, ...]
    exponents: tuple[ModelExponents, ...]
    octaves: tuple[Octave, ...]
    roles: tuple[RoleFigures, ...]
    loaders: tuple[LoaderExponents, ...]
    union_exponent: float
    dense_over_inference: float
    caveats: str


def real_heads_report() -> RealHeadsReport:
    """Everything from the packaged table; a second or so."""
    table = head_table()
    decoder = table.of(DECODER)
    exponents = tuple(_exponents(table, name, target) for name in (DECODER, ENCODER) for target in TARGETS)
    at_ten = next(one for one in exponents if one.model == DECODER and one.growth.target == 0.1)
    last = decoder.of(n=FITTED)
    return RealHeadsReport(
        contexts=tuple(
            _context(table.of(name), name, n) for name in (DECODER, ENCODER) for n in table.of(name).contexts
        ),
        exponents=exponents,
        octaves=tuple(Octave(low=low, high=high, search=found) for low, high, found in octaves(decoder, 0.1)),
        roles=tuple(
            RoleFigures(
                role=role,
                n_heads=int(chosen.sum()),
                k=float(np.median(last.k[0.1][chosen])),
                k_left=float(np.median(last.k_left[chosen])),
            )
            for role, chosen in roles(last).items()
        ),
        loaders=tuple(_loaders(at_ten.search)),
        union_exponent=union_exponent(table),
        dense_over_inference=float(FITTED / last.keys(0.1).mean()),
        caveats=CAVEATS,
    )


def _context(model: HeadTable, name: str, n: int) -> ContextFigures:
    own = model.of(n=n)
    measured = bool(np.isfinite(own.k_left).all()) and name == DECODER
    group = own.union_group
    return ContextFigures(
        model=name,
        n=n,
        n_texts=len(own.texts_at(n)),
        quartiles={f"{target:g}": quartiles(own.k[target]) for target in TARGETS},
        dense=float((own.k[0.1] > n / DENSE).mean()),
        root_mean=float(iterations_over_n(own, 0.1)[0] ** 2),
        mean=float(mean_keys(own, 0.1)[0]),
        left=share_left(own) if measured else None,
        settled=settled(own) if measured else None,
        union_rows=float(own.union_rows.mean()),
        union_group=float(group.mean()) if np.isfinite(group).all() else None,
    )


def _exponents(table: HeadTable, name: str, target: float) -> ModelExponents:
    own = fitted(table.of(name))
    return ModelExponents(
        model=name,
        growth=growth_of(own, target),
        search=search_exponent(own, target),
        inference=inference_exponent(own, target),
        contexts=own.contexts,
    )


def _loaders(search: float) -> list[LoaderExponents]:
    """Leading exponents of T, the k of iterations put in as the n that it grows with.

    Where k has another power than a half (none has today), n^(2 (search - 1.5)) is still what stands for it.
    """
    alpha = 2 * (search - 1.5)
    found = []
    for algorithm in OF_ROWS.values():
        for loader in LOADERS.values():
            if loader.leading is None or (algorithm.shares and loader.is_device):
                continue
            each = iteration(iteration_terms(algorithm, loader), "t")
            powers = leading_exponents(finds(algorithm, loader) * each)
            found.append(
                LoaderExponents(
                    algorithm=algorithm.name,
                    loader=loader.name,
                    n=powers.n,
                    k=powers.k,
                    n_measured=powers.n + alpha * powers.k,
                )
            )
    return found
