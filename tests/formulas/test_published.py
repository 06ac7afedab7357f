"""Published numbers."""

from pathlib import Path

import numpy as np
import pytest

from qattention import formulas
from qattention.circuit import INNER_PRODUCTS
from qattention.formulas import RowSums
from qattention.formulas.adder_trees import most_tree_toffoli
from qattention.formulas.inner_product import sum_and_undo_toffoli
from qattention.formulas.inner_products.compressor_tree import compressor_toffoli
from qattention.formulas.loaders.bucket_brigade_load import bucket_brigade_t_depth

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("n_keys", [2, 3, 64, 100, 2**14, 2**40])
def test_unary_iteration_has_n_minus_2(n_keys: int) -> None:
    """arXiv:1805.03662, figure 7: L - 1 And's with a control, one fewer without."""
    assert formulas.qrom_load(n_keys, 64).toffoli == n_keys - 2


@pytest.mark.parametrize(("n_keys", "n_ands"), [(4096, 124), (3000, 107), (2**14, 252), (2**18, 1020)])
def test_unload_costs_two_square_roots(n_keys: int, n_ands: int) -> None:
    """arXiv:1902.02134, appendix C: ceil(n/K) + K, less the two that each half saves without control."""
    assert formulas.measured_unload(n_keys, 1024).toffoli == n_ands


def test_inner_product_of_the_reference_case() -> None:
    """d = 128, uniform 8-bit weights, a threshold near the 16th of 2**14 keys: at most 2,850 on average."""
    weights = np.stack([np.random.default_rng(seed).integers(-128, 128, 128) for seed in range(20)])
    threshold = int(3.1 * np.sqrt(128) * 74 * 74)
    toffoli = compressor_toffoli(RowSums.from_weights(weights, [threshold] * 20, 8))
    assert toffoli.mean() <= 2850
    assert toffoli.mean() == pytest.approx(2824.75, abs=1)  # measured with the bloqs


def test_bound_on_inner_products_is_never_exceeded_and_tight() -> None:
    rng = np.random.default_rng(3)
    slack = []
    for _ in range(200):
        d, b, query_bits = (int(rng.integers(1, 9)) for _ in range(3))
        weights = rng.integers(-(1 << query_bits - 1), 1 << query_bits - 1, (1, d))
        threshold = int(rng.integers(-(d << query_bits + b), d << query_bits + b))
        sums = RowSums.from_weights(weights, [threshold], b)
        digits = int(np.count_nonzero(sums.digits))
        width = int(sums.widths()[0])
        bound = most_tree_toffoli(digits, 2, b, width)  # so many components of one digit each
        slack.append(bound - int(compressor_toffoli(sums)[0]))
        for kind in INNER_PRODUCTS.values():  # what is known of the sizes alone
            most = kind.most_toffoli(d, query_bits, b, width)
            assert int(sum_and_undo_toffoli(sums, kind)[0]) <= most, kind
    assert min(slack) >= 0
    assert min(slack) <= 2


def test_a_sum_without_weights_costs_nothing() -> None:
    assert compressor_toffoli(RowSums.from_weights([[0, 0, 0]], [5], 8)).tolist() == [0]


def test_rotations_at_a_known_accuracy() -> None:
    """arXiv:2203.10064, table 1: mixed fallback, about 0.53 log2(1/eps) + 5.3; eps = 1e-10 gives 22.9."""
    assert formulas.t_per_rotation(1e-10) == 23
    assert formulas.t_per_rotation(1e-12) - formulas.t_per_rotation(1e-10) in (3, 4)


