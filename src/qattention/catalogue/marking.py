"""Records of the oracles of rows, and of the bloqs that keep found keys out of a search.

Apart from `records`, which lists all families, because a bloq is described, built and costed in one place
and one family's bloqs fill a page.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qattention import bloqs, formulas
from qattention.catalogue.record import BloqRecord
from qattention.catalogue.shared import (
    ERASE,
    NEEDS_DATA,
    NOT_SIMULABLE,
    SEED,
    TINY,
    TRUNCATED,
    exclusion_form,
    oracle,
    oracle_sizes,
)
from qattention.formulas import Costs, RowSums
from qattention.formulas.address_phase import address_sign, flag_phase, prefix_counts
from qattention.formulas.any_flag import any_flag, live_phase
from qattention.formulas.shared_oracle import not_all, shared_oracle

PREFIXES = "Babbush et al., arXiv:1805.03662, section III (siblings of a unary iteration share an And)"
SETS = (
    *({"bits": 1, "found": count} for count in (1, 2)),
    *({"bits": 3, "found": count} for count in (1, 3, 8)),
    {"bits": 4, "found": 5},
)
FOUND = "only for loaders without a fix-up: elsewhere found keys are excluded at no gate"


def _shared_oracle(
    n: int, d: int, b: int, rows: int, padded: bool = False, **exclusion: bool
) -> bloqs.SharedOracle:
    """Rows of one oracle's weights, rolled, each with a threshold of its own."""
    base = oracle(n, d, b, padded, excluded=True, **exclusion)
    rolled = [base.weights[r % d :] + base.weights[: r % d] for r in range(1, rows)]
    others = tuple((weights, base.threshold + r) for r, weights in enumerate(rolled, 1))
    return bloqs.SharedOracle(base, others)


def _shared_costs(bloq: Any) -> Costs:
    weights, thresholds = zip(*bloq.rows, strict=True)
    table = bloq.table
    sums = RowSums.from_weights(weights, thresholds, table.word_widths)
    return shared_oracle(table.n_keys, sums, bloq.circuit, exclusion_form(bloq))


def _addresses(bits: int, found: int) -> tuple[int, ...]:
    return tuple(sorted(np.random.default_rng(SEED).permutation(2**bits)[:found].tolist()))


def _found(bloq: Any) -> Any:
    return prefix_counts(bloq.addresses, bloq.n_bits)


