"""Records of the bloqs that compute the flag: adders, the inner product, the threshold, the oracle."""

from __future__ import annotations

from qattention.catalogue.loading import NEEDS_DATA, TINY, TRUNCATED
from qattention.catalogue.record import BloqRecord

ERASE = "Gidney, arXiv:1709.06648 (an And is erased by measurement)"

ARITHMETIC = (
    BloqRecord(
        slug="full_adder",
        title="FullAdder",
        module="qattention.bloqs.adders",
        summary="Three bits to a sum in place and a carry that is kept.",
        action="|s, x, y⟩ → |s ⊕ x ⊕ y, x, y⟩|maj(s, x, y)⟩, up to complements kept track of classically",
        cost="1; none to uncompute",
        sizes=(
            {},
            {"invert_s": True},
            {"invert_y": True},
            {"invert_s": True, "invert_y": True},
            {"uncompute": True},
            {"invert_s": True, "invert_y": True, "uncompute": True},
        ),
        references=("Cuccaro et al., quant-ph/0410184 (the majority gate)", ERASE),
    ),
    BloqRecord(
        slug="half_adder",
        title="HalfAdder",
        module="qattention.bloqs.adders",
        summary="Two bits to a sum in place and a carry that is kept.",
        action="|s, x⟩ → |s ⊕ x, x⟩|s AND x⟩, up to complements kept track of classically",
        cost="1; none to uncompute",
        sizes=(
            {},
            {"invert_s": True},
            {"invert_x": True},
            {"invert_s": True, "invert_x": True},
            {"uncompute": True},
            {"invert_x": True, "uncompute": True},
        ),
        references=(ERASE,),
    ),
    BloqRecord(
        slug="inner_product",
        title="InnerProduct",
        module="qattention.bloqs.inner_product",
        summary="⟨q, k⟩ − T of a loaded key with classical q and T, by a compressor tree.",
        action="|k⟩ → |k⟩|⟨q, k⟩ < T⟩|junk⟩, undone by its adjoint",
        cost="Σ_j ⌊m_j / 2⌋ over columns below the sign, m_j their key bits and carries; none to uncompute",
        sizes=(
            {"d": 1, "b": 1},
            {"d": 1, "b": 2},
            {"d": 2, "b": 2},
            {"d": 2, "b": 3, "uncompute": True},
            {"d": 3, "b": 3, "threshold": -2},
            {"d": 3, "b": 3, "narrow": True},
            {"d": 7, "b": 5},
        ),
        references=(
            "Wallace (1964), a tree of full adders; here carries are kept and measured away",
            ERASE,
        ),
        limitations=(
            "about one qubit an And: carries are kept until they are measured",
            "one circuit a query row: q and T are in its wiring",
        ),
    ),
    BloqRecord(
        slug="bucket_tree",
        title="BucketTree",
        module="qattention.bloqs.bucket_tree",
        summary="⟨q, k⟩ − T by a compressor tree that adds up equal multiples of the components once.",
        action="|k⟩ → |k⟩|⟨q, k⟩ < T⟩|junk⟩, undone by its adjoint",
        cost="a tree over the digits ±v 2^e of q, and a smaller one for each odd v > 1; none to uncompute",
        sizes=(
            {"d": 2, "b": 2},
            {"d": 2, "b": 4, "uncompute": True},
            {"d": 5, "b": 4, "threshold": -2},
            {"d": 4, "b": 4, "narrow": True},
            {"d": 8, "b": 6},
        ),
        references=(
            "Pippenger, SIAM J. Comput. 9 (1980): the buckets, there for products of powers",
            "Wallace (1964), a tree of full adders; here carries are kept and measured away",
            ERASE,
        ),
        limitations=(
            "weights beyond 12 bits, or sums beyond 60, fall back to the tree without buckets",
            "about one qubit an And, and one circuit a query row, as for the tree without",
        ),
    ),
    BloqRecord(
        slug="threshold_flag",
        title="ThresholdFlag",
        module="qattention.bloqs.threshold_flag",
        summary="The flag of a heavy key: NOT sign.",
        action="|sign⟩ → |sign⟩|NOT sign⟩",
        cost="0",
        sizes=({}, {"uncompute": True}),
        limitations=("no comparator: −T is already in the sum, so ties at the threshold are heavy",),
    ),
    BloqRecord(
        slug="not_all",
        title="NotAll",
        module="qattention.bloqs.shared_oracle",
        summary="The sign where some bit is 0: where any of several rows is heavy.",
        action="|s⟩ → (−1)^[some bit of s is 0] |s⟩",
        cost="max(0, R − 2) for R bits",
        sizes=({"bits": 1}, {"bits": 2}, {"bits": 3}, {"bits": 5}),
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
        references=("arXiv:2307.08045, Algorithm 1 and Lemma 5.1 (the search that calls this oracle)",),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "fixed point: heavy means heavy after quantisation of q, k and the threshold",
        ),
    ),
)
