"""Load and unload proved once, marks threshold by threshold: the oracle's own gates; faults are seen."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import INNER_PRODUCTS, LOADERS, Circuit
from qattention.errors import CheckFailed
from qattention.lowering.emission import load_program, mark_program, oracle_program
from qattention.lowering.lower import lower
from qattention.lowering.operands import CONDITIONED, MASKED, MEASURES
from qattention.lowering.program import Op
from qattention.simulate import frame as module
from qattention.simulate.exact import prove_program
from qattention.simulate.frame import Frame, frame_of
from qattention.simulate.verify import expected_phase

VALUES = np.random.default_rng(5).integers(-8, 8, (11, 3))
WEIGHTS = (5, -3, 7)
CIRCUITS = [
    *(Circuit(loader=name) for name in LOADERS),
    *(Circuit(inner_product=name) for name in INNER_PRODUCTS),
    *(Circuit(padding="on", exclusion=how) for how in ("fix-up", "live", "circuit")),
    Circuit(unload="unitary"),
    Circuit(loader="qrom", exclusion="live"),
]


def oracle(circuit, threshold=9):
    return HeavyKeyOracle(KeyTable.from_values(VALUES, 4), WEIGHTS, threshold, circuit=circuit)


class Names:
    """Wires and outcomes by first use; a wire that has left is another when it comes back."""

    def __init__(self):
        self.known, self.n = {}, 0

    def of(self, kind, items):
        for item in items:
            if (kind, item) not in self.known:
                self.known[kind, item] = self.n
                self.n += 1
        return tuple(self.known[kind, item] for item in items)

    def leave(self, wire):
        self.known.pop(("wire", wire), None)


def gates(program, names, part):
    """The gates of a slice of the code, wires and outcomes renamed, rows of tables by their contents."""
    read = []
    for op, a, b, c, d, e in program.code[part].tolist():
        on, more = names.of("wire", [w for w in (a, b) if w >= 0 and op != Op.QUERY]), ()
        if op in MASKED:
            kind, table = ("bit" if op == Op.CZ_PARITY else "wire"), program.tables[e]
            row = d if op == Op.QUERY else (table.rows[d].tobytes(), bool(table.flips[d]))
            more = (names.of(kind, program.spans[c].tolist()), row)
        elif op in MEASURES or op in CONDITIONED:
            more = names.of("bit", [d])
        elif c >= 0:
            more = names.of("wire", [c])
        read.append((op, on, more))
        if op in (Op.FREE, Op.MEASURE_X):
            names.leave(a)
    return read


@pytest.mark.parametrize("threshold", [-40, 0, 9])
@pytest.mark.parametrize("circuit", CIRCUITS, ids=str)
def test_an_oracle_is_its_frame_and_its_marks_gate_by_gate(circuit, threshold):
    """Each part has the oracle's gates, in order, on wires renamed one to one; no outcome is in both."""
    one = oracle(circuit, threshold)
    whole, marks = lower(one), mark_program(one, lower)
    frame, begin = oracle_program(one, lower, marks=False), len(load_program(one, lower))
    end = begin + len(marks)
    assert gates(whole, Names(), slice(begin, end)) == gates(marks, Names(), slice(None))
    names = Names()
    around = [gate for part in (slice(0, begin), slice(end, None)) for gate in gates(whole, names, part)]
    assert around == gates(frame, Names(), slice(None))
    assert whole.n_cbits == frame.n_cbits + marks.n_cbits
    assert (len(whole.inputs), len(marks.cbit_inputs), len(marks.cbit_outputs)) == (1, 0, 0)
    assert proved(one) == (0, 0, 0)


def proved(one):
    """Errors of the whole program, which the proof in parts must agree with."""
    found = Frame.of(one)
    assert found is not None
    n_cbits = found.check_marks(one, expected_phase(one))
    program = lower(one)
    assert n_cbits == program.n_cbits
    return prove_program(program, expected_phase(one)).errors


def spoilt(program, at):
    """Without one gate."""
    return attrs.evolve(program, code=np.delete(program.code, at, axis=0))


def places(program, op):
    return np.flatnonzero(program.code[:, 0] == op).tolist()


