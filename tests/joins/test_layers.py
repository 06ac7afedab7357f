"""Layers of joins beside the gates', Cliffords beside the call graph's, witnesses, and machines."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.nested_iterate import NestedIterate, NestedReadout
from qattention.bloqs.pair_oracle import PairOracle
from qattention.bloqs.pair_table import PairTable
from qattention.bloqs.square_sum import SquareSum
from qattention.circuit import Circuit
from qattention.compiler.costs import bloq_counts
from qattention.compiler.join_program import phase_iterate
from qattention.compiler.joins import join_sizes
from qattention.compiler.question import ask
from qattention.errors import CheckFailed
from qattention.estimates.gates import MAX_PHASES_BITS
from qattention.estimates.join_gates import witnessed
from qattention.estimates.join_notes import ABOVE_GATES, ABOVE_LAYERS
from qattention.estimates.joined import join_counts
from qattention.estimates.joins import join_estimate
from qattention.estimates.request import Request
from qattention.estimates.witnesses import unheard
from qattention.formulas.layers import Layers
from qattention.formulas.pair_layers import nested_iterate_layers, nested_readout_layers
from qattention.formulas.pair_oracle import PairShape
from qattention.formulas.square_sum import square_figures
from qattention.formulas.square_tape import square_layers
from qattention.joins.choose import choose_join
from qattention.lowering.lower import lower
from qattention.lowering.schedule import schedule
from qattention.plan import PlanOptions
from qattention.problem import AttentionProblem

ABOVE = 1 + ABOVE_GATES / 100


def within(closed, gates, margin=ABOVE_LAYERS):
    """Never below; above by a share or a few layers."""
    return gates <= closed <= max(gates * ABOVE, gates + margin)


@pytest.mark.parametrize("widths", [(1,), (2, 2), (3, 1, 2), (1, 4), (8,) * 5, (4,) * 16, (8,) * 128])
def test_the_sum_s_layers_are_the_gates_own(widths):
    there, back = (schedule(lower(SquareSum(widths, undone))) for undone in (False, True))
    found = square_layers(widths)
    assert found.t == there.t_depth + back.t_depth
    assert 0 <= found.clifford - there.clifford_depth - back.clifford_depth <= 12
    graphs = [bloq_counts(SquareSum(widths, undone)).clifford for undone in (False, True)]
    assert found.cliffords == sum(graphs) + 1


@pytest.mark.parametrize(("loader", "block"), [("one-hot", None), ("qroam", 2)])
@pytest.mark.parametrize(("row_bits", "key_bits"), [(1, 2), (4, 5)])
@pytest.mark.parametrize(("places", "bounds", "depth"), [((0, 0), 0, 0), ((2, 1), 1, 1), ((0, 2), 2, 2)])
def test_pairs(loader, block, row_bits, key_bits, places, bounds, depth):
    widths, how = (8,) * 12, Circuit(loader=loader, block_size=block, padding="on")
    shape = PairShape(
        row_bits=row_bits, key_bits=key_bits, figures=square_figures(widths), row_circuit=how,
        key_circuit=how, row_slots=places[0], key_slots=places[1], limits=bounds,
    )  # fmt: skip
    rng = np.random.default_rng(0)

    def oracle(drawn):
        sides = []
        for bits, other, slots, limits in (
            (row_bits, key_bits, places[0], bounds),
            (key_bits, row_bits, places[1], 0),
        ):
            is_row = not sides
            if not drawn:
                sides.append(
                    PairTable(
                        address_bits=bits,
                        widths=widths,
                        n_slots=slots,
                        n_limits=limits,
                        other_bits=other,
                        is_row=is_row,
                    )
                )
                continue
            held = tuple(tuple(rng.integers(0, (1 << other) + 1, 1 << bits).tolist()) for _ in range(limits))
            words = rng.integers(-128, 128, (1 << bits, 12))
            thresholds = [1] * (1 << bits) if is_row else None
            sides.append(
                PairTable.of(words, widths, thresholds, other_bits=other, n_slots=slots, limits=held)
            )
        return PairOracle(*sides, how, how)

    for bloq, layers in (
        (NestedIterate, nested_iterate_layers(shape, depth)),
        (NestedReadout, nested_readout_layers(shape, depth)),
    ):
        gates = schedule(lower(bloq(oracle(True), depth)))
        assert within(layers.t, gates.t_depth, margin=40)
        assert within(layers.clifford, gates.clifford_depth)
        assert layers.cliffords == bloq_counts(bloq(oracle(False), depth)).clifford


def found(algorithm, n=128, k=4, d=4, **more):
    problem = AttentionProblem(n_queries=n, n_keys=n, head_dim=d, n_heavy=k, **more)
    asked = ask(None, problem, PlanOptions(algorithm=algorithm))
    return asked, choose_join(join_sizes(asked), asked.options)


@pytest.mark.parametrize("algorithm", ["blocked", "pair-join"])
def test_phases_and_their_totals(algorithm):
    """Every phase's iteration beside its gates; the totals are iterations and runs times them."""
    _, totals = found(algorithm)
    for part in totals.parts:
        gates = schedule(lower(phase_iterate(totals.sizes, part.phase, np.random.default_rng(0))))
        layers = part.iterate_layers
        assert within(layers.t, gates.t_depth, margin=40)
        assert within(layers.clifford, gates.clifford_depth)
    own = sum(part.iterations * part.iterate_layers.t for part in totals.parts)
    runs = sum(part.runs * part.phase.run_layers(totals.sizes).t for part in totals.parts)
    assert totals.layers.t == pytest.approx(own + runs)
    assert totals.volume == totals.qubits * totals.layers.t
    assert 0 < totals.layers.t < totals.toffoli


