"""Builders and closed forms of the bloqs that search blocks of pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from qualtran import Bloq

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.nested_iterate import NestedIterate, NestedReadout
from qattention.bloqs.pair_oracle import PairOracle
from qattention.bloqs.pair_signs import ListedSign, SeenSign
from qattention.bloqs.pair_table import PairTable
from qattention.bloqs.square_sum import SquareSum
from qattention.bloqs.turn_oracle import NotSign, TurnOracle
from qattention.circuit import Circuit
from qattention.formulas import Costs, RowSums, phase_at_zero
from qattention.formulas.pair_oracle import PairShape, nested_iterate, nested_readout, pair_oracle, row_mark
from qattention.formulas.square_sum import square_figures, square_sum
from qattention.formulas.turn_oracle import turn_oracle


def _draw(n: int, d: int, b: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-(1 << b - 1), 1 << b - 1, (n, d))


def _oracle(rows: int, keys: int, d: int, b: int, places: int = 0, bounds: int = 0) -> PairOracle:
    widths, n_rows, circuit = (b,) * d, 1 << rows, Circuit(padding="on")
    limits = tuple(tuple((i + at) % (1 << keys) + 1 for i in range(n_rows)) for at in range(bounds))
    return PairOracle(
        PairTable.of(
            _draw(n_rows, d, b, 1), widths, [1] * n_rows, address_bits=rows, other_bits=keys,
            n_slots=places, limits=limits,
        ),
        PairTable.of(_draw(1 << keys, d, b, 2), widths, address_bits=keys, other_bits=rows, n_slots=places),
        circuit,
        circuit,
    )  # fmt: skip


def _turns(n: int, d: int, b: int, rows: int) -> TurnOracle:
    queries = [tuple(q.tolist()) for q in _draw(rows, d, b, 3)]
    base = HeavyKeyOracle(KeyTable.from_values(_draw(n, d, b, 2), b), queries[0], 1)
    return TurnOracle(base, tuple((q, 1) for q in queries[1:]))


def _shape(oracle: PairOracle) -> PairShape:
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
    return row_mark(_shape(PairOracle(bloq.rows, bloq.keys, bloq.circuit, bloq.circuit)))


def _turn_costs(bloq: Any) -> Costs:
    weights, thresholds = zip(*bloq.rows, strict=True)
    sums = RowSums.from_weights(weights, thresholds, bloq.table.word_widths)
    return turn_oracle(bloq.table.n_keys, sums, bloq.circuit)


def _seen_costs(bloq: Any) -> Costs:
    return Costs(toffoli=bloq.n_bits, measurement=bloq.n_bits, qubits=3 * bloq.n_bits + 2)


def _listed_costs(bloq: Any) -> Costs:
    ladder = phase_at_zero(bloq.n_bits + 1)
    return ladder.beside(bloq.n_bits)


JOIN_BUILDERS: dict[str, Callable[..., Bloq]] = {
    "square_sum": lambda d, b, uncompute=False: SquareSum((b,) * d, uncompute),
    "listed_sign": lambda bits: ListedSign(bits),
    "seen_sign": lambda bits: SeenSign(bits),
    "not_sign": lambda: NotSign(),
    "turn_oracle": _turns,
    "row_mark": lambda **size: _oracle(**size).row_mark,
    "pair_oracle": _oracle,
    "nested_iterate": lambda depth, **size: NestedIterate(_oracle(**size), depth),
    "nested_readout": lambda depth, **size: NestedReadout(_oracle(**size), depth),
}
JOIN_FORMS: dict[str, Callable[[Any], Costs]] = {
    "square_sum": lambda bloq: square_sum(bloq.widths, bloq.uncompute),
    "listed_sign": _listed_costs,
    "seen_sign": _seen_costs,
    "not_sign": lambda _: Costs(qubits=1),
    "turn_oracle": _turn_costs,
    "row_mark": _of_mark,
    "pair_oracle": lambda bloq: pair_oracle(_shape(bloq)),
    "nested_iterate": lambda bloq: nested_iterate(_shape(bloq.oracle), bloq.depth),
    "nested_readout": lambda bloq: nested_readout(_shape(bloq.oracle), bloq.depth),
}
