"""The largest error rate that searches stand, by bisection."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from qattention.errors import InfeasibleError, SpecError

SAMPLE, SETTINGS = "minilm-code", {"n_heavy": 8, "p_fail": 0.1}
PAGE = Path(__file__).parents[2] / "benchmarks" / "tolerance.py"


@pytest.fixture(scope="module")
def tolerance():
    spec = spec_from_file_location("tolerance", PAGE)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_recall_holds_below_and_not_above(tolerance, asked):
    request, rows = asked(SAMPLE, **SETTINGS), range(0, 64, 8)
    held, lost = tolerance.largest_tolerable(request, rows, "address_error", 0.9, steps=3)
    assert 1e-4 <= held < lost <= 1.0
    assert lost / held == pytest.approx(1e4 ** (1 / 8))
    assert tolerance.recall_at(request, rows, "address_error", held) >= 0.9
    assert tolerance.recall_at(request, rows, "address_error", lost) < 0.9


def test_what_cannot_be_answered_is_refused(tolerance, asked):
    request, rows = asked(SAMPLE, **SETTINGS), range(2)
    with pytest.raises(SpecError, match="`kind`: got 'phase'"):
        tolerance.recall_at(request, rows, "phase", 0.1)
    with pytest.raises(SpecError, match="`recall`"):
        tolerance.largest_tolerable(request, rows, "bit_error", 1.5)
    lossy = asked(SAMPLE, search="known-k", n_heavy=16, p_fail=0.1)
    with pytest.raises(InfeasibleError, match="recall"):
        tolerance.largest_tolerable(lossy, rows, "address_error", 1.0, least=0.9)
