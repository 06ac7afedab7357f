"""The oracles of many loads at once are those of each load, built alone."""

from collections.abc import Callable

import numpy as np
import pytest

from qattention import formulas
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import INNER_PRODUCTS, Circuit
from qattention.compiler.oracle import sharing
from qattention.formulas import RowSums, SharedSums

LOADERS = [("qrom", None), ("qroam", 4), ("one-hot", None), ("one-hot-swap", 2)]
TREE = INNER_PRODUCTS["compressor-tree"]


@pytest.mark.parametrize(("name", "block"), LOADERS)
@pytest.mark.parametrize("padding", ["off", "on"])
def test_loads_of_a_head(
    name: str, block: int | None, padding: str, differences: Callable[..., list[str]]
) -> None:
    circuit = Circuit(loader=name, block_size=block, padding=padding)
    rng = np.random.default_rng(5)
    values, weights = rng.integers(-4, 4, (13, 3)), rng.integers(-4, 4, (9, 3))
    limits, n_rows, n_keys = list(range(-4, 5)), [4, 1, 2, 2], [13, 5, 1, 9]
    first = [0, 4, 5, 7]
    sums = SharedSums.of(RowSums.from_weights(weights, limits, 3), first, n_rows, TREE)
    costs = formulas.load_oracles(n_keys, 9, sums, circuit)
    found = []
    for g, (start, count, n) in enumerate(zip(first, n_rows, n_keys, strict=True)):
        table = KeyTable.from_values(values[:n], 3)
        rows = range(start, start + count)
        oracles = [
            HeavyKeyOracle(table, tuple(weights[r].tolist()), limits[r], circuit=circuit) for r in rows
        ]
        found += differences(costs.row(g), sharing(oracles))
    assert found == []


def test_one_row_stands_for_all() -> None:
    sums = RowSums.from_weights([(3, -5, 1)], [2], 4)
    repeated = RowSums.from_weights([(3, -5, 1)] * 5, [2] * 5, 4)
    typical, each = (SharedSums.of(one, [0, 3], [3, 2], TREE) for one in (sums, repeated))
    assert (typical.toffoli.tolist(), typical.wires.tolist()) == (each.toffoli.tolist(), each.wires.tolist())
