"""A memory that errs: what a wrong query does, and what a search loses by it."""

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.lowering.code_rows import code_rows
from qattention.lowering.lower import lower_marked
from qattention.lowering.program import Op
from qattention.simulate.bitslice import run_program
from qattention.simulate.grover import IndexRegister
from qattention.simulate.memory import FaultyQueries, MemoryErrors
from qattention.simulate.verify import expected_phase


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("n_keys", [5, 37])
def test_a_flipped_bit_marks_what_the_gates_mark_with_that_wire_turned(make_oracle, n_keys, padded):
    """An X put on one wire of the loaded key, every one of them in turn."""
    oracle = make_oracle(n_keys, 2, 4, padded=padded, n_excluded=0)
    faults = FaultyQueries.of(oracle, MemoryErrors(bit_error=1.0))
    program, marks = lower_marked(oracle)
    key = marks[0].outputs["key"].ravel()
    outcomes = np.zeros(program.n_cbits, np.uint8)
    seen = set()
    for bit, wire in enumerate(key.tolist()):
        turned = code_rows(1, Op.X, a=wire)
        code = np.insert(program.code, marks[0].end, turned[0], axis=0)
        wrong_program = attrs.evolve(program, code=code)
        marked = run_program(wrong_program, {"address": np.arange(oracle.n_items)}, outcomes).phase
        fault = faults.draw(FixedDraws(False, True, bit))
        wrong = fault.heavy ^ faults.heavy ^ expected_phase(oracle)
        np.testing.assert_array_equal(marked, wrong)
        assert not fault.odd.any()
        seen.add(wrong.tobytes())
    assert len(seen) > 1


class FixedDraws:
    """A generator whose draws are given: what errs, then which bit."""

    def __init__(self, moved, flipped, *integers):
        self.happens, self.given = np.array([not moved, not flipped], dtype=float), list(integers)

    def random(self, size):
        return self.happens[:size]

    def integers(self, *_range, dtype=None):
        return self.given.pop(0) if len(_range) == 1 else np.ones(_range[2], dtype=dtype)


def test_a_wrong_address_marks_by_the_other_word_and_leaves_its_signs(make_oracle):
    oracle = make_oracle(37, 2, 4, n_excluded=0)
    faults = FaultyQueries.of(oracle, MemoryErrors(address_error=1.0))
    fault = faults.draw(FixedDraws(True, False, 5))  # bit 5 of the address: 0 <-> 32, .., 4 <-> 36
    heavy = expected_phase(oracle)
    zero_is_heavy = oracle.threshold <= 0
    expected = [heavy[j ^ 32] if j ^ 32 < 37 else zero_is_heavy for j in range(37)]
    assert fault.heavy.tolist() == expected
    bits = oracle.table.bits
    left = [np.sum(bits[j] ^ (bits[j ^ 32] if j ^ 32 < 37 else False)) % 2 for j in range(37)]
    assert fault.odd.tolist() == [bool(parity) for parity in left]
    assert fault.odd.any()


def test_without_an_error_queries_are_as_they_were(make_oracle):
    oracle = make_oracle(37, 2, 4)
    marked = expected_phase(oracle)
    quiet = IndexRegister(marked, np.random.default_rng(0), FaultyQueries.of(oracle, MemoryErrors()))
    np.testing.assert_array_equal(quiet.state(4), IndexRegister(marked, np.random.default_rng(0)).state(4))


@pytest.mark.parametrize("search", ["adaptive", "top-k", "fixed-point"])
@pytest.mark.parametrize("kind", ["address_error", "bit_error"])
def test_errors_cost_keys_but_bring_none_that_are_light(kind, search, run):
    rows = range(12 if search == "adaptive" else 2)
    options = {"n_heavy": 16, "search": search, "p_fail": 0.1}
    recall = []
    for rate in (0.0, 1.0):
        how = {"errors": MemoryErrors(**{kind: rate})}
        report = run("minilm-code", rows, how=how, **options).report
        assert report.extra == (report.missed if search == "top-k" else 0)  # there others take their places
        recall.append(report.recall_quantised)
    assert recall[0] == 1.0
    if search != "top-k":  # whose many runs find by chance on so few keys
        assert recall[1] < 1.0


def test_probabilities_out_of_range_are_refused():
    with pytest.raises(SpecError, match=r"`bit_error`: got 1\.5; must be a probability"):
        MemoryErrors(bit_error=1.5)
