"""Records of the bloqs that bring a key in and give it back."""

from __future__ import annotations

from qattention.catalogue.record import BloqRecord

UNARY = "Babbush et al., arXiv:1805.03662, section III.A and figure 7 (unary iteration); III.C (QROM)"
FIX_UP = "Berry et al., arXiv:1902.02134, appendix C (measured unload)"
SELECT_SWAP = "Low, Kliuchnikov and Schaeffer, arXiv:1812.00954, section 3 (SelectSwap)"
TRUNCATED = "addresses >= n must not occur unless `padded`: the walk has no branch for them"
NEEDS_DATA = "the circuit needs the values of all keys; costs need only n, d and b"
TINY = (
    {"n": 1, "d": 1, "b": 1},
    {"n": 2, "d": 1, "b": 2},
    {"n": 3, "d": 2, "b": 2},
    {"n": 5, "d": 2, "b": 3},
)

LOADING = (
    BloqRecord(
        slug="xor_word",
        title="XorWord",
        module="qattention.bloqs.xor_word",
        summary="XOR one row of a table into the key register.",
        action="|s⟩|k⟩ → |s⟩|k ⊕ s·word_j⟩",
        cost="0",
        sizes=(
            {"n": 1, "d": 1, "b": 1, "controlled": False},
            {"n": 2, "d": 1, "b": 2},
            {"n": 3, "d": 2, "b": 2},
            {"n": 3, "d": 2, "b": 3, "controlled": False},
        ),
        references=(UNARY,),
        limitations=("one CNOT for each 1 in the word; a multi-target CNOT is one layer of Clifford depth",),
    ),
    BloqRecord(
        slug="qrom_load",
        title="QROMLoad",
        module="qattention.bloqs.qrom_load",
        summary="Look a key up by unary iteration; the key register enters here.",
        action="|j⟩ → |j⟩|k_j⟩",
        cost="n − 2 (n ≥ 2; 0 for one key); with `padded` one more for each 0 below the top bit of n − 1",
        sizes=(
            *TINY,
            {"n": 6, "d": 1, "b": 2},
            {"n": 16, "d": 2, "b": 2},
            {"n": 5, "d": 2, "b": 2, "padded": True},
        ),
        references=(UNARY,),
        limitations=(TRUNCATED, NEEDS_DATA, "without data its CNOTs are the expectation n w / 2"),
    ),
    BloqRecord(
        slug="select_swap_load",
        title="SelectSwapLoad",
        module="qattention.bloqs.select_swap_load",
        summary="Look up a block of K keys by unary iteration, then pick one by the low address bits.",
        action="|j⟩ → |j⟩|k_j⟩|junk_j⟩",
        cost="(⌈n / K⌉ − 2) + (K − 1) w, w = d b; with `padded` one more for each 0 below the top bit of "
        "⌈n / K⌉ − 1",
        sizes=(
            {"n": 1, "d": 1, "b": 1, "block": 1},
            {"n": 3, "d": 1, "b": 1, "block": 2},
            {"n": 3, "d": 2, "b": 2, "block": 1},
            {"n": 2, "d": 1, "b": 2, "block": 2},
            {"n": 5, "d": 2, "b": 3, "block": 4},
            {"n": 5, "d": 1, "b": 2, "block": 8},
            {"n": 16, "d": 2, "b": 2, "block": 4},
            {"n": 11, "d": 1, "b": 2, "block": 2},
            {"n": 5, "d": 2, "b": 2, "block": 2, "padded": True},
            {"n": 5, "d": 1, "b": 2, "block": 8, "padded": True},
        ),
        references=(SELECT_SWAP, "Berry et al., arXiv:1902.02134, appendix B"),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "K is a power of two; a block larger than the table is the whole table",
            "K = n is the full swap network: it selects nothing, and half of its Toffolis have a constant "
            "as control, so that K = n / 2 is never dearer",
            "one address bit controls w Toffolis or more: a small depth takes fan-out",
        ),
    ),
    BloqRecord(
        slug="one_hot_load",
        title="OneHotLoad",
        module="qattention.bloqs.one_hot_load",
        summary="Select a block of K keys by a kept one-hot tree of the high address bits, then pick one.",
        action="|j⟩ → |j⟩|k_j⟩|junk_j⟩|tree_j⟩",
        cost="(⌈n / K⌉ − 2) + (K − 1) w, w = d b; with `padded` one more for each 0 below the top bit of "
        "⌈n / K⌉ − 1",
        sizes=(
            {"n": 1, "d": 1, "b": 1, "block": 1},
            {"n": 3, "d": 1, "b": 1, "block": 1},
            {"n": 3, "d": 1, "b": 1, "block": 2},
            {"n": 2, "d": 1, "b": 2, "block": 2},
            {"n": 5, "d": 2, "b": 3, "block": 1},
            {"n": 5, "d": 2, "b": 3, "block": 2},
            {"n": 11, "d": 1, "b": 2, "block": 4},
            {"n": 16, "d": 1, "b": 2, "block": 8},
            {"n": 5, "d": 2, "b": 2, "block": 1, "padded": True},
            {"n": 9, "d": 1, "b": 2, "block": 2, "padded": True},
        ),
        references=(SELECT_SWAP,),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "K is a power of two; a block larger than the table is the whole table",
            "log2(n / K) layers of And's only if an address bit may control all And's of a layer (fan-out)",
            "each block's CNOTs start from another line, but end on the same words: they still take turns",
        ),
    ),
    BloqRecord(
        slug="swap_network_load",
        title="SwapNetworkLoad",
        module="qattention.bloqs.swap_network_load",
        summary="Write all words side by side and bring the addressed one to the front, level by level.",
        action="|j⟩ → |j⟩|k_j⟩",
        cost="(⌈n / 2⌉ − 1) w, w = d b; with `padded` (2^(m − 1) − 1) w",
        sizes=(
            *TINY,
            {"n": 4, "d": 1, "b": 1},
            {"n": 11, "d": 1, "b": 2},
            {"n": 16, "d": 2, "b": 2},
            {"n": 5, "d": 2, "b": 2, "padded": True},
            {"n": 1, "d": 1, "b": 2, "padded": True},
        ),
        references=(SELECT_SWAP, "Gidney, arXiv:1709.06648 (And's erased by measurement)"),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "about n w wires while it loads, w of them after",
            "an address bit controls half of a level's And's: m - 1 layers take fan-out",
        ),
    ),
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
