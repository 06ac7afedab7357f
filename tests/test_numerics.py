"""Fixed point, canonical signed digits and exact integer arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qattention.errors import SpecError
from qattention.numerics import exact_matmul, integer_threshold, quantise, signed_digits


def fewest_digits(value: int) -> int:
    """The fewest signed powers of two that sum to `value`, by the textbook recursion (no bit tricks)."""
    if value == 0:
        return 0
    if value % 2 == 0:
        return fewest_digits(value // 2)
    return 1 + min(fewest_digits((value - 1) // 2), fewest_digits((value + 1) // 2)) if abs(value) > 1 else 1


class TestSignedDigits:
    @pytest.mark.parametrize("n_bits", [1, 2, 3, 5, 8])
    def test_every_word(self, n_bits):
        values = np.arange(-(2**n_bits), 2**n_bits + 1)  # unsigned words and the ends of the range too
        digits = signed_digits(values, n_bits)
        assert digits.shape == (len(values), n_bits + 1)
        assert digits.dtype == np.int8
        assert np.array_equal(digits @ 2 ** np.arange(n_bits + 1), values)
        assert not (digits[:, 1:] & digits[:, :-1] & 1).any()  # non-adjacent
        assert np.isin(digits, (-1, 0, 1)).all()
        assert np.array_equal(np.abs(digits).sum(axis=1), [fewest_digits(int(v)) for v in values])

    @given(st.lists(st.integers(-(2**64), 2**64), min_size=1))
    def test_python_integers(self, values):
        digits = signed_digits(np.array(values, dtype=object), 64)
        assert [sum(int(d) << e for e, d in enumerate(row)) for row in digits] == values
        assert not (digits[:, 1:] & digits[:, :-1] & 1).any()

    @pytest.mark.parametrize("n_bits", [61, 62, 63, 64])
    def test_the_edge_of_int64(self, n_bits):
        values = [2**62, -(2**62), 2**62 - 1] if n_bits >= 62 else [2**61, -(2**61)]
        digits = signed_digits(np.array(values, dtype=np.int64), n_bits)
        assert [sum(int(d) << e for e, d in enumerate(row)) for row in digits] == values

    def test_numpy_integers_in_an_object_array(self):
        boxed = np.empty(1, dtype=object)
        boxed[0] = np.int64(2**62 + 1)  # v + (v >> 1) would wrap if it stayed one
        assert sum(int(d) << e for e, d in enumerate(signed_digits(boxed, 64)[0])) == 2**62 + 1

    def test_shapes(self):
        assert signed_digits(-3, 4).tolist() == [1, 0, -1, 0, 0]
        assert signed_digits(np.zeros((2, 3), int), 8).shape == (2, 3, 9)
        assert signed_digits(np.zeros((0, 3)), 8).shape == (0, 3, 9)
        assert signed_digits(np.array([255], dtype=np.uint8), 8).tolist() == [[-1, 0, 0, 0, 0, 0, 0, 0, 1]]

    @pytest.mark.parametrize(
        ("values", "n_bits"),
        [([257], 8), ([-257], 8), ([0.5], 8), ([True], 8), (["1"], 8), ([2**64 - 1], 63), ([None], 8)],
    )
    def test_refused(self, values, n_bits):
        with pytest.raises(SpecError, match="`values`"):
            signed_digits(np.array(values), n_bits)


class TestQuantise:
    @given(
        st.lists(st.floats(-1e100, 1e100), min_size=1, max_size=20),
        st.sampled_from([2, 3, 5, 8, 16, 31, 53, 64]),
    )
    def test_error_is_at_most_half_a_step(self, x, bits):
        fixed = quantise(x, bits)
        assert fixed.values.dtype == np.int64
        limit = 2 ** (bits - 1)
        for real, word in zip(x, fixed.values.tolist(), strict=True):
            assert abs(word) <= limit - 1  # nothing reaches the asymmetric end
            rounding = abs(Fraction(real)) / 2**50  # of the division x / step in float64
            assert abs(Fraction(real) - word * Fraction(fixed.step)) <= Fraction(fixed.step) / 2 + rounding

    def test_known_words(self):
        fixed = quantise([1.0, -1.0, 0.5, -0.0], 8)
        assert fixed.values.tolist() == [127, -127, 64, 0]
        assert fixed.step == 1 / 127
        assert fixed.to_float()[0] == pytest.approx(1.0)

    def test_one_bit_holds_only_minus_one_and_zero(self):
        fixed = quantise([1.0, -1.0, 0.4, -0.4], 1)
        assert (fixed.values.tolist(), fixed.step) == ([0, -1, 0, 0], 1.0)

    def test_64_bits_do_not_wrap(self):
        top, bottom = quantise([1.0, -1.0], 64).values.tolist()
        assert top == -bottom
        assert 2**63 - 2**11 <= top < 2**63

    @pytest.mark.parametrize("bits", [54, 60, 63, 64])
    def test_wide_words_never_wrap(self, bits):
        # Mantissas near 2, where an ulp is relatively smallest, and others.
        peaks = np.concatenate(
            (2 - np.arange(1, 200) * 2.0**-52, 1 + np.arange(200) * 2.0**-52, [0.3, 1e300])
        )
        for peak in peaks:
            top, bottom = quantise([peak, -peak], bits).values.tolist()
            assert top == -bottom
            assert 0 < top < 2 ** (bits - 1)

    def test_zero_tensor(self):
        fixed = quantise(np.zeros((2, 2)), 8)
        assert (fixed.values.any(), fixed.step) == (False, 1.0)

    @pytest.mark.parametrize("n_units", [1, 7, 126, 127, 128, 300])
    def test_subnormal_peak(self, n_units):
        tiny = np.finfo(float).smallest_subnormal
        fixed = quantise([n_units * tiny], 8)
        assert fixed.step > 0
        assert 0 < fixed.values[0] <= 127
        assert abs(fixed.values[0] * fixed.step - n_units * tiny) <= fixed.step / 2

    @pytest.mark.parametrize("bits", [0, 65, -1, 8.0, True, "8", None])
    def test_refused_widths(self, bits):
        with pytest.raises(SpecError, match=r"`key_bits`: got .*; must be an integer in 1\.\.64"):
            quantise([1.0], bits, "key_bits")

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_refused_values(self, value):
        with pytest.raises(SpecError, match="finite"):
            quantise([1.0, value], 8)


class TestExactMatmul:
    @pytest.mark.parametrize(
        ("bits_a", "bits_b", "dtype"),
        [(8, 8, "i8"), (27, 28, "i8"), (31, 31, "i8"), (31, 32, "O"), (31, 33, "O"), (64, 64, "O")],
    )
    def test_against_python_integers(self, bits_a, bits_b, dtype):
        rng = np.random.default_rng(0)
        a = rng.integers(-(2 ** (bits_a - 1)), 2 ** (bits_a - 1) - 1, size=(3, 4), endpoint=True)
        b = rng.integers(-(2 ** (bits_b - 1)), 2 ** (bits_b - 1) - 1, size=(5, 4), endpoint=True)
        a[0], b[0] = -(2 ** (bits_a - 1)), -(2 ** (bits_b - 1))  # the largest product there is
        a[1], a[1, 3], b[1] = (
            2 ** (bits_a - 1) - 1,
            1,
            2 ** (bits_b - 1) - 1,
        )  # odd: no float64 at 27 and 28 bits
        want = [[sum(int(x) * int(y) for x, y in zip(r, c, strict=True)) for c in b] for r in a]
        got = exact_matmul(a, b, bits_a, bits_b)
        assert got.dtype == np.dtype(dtype)
        assert got.tolist() == want

    def test_the_float_path_is_exact_at_its_edge(self):
        a = np.full((1, 8), -(2**24))
        assert exact_matmul(a, np.concatenate((a - 0, a)), 25, 27).tolist() == [[2**51] * 2]
        a = np.full((1, 2**10), -(2**7))
        assert exact_matmul(a, a, 8, 8).tolist() == [[2**24]]  # in single precision; one more is in double
        odd = np.full((1, 2**10 + 17), 2**7 - 1)
        assert exact_matmul(odd, odd, 8, 8).tolist() == [[(2**7 - 1) ** 2 * (2**10 + 17)]]
        odd = np.array([[2**25 - 1, 1]])
        assert exact_matmul(odd, odd, 26, 27).tolist() == [[(2**25 - 1) ** 2 + 1]]


class TestIntegerThreshold:
    @settings(max_examples=300)
    @given(
        st.floats(-1e6, 1e6),
        st.floats(1e-9, 1e3),
        st.integers(-2, 2),
    )
    def test_is_the_smallest(self, tau, step, offset):
        threshold = integer_threshold(tau, step).item()
        assert isinstance(threshold, int)
        acc = threshold + offset
        assert (acc >= threshold) == (acc * Fraction(step) >= Fraction(tau))

    def test_ties_are_heavy(self):
        assert integer_threshold([0.75, -0.75, 0.0, -0.0], 0.25).tolist() == [3, -3, 0, 0]

    def test_float_division_would_be_wrong(self):
        # 0.3 / 0.1 is 2.9999999999999996 in float64, and 3 * 0.1 > 0.3; 6.0 / 0.1 has ceil 60 in both.
        assert integer_threshold([0.3, 6.0], 0.1).tolist() == [3, 60]
        tau = 2.0**53 + 2
        assert integer_threshold(tau, 1 / 3).item() == -(-Fraction(tau) // Fraction(1 / 3))

    def test_beyond_int64(self):
        assert integer_threshold(1.0, 2.0**-80).item() == 2**80

    def test_fractions_and_float32(self):
        assert integer_threshold(np.array([Fraction(1, 3)], dtype=object), 0.125).tolist() == [3]
        assert integer_threshold(np.float32(0.5), 0.25).item() == 2

    @pytest.mark.parametrize(
        ("tau", "step", "field"),
        [
            (np.nan, 1.0, "tau"),
            (np.inf, 1.0, "tau"),
            (1.0, 0.0, "step"),
            (1.0, -1.0, "step"),
            (1.0, np.nan, "step"),
        ],
    )
    def test_refused(self, tau, step, field):
        with pytest.raises(SpecError, match=f"`{field}`"):
            integer_threshold(tau, step)
