"""Records of the bloqs that search: phases, the start state, Grover, and the paper's Algorithm 1.

Apart from `records`, which lists all families, because a bloq is described, built and costed in one place
and one family's bloqs fill a page.
"""

from __future__ import annotations

from typing import Any

from qattention import bloqs, formulas
from qattention.catalogue.record import BloqRecord, Size
from qattention.catalogue.shared import NOT_SIMULABLE, oracle, oracle_sizes
from qattention.formulas import Costs

ALGORITHM = "arXiv:2307.08045, Theorem 3.1 and Algorithm 1"
LONG = "Long, quant-ph/0106071 (phase matching, certain success)"
NO_BASIS_ACTION = "takes basis states to superpositions: there is no classical action to compare"
MEASURES = "reads its addresses out, and Qualtran's tensors do not contract a readout to a matrix"
NO_ADJOINT = "measures: it has no adjoint"
SIZES: tuple[Size, ...] = ({"n": 2, "d": 1, "b": 2}, {"n": 3, "d": 2, "b": 2}, {"n": 5, "d": 2, "b": 3})
ITEMS: tuple[Size, ...] = tuple({"n": n} for n in (1, 2, 3, 4, 5, 6, 7, 12, 16))


def _phased_search(n: int, d: int, b: int, pairs: int) -> bloqs.PhasedSearch:
    return bloqs.PhasedSearch(oracle(n, d, b), phases=tuple((1.0 + i, -2.0 + i) for i in range(pairs)))


def _find(n: int, d: int, b: int, longest: int) -> bloqs.FindHeavyKeys:
    return bloqs.FindHeavyKeys(oracle(n, d, b), searches=tuple((m, 1) for m in range(longest + 1)))


def _found_costs(bloq: Any) -> Costs:
    iterations = sum(length * count for length, count in bloq.searches)
    return formulas.find_heavy_keys(
        **oracle_sizes(bloq.oracle), n_iterations=iterations, n_runs=bloq.n_searches
    )


def _sparse_attention(bloq: Any) -> Costs:
    ((row, n_rows),) = bloq.rows
    return formulas.sparse_attention(_found_costs(row), n_rows)


def _grover_search(bloq: Any) -> Costs:
    return formulas.grover_search(**oracle_sizes(bloq.oracle), n_iterations=bloq.n_iterations)


def _reflection(n_items: int, is_sign: bool) -> Costs:
    """The package's closed form is of the sign; another phase needs a longer ladder and a rotation."""
    if is_sign:
        return formulas.reflection(n_items)
    prepare = formulas.uniform_superposition(n_items)
    return prepare + formulas.phase_at_zero(formulas.address_bits(n_items), is_sign=False) + prepare


def _phased_costs(bloq: Any) -> Costs:
    """Every pair here has two phases that are not -1."""
    searched, start = bloq.oracle, formulas.uniform_superposition(bloq.oracle.n_items)
    pair = (
        formulas.heavy_key_oracle(**oracle_sizes(searched))
        + Costs(rotation=1)
        + _reflection(searched.n_items, False)
    )
    return start + pair.times(len(bloq.phases))


