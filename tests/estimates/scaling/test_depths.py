"""Depths of an iteration: closed forms against gates lowered and scheduled whole."""

import pytest

from qattention.circuit import INNER_PRODUCTS, LOADERS, Circuit
from qattention.estimates.scaling.sweeps import gate_costs, iteration_depths
from qattention.formulas.iteration_layers import ABOVE

LOOK_UPS = [
    (name, block)
    for name, kind in LOADERS.items()
    if not kind.is_device
    for block in ((2, 16) if kind.has_blocks else (None,))
]


@pytest.mark.parametrize(("name", "block"), LOOK_UPS)
@pytest.mark.parametrize(("head_dim", "bits"), [(8, 4), (3, 6)])
def test_depths_are_those_of_the_gates(name: str, block: int | None, head_dim: int, bits: int) -> None:
    circuit = Circuit(loader=name, block_size=block)
    for n_keys in (128, 1024):
        t_depth, clifford_depth = iteration_depths(circuit, n_keys, head_dim, bits)
        from_gates = gate_costs(circuit, n_keys, head_dim, bits, 4)
        # The sum's threshold moves with n, and its carries with it, by a few layers.
        assert abs(t_depth - from_gates[0]) <= 2
        assert from_gates[1] - 4 <= clifford_depth <= ABOVE.above(from_gates[1])


def test_each_form_of_the_sum_has_its_own_depth() -> None:
    found = set()
    for product in INNER_PRODUCTS.values():
        circuit = Circuit(loader="qrom", inner_product=product)
        t_depth, clifford_depth = iteration_depths(circuit, 128, 3, 4)
        from_gates = gate_costs(circuit, 128, 3, 4, 4)
        assert abs(t_depth - from_gates[0]) <= 2
        assert from_gates[1] - 4 <= clifford_depth <= ABOVE.above(from_gates[1])
        found.add(t_depth)
    assert len(found) > 2
