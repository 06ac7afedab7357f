"""Records of the bloqs that look a key up in gates.

Apart from `records`, which lists all families, because a bloq is described, built and costed in one place
and one family's bloqs fill a page.
"""

from __future__ import annotations

from qattention import bloqs, formulas
from qattention.catalogue.record import BloqRecord
from qattention.catalogue.shared import NEEDS_DATA, TINY, TRUNCATED, UNARY, key_table, one_hot_load
from qattention.formulas.loaders.one_hot_halves import halves_load
from qattention.formulas.loaders.select_copy_load import Slices, select_copy

SELECT_SWAP = "Low, Kliuchnikov and Schaeffer, arXiv:1812.00954, section 3 (SelectSwap)"
DIRTY_COST = (
    "2 (⌈n / K⌉ − 2) + (4 (K − 1) − 2 log2 K) w, w = d b; with `padded` two more for each 0 below the top "
    "bit of ⌈n / K⌉ − 1; K = 1 is a single walk"
)


def _select_copy_load(
    n: int, d: int, b: int, keys: int, width: int, clean: bool = False, padded: bool = False
) -> bloqs.SelectCopyLoad:
    return bloqs.SelectCopyLoad(key_table(n, d, b), padded=padded, clean=clean, sliced=(keys, width))


LOADING: tuple[BloqRecord, ...] = (
    BloqRecord(
        slug="xor_word",
        title="XorWord",
        module="qattention.bloqs.xor_word",
        summary="XOR one row of a table into the key register.",
        action="|s⟩|k⟩ → |s⟩|k ⊕ s·word_j⟩",
        cost="0",
        sizes=(
            {"n": 1, "d": 1, "b": 1, "selected": False},
            {"n": 2, "d": 1, "b": 2},
            {"n": 3, "d": 2, "b": 2},
            {"n": 3, "d": 2, "b": 3, "selected": False},
        ),
        builder=lambda n, d, b, selected=True: bloqs.XorWord(key_table(n, d, b), n - 1, selected),
        formula=lambda bloq: formulas.xor_word(bloq.table.word_bits, bloq.selected),
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
        builder=lambda n, d, b, padded=False: bloqs.QROMLoad(key_table(n, d, b), padded),
        formula=lambda bloq: formulas.qrom_load(bloq.table.n_keys, bloq.table.word_bits, bloq.padded),
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
        builder=lambda block, padded=False, **sizes: bloqs.SelectSwapLoad(key_table(**sizes), block, padded),
        formula=lambda bloq: formulas.select_swap_load(
            bloq.table.n_keys, bloq.table.word_bits, bloq.block, bloq.padded
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
        "⌈n / K⌉ − 1; by halves (⌈n / K⌉ − h − 1) + (K − 1) w, h = ⌈log2 ⌈n / K⌉⌉",
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
            {"n": 3, "d": 1, "b": 1, "block": 1, "halves": True},
            {"n": 11, "d": 1, "b": 2, "block": 2, "halves": True},
            {"n": 16, "d": 1, "b": 2, "block": 1, "halves": True},
            {"n": 15, "d": 1, "b": 2, "block": 1, "padded": True, "halves": True},
        ),
        builder=one_hot_load,
        formula=lambda bloq: (halves_load if bloq.halves else formulas.one_hot_load)(
            bloq.table.n_keys, bloq.table.word_bits, bloq.block, bloq.padded
        ),
        references=(SELECT_SWAP, "Mukhopadhyay, arXiv:2408.16794 (codes of halves, in its spirit)"),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "K is a power of two; a block larger than the table is the whole table",
            "log2(n / K) layers of And's, or ⌈log2 h⌉ by halves, only if an address bit may control all "
            "And's of a layer (fan-out)",
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
        builder=lambda n, d, b, padded=False: bloqs.SwapNetworkLoad(key_table(n, d, b), padded),
        formula=lambda bloq: formulas.swap_network_load(bloq.table.n_keys, bloq.table.word_bits, bloq.padded),
        references=(SELECT_SWAP, "Gidney, arXiv:1709.06648 (And's erased by measurement)"),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "about n w wires while it loads, w of them after",
            "an address bit controls half of a level's And's: m - 1 layers take fan-out",
        ),
    ),
    BloqRecord(
        slug="dirty_look_up",
        title="DirtyLookUp",
        module="qattention.bloqs.dirty_look_up",
        summary="Look a key up through borrowed wires in any state, which come back as they were.",
        action="|j⟩|z⟩|x⟩ → |j⟩|z ⊕ k_j⟩|x⟩",
        cost=DIRTY_COST,
        sizes=(
            {"n": 1, "d": 1, "b": 1, "block": 1},
            {"n": 3, "d": 1, "b": 1, "block": 2},
            {"n": 2, "d": 1, "b": 2, "block": 2},
            {"n": 5, "d": 2, "b": 3, "block": 4},
            {"n": 5, "d": 1, "b": 2, "block": 8},
            {"n": 16, "d": 2, "b": 2, "block": 4},
            {"n": 5, "d": 2, "b": 2, "block": 2, "padded": True},
            {"n": 1, "d": 1, "b": 1, "block": 2, "padded": True},
        ),
        builder=lambda block, padded=False, **sizes: bloqs.DirtyLookUp(key_table(**sizes), block, padded),
        formula=lambda bloq: formulas.dirty_look_up(
            bloq.table.n_keys, bloq.table.word_bits, bloq.block, bloq.padded
        ),
        references=(SELECT_SWAP, "Berry et al., arXiv:1902.02134, appendix B"),
        limitations=(TRUNCATED, NEEDS_DATA, "K is a power of two; K = 1 borrows nothing"),
    ),
    BloqRecord(
        slug="dirty_select_swap_load",
        title="DirtySelectSwapLoad",
        module="qattention.bloqs.dirty_select_swap_load",
        summary="Look a key up in blocks, leaving no junk: QROAM with dirty ancillas.",
        action="|j⟩ → |j⟩|k_j⟩",
        cost=DIRTY_COST,
        sizes=(
            {"n": 1, "d": 1, "b": 1, "block": 1},
            {"n": 3, "d": 1, "b": 1, "block": 2},
            {"n": 2, "d": 1, "b": 2, "block": 2},
            {"n": 5, "d": 2, "b": 3, "block": 4},
            {"n": 5, "d": 1, "b": 2, "block": 8},
            {"n": 16, "d": 2, "b": 2, "block": 4},
            {"n": 5, "d": 2, "b": 2, "block": 2, "padded": True},
            {"n": 1, "d": 1, "b": 1, "block": 2, "padded": True},
        ),
        builder=lambda block, padded=False, **sizes: bloqs.DirtySelectSwapLoad(
            key_table(**sizes), block, padded
        ),
        formula=lambda bloq: formulas.dirty_look_up(
            bloq.table.n_keys, bloq.table.word_bits, bloq.block, bloq.padded
        ),
        references=(SELECT_SWAP, "Berry et al., arXiv:1902.02134, appendix B"),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "an oracle has no idle wires to lend while it loads: those that it takes are clean, and counted",
        ),
    ),
    BloqRecord(
        slug="select_copy_load",
        title="SelectCopyLoad",
        module="qattention.bloqs.select_copy_load",
        summary="Look up slices of a block in turn, and copy the wanted key's out of each: SelectCopy QROM.",
        action="|j⟩ → |j⟩|k_j⟩, with clean wires |j⟩|k_j⟩|junk_j⟩",
        cost="(S + 1)(⌈n / L⌉ + L − 5) + (L − 1)(w + μ), w = d b, S = ⌈w / μ⌉, L ≥ 4 keys a block; with "
        "clean wires S (⌈n / L⌉ + L − 5) + (L − 1) w",
        sizes=(
            {"n": 1, "d": 1, "b": 1, "keys": 1, "width": 1},
            {"n": 3, "d": 1, "b": 2, "keys": 2, "width": 1},
            {"n": 5, "d": 1, "b": 3, "keys": 4, "width": 2},
            {"n": 16, "d": 2, "b": 2, "keys": 4, "width": 3},
            {"n": 9, "d": 1, "b": 2, "keys": 8, "width": 2},
            {"n": 5, "d": 1, "b": 2, "keys": 2, "width": 1, "padded": True},
            {"n": 5, "d": 1, "b": 3, "keys": 4, "width": 2, "clean": True},
            {"n": 9, "d": 1, "b": 2, "keys": 2, "width": 2, "clean": True, "padded": True},
        ),
        builder=_select_copy_load,
        formula=lambda bloq: select_copy(
            Slices.of(
                bloq.table.n_keys,
                bloq.table.word_bits,
                bloq.sliced[0],
                bloq.sliced[1],
                bloq.padded,
                bloq.clean,
            )
        ),
        references=("Halving the cost of QROM, arXiv:2605.20334 (SelectCopy; abstract read)", SELECT_SWAP),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "an oracle has no idle wires to lend while it loads: those that it takes are clean, and counted",
            "clean wires in slices save no look-up: a wire more a bit of the block is as good",
        ),
    ),
)
