"""The oracles of many loads at once are those of each load, built alone."""

from collections.abc import Callable

import numpy as np
import pytest

from qattention import formulas
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import Loader
from qattention.compiler.oracle import sharing
from qattention.formulas import LoaderForm, RowSums, SharedSums

LOADERS = [("qrom", 1), ("select-swap", 4), ("one-hot", 1), ("one-hot", 2)]


@pytest.mark.parametrize(("name", "block"), LOADERS)
@pytest.mark.parametrize("padded", [False, True])
def test_loads_of_a_head(name: str, block: int, padded: bool, differences: Callable[..., list[str]]) -> None:
    rng = np.random.default_rng(5)
    values, weights = rng.integers(-4, 4, (13, 3)), rng.integers(-4, 4, (9, 3))
    limits, n_rows, n_keys = list(range(-4, 5)), [4, 1, 2, 2], [13, 5, 1, 9]
    first = [0, 4, 5, 7]
    sums = SharedSums.of(RowSums.from_weights(weights, limits, 3), first, n_rows)
    costs = formulas.load_oracles(n_keys, 9, sums, padded, LoaderForm(name, block))
    found = []
    for g, (start, count, n) in enumerate(zip(first, n_rows, n_keys, strict=True)):
        table, loader = KeyTable.from_values(values[:n], 3), Loader(name, block)
        rows = range(start, start + count)
        oracles = [
            HeavyKeyOracle(table, tuple(weights[r].tolist()), limits[r], padded=padded, loader=loader)
            for r in rows
        ]
        found += differences(costs.row(g), sharing(oracles))
    assert found == []


def test_one_row_stands_for_all() -> None:
    sums = RowSums.from_weights([(3, -5, 1)], [2], 4)
    repeated = RowSums.from_weights([(3, -5, 1)] * 5, [2] * 5, 4)
    typical, each = SharedSums.of(sums, [0, 3], [3, 2]), SharedSums.of(repeated, [0, 3], [3, 2])
    assert (typical.toffoli.tolist(), typical.wires.tolist()) == (each.toffoli.tolist(), each.wires.tolist())
