"""The largest error rate that searches stand, by bisection."""

import attrs
import pytest

from qattention.errors import InfeasibleError, SpecError
from qattention.problem import load_head
from qattention.simulate.run import RunSettings
from qattention.simulate.tolerance import largest_tolerable, recall_at

SETTINGS = RunSettings(n_heavy=8, p_fail=0.1)


def test_recall_holds_below_and_not_above():
    head, rows = load_head("minilm-code"), range(0, 64, 8)
    held, lost = largest_tolerable(head, SETTINGS, rows, "address_error", 0.9, steps=3)
    assert 1e-4 <= held < lost <= 1.0
    assert lost / held == pytest.approx(1e4 ** (1 / 8))
    assert recall_at(head, SETTINGS, rows, "address_error", held) >= 0.9
    assert recall_at(head, SETTINGS, rows, "address_error", lost) < 0.9


def test_what_cannot_be_answered_is_refused():
    head, rows = load_head("minilm-code"), range(2)
    with pytest.raises(SpecError, match="`kind`: got 'phase'"):
        recall_at(head, SETTINGS, rows, "phase", 0.1)
    with pytest.raises(SpecError, match="`recall`"):
        largest_tolerable(head, SETTINGS, rows, "bit_error", 1.5)
    lossy = attrs.evolve(SETTINGS, search="known-k", n_heavy=16)
    with pytest.raises(InfeasibleError, match="recall"):
        largest_tolerable(head, lossy, rows, "address_error", 1.0, least=0.9)
