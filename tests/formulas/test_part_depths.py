"""T depths of the parts against their gates, and of whole iterations against the sum of the parts."""

import numpy as np
import pytest

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import Loader
from qattention.bloqs.uniform_superposition import Reflection, UniformSuperposition
from qattention.formulas import LoaderForm, RowSums, inner_product_t_depth
from qattention.formulas.part_depths import reflection_t_depth, uniform_t_depth
from qattention.lowering.lower import lower
from qattention.lowering.schedule import schedule

N_KEYS = (1, 2, 3, 5, 8, 13, 17, 33, 64, 100)
FAMILY = [
    *[("qrom", 1, low) for low in (None, 0, 2, 9)],
    *[("select-swap", block, low) for block, low in ((2, None), (4, 3), (4, 5), (16, None))],
    *[("one-hot", block, low) for block, low in ((1, None), (2, 4), (4, None), (16, None))],
    *[("swap-network", 1, low) for low in (None, 4)],
]
T_PER_ROTATION = 10


def t_depth(bloq: object) -> int:
    return schedule(lower(bloq), t_per_rotation=T_PER_ROTATION).t_depth


@pytest.mark.parametrize(("name", "block", "low"), FAMILY)
@pytest.mark.parametrize("padded", [False, True])
def test_look_ups(name: str, block: int, low: int | None, padded: bool) -> None:
    loader, form = Loader(name, block, low), LoaderForm(name, block, low)
    found = []
    for n in N_KEYS:
        load = loader(KeyTable.from_values(np.random.default_rng(n).integers(-4, 4, (n, 2)), 3), padded)
        formula = (int(form.load_t_depth(n, 6, padded)), int(form.unload_t_depth(n, 6, padded)))
        gates = (t_depth(load), t_depth(loader.unload(load)))
        found += [(n, formula, gates)] if formula != gates else []
    assert found == []


@pytest.mark.parametrize("n_items", [1, 2, 3, 5, 7, 12, 37, 64, 60, 100])
def test_start_states(n_items: int) -> None:
    assert uniform_t_depth(n_items, T_PER_ROTATION) == t_depth(UniformSuperposition(n_items))
    assert reflection_t_depth(n_items, T_PER_ROTATION) == t_depth(Reflection(n_items))
    assert reflection_t_depth(n_items, T_PER_ROTATION, is_sign=False) == t_depth(Reflection(n_items, 1.0))


@pytest.mark.parametrize(("name", "block", "low"), FAMILY[::2])
@pytest.mark.parametrize("n_keys", [16, 64, 100])
def test_an_iteration_is_its_parts_one_after_another(
    name: str, block: int, low: int | None, n_keys: int
) -> None:
    """The reflection's first rotation may start beside the unload: one layer less at most."""
    rng = np.random.default_rng(0)
    keys, weights = rng.integers(-8, 8, (n_keys, 5)), rng.integers(-8, 8, 5).tolist()
    table, loader = KeyTable.from_values(keys, 4), Loader(name, block, low)
    form, sums = LoaderForm(name, block, low), RowSums.from_weights([weights], [3], 4)
    parts = [
        form.load_t_depth(n_keys, 20),
        inner_product_t_depth(sums)[0],
        form.unload_t_depth(n_keys, 20),
        reflection_t_depth(n_keys, T_PER_ROTATION),
    ]
    gates = t_depth(GroverIterate(HeavyKeyOracle(table, tuple(weights), 3, loader=loader)))
    assert int(sum(parts)) - gates in (0, 1)
