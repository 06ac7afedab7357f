"""Signs as rational arithmetic has them, on numbers chosen so that rounding gets them wrong."""

from fractions import Fraction

import numpy as np
import pytest

from qattention.halfspace.exact import is_inside, orientation, sum_sign


def sign(value):
    return (value > 0) - (value < 0)


def exact_dot(a, x):
    return sum(Fraction(p) * Fraction(q) for p, q in zip(a, x, strict=True))


def awkward(rng, size):
    """Floats of very different sizes, many of them near one another."""
    return rng.normal(size=size) * 10.0 ** rng.integers(-12, 12, size=size)


@pytest.mark.parametrize("seed", range(200))
def test_sums_that_cancel(seed):
    rng = np.random.default_rng(seed)
    terms = awkward(rng, int(rng.integers(1, 9)))
    terms = np.concatenate((terms, -terms * (1 + 2.0**-52 * rng.integers(-1, 2))))
    rng.shuffle(terms)
    assert sum_sign(terms) == sign(sum(map(Fraction, terms)))
    assert sum_sign(np.concatenate((terms, -terms))) == 0


def test_no_terms_and_zeros():
    assert sum_sign(np.empty(0)) == 0
    assert sum_sign(np.zeros(3)) == 0


@pytest.mark.parametrize("seed", range(300))
def test_inner_products_at_and_beside_their_threshold(seed):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 7))
    a, x = awkward(rng, d), awkward(rng, d)
    b = float(exact_dot(a, x))  # the nearest float: above, below or just it
    for offset in (b, np.nextafter(b, np.inf), np.nextafter(b, -np.inf)):
        assert is_inside(a, x, offset) == (exact_dot(a, x) >= Fraction(offset))
    assert is_inside(a, x, -np.inf)
    assert not is_inside(a, x, np.inf)


def test_rounding_alone_gets_some_of_these_wrong():
    # What the exact arithmetic is for: a rounded inner product sides wrongly.
    wrong = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        a, x = awkward(rng, 4), awkward(rng, 4)
        b = float(exact_dot(a, x))
        wrong += (float(a @ x) >= b) != (exact_dot(a, x) >= Fraction(b))
    assert wrong > 10


@pytest.mark.parametrize("seed", range(200))
def test_three_points_nearly_on_a_line(seed):
    rng = np.random.default_rng(seed)
    a, step = awkward(rng, 2), awkward(rng, 2)
    points = [a, a + step, a + 3 * step]
    (ax, ay), (bx, by), (cx, cy) = (map(Fraction, point) for point in points)
    want = sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
    assert orientation(*points) == want
    assert orientation(points[1], points[0], points[2]) == -want
    assert orientation(a, a, points[1]) == 0
