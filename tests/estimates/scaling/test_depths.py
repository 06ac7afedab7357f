"""Depths of an iteration: closed forms against gates lowered and scheduled whole."""

import pytest

from qattention.estimates.scaling.depths import gate_costs, iteration_depths
from qattention.formulas import LoaderForm

BLOCKED = [(name, block) for name in ("select-swap", "dirty-select-swap", "one-hot") for block in (2, 16)]
TREES = ("swap-network", "bucket-brigade", "bucket-brigade-parallel")
FORMS = [("qrom", 1), ("one-hot", 1), *BLOCKED, *((name, 1) for name in TREES)]


@pytest.mark.parametrize(("name", "block"), FORMS)
@pytest.mark.parametrize(("head_dim", "bits"), [(8, 4), (3, 6)])
def test_depths_are_those_of_the_gates(name: str, block: int, head_dim: int, bits: int) -> None:
    form = LoaderForm(name, block)
    for n_keys in (128, 1024):
        t_depth, clifford_depth = iteration_depths(form, n_keys, head_dim, bits)
        from_gates = gate_costs(form, n_keys, head_dim, bits, 4)
        # The sum's threshold moves with n, and its carries with it, by a layer or two.
        assert abs(t_depth - from_gates[0]) <= 2
        # Besides what grows with n, each part has a few layers of its own.
        assert clifford_depth == pytest.approx(from_gates[1], rel=0.05, abs=25)


def test_each_form_of_the_sum_has_its_own_depth() -> None:
    loader, found = LoaderForm("qrom", 1), set()
    for product in ("compressor-tree", "bucket-tree", "shift-add", "product"):
        t_depth, clifford_depth = iteration_depths(loader, 128, 3, 4, product)
        from_gates = gate_costs(loader, 128, 3, 4, 4, product)
        assert abs(t_depth - from_gates[0]) <= 2
        assert clifford_depth == pytest.approx(from_gates[1], rel=0.05, abs=25)
        found.add(t_depth)
    assert len(found) > 2