SEARCHING: tuple[BloqRecord, ...] = (
    BloqRecord(
        slug="phase_at_zero",
        title="PhaseAtZero",
        module="qattention.bloqs.phases",
        summary="A phase on |0…0⟩.",
        action="|x⟩ → e^(iφ[x = 0]) |x⟩",
        cost="m − 2 for φ = π (m ≥ 2), else m − 1 and one rotation",
        sizes=(*({"bits": m} for m in (1, 2, 3, 5)), *({"bits": m, "rotation": True} for m in (1, 2, 4))),
        builder=lambda bits, rotation=False: (
            bloqs.PhaseAtZero(bits, 1.0) if rotation else bloqs.PhaseAtZero(bits)
        ),
        formula=lambda bloq: formulas.phase_at_zero(bloq.n_bits, bloq.is_sign),
        references=("Barenco et al., quant-ph/9503016, section 7 (a chain of And's)",),
        skips={"classical": NOT_SIMULABLE},
    ),
    BloqRecord(
        slug="phase_below",
        title="PhaseBelow",
        module="qattention.bloqs.phases",
        summary="A phase on all values below an odd bound.",
        action="|x⟩ → e^(iφ[x < c]) |x⟩",
        cost="L − 1 and one rotation, L = ⌈log2 c⌉",
        sizes=tuple({"bound": c} for c in (3, 5, 7, 9, 13)),
        builder=lambda bound: bloqs.PhaseBelow(bound=bound, angle=1.0),
        formula=lambda bloq: formulas.phase_below(bloq.bound),
        skips={"classical": NOT_SIMULABLE},
        limitations=(
            "the bound must be odd and at least 3: a factor of two belongs to the address's low bits",
        ),
    ),
    BloqRecord(
        slug="uniform_superposition",
        title="UniformSuperposition",
        module="qattention.bloqs.uniform_superposition",
        summary="The exact uniform superposition over any number of addresses.",
        action="|0⟩ → n^(−1/2) Σ_{j<n} |j⟩",
        cost="0 if n is a power of two, else 2 (L − 1) and two rotations; n = 2^s r, r odd, L = ⌈log2 r⌉",
        sizes=(*ITEMS, {"n": 5, "uncompute": True}),
        builder=lambda n, uncompute=False: bloqs.UniformSuperposition(n, uncompute),
        formula=lambda bloq: formulas.uniform_superposition(bloq.n_items),
        references=(LONG,),
        skips={"classical": NO_BASIS_ACTION},
        limitations=("exact up to the synthesis of two rotations, whose error the budget holds",),
    ),
    BloqRecord(
        slug="reflection",
        title="Reflection",
        module="qattention.bloqs.uniform_superposition",
        summary="The reflection about the uniform superposition.",
        action="2|s⟩⟨s| − 1",
        cost="max(0, m − 2) and two uniform superpositions; for a phase but −1, m − 1 and a rotation more",
        sizes=(*ITEMS, {"n": 5, "rotation": True}),
        builder=lambda n, rotation=False: bloqs.Reflection(n, 1.0) if rotation else bloqs.Reflection(n),
        formula=lambda bloq: _reflection(bloq.n_items, bloq.at_zero.is_sign),
        references=("Boyer, Brassard, Høyer and Tapp, quant-ph/9605034, section 3",),
        skips={"classical": NO_BASIS_ACTION},
    ),
    BloqRecord(
        slug="grover_iterate",
        title="GroverIterate",
        module="qattention.bloqs.grover",
        summary="One call of the oracle, then the reflection.",
        action="(2|s⟩⟨s| − 1) · oracle",
        cost="oracle + reflection",
        sizes=(*SIZES, {"n": 5, "d": 2, "b": 2, "padded": True}),
        builder=lambda **sizes: bloqs.GroverIterate(oracle(**sizes)),
        formula=lambda bloq: formulas.grover_iterate(**oracle_sizes(bloq.oracle)),
        references=("Boyer, Brassard, Høyer and Tapp, quant-ph/9605034, section 3",),
        skips={"classical": NO_BASIS_ACTION, "adjoint": "never run backwards; only its parts have adjoints"},
    ),
    BloqRecord(
        slug="grover_search",
        title="GroverSearch",
        module="qattention.bloqs.grover",
        summary="The start state and m iterates.",
        action="|0⟩ → iterate^m |s⟩; a marked address is read with probability sin²((2m + 1) asin √(t / N))",
        cost="uniform superposition + m iterates",
        sizes=tuple({**size, "m": m} for size in SIZES for m in (0, 1, 2)),
        builder=lambda m, **sizes: bloqs.GroverSearch(oracle(**sizes), m),
        formula=_grover_search,
        references=("Boyer, Brassard, Høyer and Tapp, quant-ph/9605034, section 3",),
        skips={"classical": NO_BASIS_ACTION, "adjoint": "never run backwards; only its parts have adjoints"},
    ),
    BloqRecord(
        slug="phased_search",
        title="PhasedSearch",
        module="qattention.bloqs.phased_search",
        summary="Amplitude amplification with chosen phases, for fixed-point and exact searches.",
        action="|0⟩ → Π_i (1 + (e^(iβ_i) − 1)|s⟩⟨s|) e^(iα_i [marked]) |s⟩",
        cost="uniform superposition + l (oracle + reflection); a rotation more for each phase but π",
        sizes=tuple({**size, "pairs": pairs} for size in SIZES for pairs in (1, 2)),
        builder=_phased_search,
        formula=_phased_costs,
        references=("Yoder, Low and Chuang, arXiv:1409.3305, equations 2 and 11", LONG),
        skips={"classical": NO_BASIS_ACTION, "adjoint": "never run backwards; only its parts have adjoints"},
        limitations=(
            "for a phase but −1 excluded keys are looked up as the lightest word, so the threshold must lie "
            "above the least possible inner product",
        ),
    ),
    BloqRecord(
        slug="readout",
        title="Readout",
        module="qattention.bloqs.grover",
        summary="Measure an address in the computational basis.",
        action="|j⟩ → the bits of j",
        cost="0",
        sizes=({"bits": 1}, {"bits": 3}),
        builder=lambda bits: bloqs.Readout(bits),
        formula=lambda bloq: formulas.readout(bloq.n_bits),
        skips={
            "classical": "a MeasureZ a bit, for which Qualtran declares no action; its gates are recounted",
            "adjoint": NO_ADJOINT,
            "tensor": MEASURES,
        },
    ),
    BloqRecord(
        slug="find_heavy_keys",
        title="FindHeavyKeys",
        module="qattention.bloqs.sparse_attention",
        summary="Every search that finding all heavy keys of one row may run.",
        action="→ one address a search",
        cost="Σ over searches of (uniform superposition + m iterates)",
        sizes=tuple({**size, "longest": 2} for size in SIZES),
        builder=_find,
        formula=_found_costs,
        references=(ALGORITHM,),
        skips={"classical": NO_BASIS_ACTION, "adjoint": NO_ADJOINT, "tensor": MEASURES},
        limitations=(
            "the worst case of a schedule: what runs next depends on what was measured",
            "expected costs are schedule mean times iteration, in estimates",
        ),
    ),
    BloqRecord(
        slug="sparse_attention",
        title="SparseAttention",
        module="qattention.bloqs.sparse_attention",
        summary="Algorithm 1 over all query rows of a head.",
        action="→ the heavy keys of every row",
        cost="Σ over rows",
        sizes=({"n": 2, "d": 1, "b": 2, "rows": 1}, {"n": 3, "d": 2, "b": 2, "rows": 2}),
        builder=lambda rows, **sizes: bloqs.SparseAttention(rows=((_find(longest=1, **sizes), rows),)),
        formula=_sparse_attention,
        references=(ALGORITHM,),
        skips={"classical": NO_BASIS_ACTION, "adjoint": NO_ADJOINT, "tensor": MEASURES},
        limitations=("rows of equal cost share one entry; the oracle of the entry stands for all of them",),
    ),
)
