"""Attention of other kinds, from files: an exact change of q, k or of what rows see, or refused by name."""

import json

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import AttentionHead, load_head
from qattention.problem.exact_changes import with_alibi, with_bias


def products(head: AttentionHead) -> np.ndarray:
    return head.scale * head.q @ head.k.T


def refusal(path) -> tuple[str, ...]:
    with pytest.raises(SpecError) as caught:
        load_head(path)
    return caught.value.problems


@pytest.fixture
def square():
    """A causal head of 5 queries and keys."""
    rng = np.random.default_rng(1)
    return {
        "q": rng.normal(size=(5, 3)),
        "k": rng.normal(size=(5, 3)),
        "v": rng.normal(size=(5, 2)),
        "causal": True,
    }


def test_alibi_is_one_more_component(square, write):
    head = load_head(write({**square, "scale": 0.5, "alibi": 0.25}))
    places = np.arange(5)
    wanted = 0.5 * square["q"] @ square["k"].T + 0.25 * (places - 4)
    assert head.head_dim == 4
    assert np.allclose(products(head), wanted, atol=1e-13)
    assert np.abs(head.k[:, 3]).max() == pytest.approx(np.abs(square["k"]).max())


def test_alibi_with_a_sink_or_cap_has_the_rows_own_part_too(square, write):
    head = load_head(write({**square, "alibi": 0.25, "sink": 0.5}))
    i, j = np.mgrid[:5, :5]
    assert np.allclose(products(head), square["q"] @ square["k"].T - 0.25 * (i - j), atol=1e-13)
    head = load_head(write({**square, "q": square["q"][:2], "alibi": 0.25, "soft_cap": 3.0}))  # decoding
    assert np.allclose(products(head)[1], square["q"][1] @ square["k"].T - 0.25 * (4 - j[0]), atol=1e-13)


def test_a_bias_of_low_rank_is_as_many_components(square, write):
    rng = np.random.default_rng(2)
    bias = rng.normal(size=(5, 2)) @ rng.normal(size=(2, 5))
    head = load_head(write({**square, "bias": bias, "scale": 0.5}))
    assert head.head_dim == 5
    assert np.allclose(products(head), 0.5 * square["q"] @ square["k"].T + bias, atol=1e-12)
    assert load_head(write({**square, "bias": np.zeros((5, 5))})).head_dim == 3


def test_a_bias_for_every_pair_is_refused():
    rng = np.random.default_rng(3)
    q, k = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    with pytest.raises(SpecError, match="`bias`: got 'rank 20'; must be rank at most 8"):
        with_bias(q, k, 1.0, rng.normal(size=(20, 20)))
    with pytest.raises(SpecError, match="`bias`: got 'dtype float64, shape"):
        with_bias(q, k, 1.0, np.zeros((20, 19)))


def test_a_single_key_has_no_distance():
    q, k = with_alibi(np.ones((1, 1)), np.zeros((1, 1)), 1.0, 0.5)
    assert (q @ k.T).tolist() == [[0.0]]


@pytest.mark.parametrize(
    ("mask", "seen"),
    [
        (np.tri(5, dtype=bool), [[0, i + 1] for i in range(5)]),
        (np.tri(5), [[0, i + 1] for i in range(5)]),
        (np.where(np.tri(5), 0.0, -np.inf), [[0, i + 1] for i in range(5)]),
        (np.where(np.tri(5), 0.0, -3.4e38), [[0, i + 1] for i in range(5)]),
        (np.array([0, 1, 1, 0, 0]), [[1, 3]] * 5),
        (np.kron(np.eye(5), np.ones((1, 1), bool)), [[i, i + 1] for i in range(5)]),
    ],
)
def test_masks_are_stretches_of_keys(square, write, mask, seen):
    head = load_head(write({**square, "causal": False, "mask": mask}))
    assert np.stack(head.ranges, axis=1).tolist() == seen


@pytest.mark.parametrize(
    ("mask", "told"),
    [
        (np.maximum(np.eye(5)[::-1], np.eye(5)), "keys with a gap between them for query 0"),
        (np.zeros((5, 5), bool), "no key for query 0"),
        (np.ones((4, 5), bool), "shape (4, 5)"),
        (np.full((5, 5), 0.3), "dtype float64"),
    ],
)
def test_other_masks_are_refused(square, write, mask, told):
    (line,) = refusal(write({**square, "causal": False, "mask": mask}))
    assert line.startswith("`mask`")
    assert told in line


@pytest.mark.parametrize("n_queries", [1, 3, 6])
@pytest.mark.parametrize("window", [1, 2, 6, 9])
@pytest.mark.parametrize("causal", [True, False])
def test_windows_are_those_of_transformers(n_queries, window, causal):
    head = AttentionHead(
        q=np.ones((n_queries, 1)), k=np.ones((6, 1)), v=np.ones((6, 1)), causal=causal, window=window
    )
    places = np.arange(6 - n_queries, 6)[:, None] - np.arange(6)
    wanted = (places >= 0) & (places < window) if causal else np.abs(places) <= window
    first, stop = head.ranges
    keys = np.arange(6)
    assert (((keys >= first[:, None]) & (keys < stop[:, None])) == wanted).all()


def test_scales_of_channels_and_temperatures(square, write):
    head = load_head(write({**square, "scale": np.array([1.0, 2.0, 0.5]), "temperature": 2.0}))
    assert np.allclose(products(head), (square["q"] * [1, 2, 0.5]) @ square["k"].T / 2)


@pytest.mark.parametrize("by_meta", [True, False])
def test_what_a_head_does_may_stand_in_meta_or_beside(square, write, by_meta):
    facts = {"causal": True, "window": 2, "soft_cap": 30.0, "sink": 0.5}
    del square["causal"]
    given = {"meta": np.array(json.dumps(facts))} if by_meta else {k: np.array(v) for k, v in facts.items()}
    head = load_head(write({**square, **given}))
    assert (head.causal, head.window, head.soft_cap, head.sink) == (True, 2, 30.0, 0.5)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"window": 0}, "window"),
        ({"window": 2.5}, "window"),
        ({"soft_cap": 0.0}, "soft_cap"),
        ({"soft_cap": np.inf}, "soft_cap"),
        ({"sink": np.nan}, "sink"),
        ({"sink": np.ones(3)}, "sink"),
        ({"alibi": -1.0}, "alibi"),
        ({"alibi": 0.5, "causal": False}, "alibi"),
        ({"temperature": 0.0}, "temperature"),
        ({"scale": np.ones(4)}, "scale"),
        ({"seen": np.array([[0, 6]] * 5)}, "seen"),
        ({"seen": np.array([[3, 3]] * 5)}, "seen"),
        ({"seen": np.zeros((4, 2), int)}, "seen"),
        ({"causal": 2}, "causal"),
    ],
)
def test_refused_by_name(square, write, fields, field):
    (line,) = refusal(write({**square, **fields}))
    assert line.startswith(f"`{field}`")
