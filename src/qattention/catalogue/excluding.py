"""Records of the bloqs that keep found keys out of a search, and of the flag of several rows."""

from __future__ import annotations

from qattention.catalogue.record import BloqRecord

ERASE = "Gidney, arXiv:1709.06648 (an And is erased by measurement)"
PREFIXES = "Babbush et al., arXiv:1805.03662, section III (siblings of a unary iteration share an And)"
NOT_SIMULABLE = "Qualtran simulates no rotation classically; the tensor rung covers the action exactly"
SETS = (
    *({"bits": 1, "found": count} for count in (1, 2)),
    *({"bits": 3, "found": count} for count in (1, 3, 8)),
    {"bits": 4, "found": 5},
)
FOUND = "only for loaders without a fix-up: elsewhere found keys are excluded at no gate"

EXCLUDING = (
    BloqRecord(
        slug="address_sign",
        title="AddressSign",
        module="qattention.bloqs.address_phase",
        summary="The sign on a set of found addresses.",
        action="|j⟩ → (−1)^[j ∈ found] |j⟩",
        cost="Σ over lengths 1 .. m − 2 of the distinct prefixes, at most m − 2 a found address",
        sizes=SETS,
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
        references=(ERASE,),
        skips={"classical": NOT_SIMULABLE},
        limitations=("the live bit is one more bit a word, in every word that the loader holds or moves",),
    ),
)
