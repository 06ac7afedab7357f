"""Records of the bloqs that give a key back, and of the lines and phases that it takes."""

from __future__ import annotations

from qattention.catalogue.loading import NEEDS_DATA, TINY
from qattention.catalogue.record import BloqRecord

FIX_UP = "Berry et al., arXiv:1902.02134, appendix C (measured unload)"

UNLOADING = (
    BloqRecord(
        slug="tree_unload",
        title="TreeUnload",
        module="qattention.bloqs.one_hot_load",
        summary="Give key, junk and tree back: a measured unload that finds its blocks one-hot already.",
        action="|j⟩|k_j⟩|junk_j⟩|tree_j⟩ → (−1)^[j ∈ flips] |j⟩, for every measurement outcome",
        cost="max(0, K − 2)",
        sizes=(
            {"n": 3, "d": 1, "b": 1, "block": 1},
            {"n": 5, "d": 2, "b": 3, "block": 1, "flip": True},
            {"n": 5, "d": 2, "b": 3, "block": 2},
            {"n": 11, "d": 1, "b": 2, "block": 4, "flip": True},
            {"n": 9, "d": 1, "b": 2, "block": 2, "padded": True},
            {"n": 11, "d": 1, "b": 2, "block": 1, "flip": True, "halves": True},
            {"n": 15, "d": 1, "b": 2, "block": 1, "padded": True, "halves": True},
        ),
        references=(FIX_UP,),
        skips={"tensor": "its circuit measures, and its ideal action is checked on basis states instead"},
        limitations=(
            NEEDS_DATA,
            "only for a load that keeps its tree; with blocks so large that a fix-up from scratch is cheaper "
            "the load erases it",
            "a range of padding that one line stands for has its phases flipped together or not at all",
        ),
    ),
    BloqRecord(
        slug="measure_junk",
        title="MeasureJunk",
        module="qattention.bloqs.measure_junk",
        summary="Measure what a loader leaves beside the key, right after the load.",
        action="|j⟩|junk_j⟩ → (−1)^parity(r AND junk_j) |j⟩, r the outcomes",
        cost="0",
        sizes=({"bits": 1}, {"bits": 3}),
        references=(FIX_UP,),
        skips={
            "classical": "an X measurement a bit; the phase it leaves is mended in the unload"
            ": the oracle runs both",
            "adjoint": "a measurement has none; load and unload are each other's adjoint without it",
            "tensor": "its circuit measures; without the outcomes there is no matrix",
        },
    ),
    BloqRecord(
        slug="one_hot",
        title="OneHot",
        module="qattention.bloqs.one_hot",
        summary="The one-hot encoding of an address as wires.",
        action="|u⟩ → |u⟩|0…010…0⟩, the 1 at line u",
        cost="2^l − 2; none to uncompute",
        sizes=(
            {"bits": 1},
            {"bits": 2},
            {"bits": 2, "uncompute": True},
            {"bits": 3},
            {"bits": 4, "uncompute": True},
        ),
        references=(
            "Low, Kliuchnikov and Schaeffer, arXiv:1812.00954",
            FIX_UP,
        ),
    ),
    BloqRecord(
        slug="parity_phase",
        title="ParityPhase",
        module="qattention.bloqs.parity_phase",
        summary="Phases conditioned on parities of measured bits: the fix-up of a measured unload.",
        action="|j⟩ → (−1)^(parity(r AND word_j) ⊕ flip_j) |j⟩ for the addresses of one block",
        cost="0 (one conditioned CZ an address)",
        sizes=(
            {"n": 3, "d": 1, "b": 2, "first": 0, "n_lines": 2},
            {"n": 4, "d": 2, "b": 2, "first": 2, "n_lines": 2, "selected": False},
            {"n": 4, "d": 2, "b": 3, "first": 3, "n_lines": 0},
        ),
        references=(FIX_UP,),
        skips={
            "decomposition": "atomic: one gate of the instruction set, a CZ conditioned on a parity",
            "costs": "atomic: declares its cost and has no circuit to compare with",
            "classical": "atomic: its action is the only one; the unload's check runs it",
            "tensor": "atomic, and Qualtran's tensors have no classically conditioned phase",
            "gates": "reads bits that another bloq measured; its gates are recounted within the unload",
        },
        limitations=("the parities are about w / 2 classical bit operations an address, counted apart",),
    ),
    BloqRecord(
        slug="measured_unload",
        title="MeasuredUnload",
        module="qattention.bloqs.qrom_load",
        summary="Give a loaded key, and junk, back by measuring them, and mend the phase.",
        action="|j⟩|k_j⟩|junk_j⟩ → (−1)^[j ∈ flips] |j⟩, for every measurement outcome",
        cost="min over l of max(0, ⌈n / 2^l⌉ − 2) + max(0, 2^l − 2), about 2 √n − 4",
        sizes=(
            *TINY,
            {"n": 6, "d": 1, "b": 2, "flip": True},
            {"n": 16, "d": 2, "b": 2, "flip": True},
            {"n": 5, "d": 1, "b": 2, "block": 2, "flip": True},
            {"n": 11, "d": 1, "b": 2, "block": 4, "padded": True},
            {"n": 5, "d": 2, "b": 2, "padded": True},
        ),
        references=(FIX_UP,),
        skips={
            "tensor": "its circuit measures; the declared isometry stands in for it in larger contractions"
        },
        limitations=(
            NEEDS_DATA,
            "n w / 2 classical bit operations are expected between the measurement and the fix-up",
            "with `flips` it has no adjoint: an unload that flips phases is no load backwards",
        ),
    ),
)
