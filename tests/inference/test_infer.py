"""Algorithm 2 on arrays: against B written out, at the ends of every range, and without an n x n matrix."""

import tracemalloc

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.inference import KeySums, PackedSets, infer, infer_head, inference_flops, pack
from qattention.problem import load_head, sample_names
from qattention.reference import FILLS, find_sets, row_thresholds, sparse_attention, sparse_attention_matrix


def arrays(seed, n_queries, n_keys, d=5, d_v=3, dtype=np.float64):
    rng = np.random.default_rng(seed)
    q, k = rng.normal(size=(n_queries, d)), rng.normal(size=(n_keys, d)) + 0.3
    return tuple(x.astype(dtype) for x in (q, k, rng.normal(size=(n_keys, d_v)) * 5 + 1))


def drawn_sets(seed, n_queries, n_keys, size, causal):
    """About `size` distinct visible keys a row, in no order."""
    rng = np.random.default_rng(seed)
    seen = [i + 1 + n_keys - n_queries if causal else n_keys for i in range(n_queries)]
    return [rng.permutation(s)[: min(s, size)] for s in seen]


def written_out(q, k, v, sets, scale, causal, fill):
    """D(B)^-1 B V with B in full, row by row, in the largest float type."""
    q, k, v = (x.astype(np.longdouble) for x in (q, k, v))
    out = []
    for i, keys in enumerate(sets):
        row = scale * (k @ q[i])
        seen = np.arange(len(k)) < (i + 1 + len(k) - len(q) if causal else len(k))
        heavy = np.isin(np.arange(len(k)), keys)
        light = seen & ~heavy
        mean = row[light].mean() if light.any() else 0.0
        peak = max(row[heavy].max(initial=-np.inf), 0.0 if fill == "one" else mean)
        weight = {
            "one": np.exp(-peak),
            "mean-logit": np.exp(mean - peak),
            "first-order": np.exp(mean - peak) * (1 + row - mean),
            "row-mean": np.exp(row[light] - peak).mean() if light.any() else 0.0,
            "drop": 0.0 if heavy.any() else 1.0,
        }[fill]
        b = np.where(heavy, np.exp(row - peak), np.where(light, weight, 0.0))
        out.append(b @ v / b.sum())
    return np.array(out).astype(np.float64)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("n_queries", [1, 4, 13])
