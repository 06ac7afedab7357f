"""The price by which plans are compared."""

import math

import attrs
import pytest

from qattention.estimates.physical import LogicalCounts, Machine, beverland, gidney_fowler, physical_price

REALISTIC = Machine(p_physical=1e-3)


def test_price_is_that_of_the_cheaper_model(peers: LogicalCounts) -> None:
    both = [model(peers, REALISTIC, 0.1) for model in (gidney_fowler, beverland)]
    products = [one.physical_qubits * one.runtime_s for one in both]
    assert products[0] != products[1]
    assert physical_price(peers) == min(products)


@pytest.mark.parametrize("field", ["n_qubits", "n_ccz", "n_fixups"])
def test_more_work_costs_more(field: str, peers: LogicalCounts) -> None:
    counts = attrs.evolve(peers, n_fixups=10**5, fixup_bit_ops=10**8)
    more = attrs.evolve(counts, **{field: 8 * getattr(counts, field)})
    assert physical_price(more) > physical_price(counts)


def test_where_one_model_fails_the_other_is_taken_and_nothing_is_infinite() -> None:
    counts = LogicalCounts(n_qubits=10, n_ccz=10**13)
    assert physical_price(counts, REALISTIC, 0.4) < math.inf
    assert physical_price(counts, REALISTIC, 1e-4) == math.inf
