"""Records of the bloqs that search blocks of pairs.

Apart from `records`, which lists all families, because a bloq is described, built and costed in one place
and one family's bloqs fill a page.
"""

from __future__ import annotations

from typing import Any

from qattention import bloqs
from qattention.catalogue.record import BloqRecord, Size
from qattention.catalogue.shared import integers
from qattention.circuit import Circuit
from qattention.formulas import Costs, RowSums, phase_at_zero
from qattention.formulas.pair_oracle import PairShape, nested_iterate, nested_readout, pair_oracle, row_mark
from qattention.formulas.square_sum import square_figures, square_sum
from qattention.formulas.turn_oracle import turn_oracle

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


def _oracle(rows: int, keys: int, d: int, b: int, places: int = 0, bounds: int = 0) -> bloqs.PairOracle:
    widths, n_rows, circuit = (b,) * d, 1 << rows, Circuit(padding="on")
    limits = tuple(tuple((i + at) % (1 << keys) + 1 for i in range(n_rows)) for at in range(bounds))
    return bloqs.PairOracle(
        bloqs.PairTable.of(
            integers((n_rows, d), b, 1), widths, [1] * n_rows, address_bits=rows, other_bits=keys,
            n_slots=places, limits=limits,
        ),
        bloqs.PairTable.of(
            integers((1 << keys, d), b, 2), widths, address_bits=keys, other_bits=rows, n_slots=places
        ),
        circuit,
        circuit,
    )  # fmt: skip


def _turns(n: int, d: int, b: int, rows: int) -> bloqs.TurnOracle:
    queries = [tuple(q.tolist()) for q in integers((rows, d), b, 3)]
    base = bloqs.HeavyKeyOracle(bloqs.KeyTable.from_values(integers((n, d), b, 2), b), queries[0], 1)
    return bloqs.TurnOracle(base, tuple((q, 1) for q in queries[1:]))


def _shape(oracle: bloqs.PairOracle) -> PairShape:
    return PairShape(
        row_bits=oracle.rows.address_bits,
        key_bits=oracle.keys.address_bits,
        figures=square_figures(oracle.rows.widths),
        row_circuit=oracle.row_circuit,
        key_circuit=oracle.key_circuit,
        row_slots=oracle.rows.n_slots,
        key_slots=oracle.keys.n_slots,
        limits=oracle.rows.n_limits,
    )


def _of_mark(bloq: Any) -> Costs:
    return row_mark(_shape(bloqs.PairOracle(bloq.rows, bloq.keys, bloq.circuit, bloq.circuit)))


def _turn_costs(bloq: Any) -> Costs:
    weights, thresholds = zip(*bloq.rows, strict=True)
    sums = RowSums.from_weights(weights, thresholds, bloq.table.word_widths)
    return turn_oracle(bloq.table.n_keys, sums, bloq.circuit)


def _seen_costs(bloq: Any) -> Costs:
    return Costs(toffoli=bloq.n_bits, measurement=bloq.n_bits, qubits=3 * bloq.n_bits + 2)


def _listed_costs(bloq: Any) -> Costs:
    ladder = phase_at_zero(bloq.n_bits + 1)
    return ladder.beside(bloq.n_bits)


JOINING: tuple[BloqRecord, ...] = (
    BloqRecord(
        slug="square_sum",
        title="SquareSum",
        module="qattention.bloqs.square_sum",
        summary="Whether ⟨q, k⟩ ≥ T where q and k are both loaded: bits of q + k XORed, none multiplied.",
        action="|q⟩|k⟩ → |q⟩|k⟩|⟨q, k⟩ ≥ T⟩|junk⟩",
        cost="Σ b + Σ b (b + 1)/2 and some for the words beside; none to uncompute",
        sizes=({"d": 1, "b": 1}, {"d": 2, "b": 2}, {"d": 3, "b": 4}, {"d": 2, "b": 2, "uncompute": True}),
        builder=lambda d, b, uncompute=False: bloqs.SquareSum((b,) * d, uncompute),
        formula=lambda bloq: square_sum(bloq.widths, bloq.uncompute),
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
        builder=lambda bits: bloqs.ListedSign(bits),
        formula=_listed_costs,
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
        builder=lambda bits: bloqs.SeenSign(bits),
        formula=_seen_costs,
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
        builder=lambda: bloqs.NotSign(),
        formula=lambda _: Costs(qubits=1),
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
        builder=_turns,
        formula=_turn_costs,
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
        builder=lambda **size: _oracle(**size).row_mark,
        formula=_of_mark,
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
        builder=_oracle,
        formula=lambda bloq: pair_oracle(_shape(bloq)),
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
        builder=lambda depth, **size: bloqs.NestedIterate(_oracle(**size), depth),
        formula=lambda bloq: nested_iterate(_shape(bloq.oracle), bloq.depth),
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
        builder=lambda depth, **size: bloqs.NestedReadout(_oracle(**size), depth),
        formula=lambda bloq: nested_readout(_shape(bloq.oracle), bloq.depth),
        skips={
            "classical": SUPERPOSES,
            "tensor": TOO_WIDE,
            "adjoint": "it is read after: there is no way back",
        },
    ),
)
