"""k from an error target: the smallest that its sample supports, and what the sample costs."""

import attrs
import numpy as np
import pytest

from qattention.errors import InfeasibleError, SpecError
from qattention.problem import AttentionHead, load_head
from qattention.reference.error_target import ratio_limit, sparsity_for_error
from qattention.reference.errors import output_error
from qattention.reference.exact import attention
from qattention.reference.find import find_sets, row_thresholds
from qattention.reference.light import light_logits
from qattention.reference.sparse import sparse_attention, sparse_attention_matrix

HEADS = ("minilm-code", "smollm2-alice")


def whole_error(head, k, fill):
    sets = find_sets(head, row_thresholds(head, k))
    b = sparse_attention_matrix(head, sets, fill)
    return output_error(head, b, light_logits(head, sets)).relative_frobenius


@pytest.mark.parametrize("fill", ["mean-logit", "drop"])
@pytest.mark.parametrize("name", HEADS)
def test_every_row_read_gives_the_smallest_k_exactly(name, fill):
    head = load_head(name)
    found = sparsity_for_error(head, 0.2, fill)
    assert (found.n_sampled, found.error) == (head.n_queries, found.error_limit)
    assert found.error == pytest.approx(whole_error(head, found.n_heavy, fill))
    assert found.error <= 0.2 < whole_error(head, found.n_heavy - 1, fill)


@pytest.mark.parametrize(("name", "k"), [("minilm-code", 5), ("smollm2-alice", 12)])
def test_it_is_the_k_of_the_verdict(name, k):
    """Its three standard errors of a sample made it 1.2 to 1.5 times as large."""
    assert sparsity_for_error(load_head(name), 0.1).n_heavy == k


def test_noise_is_no_head_for_it():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(3, 256, 64))
    with pytest.raises(InfeasibleError, match=r"at k = 32, an eighth of the keys: this head is not sparse"):
        sparsity_for_error(AttentionHead(q=q, k=k, v=v, scale=0.125), 0.1)


@pytest.mark.parametrize("name", HEADS)
def test_a_sample_of_a_head_keeps_the_target_for_all_of_it(name):
    """At 90 % each: of 6 samples a head at most 2 may be beyond it (a third has probability 0.02)."""
    head, beyond = load_head(name), 0
    for seed in range(3):
        for target in (0.3, 0.15):
            found = sparsity_for_error(head, target, seed=seed, n_sampled=64)
            assert found.error <= found.error_limit <= target
            beyond += whole_error(head, found.n_heavy, "mean-logit") > target
    assert beyond <= 2


def test_the_sample_is_paid_for():
    """64 rows of all their keys; causal rows see fewer."""
    assert sparsity_for_error(load_head("minilm-code"), 0.1).inner_products == 256 * 256
    causal = sparsity_for_error(load_head("smollm2-alice"), 0.2, n_sampled=64)
    assert 64 < causal.inner_products < 64 * 128
    few = sparsity_for_error(load_head("minilm-code"), 0.2, n_sampled=4)
    assert (few.n_sampled, few.inner_products) == (4, 4 * 256)


@pytest.mark.parametrize("n_heavy", [4, 16])
@pytest.mark.parametrize("name", ["minilm-code", "minilm-pride", "smollm2-alice"])
def test_the_limit_covers_the_error_of_all_rows(name, n_heavy):
    """Over 1000 samples of 64 rows: at least 90 % of them : errors have heavy tails."""
    head = load_head(name)
    exact = attention(head)
    sets = find_sets(head, row_thresholds(head, n_heavy))
    output = sparse_attention(head, sparse_attention_matrix(head, sets, "mean-logit"))
    off, norm = np.square(output - exact).sum(axis=1), np.square(exact).sum(axis=1)
    truth, rng = np.sqrt(off.sum() / norm.sum()), np.random.default_rng(3)
    drawn = [rng.permutation(head.n_queries)[:64] for _ in range(1000)]
    covered = sum(ratio_limit(off[rows], norm[rows], head.n_queries)[1] >= truth for rows in drawn)
    assert covered >= 900


def flat_head(n=64):
    """Every weight matters: equal logits but for noise, values that cancel."""
    rng = np.random.default_rng(0)
    return AttentionHead(q=rng.normal(size=(16, 4)), k=rng.normal(size=(n, 4)), v=rng.normal(size=(n, 4)))


def test_a_head_that_is_not_sparse_is_told_so():
    with pytest.raises(InfeasibleError, match=r"an eighth of the keys: this head is not sparse") as caught:
        sparsity_for_error(flat_head(), 1e-3, "drop")
    assert caught.value.exit_code == 3


def test_dropping_light_keys_makes_a_head_dense():
    """An eighth of the keys leaves an error of 0.47 there, where the mean-logit fill leaves 0.10."""
    head = load_head("minilm-pride")
    with pytest.raises(InfeasibleError, match=r"0\.4\d* at k = 64"):
        sparsity_for_error(head, 0.11, "drop")
    assert sparsity_for_error(head, 0.11).n_heavy <= 64


def test_decode_shape_and_a_target_that_is_none():
    head = load_head("smollm2-alice")
    found = sparsity_for_error(attrs.evolve(head, q=head.q[-1:]), 0.1)
    assert (found.n_sampled, found.error) == (1, found.error_limit)
    with pytest.raises(SpecError, match="`error_target`"):
        sparsity_for_error(head, 0.0)
