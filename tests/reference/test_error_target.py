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
    found = sparsity_for_error(head, 0.2, fill, n_sampled=head.n_queries)
    assert found.error == found.error_limit == pytest.approx(whole_error(head, found.n_heavy, fill))
    assert found.error <= 0.2 < whole_error(head, found.n_heavy - 1, fill)


@pytest.mark.parametrize("name", HEADS)
def test_a_sample_of_a_head_keeps_the_target_for_all_of_it(name):
    """At 90 % each: of 6 samples a head at most 2 may be beyond it (a third has probability 0.02)."""
    head, beyond = load_head(name), 0
    for seed in range(3):
        for target in (0.2, 0.05):
            found = sparsity_for_error(head, target, seed=seed)
            assert found.error <= found.error_limit <= target
            beyond += whole_error(head, found.n_heavy, "mean-logit") > target
    assert beyond <= 2


def test_the_sample_is_paid_for():
    """64 rows of all their keys; causal rows see fewer."""
    assert sparsity_for_error(load_head("minilm-code"), 0.1).inner_products == 64 * 256
    causal = sparsity_for_error(load_head("smollm2-alice"), 0.1)
    assert 64 < causal.inner_products < 64 * 128
    few = sparsity_for_error(load_head("minilm-code"), 0.1, n_sampled=4)
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
    with pytest.raises(InfeasibleError, match=r"half the keys: this head is not sparse") as caught:
        sparsity_for_error(flat_head(), 1e-3, "drop")
    assert caught.value.exit_code == 3


def test_dropping_light_keys_makes_a_head_dense():
    """Half of all keys leave an error of 0.10 there; the mean-logit fill needs 79 of 512."""
    head = load_head("minilm-pride")
    with pytest.raises(InfeasibleError, match=r"0\.102 at k = 256"):
        sparsity_for_error(head, 0.1, "drop", n_sampled=head.n_queries)


def test_decode_shape_and_a_target_that_is_none():
    head = load_head("smollm2-alice")
    found = sparsity_for_error(attrs.evolve(head, q=head.q[-1:]), 0.1)
    assert (found.n_sampled, found.error) == (1, found.error_limit)
    with pytest.raises(SpecError, match="`error_target`"):
        sparsity_for_error(head, 0.0)
