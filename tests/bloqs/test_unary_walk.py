"""The walk visits each address once with its select wire, and its And count is the closed one."""

import numpy as np
import pytest

from qattention.bloqs.measured_unload import best_low_bits, fix_up_ands
from qattention.bloqs.unary_walk import Event, unary_walk, walk_ands

SIZES = [*range(1, 40), 64, 100, 255, 256, 257]


def selected(walk, n_bits, address):
    """Replay the walk for one address; the leaves whose select wire was 1."""
    wire = {i: address >> (n_bits - 1 - i) & 1 for i in range(n_bits)}
    seen = []
    for kind, a, b, c in walk.tolist():
        if kind == Event.X:
            wire[a] ^= 1
        elif kind == Event.AND:
            assert c not in wire
            wire[c] = wire[a] & wire[b]
        elif kind == Event.CNOT:
            wire[b] ^= wire[a]
        elif kind == Event.ERASE:
            assert wire.pop(c) == wire[a] & wire[b]
        elif a < 0 or wire[a]:
            seen.append(b)
    assert sorted(wire) == list(range(n_bits))
    assert [wire[i] for i in range(n_bits)] == [address >> (n_bits - 1 - i) & 1 for i in range(n_bits)]
    return seen


@pytest.mark.parametrize("guard", [False, True])
@pytest.mark.parametrize("n_leaves", SIZES)
def test_each_address_selects_its_leaf_alone(n_leaves, guard):
    n_bits = max(1, (n_leaves - 1).bit_length())
    walk = unary_walk(n_leaves, n_bits, guard)
    for address in range(2**n_bits if guard else n_leaves):
        assert selected(walk, n_bits, address) == ([address] if address < n_leaves else [])
    assert walk[walk[:, 0] == Event.LEAF, 2].tolist() == list(range(n_leaves))


@pytest.mark.parametrize("guard", [False, True])
def test_ands_follow_the_closed_form(guard):
    for n_leaves in [*SIZES, 1000, 4096]:
        walk = unary_walk(n_leaves, max(1, (n_leaves - 1).bit_length()), guard)
        assert (walk[:, 0] == Event.AND).sum() == walk_ands(n_leaves, guard)
    assert walk_ands(2**40) == 2**40 - 2


@pytest.mark.parametrize(("n_rows", "ands"), [(4096, 124), (3000, 107), (2**14, 252), (2**18, 1020)])
def test_published_sizes_of_the_fix_up(n_rows, ands):
    """arXiv:1902.02134, appendix C: ceil(n / K) + K, less the four that unary iteration saves."""
    assert fix_up_ands(n_rows, best_low_bits(n_rows)) == ands
    assert np.isclose(ands, 2 * n_rows**0.5, rtol=0.05)
