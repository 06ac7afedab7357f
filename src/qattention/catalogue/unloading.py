"""Records of the bloqs that give a key back, and of the lines and phases that it takes.

Apart from `records`, which lists all families, because a bloq is described, built and costed in one place
and one family's bloqs fill a page.
"""

from __future__ import annotations

from typing import Any

from qattention import bloqs, formulas
from qattention.catalogue.record import BloqRecord
from qattention.catalogue.shared import FIX_UP, NEEDS_DATA, TINY, key_table, one_hot_load
from qattention.formulas import Costs
from qattention.formulas.controlled_load import controlled_load
from qattention.formulas.loaders.one_hot_halves import halves_unload


def _parity_phase(
    n: int, d: int, b: int, first: int, n_lines: int, selected: bool = True
) -> bloqs.ParityPhase:
    return bloqs.ParityPhase(key_table(n, d, b), first, n_lines, (first,), selected)


def _measured_unload(
    n: int, d: int, b: int, block: int = 0, flip: bool = False, padded: bool = False
) -> bloqs.MeasuredUnload:
    table = key_table(n, d, b)
    load = bloqs.SelectSwapLoad(table, block, padded) if block else bloqs.QROMLoad(table, padded)
    return bloqs.MeasuredUnload(load, (n - 1,) if flip else ())


def _load(load: Any) -> Costs:
    """Of a `SelectSwapLoad`, which a block of 1 makes a `QROMLoad`."""
    block = getattr(load, "block", 1)
    return formulas.select_swap_load(load.table.n_keys, load.table.word_bits, block, load.padded)


UNLOADING: tuple[BloqRecord, ...] = (
    BloqRecord(
        slug="inverse_unload",
        title="InverseUnload",
        module="qattention.bloqs.inverse_unload",
        summary="Give a loaded key back by running its load backwards: no word is measured, nothing to mend.",
        action="|j⟩|k_j⟩|junk_j⟩ → |j⟩",
        cost="the load's; of a kept tree of lines none for the lines",
        sizes=(
            {"n": 3, "d": 1, "b": 1, "block": 1},
            {"n": 5, "d": 2, "b": 3, "block": 2},
            {"n": 11, "d": 1, "b": 2, "block": 4},
            {"n": 9, "d": 1, "b": 2, "block": 2, "padded": True},
        ),
        builder=lambda block, padded=False, **sizes: bloqs.InverseUnload(
            bloqs.SelectSwapLoad(key_table(**sizes), block, padded)
        ),
        formula=lambda bloq: formulas.select_swap_load(
            bloq.table.n_keys, bloq.table.word_bits, bloq.load.block, bloq.padded
        ),
        references=("Babbush et al., arXiv:1805.03662, section III.C (a look-up is its own inverse)",),
        skips={
            "tensor": "its circuit measures its And's away, and its action is checked on basis states",
            "adjoint": "the load's own adjoint is the measured unload, the cheaper way back",
        },
        limitations=(
            NEEDS_DATA,
            "no fix-up: phases of the address need a live bit, or gates of their own",
            "the load's junk is held until then, in the place of being measured at once",
        ),
    ),
    BloqRecord(
        slug="controlled_load",
        title="ControlledLoad",
        module="qattention.bloqs.qrom_load",
        summary="A load, or an unload, under a control: what every loader makes of a control.",
        action="|c⟩|j⟩ → |c⟩|j⟩|c·k_j⟩|junk of address c·j⟩, or back",
        cost="those of the load, and m: the loader reads the address ANDed with the control",
        sizes=(
            {"n": 1, "d": 1, "b": 1},
            {"n": 2, "d": 1, "b": 2},
            {"n": 3, "d": 2, "b": 2},
            {"n": 5, "d": 2, "b": 3, "block": 2},
            {"n": 5, "d": 2, "b": 2, "padded": True},
        ),
        builder=lambda block=1, padded=False, **sizes: bloqs.ControlledLoad(
            bloqs.SelectSwapLoad(key_table(**sizes), block, padded)
        ),
        formula=lambda bloq: controlled_load(_load(bloq.load), bloq.table.n_keys),
        references=("this package; Gidney, arXiv:1709.06648 (And's erased by measurement)",),
        limitations=(
            NEEDS_DATA,
            "one control; of several, Qualtran's `ControlledViaAnd` makes one",
            "an oracle needs none on its loads: control its phase (`Always` in Qualtran)",
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
            {"n": 11, "d": 1, "b": 2, "block": 1, "flip": True, "halves": True},
            {"n": 15, "d": 1, "b": 2, "block": 1, "padded": True, "halves": True},
        ),
        builder=lambda n, flip=False, **sizes: bloqs.TreeUnload(
            one_hot_load(n=n, **sizes), (n - 1,) if flip else ()
        ),
        formula=lambda bloq: (halves_unload if bloq.load.halves else formulas.tree_unload)(
            bloq.table.n_keys, bloq.table.word_bits, bloq.load.block, bloq.padded
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
        builder=lambda bits: bloqs.MeasureJunk(bits),
        formula=lambda bloq: formulas.readout(bloq.n_bits),
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
        builder=lambda bits, uncompute=False: bloqs.OneHot(bits, uncompute),
        formula=lambda bloq: formulas.one_hot(bloq.n_bits, bloq.uncompute),
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
        builder=_parity_phase,
        formula=lambda bloq: formulas.parity_phase(bloq.n_lines, bloq.selected),
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
        builder=_measured_unload,
        formula=lambda bloq: formulas.measured_unload(bloq.table.n_keys, bloq.measured_bits, bloq.padded),
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
