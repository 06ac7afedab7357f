"""All routes to the find sets agree: brute force, half-spaces, and the simulated quantum search."""

import numpy as np
import pytest

from qattention.compiler import ask
from qattention.halfspace import build, halfspace_attention, halfspace_find_sets
from qattention.inference import infer_head
from qattention.plan import Plan
from qattention.plan.totals import plan_totals
from qattention.problem import AttentionHead, load_head, sample_names
from qattention.problem.options import ProblemOptions
from qattention.reference import find_sets, midway_thresholds, quantise_head, quantised_find_sets
from qattention.reference.quantised import integer_thresholds
from qattention.simulate.run import run_head
from qattention.theorems import max_inner_product

N_INSTANCES = 1000
BITS = 3  # holds -3..3 as they are


def on_circuits(head, rows=None, *, n_heavy, p_fail, tau=None, bits=8, seed=0):
    """The simulated quantum route: every oracle's gates, and the searches on the index register."""
    asked = ProblemOptions(n_heavy=n_heavy, p_fail=p_fail, tau=tau, key_bits=bits, query_bits=bits)
    question = ask(head, asked)
    return run_head(question, plan_totals(question.problem, Plan(), question.rows(1)), rows, seed=seed)


def lists(sets):
    return [np.asarray(keys).tolist() for keys in sets]


def small_head(seed):
    """Integers with many ties and duplicates; (head, threshold). Half the heads are causal."""
    rng = np.random.default_rng(seed)
    n_keys, d = int(rng.integers(2, 9)), int(rng.integers(1, 4))
    n_queries = int(rng.integers(1, 3))
    q, k = (rng.integers(-3, 4, size=(n, d)) for n in (n_queries, n_keys))
    q[0, 0] = k[0, 0] = 3  # so that 3 bits have a step of 1
    if seed % 3 == 0:
        k[-1] = k[0]
    products = q @ k.T
    tau = products[rng.integers(n_queries), rng.integers(n_keys)]  # at a logit: a tie by construction
    v = rng.normal(size=(n_keys, 2))
    return AttentionHead(q=q, k=k, v=v, causal=bool(seed % 2)), float(tau)


def by_loops(head, tau):
    """The definition, with Python integers."""
    hidden = head.n_keys - head.n_queries
    return [
        [
            j
            for j, key in enumerate(head.k.astype(int).tolist())
            if (not head.causal or j <= i + hidden)
            and sum(a * b for a, b in zip(query, key, strict=True)) >= tau
        ]
        for i, query in enumerate(head.q.astype(int).tolist())
    ]


@pytest.mark.parametrize("part", range(10))
def test_a_thousand_small_heads(part):
    for seed in range(part, N_INSTANCES, 10):
        head, tau = small_head(seed)
        want = by_loops(head, tau)
        assert lists(find_sets(head, tau)) == want
        assert lists(halfspace_find_sets(head, tau).unpacked()) == want
        tree = build(head.k, "tree").query_batch(head.q, np.full(head.n_queries, tau)).sets.unpacked()
        seen = [
            np.arange(head.n_keys) < (i + 1 + head.n_keys - head.n_queries) for i in range(head.n_queries)
        ]
        masked = [keys[row[keys]] if head.causal else keys for keys, row in zip(tree, seen, strict=True)]
        assert lists(masked) == want
        run = on_circuits(head, n_heavy=2, p_fail=1e-9, tau=tau, bits=BITS, seed=seed)
        assert lists(run.found) == want


@pytest.mark.parametrize("seed", range(30))
def test_the_reduction_agrees_with_the_routes(seed):
    head, _ = small_head(seed)
    q, k = head.q.astype(int), head.k.astype(int)
    found = max_inner_product(q, k, lambda a, b, tau: build(b).query_batch(a, np.full(len(a), tau)).sets)
    assert found.value == (q @ k.T).max()


@pytest.mark.parametrize("name", sample_names())
def test_real_heads(name):
    # The quantum route works on 8-bit words: on those all routes must agree to the last key, in all rows.
    head = load_head(name)
    tau = midway_thresholds(head, 16)
    assert lists(halfspace_find_sets(head, tau).unpacked()) == lists(find_sets(head, tau))
    words = quantise_head(head)
    limits = integer_thresholds(words, tau)
    integer = AttentionHead(q=words.q_int, k=words.k_int, v=head.v, causal=head.causal)
    want = lists(quantised_find_sets(words, limits))
    assert lists(halfspace_find_sets(integer, limits.astype(float)).unpacked()) == want
    # The output is the quantum one too: same find sets, same Algorithm 2.
    rows = list(range(0, head.n_queries, 8))
    run = on_circuits(head, rows, n_heavy=16, p_fail=1e-6)
    assert lists(run.found) == [want[row] for row in rows]
    assert np.allclose(infer_head(head, want)[rows], run.output, rtol=1e-10, atol=1e-10)
    near = infer_head(head, find_sets(head, tau))
    assert np.allclose(halfspace_attention(head, tau), near, rtol=1e-12, atol=1e-12)
