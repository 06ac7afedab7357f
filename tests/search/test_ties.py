"""Choices that rounding must not decide."""

import numpy as np

from qattention.search.cover import first_of


def test_the_first_of_equals_is_taken_whatever_the_last_bits_say():
    values = np.array([[0.1, 0.3, 0.1 + 0.2, 0.2], [1.0, 1.0 - 1e-13, 1.0 + 1e-13, 0.5]])
    assert [first_of(row) for row in values] == [1, 0]
    assert [first_of(row) for row in values[:, ::-1].copy()] == [1, 1]


def test_a_real_difference_decides():
    assert first_of(np.array([1.0, 1.0 + 1e-6])) == 1
    assert first_of(np.array([-2.0, -1.0, -1.0])) == 1