def test_witnesses_agree_and_tell_depth_without_free_fan_out():
    asked, totals = found("auto")
    gates, told, notes = witnessed(totals, ("bloqs", "gates"))
    assert notes == ()
    assert told["phases.0.iteration_toffoli"] == ("bloqs", "gates", "formula")
    figures = join_estimate(asked, totals, None, gates, told)
    for phase, one in zip(figures.phases, gates, strict=True):
        assert one.t_depth <= phase.iteration_t_depth < phase.iteration_t_depth_without_fan_out
    assert figures.logical.t_depth_without_fan_out > figures.logical.expected.t_depth
    assert join_estimate(asked, totals).logical.t_depth_without_fan_out is None


def test_phases_that_are_too_large_for_gates_are_told():
    sizes = {"n_tokens": 2**13, "physical": False}
    alone, asked = (Request.of(None, algorithm="blocked", witness=name, **sizes) for name in (None, "gates"))
    estimate = asked.join_estimate()
    (told,) = unheard(estimate.assumptions)
    assert f"at most {MAX_PHASES_BITS:,}" in told
    assert unheard(alone.join_estimate().assumptions) == []
    assert set(estimate.witnesses.values()) == {("formula",)}


def test_a_phase_that_costs_otherwise_is_refused():
    _, totals = found("blocked")
    wrong = attrs.evolve(totals.parts[0], iterate=totals.parts[0].iterate.times(2))
    with pytest.raises(CheckFailed, match="iteration_toffoli"):
        witnessed(attrs.evolve(totals, parts=(wrong, *totals.parts[1:])), ("bloqs",))


def test_machines_are_given_the_totals():
    _, totals = found("blocked", n=256)
    counts = join_counts(totals)
    assert (counts.n_ccz, counts.n_rotations) == (int(np.ceil(totals.toffoli)), 0)
    assert counts.t_depth == int(np.ceil(totals.layers.t))
    assert counts.n_fixups == int(np.ceil(totals.iterations + sum(
        part.iterations * (part.phase.look_ups - 1) for part in totals.parts
    )))  # fmt: skip
    sizes = {"n_tokens": 256, "head_dim": 4, "n_heavy": 4}
    estimate = Request.of(None, algorithm="blocked", machine="superconducting-1e-3", **sizes).join_estimate()
    assert estimate.physical
    assert estimate.classical.quantum_s == pytest.approx(
        min(one.runtime_s for one in estimate.physical), 1e-3
    )
    assert Request.of(None, algorithm="blocked", physical=False, **sizes).join_estimate().physical is None


def test_layers_add_up():
    assert Layers(1, 2, 3) + Layers(1, 1, 1).times(2) == Layers(3, 4, 5)