@pytest.mark.parametrize("op", [Op.XOR_ROW, Op.CZ_PARITY, Op.CNOT, Op.AND, Op.CZ_IF], ids=lambda op: op.name)
def test_a_gate_dropped_from_load_or_unload_is_caught(op, monkeypatch):
    one = oracle(Circuit(loader="qrom"))
    right = oracle_program(one, lower, marks=False)
    for at in places(right, op)[::3]:
        wrong = spoilt(right, at)
        monkeypatch.setattr(module, "oracle_program", lambda *_, wrong=wrong, **__: wrong)
        with pytest.raises(CheckFailed, match="load and unload"):
            Frame.of(one)


def test_a_load_that_puts_out_other_words_is_caught_though_its_unload_undoes_it(monkeypatch):
    """A key's bit turned behind the load and back before the unload: the frame alone is right."""
    one = oracle(Circuit(loader="qrom"))
    right = load_program(one, lower)
    turned = np.array([[Op.X, right.outputs["key"].ravel()[0], -1, -1, -1, -1]], dtype=np.int32)
    wrong = attrs.evolve(right, code=np.concatenate([right.code, turned]))
    monkeypatch.setattr(module, "load_program", lambda *_: wrong)
    with pytest.raises(CheckFailed, match="load and unload"):
        Frame.of(one)


def test_a_wire_left_dirty_behind_the_load_is_caught(monkeypatch):
    one = oracle(Circuit(loader="qrom"))
    right = load_program(one, lower)
    kept = np.array([[Op.CNOT, right.inputs["address"][0], right.n_wires, -1, -1, -1]], dtype=np.int32)
    code = np.concatenate([right.code, kept])
    wrong = attrs.evolve(right, code=code, n_wires=right.n_wires + 1)
    monkeypatch.setattr(module, "load_program", lambda *_: wrong)
    with pytest.raises(CheckFailed, match="load and unload"):
        Frame.of(one)


@pytest.mark.parametrize("op", [Op.CNOT, Op.AND, Op.CZ_IF, Op.Z, Op.MEASURE_X], ids=lambda op: op.name)
def test_a_gate_dropped_from_the_marks_is_caught_where_the_whole_shows_it(op, monkeypatch):
    """Whatever dropped gate makes the whole oracle wrong makes its marks wrong, and no other."""
    one = oracle(Circuit(loader="qrom"))
    expected, found = expected_phase(one), Frame.of(one)
    right, whole, begin = mark_program(one, lower), lower(one), len(load_program(one, lower))
    caught = 0
    for at in places(right, op)[::2]:
        is_wrong = any(prove_program(spoilt(whole, begin + at), expected).errors)
        wrong = spoilt(right, at)
        monkeypatch.setattr(module, "mark_program", lambda *_, wrong=wrong: wrong)
        if is_wrong:
            with pytest.raises(CheckFailed, match="moved words"):
                found.check_marks(one, expected)
        else:
            found.check_marks(one, expected)
        caught += is_wrong
    assert caught


def test_phases_other_than_minus_one_are_not_proved_in_parts():
    assert Frame.of(attrs.evolve(oracle(Circuit(loader="qrom")), angle=1.0)) is None


@pytest.mark.parametrize(
    "circuit", [Circuit(loader="qrom", padding="on"), Circuit(exclusion="live")], ids=str
)
def test_a_frame_is_shared_by_rows_of_one_table_and_no_others(circuit):
    one = oracle(circuit)
    frame_of.cache.clear()
    shared = frame_of(one)
    for same in (attrs.evolve(one, weights=(1, 2, 3)), attrs.evolve(one, threshold=2)):
        assert frame_of(same) is shared
        programs = (oracle_program(each, lower, marks=False) for each in (one, same))
        code, other = (program.code for program in programs)
        np.testing.assert_array_equal(code, other)
    others = KeyTable.from_values(VALUES[::-1].copy(), 4)
    changed = [{"table": others}, {"circuit": Circuit(loader="one-hot")}, {"excluded": (2,)}, {"angle": 1.0}]
    for change in changed:
        assert frame_of(attrs.evolve(one, **change)) is not shared
    flipped = frame_of(attrs.evolve(one, threshold=0))  # padding's zero key is heavy, but for a live bit
    assert (flipped is shared) == (circuit.exclusion == "live")
