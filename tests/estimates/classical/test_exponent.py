"""The exponent of an estimate's runtime against the one that `scaling` derives from symbols."""

import pytest

from qattention.circuit import LOADERS
from qattention.estimates.classical.exponent import Order, runtime_exponent
from qattention.estimates.scaling import leading


@pytest.mark.parametrize("algorithm", leading.ALGORITHMS)
@pytest.mark.parametrize("loader", LOADERS.values(), ids=str)
def test_powers_say_what_symbols_say(algorithm: str, loader) -> None:
    expected = leading.runtime_exponent(algorithm, loader)
    assert expected is not None
    assert runtime_exponent(algorithm, loader) == expected


def test_no_exponent_where_no_leading_terms_are_written() -> None:
    assert runtime_exponent("recursive-join", LOADERS.default) is None


def test_the_first_letter_decides() -> None:
    """n over any power of d; a sum is led by its greatest product."""
    both = Order.of(n=1) + Order.of(d=9)
    assert both.leading == Order.of(n=1).leading
    assert (both * both).leading == Order.of(n=2).leading
