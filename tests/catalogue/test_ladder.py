"""Every bloq of the catalogue climbs the ladder over its grid of sizes; a rung it skips has its reason."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from qualtran import Bloq, CBit, CompositeBloq, LeftDangle, Register, RightDangle, Side
from qualtran._infra.data_types import check_dtypes_consistent
from qualtran.drawing import get_musical_score_data
from qualtran.resource_counting import QECGatesCost, get_cost_value
from qualtran.simulation.classical_sim import do_phased_classical_simulation
from qualtran.testing import (
    assert_registers_match_dangling,
    assert_registers_match_parent,
    assert_soquets_belong_to_registers,
    assert_soquets_used_exactly_once,
)

from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.catalogue import RECORDS, BloqRecord, Size

N_DRAWS = 10  # of measurement outcomes: a fix-up fires with probability 1/2


def rung(name: str) -> pytest.MarkDecorator:
    """Parametrise over all records that climb `name` and their sizes."""
    cases = [
        pytest.param(
            record, size, id="-".join([record.slug, *(f"{key}{value}" for key, value in size.items())])
        )
        for record in RECORDS
        if name in record.checks
        for size in record.sizes
    ]
    return pytest.mark.parametrize(("record", "size"), cases)


@rung("decomposition")
def test_circuit_is_well_formed(record: BloqRecord, size: Size) -> None:
    circuit = assert_registers_match_parent(record.build(size))
    assert_registers_match_dangling(circuit)
    assert_soquets_belong_to_registers(circuit)
    assert_soquets_used_exactly_once(circuit)
    assert_connections_compatible_or_classical(circuit)


def assert_connections_compatible_or_classical(circuit: CompositeBloq) -> None:
    """Qualtran's check of connections, except that it refuses classical wires: they have no qubits."""
    for wire in circuit.connections:
        kinds = (wire.left.reg.dtype, wire.right.reg.dtype)
        assert check_dtypes_consistent(*kinds), wire
        assert isinstance(kinds[0], CBit) == isinstance(kinds[1], CBit), wire
        assert wire.left.binst is LeftDangle or wire.left.reg.side & Side.RIGHT, wire
        assert wire.right.binst is RightDangle or wire.right.reg.side & Side.LEFT, wire


@rung("costs")
def test_call_graph_counts_the_circuit(record: BloqRecord, size: Size) -> None:
    bloq = record.build(size)
    assert get_cost_value(bloq, QECGatesCost()) == get_cost_value(bloq.decompose_bloq(), QECGatesCost())


@rung("classical")
def test_circuit_does_what_the_bloq_declares(record: BloqRecord, size: Size, states: Any) -> None:
    bloq = record.build(size)
    circuit, rng = bloq.decompose_bloq(), np.random.default_rng(1)
    declared = _sign_and_undo if isinstance(bloq, InnerProduct) else _declared
    tried = 0
    for values, origin in states.reachable(bloq):
        expected, phase = declared(bloq, values, origin)
        for _ in range(N_DRAWS if _measures(bloq) else 1):
            got, got_phase = do_phased_classical_simulation(circuit, values, rng=rng)
            assert states.same({name: got[name] for name in expected}, expected), values
            assert np.isclose(got_phase, phase), values
        tried += 1
    assert tried


def _declared(bloq: Bloq, values: dict[str, Any], _: dict[str, Any]) -> tuple[dict[str, Any], complex]:
    """The bloq's own action; without one Qualtran would simulate the circuit, and compare it with itself."""
    assert type(bloq).on_classical_vals is not Bloq.on_classical_vals
    return do_phased_classical_simulation(bloq, values)


def _sign_and_undo(
    bloq: InnerProduct, values: dict[str, Any], origin: dict[str, Any]
) -> tuple[dict[str, Any], complex]:
    """The sign in exact integers (junk is opaque); backwards, the key from which sign and junk were made."""
    if bloq.uncompute:
        return {"key": origin["key"]}, 1
    return {"sign": int(bloq.acc(bloq.components(values["key"])) < 0)}, 1


def _measures(bloq: Bloq) -> bool:
    return bool(get_cost_value(bloq, QECGatesCost()).measurement)


@rung("adjoint")
def test_adjoint_twice_is_the_bloq(record: BloqRecord, size: Size) -> None:
    bloq = record.build(size)
    if isinstance(bloq, MeasuredUnload) and bloq.flips:
        with pytest.raises(NotImplementedError, match="flips"):
            bloq.adjoint()
        return
    mirror = bloq.adjoint()
    assert mirror.adjoint() == bloq
    assert _shapes(mirror.signature.lefts()) == _shapes(bloq.signature.rights())
    assert _shapes(mirror.signature.rights()) == _shapes(bloq.signature.lefts())


def _shapes(registers: Iterable[Register]) -> set[tuple[str, int, tuple[int, ...]]]:
    return {(reg.name, reg.bitsize, reg.shape) for reg in registers}


@rung("drawing")
def test_every_register_has_a_symbol_and_the_circuit_draws(record: BloqRecord, size: Size) -> None:
    bloq = record.build(size)
    for reg in bloq.signature:
        for idx in reg.all_idxs():
            assert bloq.wire_symbol(reg, idx) is not None
    circuit = bloq.decompose_bloq() if "decomposition" in record.checks else bloq
    assert get_musical_score_data(circuit).soqs


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.slug)
def test_example_is_of_the_class_and_the_page_can_say_so(record: BloqRecord) -> None:
    example = record.example()
    assert type(example).__name__ == record.title
    assert getattr(import_module(record.module), record.title) is type(example)
