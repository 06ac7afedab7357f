"""A wrong formula is told from the right one by the grid."""

import sys
from collections.abc import Callable

import attrs
import numpy as np
import pytest

from qattention import formulas
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.formulas import Costs, RowSums
from qattention.formulas.grid import GridPoint, grid_points

OracleOf = Callable[[GridPoint], HeavyKeyOracle]
SumsOf = Callable[[GridPoint], RowSums]
POINTS = [p for p in grid_points() if p.n_keys in (3, 5, 37, 256) and p.key_bits in (3, 8)]


def plus_one(name: str) -> Callable[[Costs], Costs]:
    return lambda right: attrs.evolve(right, **{name: getattr(right, name) + 1})


@pytest.mark.parametrize("field", [f.name for f in attrs.fields(Costs)])
def test_a_figure_off_by_one_is_seen(
    field: str, differences: Callable[..., list[str]], oracle_of: OracleOf, sums_of: SumsOf
) -> None:
    point = POINTS[-1]
    right = formulas.heavy_key_oracle(point.n_keys, sums_of(point), oracle_of(point).circuit)
    assert differences(right, oracle_of(point)) == []
    assert any(field in line for line in differences(plus_one(field)(right), oracle_of(point)))


def without_price_for_padding(n_leaves: np.ndarray, _padded: bool = False) -> np.ndarray:
    return np.maximum(0, np.asarray(n_leaves) - 2)


# name -> (modules that use it, the name there, what it becomes)
WRONG = {
    "walk of n - 1": (
        ("formulas.loaders.qrom_load", "formulas.measured_unload"),
        "walk_toffoli",
        lambda n, _padded=False: np.maximum(0, np.asarray(n) - 1),
    ),
    "no price for padding": (
        ("formulas.loaders.qrom_load", "formulas.measured_unload"),
        "walk_toffoli",
        without_price_for_padding,
    ),
    "one-hot of 2**l": (("formulas.measured_unload",), "one_hot_toffoli", lambda bits: 1 << np.asarray(bits)),
    "address bits of n": (("costs",), "bit_length", lambda x: np.frexp(np.asarray(x, float) + 1)[1]),
    "no fresh wires": (
        ("formulas.inner_products.compressor_tree",),
        "n_fresh_sums",
        lambda *columns: 0 * columns[-1],
    ),
    "another patience": (("formulas.compressor",), "PATIENCE", 0),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_formula_is_seen(
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    differences: Callable[..., list[str]],
    oracle_of: OracleOf,
    sums_of: SumsOf,
) -> None:
    modules, attribute, wrong = WRONG[name]
    for module in modules:  # by sys.modules: the package's functions bear the names of its modules
        monkeypatch.setattr(sys.modules[f"qattention.{module}"], attribute, wrong)
    for point in POINTS:
        oracle = oracle_of(point)
        if differences(formulas.heavy_key_oracle(point.n_keys, sums_of(point), oracle.circuit), oracle):
            return
    pytest.fail("no point of the grid tells them apart")
