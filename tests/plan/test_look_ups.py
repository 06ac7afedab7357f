"""Look-ups costed all at once are those of the closed forms of their circuits, one by one."""

from functools import partial

import attrs
import numpy as np
import pytest

from qattention.formulas.loader_costs import kept_bits_of, load_of, look_up_t_depth, unload_of
from qattention.plan.look_ups import LookUps
from qattention.plan.options import PlanOptions

N_KEYS = np.array([5, 64, 5, 37, 64, 64])
BITS = np.array([3, 16, 3, 16, 3, 16])


def bits(kind, groups=slice(None)):
    """A device serves whole words."""
    return np.full(len(BITS[groups]), 16) if kind.is_device else BITS[groups]


OPTIONS = [
    {},
    {"unload": "unitary"},
    {"unload_block": 4},
    {"block_size": 4},
    {"loader": "one-hot-swap", "block_size": 8, "unload_block": 2},
]


@pytest.mark.parametrize("groups", [slice(None), [3, 0, 1]], ids=["some alike", "none alike"])
@pytest.mark.parametrize("padding", ["off", "on"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_every_look_up_is_that_of_its_circuit(options, padding, groups):
    n_keys, widths = N_KEYS[groups], partial(bits, groups=groups)
    found = LookUps.of(n_keys, widths, padding == "on", PlanOptions(**options))
    assert len(set(found.choices)) == len(found.choices)
    for row, (kind, block, unload_block) in enumerate(found.choices):
        circuit = attrs.evolve(found.like, loader=kind, block_size=block, unload_block=unload_block)
        sizes = circuit, n_keys, widths(kind)
        both = load_of(*sizes) + unload_of(*sizes)
        address = np.maximum(1, np.ceil(np.log2(n_keys))).astype(int)
        assert (found.toffoli[row] == both.toffoli).all()
        assert (found.peak[row] == both.qubits).all()
        assert (found.t_depth[row] == look_up_t_depth(*sizes)).all()
        assert (found.held[row] == address + widths(kind) + kept_bits_of(*sizes)).all()


def test_all_that_is_open_is_there():
    choices = [
        (kind.name, block, one) for kind, block, one in LookUps.of(N_KEYS, bits, False, PlanOptions()).choices
    ]
    assert {block for name, block, _ in choices if name == "qroam"} == {2, 4, 8, 16, 32, 64}
    # The fewest And's of 64 addresses are those of 8 one-hot, of 37 and of 5 others: all are open.
    assert [one for name, _, one in choices if name == "qrom"] == [None, 1, 2, 4, 8, 16, 32, 64]
    # A tree of lines that is kept leaves no choice; of up to four blocks none is.
    open_to_swap = {
        block: [one for name, at, one in choices if (name, at) == ("one-hot-swap", block)]
        for block in (8, 16)
    }
    assert open_to_swap == {8: [None], 16: [None, 1, 2, 4, 8, 16, 32, 64]}
