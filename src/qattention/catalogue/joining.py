"""Records of the bloqs that search blocks of pairs."""

from __future__ import annotations

from qattention.catalogue.record import BloqRecord, Size

TOO_WIDE = "dozens of wires beside the address: no dense matrix; its gates are run on every pair instead"
OPAQUE = "its carries are opaque; the gates of the oracle are run on every pair instead"
SUPERPOSES = "takes basis states to superpositions: there is no classical action to compare"
PAIRS: tuple[Size, ...] = (
    {"rows": 1, "keys": 1, "d": 1, "b": 2},
    {"rows": 1, "keys": 2, "d": 2, "b": 2, "places": 1},
    {"rows": 2, "keys": 2, "d": 2, "b": 3, "bounds": 1},
)


_PAIR_MODULE = "qattention.bloqs.pair_oracle"
_SIGNS = "qattention.bloqs.pair_signs"
_DEEP = tuple({**size, "depth": depth} for size, depth in zip(PAIRS, (1, 0, 2), strict=True))

JOINING = (
    BloqRecord(
        slug="square_sum",
        title="SquareSum",
        module="qattention.bloqs.square_sum",
        summary="Whether ⟨q, k⟩ ≥ T where q and k are both loaded: bits of q + k XORed, none multiplied.",
        action="|q⟩|k⟩ → |q⟩|k⟩|⟨q, k⟩ ≥ T⟩|junk⟩",
        cost="Σ b + Σ b (b + 1)/2 and some for the words beside; none to uncompute",
        sizes=({"d": 1, "b": 1}, {"d": 2, "b": 2}, {"d": 3, "b": 4}, {"d": 2, "b": 2, "uncompute": True}),
        references=("Gidney, arXiv:1709.06648 (carries kept and erased by measurement)",),
        skips={"classical": OPAQUE, "tensor": TOO_WIDE},
        limitations=("an And's carry is held for every bit that is added: about 44 d wires at 8 bits",),
    ),
    BloqRecord(
        slug="listed_sign",
        title="ListedSign",
        module=_SIGNS,
        summary="The sign of a pair that is known already, its address listed in a loaded word.",
        action="|a⟩|slot⟩ → (−1)^[slot holds a] |a⟩|slot⟩",
        cost="m − 1",
        sizes=tuple({"bits": m} for m in (1, 2, 3)),
        skips={"classical": "Qualtran simulates no CZ classically; the tensor rung covers the action"},
    ),
    BloqRecord(
        slug="seen_sign",
        title="SeenSign",
        module=_SIGNS,
        summary="The sign where a row sees the key: an address below a loaded bound.",
        action="|a⟩|B⟩|s⟩ → (−1)^(s ∧ [a < B]) |a⟩|B⟩|s⟩",
        cost="m",
        sizes=tuple({"bits": m} for m in (1, 2, 3)),
        skips={"classical": "Qualtran simulates no CZ classically", "tensor": TOO_WIDE},
    ),
    BloqRecord(
        slug="not_sign",
        title="NotSign",
        module="qattention.bloqs.turn_oracle",
        summary="The phase of a row whose sum is not negative.",
        action="|s⟩ → −(−1)^s |s⟩",
        cost="0",
        sizes=({},),
        skips={"classical": "Qualtran simulates no Z classically; the tensor rung covers the action"},
    ),
    BloqRecord(
        slug="turn_oracle",
        title="TurnOracle",
        module="qattention.bloqs.turn_oracle",
        summary="Several rows in turn on one loaded key: the parity of the rows that it is heavy for.",
        action="|j⟩ → (−1)^(number of rows r with ⟨q_r, k_j⟩ ≥ T_r) |j⟩",
        cost="load and unload, and every row's sum",
        sizes=({"n": 3, "d": 1, "b": 2, "rows": 2}, {"n": 5, "d": 2, "b": 3, "rows": 3}),
        skips={"classical": OPAQUE, "tensor": TOO_WIDE},
        limitations=("a key that is heavy for an even number of the rows keeps its phase",),
    ),
    BloqRecord(
        slug="row_mark",
        title="RowMark",
        module=_PAIR_MODULE,
        summary="The sign of heavy rows under a key that is held.",
        action="|i⟩|j⟩|k_j⟩ → (−1)^[⟨q_i, k_j⟩ ≥ T_i] |i⟩|j⟩|k_j⟩",
        cost="look-up and unload of a row, a SquareSum, m for a bound and m − 1 for a known place",
        sizes=PAIRS,
        skips={"classical": OPAQUE, "tensor": TOO_WIDE},
    ),
    BloqRecord(
        slug="pair_oracle",
        title="PairOracle",
        module=_PAIR_MODULE,
        summary="The sign of heavy pairs of a row and a key, both looked up.",
        action="|i, j⟩ → (−1)^[⟨q_i, k_j⟩ ≥ T_i] |i, j⟩",
        cost="look-up and unload of a key, and a RowMark",
        sizes=PAIRS,
        skips={"classical": OPAQUE, "tensor": TOO_WIDE},
    ),
    BloqRecord(
        slug="nested_iterate",
        title="NestedIterate",
        module="qattention.bloqs.nested_iterate",
        summary="Amplitude amplification over keys of Grover steps over rows under each.",
        action="A† S A, then the reflection about all pairs; A: Grover steps over rows",
        cost="look-up and unload of a key, 2 j + 1 RowMarks, 2 j reflections of rows, one of pairs",
        sizes=_DEEP,
        references=("Brassard, Hoyer, Mosca and Tapp, quant-ph/0005055, theorem 2",),
        skips={"classical": SUPERPOSES, "tensor": TOO_WIDE, "adjoint": "only its oracle is its own inverse"},
    ),
    BloqRecord(
        slug="nested_readout",
        title="NestedReadout",
        module="qattention.bloqs.nested_iterate",
        summary="The steps over rows once more, before a pair is read.",
        action="A: Grover steps over rows under each key",
        cost="look-up and unload of a key, j RowMarks and reflections of rows",
        sizes=_DEEP,
        skips={
            "classical": SUPERPOSES,
            "tensor": TOO_WIDE,
            "adjoint": "it is read after: there is no way back",
        },
    ),
)
