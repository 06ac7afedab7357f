"""A loader of the user's own has Clifford layers and Cliffords like the family's, from its gates."""

import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of
from qattention.circuit import Circuit
from qattention.compiler.costs import bloq_counts
from qattention.estimates import estimate
from qattention.formulas.loader_costs import look_up_clifford_depth, look_up_cliffords
from qattention.lowering import user_loader
from qattention.lowering.user_loader import own_loader
from qattention.plan import Plan
from qattention.problem import AttentionProblem

PATH = "qattention.bloqs.qrom_load:QROMLoad"  # a loader of the family, as if it were not
N_KEYS, WORD_BITS = np.array([3, 16, 37, 100]), 24


def circuits() -> tuple[Circuit, Circuit]:
    return Circuit(loader=own_loader(PATH)), Circuit(loader="qrom")


@pytest.mark.parametrize("per_layer", [64, 4, None])
def test_layers_are_those_of_the_gates(per_layer: int | None) -> None:
    """Exact, where the unload's closed form is up to seven layers above."""
    own, known = (look_up_clifford_depth(one, N_KEYS, WORD_BITS, None, per_layer) for one in circuits())
    assert own[0].tolist() == known[0].tolist()
    assert all(0 <= above <= 7 for above in known[1] - own[1])


def test_cliffords_are_those_of_the_call_graph() -> None:
    own, known = (look_up_cliffords(one, N_KEYS, WORD_BITS) for one in circuits())
    assert [part.tolist() for part in own] == [part.tolist() for part in known]


def test_beyond_lowering_a_layer_is_a_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never below; the measured unload has its closed form."""
    monkeypatch.setattr(user_loader, "MAX_TABLE_BITS", 100)
    own, known = (look_up_clifford_depth(one, N_KEYS, WORD_BITS) for one in circuits())
    counts = bloq_counts(load_of(circuits()[1], KeyTable(n_keys=100, head_dim=6, key_bits=4)))
    assert own[0][-1] == counts.clifford + counts.measurement >= known[0][-1]
    assert own[1].tolist() == known[1].tolist()


def test_an_estimate_says_where_its_layers_are_from() -> None:
    sizes = {"n_queries": 4, "n_keys": 48, "head_dim": 4, "n_heavy": 2, "key_bits": 3, "query_bits": 3}
    own, known = (estimate(AttentionProblem(**sizes), Plan(circuit=one)) for one in circuits())
    assert own.iteration.clifford == known.iteration.clifford
    assert own.iteration.clifford_depth is not None
    assert 0 <= known.iteration.clifford_depth - own.iteration.clifford_depth <= 7
    assert any("over a made-up table" in note.text for note in own.assumptions)
    assert not any("over a made-up table" in note.text for note in known.assumptions)