MARKING: tuple[BloqRecord, ...] = (
    BloqRecord(
        slug="not_all",
        title="NotAll",
        module="qattention.bloqs.shared_oracle",
        summary="The sign where some bit is 0: where any of several rows is heavy.",
        action="|s⟩ → (−1)^[some bit of s is 0] |s⟩",
        cost="max(0, R − 2) for R bits",
        sizes=({"bits": 1}, {"bits": 2}, {"bits": 3}, {"bits": 5}),
        builder=lambda bits: bloqs.NotAll(bits),
        formula=lambda bloq: not_all(bloq.n_bits),
        references=(ERASE,),
    ),
    BloqRecord(
        slug="shared_oracle",
        title="SharedOracle",
        module="qattention.bloqs.shared_oracle",
        summary="The phase oracle of several query rows on one loaded key.",
        action="|j⟩ → (−1)^([⟨q_r, k_j⟩ ≥ T_r for some r] ⊕ [j ∈ excluded]) |j⟩",
        cost="load + Σ over rows of the inner product + max(0, R − 2) + unload; R − 1 for a phase but −1",
        sizes=(
            {"n": 1, "d": 1, "b": 1, "rows": 1},
            {"n": 3, "d": 2, "b": 2, "rows": 2},
            {"n": 5, "d": 2, "b": 2, "rows": 3},
            {"n": 5, "d": 2, "b": 2, "rows": 3, "padded": True},
            {"n": 8, "d": 3, "b": 3, "rows": 4},
            {"n": 8, "d": 3, "b": 3, "rows": 3, "in_circuit": True},
            {"n": 5, "d": 2, "b": 2, "rows": 3, "live": True},
        ),
        builder=_shared_oracle,
        formula=_shared_costs,
        references=(
            "this package; an XOR of phases would hold one sum at a time, and lose keys heavy for two rows",
        ),
        limitations=(
            "every row's carries are held until the sign is applied: about one qubit an And of all rows",
            "for a phase but −1 found keys need gates or a live bit: no word is the lightest of several rows",
        ),
    ),
    BloqRecord(
        slug="heavy_key_oracle",
        title="HeavyKeyOracle",
        module="qattention.bloqs.heavy_key_oracle",
        summary="The phase oracle of one query row.",
        action="|j⟩ → (−1)^([⟨q, k_j⟩ ≥ T] ⊕ [j ∈ excluded]) |j⟩",
        cost="load + inner product + unload; at most k (m − 2) more where gates exclude k found keys",
        sizes=(
            *TINY,
            {"n": 5, "d": 2, "b": 3, "excluded": True},
            {"n": 5, "d": 2, "b": 2, "padded": True},
            {"n": 8, "d": 3, "b": 4},
            {"n": 8, "d": 2, "b": 2, "excluded": True, "in_circuit": True},
            {"n": 5, "d": 2, "b": 2, "excluded": True, "live": True},
        ),
        builder=oracle,
        formula=lambda bloq: formulas.heavy_key_oracle(**oracle_sizes(bloq), exclusion=exclusion_form(bloq)),
        references=("arXiv:2307.08045, Algorithm 1 and Lemma 5.1 (the search that calls this oracle)",),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "fixed point: heavy means heavy after quantisation of q, k and the threshold",
        ),
    ),
    BloqRecord(
        slug="address_sign",
        title="AddressSign",
        module="qattention.bloqs.address_phase",
        summary="The sign on a set of found addresses.",
        action="|j⟩ → (−1)^[j ∈ found] |j⟩",
        cost="Σ over lengths 1 .. m − 2 of the distinct prefixes, at most m − 2 a found address",
        sizes=SETS,
        builder=lambda bits, found: bloqs.AddressSign(_addresses(bits, found), bits),
        formula=lambda bloq: address_sign(_found(bloq)),
        references=(PREFIXES, ERASE),
        limitations=(FOUND,),
    ),
    BloqRecord(
        slug="flag_phase",
        title="FlagPhase",
        module="qattention.bloqs.address_phase",
        summary="A phase on a flag, taken away where the address is a found one.",
        action="|j⟩|f⟩ → e^(iφ(f ⊕ [j ∈ found])) |j⟩|f⟩",
        cost="Σ over lengths 1 .. m − 1 of the distinct prefixes, at most m − 1 an address; one rotation",
        sizes=SETS,
        builder=lambda bits, found: bloqs.FlagPhase(_addresses(bits, found), bits, angle=1.0),
        formula=lambda bloq: flag_phase(_found(bloq)),
        references=(PREFIXES, ERASE),
        skips={"classical": NOT_SIMULABLE},
        limitations=(FOUND, "about a qubit an And: the wires that recognise addresses wait for the rotation"),
    ),
    BloqRecord(
        slug="any_flag",
        title="AnyFlag",
        module="qattention.bloqs.any_flag",
        summary="One flag for several rows: some sign is 0.",
        action="|s⟩ → |s⟩|some bit of s is 0⟩",
        cost="R − 1 for R bits; none to uncompute",
        sizes=(
            *({"bits": bits} for bits in (1, 2, 3, 5)),
            *({"bits": bits, "uncompute": True} for bits in (1, 2, 4)),
        ),
        builder=lambda bits, uncompute=False: bloqs.AnyFlag(bits, uncompute),
        formula=lambda bloq: any_flag(bloq.n_bits, bloq.uncompute),
        references=(ERASE,),
    ),
    BloqRecord(
        slug="live_phase",
        title="LivePhase",
        module="qattention.bloqs.any_flag",
        summary="The phase of a heavy key that is still live.",
        action="|l⟩|f⟩ → e^(iφ l f) |l⟩|f⟩",
        cost="0 for φ = π (a CZ), else 1 and one rotation",
        sizes=({}, {"rotation": True}),
        builder=lambda rotation=False: bloqs.LivePhase(1.0) if rotation else bloqs.LivePhase(),
        formula=lambda bloq: live_phase(bloq.is_sign),
        references=(ERASE,),
        skips={"classical": NOT_SIMULABLE},
        limitations=("the live bit is one more bit a word, in every word that the loader holds or moves",),
    ),
)