class TestBucketBrigade:
    """arXiv:1902.01329, one-bit words, n = 2**m: closed forms of the serial and the parallel circuit.

    They count Toffolis of 7 T: 2 (2**m - 2) for the tree and back, 2**m to read, and in a version that is
    quoted, but not in the authors' code (glassnotes/FT_qRAM_Circuits), 2**m to unread.
    """

    @staticmethod
    @pytest.mark.parametrize("m", [2, 5, 10, 20, 40])
    def test_the_authors_code(m: int) -> None:
        """21 * 2**m - 28 T in 3 * 2**m - 4 layers on m + 2**(m + 1) + 5 qubits serial; 2 m - 1 parallel."""
        published = 21 * 2**m - 28
        assert published == 7 * (2 * (2**m - 2) + 2**m)
        here = 4 * int(formulas.bucket_brigade_load(2**m, 1).toffoli)
        assert here / published == pytest.approx(8 / 21, rel=2 / 2**m)
        assert int(bucket_brigade_t_depth(2**m, 1)) <= 3 * 2**m - 4
        assert int(bucket_brigade_t_depth(2**m, 1, parallel=True)) == (2 * m - 1 + 1) // 2
        assert int(formulas.bucket_brigade_load(2**m, 1).qubits) == m + 2 ** (m + 1) + 5 - 3
        page = " ".join((ROOT / "bloqs" / "bucket_brigade_load.md").read_text().split())
        assert "has 21 2^m - 28 T" in page
        assert "8 (2^m - 1) T, 8/21 of the code's" in page

    @staticmethod
    @pytest.mark.parametrize("m", [1, 2, 5, 10, 20, 40])
    def test_t_count(m: int) -> None:
        """And's of 4 T, and none to go back: half as many, two sevenths of the T."""
        published = 28 * (2**m - 1)
        for parallel in (False, True):
            t = 4 * int(formulas.bucket_brigade_load(2**m, 1, parallel=parallel).toffoli)
            assert t == 8 * (2**m - 1)
            assert published == 7 * 2 * (t // 4) == 7 * (2 * (2**m - 2) + 2 * 2**m)

    @staticmethod
    @pytest.mark.parametrize("m", [2, 5, 10, 20, 40])
    def test_qubits(m: int) -> None:
        """Serial: its Toffoli of T depth one brings 4 wires. Parallel: 4 for each of the 2**m and copies."""
        serial = int(formulas.bucket_brigade_load(2**m, 1).qubits)
        assert serial == m + 2 ** (m + 1) + 6 - 4
        parallel = int(formulas.bucket_brigade_load(2**m, 1, parallel=True).qubits)
        assert parallel == m + 3 * 2**m + 1
        assert 8 * 2**m - parallel == 4 * 2**m + (2**m - m - 1)

    @staticmethod
    @pytest.mark.parametrize("m", [1, 2, 5, 10])
    def test_layers(m: int) -> None:
        """Half of the published layers in parallel; serially the tree's levels need not take turns here."""
        assert 2 * int(bucket_brigade_t_depth(2**m, 1, parallel=True)) == 2 * m
        assert int(bucket_brigade_t_depth(2**m, 1)) == 2**m + m - 1 <= 4 * (2**m - 1)


@pytest.mark.parametrize(("n_keys", "block", "word_bits"), [(64, 4, 8), (2**14, 8, 64), (2**20, 16, 64)])
def test_dirty_look_up(n_keys: int, block: int, word_bits: int) -> None:
    """arXiv:1902.02134, appendix B: 2 ceil(n / K) + 4 w (K - 1).

    Two walks without a control save 2 each; what is added to the key itself is not undone, 2 log2 K w fewer.
    """
    published = 2 * (n_keys // block) + 4 * word_bits * (block - 1)
    here = int(formulas.dirty_look_up(n_keys, word_bits, block).toffoli)
    assert published - here == 4 + 2 * word_bits * (block.bit_length() - 1)


@pytest.mark.parametrize("m", [2, 5, 10, 40])
def test_swap_network(m: int) -> None:
    """arXiv:1812.00954, section 3: n - 1 controlled swaps of w bits; half, the first level being free."""
    assert 2 * formulas.swap_network_load(2**m, 8).toffoli == (2**m - 1) * 8 - 8