@pytest.mark.parametrize("size", [0, 1, 4, 13])
def test_against_b_written_out(fill, causal, n_queries, size):
    q, k, v = arrays(n_queries, n_queries, 13)
    sets = drawn_sets(size, n_queries, 13, size, causal)
    got = infer(q, k, v, sets, scale=0.7, causal=causal, fill=fill)
    assert got.dtype == np.float64
    assert np.allclose(got, written_out(q, k, v, sets, 0.7, causal, fill), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize(("d", "d_v"), [(1, 1), (1, 7), (64, 2)])
def test_every_width(fill, d, d_v):
    q, k, v = arrays(3, 6, 6, d, d_v)
    sets = drawn_sets(3, 6, 6, 2, True)
    got = infer(q, k, v, sets, scale=0.3, causal=True, fill=fill)
    assert np.allclose(got, written_out(q, k, v, sets, 0.3, True, fill), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("causal", [False, True])
def test_single_precision_stays_single_and_is_as_good_as_it_can_be(fill, causal):
    q, k, v = arrays(5, 40, 60, 16, 8, np.float32)
    sets = drawn_sets(5, 40, 60, 9, causal)
    got = infer(q, k, v, sets, scale=0.25, causal=causal, fill=fill)
    assert got.dtype == np.float32
    want = written_out(q, k, v, sets, 0.25, causal, fill)
    assert np.abs(got - want).max() <= 1e-5 * np.abs(v).max()
    assert infer(q, k, v.astype(float), sets, scale=0.25, causal=causal).dtype == np.float64


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("offset", [-500.0, 0.0, 500.0])
@pytest.mark.parametrize("size", [0, 3, 12])
def test_logits_of_500_either_way(fill, dtype, offset, size):
    # q = (1, x), k = (offset, y): logits about the offset, and a spread of 1,000 in the last row.
    rng = np.random.default_rng(7)
    q = np.stack((np.ones(5), [0.0, 0.1, 1.0, 2.0, 500.0]), axis=1).astype(dtype)
    k = np.stack((np.full(12, offset), np.linspace(-1, 1, 12)), axis=1).astype(dtype)
    v = rng.normal(size=(12, 2)).astype(dtype)
    sets = [np.argsort(-(k @ row))[:size] for row in q]
    got = infer(q, k, v, sets, fill=fill)
    assert np.isfinite(got).all()
    if fill == "first-order":
        return  # 1 + L - mu of a row that spreads over 1,000 is no weight: finite is all that is asked
    want = written_out(q, k, v, sets, 1.0, False, fill)
    assert np.allclose(got, want, atol=2e-3 if dtype == np.float32 else 1e-11)


@pytest.mark.parametrize("name", sample_names())
@pytest.mark.parametrize("fill", FILLS)
def test_real_heads_as_the_reference_has_them(name, fill):
    head = load_head(name)
    sets = find_sets(head, row_thresholds(head, 16))
    want = sparse_attention(head, sparse_attention_matrix(head, sets, fill))
    assert np.allclose(infer_head(head, sets, fill), want, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("fill", ["mean-logit", "first-order", "one"])
def test_a_cache_that_grows_decodes_as_if_it_were_summed_anew(fill):
    q, k, v = arrays(11, 30, 30)
    sums = KeySums.of(k[:10], v[:10])
    for n in range(10, 30):
        sums = sums.appended(k[n : n + 1], v[n : n + 1])
        keys = [np.array([0, n])]
        cached = infer(q[n : n + 1], k[: n + 1], v[: n + 1], keys, causal=True, fill=fill, sums=sums)
        assert np.allclose(cached, infer(q[n : n + 1], k[: n + 1], v[: n + 1], keys, fill=fill), atol=1e-12)
    wrong = KeySums.of(k, v + 1)
    assert not np.allclose(infer(q[:1], k, v, [[0]], sums=wrong), infer(q[:1], k, v, [[0]]))  # they are used
    assert np.array_equal(wrong.values, (v + 1).sum(axis=0))  # and left as they were


def test_with_kept_sums_no_other_key_is_looked_at():
    q, k, v = arrays(2, 1, 50)
    sums, keys = KeySums.of(k, v), [np.array([3, 40])]
    want = infer(q, k, v, keys, causal=True)
    k[:3], v[41:] = np.nan, np.inf  # not looked at: O(k d) a decoding step
    assert np.allclose(infer(q, k, v, keys, causal=True, sums=sums), want)
    k[3, 0] = np.nan
    with pytest.raises(SpecError, match="`k`: got 'a number out of range'"):
        infer(q, k, v, keys, causal=True, sums=sums)


@pytest.mark.parametrize(
    ("fill", "causal", "share"),  # of a dense float64 matrix; row-mean holds a few blocks of 128 rows
    [("mean-logit", False, 0.1), ("first-order", True, 0.1), ("row-mean", True, 0.25)],
)
def test_nothing_dense_is_made(fill, causal, share):
    n = 3000
    q, k, v = arrays(0, n, n)
    sets = pack([[i] for i in range(n)])
    infer(q[:5], k[:5], v[:5], [[0]] * 5, fill=fill)  # compiled before memory is counted
    tracemalloc.start()
    infer(q, k, v, sets, fill=fill, causal=causal)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < share * 8 * n * n


def test_flops_grow_as_the_theorem_says():
    def flops(n, k, d):
        return inference_flops(n * k, n, n, d, d)

    for size in (2**10, 2**20):
        assert flops(2 * size, 16, 64) / flops(size, 16, 64) == pytest.approx(2)
        assert flops(size, 16, 128) / flops(size, 16, 64) == pytest.approx(2)
    assert flops(2**10, 2**9, 64) / flops(2**10, 2**8, 64) == pytest.approx(2, rel=0.01)
    # By hand at n = 2, k = 1, d = 3: logits 12, sums of keys and values 12, fills 12, values 12, rank one 12.
    assert flops(2, 1, 3) == 60


def test_packing():
    packed = pack([[3, 1], [], np.array([0])])
    assert (packed.n_rows, packed.sizes.tolist()) == (3, [2, 0, 1])
    assert [keys.tolist() for keys in packed.unpacked()] == [[3, 1], [], [0]]
    assert pack(packed) is packed
    for starts in ([0, 2], [1, 3], [0, 3, 2, 3], []):
        with pytest.raises(SpecError, match="`starts`"):
            PackedSets(starts=np.array(starts), keys=np.array([0, 1, 2]))
    with pytest.raises(SpecError, match="one-dimensional integers"):
        pack([[0.5]])


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"sets": [[0]]}, "`sets`: got '1 sets'"),
        ({"sets": [[0], [2], [0]]}, "keys that their row sees"),
        ({"sets": [[0], [-1], [0]]}, "keys that their row sees"),
        ({"sets": [[0], [0], [2, 0, 2]]}, "a key twice in a row"),
        ({"q": np.full((3, 5), np.nan)}, "`q`: got nan"),
        ({"v": np.ones((4, 1))}, "`v`: got 'shape"),
        ({"k": np.ones((3, 4))}, "`k`: got 'shape"),
        ({"q": np.ones((4, 5)), "sets": [[0]] * 4}, "`q`: got '4 rows'"),
        ({"q": np.array([["a"]])}, "`q`: got 'dtype"),
        ({"scale": 0.0}, "`scale`: got 0.0"),
        ({"fill": "two"}, "`fill`: got 'two'"),
        ({"sums": KeySums.of(np.ones((2, 5)), np.ones((2, 3)))}, "`sums`: got"),
    ],
)
def test_what_is_refused(changes, fragment):
    q, k, v = arrays(0, 3, 3)
    asked = {"q": q, "k": k, "v": v, "sets": [[0], [1, 0], [2]], "causal": True} | changes
    with pytest.raises(SpecError, match=fragment):
        infer(**asked)
    infer(q, k, v, [[0], [1, 0], [2]], causal=True)


def test_integers_and_lists_are_taken():
    assert infer([[1]], [[1], [2]], [[5], [7]], [[1]], fill="drop").tolist() == [[7.0]]
