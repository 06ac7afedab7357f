"""Sums proved for every key: all forms and widths, and faults that must be found in their gates."""

import itertools

import attrs
import numpy as np
import pytest
from qattention.bloqs.products import FORMS, inner_product

from qattention.lowering.lower import lower
from qattention.lowering.program import Op
from qattention.simulate.bitslice import run_program
from qattention.simulate.every_key import _width, prove_every_key, prove_sum
from qattention.simulate.verify import verify_oracle

forms = pytest.mark.parametrize("form", FORMS)


def case(seed, most_bits=6):
    """Weights, a threshold inside or outside of what can be reached, widths."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 6))
    weights = tuple(rng.integers(-40, 41, d).tolist())
    widths = rng.integers(1, most_bits, d) if rng.integers(2) else np.full(d, rng.integers(1, most_bits))
    return weights, int(rng.integers(-300, 301)), widths


def bloq_of(form, weights, threshold, widths):
    same = len(set(widths.tolist())) == 1
    return inner_product(form, weights, threshold, int(widths[0]) if same else tuple(widths.tolist()))


@pytest.mark.parametrize("form", ["compressor-tree", "bucket-tree"])
@pytest.mark.parametrize("seed", range(150))
def test_every_sum_is_proved(form, seed):
    weights, threshold, widths = case(seed)
    proof = prove_every_key(bloq_of(form, weights, threshold, widths), weights, threshold, widths)
    assert (proof.holds, proof.why) == (True, None), (weights, threshold, widths)


@pytest.mark.parametrize("form", ["shift-add", "product"])
def test_nearly_all_sums_in_place_are_proved(form):
    """What is not proved is said not to be, never to be wrong."""
    n_proved = 0
    for seed in range(20):
        weights, threshold, widths = case(seed)
        proof = prove_every_key(bloq_of(form, weights, threshold, widths), weights, threshold, widths)
        assert proof.holds is not False, (weights, threshold, widths)
        assert (proof.why is None) == bool(proof.holds)
        n_proved += proof.holds is True
    assert n_proved >= 16


@pytest.mark.parametrize(("form", "adders"), [("compressor-tree", 2765), ("bucket-tree", 1814)])
def test_a_key_of_a_thousand_bits(form, adders):
    rng = np.random.default_rng(0)
    weights = tuple(rng.integers(-128, 128, 128).tolist())
    proof = prove_every_key(inner_product(form, weights, 700, 8), weights, 700, np.full(128, 8))
    assert proof.holds
    assert abs(proof.adders - adders) < 200


@pytest.mark.parametrize(("q", "b"), list(itertools.product(range(-5, 6), (1, 2, 3))))
def test_one_component_with_every_threshold(q, b):
    for form, threshold in itertools.product(("compressor-tree", "bucket-tree"), range(-25, 26)):
        assert prove_every_key(inner_product(form, (q,), threshold, b), (q,), threshold, np.array([b])).holds


@forms
def test_another_weight_or_threshold_is_not_proved(form):
    weights, threshold, widths = (5, -3, 7), 4, np.full(3, 3)
    bloq = inner_product(form, weights, threshold, 3)
    for other in ((5, -3, 6), (5, 3, 7), (4, -3, 7)):
        assert prove_every_key(bloq, other, threshold, widths).holds is False
    for off in (-1, 1):
        proof = prove_every_key(bloq, weights, threshold + off, widths)
        assert proof.holds is False
        assert "wrong for the key" in proof.why


def dropped(program, index):
    return attrs.evolve(program, code=np.delete(program.code, index, axis=0))


def is_wrong(forth, back, weights, threshold):
    """By trying all keys of three components of two bits, with one vector of outcomes."""
    keys = np.array(list(itertools.product(range(-2, 2), repeat=3)))
    rng = np.random.default_rng(0)
    there = run_program(forth, {"key": keys}, rng.integers(0, 2, forth.n_cbits, dtype=np.uint8))
    given = {name: there.outputs[name] for name in back.inputs}
    again = run_program(back, given, rng.integers(0, 2, back.n_cbits, dtype=np.uint8))
    heavy = keys @ np.array(weights) >= threshold
    wrong = heavy == there.outputs["sign"].ravel().astype(bool)
    odd = there.dirty | again.dirty | there.phase ^ again.phase
    return (wrong | odd | (again.outputs["key"] != keys % 4).any(axis=1)).any()


@forms
def test_no_gate_can_be_left_out(form):
    """Where there still is a proof the gate did nothing, at any key; and few are such. Forth and back."""
    weights, threshold, widths = (5, -3, 6), 4, np.full(3, 2)
    bloq = inner_product(form, weights, threshold, 2)
    forth, back = lower(bloq), lower(bloq.adjoint())
    assert prove_sum(forth, back, weights, threshold, widths).holds
    for side, programs in enumerate(((forth, back), (back, forth))):
        gates = np.flatnonzero(np.isin(programs[0].code[:, 0], [Op.CNOT, Op.AND, Op.X, Op.CZ_IF])).tolist()
        n_idle = 0
        for i in gates:
            both = [dropped(programs[0], i), programs[1]]
            proof = prove_sum(*(both if side == 0 else both[::-1]), weights, threshold, widths)
            n_idle += proof.holds is True
            assert not (proof.holds and is_wrong(*(both if side == 0 else both[::-1]), weights, threshold)), i
        assert n_idle < (0.5 if form == "product" else 0.25) * len(gates)


def test_a_wrong_carry_in_one_adder_of_a_thousand_bits_is_found():
    """One CNOT into a carry is left out: the And it stands beside is named, or the outcome of
    the measurement that no longer erases the carry."""
    rng = np.random.default_rng(2)
    weights, widths = tuple(rng.integers(-128, 128, 128).tolist()), np.full(128, 8)
    bloq = inner_product("bucket-tree", weights, 100, 8)
    forth, back = lower(bloq), lower(bloq.adjoint())
    ands = np.flatnonzero(forth.code[:, 0] == Op.AND)
    for at in ands[:: len(ands) // 3].tolist():
        into = np.flatnonzero((forth.code[at:, 0] == Op.CNOT) & (forth.code[at:, 2] == forth.code[at, 3]))
        if not len(into) or into[0] > 3:
            continue
        proof = prove_sum(dropped(forth, at + int(into[0])), back, weights, 100, widths)
        assert not proof.holds
        assert "the And of operation" in proof.why or "leaves a sign" in proof.why


def test_verify_says_it(make_oracle):
    report = verify_oracle(make_oracle(16, 2, 3))
    assert (report.every_key, report.every_key_note, report.is_right) == (True, None, True)


def test_a_sum_right_for_the_table_and_wrong_for_another_is_wrong(make_oracle, monkeypatch):
    """All keys of the table are 0: no address can tell; some other key does."""
    from qattention.bloqs.key_table import KeyTable
    from qattention.simulate import verify as verify_module

    table = KeyTable.from_values(np.zeros((4, 2), dtype=np.int64), 3)
    oracle = attrs.evolve(make_oracle(4, 2, 3, n_excluded=0), table=table, weights=(3, -2), threshold=1)
    assert verify_oracle(oracle).is_right
    monkeypatch.setattr(
        verify_module, "prove_every_key", lambda bloq, *a: prove_every_key(bloq, (3, 2), 1, a[2])
    )
    report = verify_oracle(oracle)
    assert (report.phase_errors, report.every_key, report.is_right) == (0, False, False)


def test_the_width_holds_every_sum():
    for seed in range(100):
        weights, threshold, widths = case(seed, most_bits=3)
        ranges = [range(-(1 << b - 1), 1 << b - 1) for b in widths.tolist()]
        width, clipped = _width(weights, threshold, widths)
        for key in itertools.product(*ranges):
            acc = sum(q * k for q, k in zip(weights, key, strict=True))
            assert (acc >= threshold) == (acc >= clipped)
            assert -(1 << width - 1) <= acc - clipped < 1 << width - 1
