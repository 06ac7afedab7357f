"""Cliffords of sums, marks and exclusions: formula = call graph = gates."""

from itertools import combinations

import numpy as np
import pytest

from qattention.bloqs.address_phase import AddressSign, FlagPhase
from qattention.bloqs.any_flag import AnyFlag, LivePhase
from qattention.bloqs.made_of import inner_product_of
from qattention.bloqs.shared_oracle import NotAll
from qattention.bloqs.threshold_flag import ThresholdFlag
from qattention.circuit import INNER_PRODUCTS, Circuit
from qattention.compiler.costs import bloq_counts
from qattention.formulas import RowSums
from qattention.formulas.address_phase import most_prefixes, prefix_counts
from qattention.formulas.sum_cliffords import (
    address_sign_cliffords,
    flag_phase_cliffords,
    mark_cliffords,
    most_zero_prefixes,
    zero_prefixes,
)
from qattention.lowering.lower import lower
from qattention.lowering.resources import count


def clifford(bloq) -> int:
    """Of call graph and gates, which agree."""
    gates = count(lower(bloq)).clifford
    assert bloq_counts(bloq).clifford == gates, bloq
    return gates


@pytest.mark.parametrize("form", INNER_PRODUCTS)
@pytest.mark.parametrize(("d", "b", "n_rows"), [(1, 1, 3), (1, 4, 4), (5, 3, 4), (12, 8, 3)])
@pytest.mark.parametrize("mixed", [False, True])
def test_sums(form: str, d: int, b: int, n_rows: int, mixed: bool) -> None:
    """Rows of unequal range at once, thresholds beyond all sums among them."""
    rng = np.random.default_rng([d, b])
    weights = rng.integers(-(1 << (b - 1)), 1 << (b - 1), (n_rows, d)) >> np.arange(n_rows)[:, None]
    thresholds = [*rng.integers(-9, 9, n_rows - 2).tolist(), 10**9, -(10**9)]
    widths = tuple(rng.integers(1, b + 1, d).tolist()) if mixed else b
    there, back = INNER_PRODUCTS[form].cliffords(RowSums.from_weights(weights, thresholds, widths))
    for row, (q, threshold) in enumerate(zip(weights.tolist(), thresholds, strict=True)):
        bloq = inner_product_of(Circuit(inner_product=form), tuple(q), threshold, widths)
        assert (there[row], back[row]) == (clifford(bloq), clifford(bloq.adjoint())), (q, threshold)


@pytest.mark.parametrize("form", ["compressor-tree", "bucket-tree"])
def test_wires_that_cancel_in_the_sign(form: str) -> None:
    """The one bit of a one-bit key stands in the sign's column several times, complemented or not."""
    for q in ((-7,), (5, -3), (3, 3, -6)):
        for threshold in range(-26, 27, 4):
            there, _ = INNER_PRODUCTS[form].cliffords(RowSums.from_weights([q], [threshold], 1))
            bloq = inner_product_of(Circuit(inner_product=form), q, threshold, 1)
            assert there[0] == clifford(bloq), (q, threshold)


def test_marks() -> None:
    """A row alone by a flag, several by a ladder, or by a flag of their own."""
    flag = 2 * clifford(ThresholdFlag())
    live = {is_sign: clifford(LivePhase(np.pi if is_sign else 1.0)) for is_sign in (True, False)}
    assert mark_cliffords(1) == flag + 1
    assert mark_cliffords(1, is_sign=False) == flag
    for is_sign in (True, False):
        assert mark_cliffords(1, is_sign, live=True) == flag + live[is_sign]
    for n_rows in (2, 3, 7):
        union = clifford(AnyFlag(n_rows)) + clifford(AnyFlag(n_rows).adjoint())
        assert mark_cliffords(n_rows) == clifford(NotAll(n_rows))
        assert mark_cliffords(n_rows, is_sign=False) == union
        for is_sign in (True, False):
            assert mark_cliffords(n_rows, is_sign, live=True) == union + live[is_sign]


def exclusions(n_bits: int) -> list[tuple[int, ...]]:
    """All sets of up to four addresses of three bits; of five, twenty that are drawn."""
    if n_bits <= 3:
        return [found for size in range(1, 5) for found in combinations(range(2**n_bits), size)]
    rng = np.random.default_rng(n_bits)
    sizes = range(1, 21)
    return [tuple(sorted(rng.choice(2**n_bits, size, replace=False).tolist())) for size in sizes]


@pytest.mark.parametrize("n_bits", [1, 2, 3, 5])
def test_sets_of_excluded_addresses(n_bits: int) -> None:
    """Exact of the addresses; of their number alone never below."""
    for found in exclusions(n_bits):
        counts, zeros = prefix_counts(found, n_bits), zero_prefixes(found, n_bits)
        most = most_prefixes(len(found), n_bits)
        bloqs = AddressSign(found, n_bits), FlagPhase(found, n_bits, 1.0)
        for form, bloq in zip((address_sign_cliffords, flag_phase_cliffords), bloqs, strict=True):
            assert form(counts, zeros) == clifford(bloq), found
            assert form(most, most_zero_prefixes(most)) >= clifford(bloq), found
