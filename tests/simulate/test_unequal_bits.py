"""Keys whose components have widths of their own: every loader, both kinds of phase, shared loads."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import Circuit
from qattention.formulas import RowSums, heavy_key_oracle
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.verify import verify_oracle

LOADERS = [("qrom", None), ("qroam", 4), ("one-hot", None), ("one-hot-swap", 4)]
loaders = pytest.mark.parametrize(("loader", "block_size"), LOADERS)
WIDTHS = [(3, 1, 2), (1, 6), (5, 5, 1, 2)]


def make_oracle(n_keys, widths, *, angle=np.pi, **circuit):
    """About a quarter of the keys heavy, two of them excluded."""
    rng = np.random.default_rng((n_keys, *widths))
    keys = np.stack([rng.integers(-(2 ** (b - 1)), 2 ** (b - 1), n_keys) for b in widths], axis=1)
    weights = rng.integers(-20, 20, len(widths))
    acc = keys @ weights
    threshold = int(np.sort(acc)[-max(1, n_keys // 4)])
    excluded = tuple(np.flatnonzero(acc >= threshold)[:2].tolist())
    table = KeyTable.from_values(keys, widths)
    weighed = tuple(weights.tolist())
    return HeavyKeyOracle(table, weighed, threshold, excluded, angle, Circuit(**circuit))


@loaders
@pytest.mark.parametrize("padding", ["off", "on"])
@pytest.mark.parametrize("angle", [np.pi, 1.0])
def test_every_oracle_is_right_on_every_address(loader, block_size, padding, angle):
    circuit = {"loader": loader, "block_size": block_size, "padding": padding}
    for n_keys in (1, 3, 16, 37):
        for widths in WIDTHS:
            oracle = make_oracle(n_keys, widths, angle=angle, **circuit)
            assert verify_oracle(oracle, draws=4).is_right, (n_keys, widths)


@loaders
def test_closed_form_is_the_gates(loader, block_size):
    for widths in WIDTHS:
        oracle = make_oracle(37, widths, loader=loader, block_size=block_size)
        tally = count(lower(oracle))
        sums = RowSums.from_weights([oracle.weights], [oracle.threshold], widths)
        costs = heavy_key_oracle(37, sums, oracle.circuit)
        figures = [int(x[0]) for x in (costs.toffoli, costs.measurement, costs.qubits)]
        assert figures == [tally.toffoli, tally.measurement, tally.qubits]


def test_narrow_components_cost_less_than_if_all_were_as_wide():
    narrow = make_oracle(37, (5, 5, 1, 2))
    wide = attrs.evolve(narrow, table=KeyTable.from_values(narrow.table.values, 5))
    assert verify_oracle(narrow).toffoli < verify_oracle(wide).toffoli


def test_rows_that_share_a_load():
    base = make_oracle(37, (3, 1, 2))
    shared = SharedOracle(base, (((5, -3, 2), 4), ((-1, 7, 0), 1)))
    assert verify_oracle(shared, draws=4).is_right


def test_widths_in_the_wrong_order_are_caught(monkeypatch):
    """The sum reads the components where the load did not put them."""
    oracle = make_oracle(41, (3, 1, 2))
    wrong = attrs.evolve(oracle.inner_product, key_bits=(2, 1, 3))
    monkeypatch.setattr(HeavyKeyOracle, "inner_product", property(lambda _: wrong))
    assert verify_oracle(oracle).phase_errors
