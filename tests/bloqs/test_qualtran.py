"""The parts as users of Qualtran meet them: its checks, names and protobuf, a script over all loaders."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

import attrs
import numpy as np
import pytest
import qualtran.testing
from google import protobuf
from numpy.typing import NDArray
from qualtran import Bloq, BloqBuilder, BloqExample, CBit, CompositeBloq, CtrlSpec
from qualtran.drawing import GraphvizCallGraph, get_musical_score_data
from qualtran.resource_counting import QECGatesCost, QubitCount, get_cost_value
from qualtran.serialization.bloq import bloqs_from_proto, bloqs_to_proto
from qualtran.simulation.classical_sim import do_phased_classical_simulation
from qualtran.testing import BloqCheckResult

import qattention.bloqs
from qattention.bloqs import KeyTable, QROMLoad, load_of, register_bloqs
from qattention.bloqs.storing import bloq_classes
from qattention.catalogue import RECORDS, BloqRecord, find_record
from qattention.circuit import LOADERS, Circuit
from qattention.errors import SpecError
from qattention.export.cirq_circuit import to_cirq
from qattention.generated.names import BLOQS_STUB, bloqs_stub
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

PAGE = Path(__file__).parents[2] / "docs" / "qualtran.md"
PASS, NA = BloqCheckResult.PASS, BloqCheckResult.NA
# Classical bits have no size in Qualtran's format: among the registers, or within the circuit alone.
BITS_IN_REGISTERS = {"parity_phase", "measure_junk", "readout", "find_heavy_keys", "sparse_attention"}
BITS_IN_CIRCUIT = {"measured_unload", "tree_unload"}
ATOMIC = {"memory_query", "parity_phase"}
KEYS = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])

each_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.slug)
each_loader = pytest.mark.parametrize("name", list(LOADERS))


def example_of(record: BloqRecord) -> BloqExample:
    found: BloqExample = getattr(import_module(record.module), f"_{record.slug}")
    return found


@pytest.fixture(autouse=True)
def _known_to_qualtran() -> None:
    register_bloqs()


# Qualtran's own checks


@each_record
def test_examples_pass_qualtrans_checks(record: BloqRecord) -> None:
    example = example_of(record)
    assert qualtran.testing.check_bloq_example_make(example) == (PASS, "")
    typed, said = qualtran.testing.check_bloq_example_qtyping(example)
    assert typed is (NA if record.slug in ATOMIC else PASS), said
    stored, said = qualtran.testing.check_bloq_example_serializes(example)
    if record.slug in BITS_IN_REGISTERS | BITS_IN_CIRCUIT:
        assert "'CBit' object has no attribute 'bitsize'" in said
    else:
        assert stored is PASS, said


@each_record
def test_what_has_no_bits_in_its_registers_comes_back_without_its_circuit(record: BloqRecord) -> None:
    bloq = record.example()
    with_bits = any(isinstance(reg.dtype, CBit) for reg in bloq.signature)
    assert with_bits == (record.slug in BITS_IN_REGISTERS)
    if not with_bits:
        back = bloqs_from_proto(bloqs_to_proto(bloq, max_depth=0))[0]
        assert back == bloq
        assert hash(back) == hash(bloq)
        assert get_cost_value(back, QECGatesCost()) == get_cost_value(bloq, QECGatesCost())


@pytest.mark.parametrize("size", range(1, 4))
@pytest.mark.parametrize(
    "slug",
    ["heavy_key_oracle", "shared_oracle", "bucket_tree", "stock_product", "address_sign", "one_hot_load"],
)
def test_other_sizes_come_back_too(slug: str, size: int) -> None:
    record = find_record(slug)
    bloq = record.build(record.sizes[-size])
    assert bloqs_from_proto(bloqs_to_proto(bloq, max_depth=0))[0] == bloq


def test_a_stored_table_brings_its_values_and_refuses_wrong_ones() -> None:
    table = KeyTable.from_values(KEYS, (3, 4))
    back = bloqs_from_proto(bloqs_to_proto(QROMLoad(table.as_bits()), table))
    assert np.array_equal(back[-1].values, KEYS) or np.array_equal(back[1].values, KEYS)
    with pytest.raises(SpecError, match=r"`data`: got \(5, 2\); must be of shape \(4, 2\)"):
        attrs.evolve(KeyTable.from_values(KEYS, 3), n_keys=4)
    with pytest.raises(SpecError, match="`values`"):
        attrs.evolve(KeyTable.from_values(KEYS, 3), key_bits=2)


def test_protobuf_is_one_that_stores_true_and_false() -> None:
    """Qualtran 0.7 stores bool as int: from 6.32 on protobuf warns, from 7.34 on it refuses."""
    assert tuple(map(int, protobuf.__version__.split(".")[:2])) < (6, 32), "pip install -c constraints.txt"


# Names


def test_no_bloq_takes_a_name_of_qualtrans_protocol_for_something_else() -> None:
    """A field or helper called `controlled` or `call_graph` takes the method away."""
    methods = {name for name, member in vars(Bloq).items() if callable(member) and not name.startswith("__")}
    for cls in bloq_classes():
        fields = {field.name for field in attrs.fields(cls)} if attrs.has(cls) else set()
        assert not fields & methods, cls
        for one in cls.__mro__[: cls.__mro__.index(Bloq)]:
            if one.__module__.startswith("qattention"):
                for name in methods & set(vars(one)) - fields:
                    assert _takes(getattr(Bloq, name)) <= _takes(vars(one)[name]), (cls, name)


def _takes(method: object) -> set[str]:
    """Names of its arguments, unless a bloq says by itself which values it takes."""
    code = getattr(method, "__code__", None)
    if code is None or code.co_name in ("build_composite_bloq", "on_classical_vals", "basis_state_phase"):
        return set()
    return set(code.co_varnames[: code.co_argcount]) - {"self"}


def test_the_room_offers_every_bloq_of_the_catalogue() -> None:
    offered = set(qattention.bloqs.__all__)
    assert (PAGE.parents[1] / BLOQS_STUB).read_text(encoding="utf-8") == bloqs_stub(), "make sync"
    assert {record.title for record in RECORDS} | {"KeyTable", "KeyLoad", "register_bloqs"} <= offered
    assert all(getattr(qattention.bloqs, name).__name__ == name for name in offered)
    with pytest.raises(AttributeError, match="attribute QRAM"):
        _ = qattention.bloqs.QRAM


# A script over every loader


def made(name: str, padding: str = "off", keys: NDArray[np.int64] = KEYS) -> Bloq:
    kind = LOADERS[name]
    circuit = Circuit(loader=name, block_size=2 if kind.has_blocks else None, padding=padding)
    return load_of(circuit, KeyTable.from_values(keys, 3))


def there_and_back(load: Bloq, controlled: bool = False) -> CompositeBloq:
    bb = BloqBuilder()
    given = {reg.name: bb.add_register(reg) for reg in load.signature.lefts()}
    ways = (load.controlled(), load.adjoint().controlled()) if controlled else (load, load.adjoint())
    if controlled:
        given["ctrl"] = bb.add_register("ctrl", 1)
    for bloq in ways:
        given = bb.add_d(bloq, **given)
    return bb.finalize(**given)


@each_loader
@pytest.mark.parametrize("way", ["load", "unload", "controlled", "controlled unload"])
def test_qualtrans_verbs_work_on_every_loader(name: str, way: str) -> None:
    bloq = made(name)
    bloq = bloq.adjoint() if "unload" in way else bloq
    bloq = bloq.controlled() if "controlled" in way else bloq
    graph, _ = bloq.call_graph()
    assert bloq in graph
    assert bloq.adjoint().adjoint() == bloq
    circuit = bloq.decompose_bloq()
    assert get_cost_value(bloq, QECGatesCost()) == get_cost_value(circuit, QECGatesCost())
    assert get_cost_value(bloq, QubitCount()) > 0
    assert get_musical_score_data(circuit).soqs
    assert GraphvizCallGraph.from_bloq(bloq).get_graph().get_nodes()


@each_loader
@pytest.mark.parametrize("padding", ["off", "on"])
def test_a_control_loads_the_key_or_nothing_and_is_given_back(name: str, padding: str) -> None:
    load, rng = made(name, padding, KEYS[1:4, :1]), np.random.default_rng(5)
    circuit, whole = load.controlled().decompose_bloq(), there_and_back(load, controlled=True).flatten()
    for ctrl in (0, 1):
        for address in (0, 2, load.n_rows - 1):
            values = {"ctrl": ctrl, "address": address}
            got, _ = do_phased_classical_simulation(circuit, values)
            held = KEYS[1:4, 0][address : address + 1] if address < 3 else [0]
            assert got["key"].tolist() == [ctrl * int(k) for k in held]
            for _ in range(3):
                assert do_phased_classical_simulation(whole, values, rng=rng) == (values, 1)


def test_a_controlled_unload_flips_phases_only_under_its_control() -> None:
    load, rng = made("qroam"), np.random.default_rng(6)
    unload = attrs.evolve(load.adjoint(), flips=(0, 2)).controlled()
    for ctrl in (0, 1):
        for address in (0, 1, 2):
            held, _ = do_phased_classical_simulation(load.controlled(), {"ctrl": ctrl, "address": address})
            for circuit in (unload, unload.decompose_bloq()):
                out, phase = do_phased_classical_simulation(circuit, held, rng=rng)
                assert phase == (-1 if ctrl and address in (0, 2) else 1), (ctrl, address)
                assert out == {"ctrl": ctrl, "address": address}


def test_several_controls_are_joined_by_ands() -> None:
    two = made("qrom").controlled(CtrlSpec(cvs=(np.array([1, 0]),)))
    assert get_cost_value(two, QECGatesCost()) == get_cost_value(two.decompose_bloq(), QECGatesCost())


@each_loader
def test_cirq_takes_loads_and_whole_circuits(name: str) -> None:
    load = made(name)
    assert load.decompose_bloq().flatten().to_cirq_circuit().all_qubits()
    if not LOADERS[name].is_device:
        program = lower(there_and_back(load))
        converted = to_cirq(program).circuit
        measured = (
            [key for op in converted.all_operations() for key in op.gate.key.split()] if False else None
        )
        del measured
        assert len(converted.all_measurement_key_names()) == count(program).measurement


@each_loader
@pytest.mark.parametrize("unload", [False, True])
def test_sizes_may_be_symbols(name: str, unload: bool) -> None:
    import sympy

    n, d, b = sympy.symbols("n d b", positive=True, integer=True)
    kind = LOADERS[name]
    circuit = Circuit(loader=name, block_size=4 if kind.has_blocks else None)
    symbolic, concrete = (
        load_of(circuit, KeyTable(n_keys=sizes[0], head_dim=sizes[1], key_bits=sizes[2]))
        for sizes in ((n, d, b), (64, 3, 5))
    )
    if unload:
        symbolic, concrete = symbolic.adjoint(), concrete.adjoint()
    if "sliced" in kind.arguments and not unload:  # symbols are of whole words; numbers choose the best cut
        concrete = attrs.evolve(concrete, sliced=(4, 15))
    told, counted = get_cost_value(symbolic, QECGatesCost()), get_cost_value(concrete, QECGatesCost())
    for field in ("and_bloq", "toffoli", "measurement"):
        expression = sympy.sympify(getattr(told, field))
        assert expression.subs({n: 64, d: 3, b: 5}) == getattr(counted, field), field


# The page


def blocks() -> Iterator[tuple[str, str | None]]:
    """(code, what it prints, if the page tells)."""
    parts = re.findall(r"```(python|text)\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    for (kind, text), after in zip(parts, [*parts[1:], ("", "")], strict=True):
        if kind == "python":
            yield text, after[1] if after[0] == "text" else None


def test_the_page_prints_what_it_says() -> None:
    names: dict[str, object] = {}
    for code, printed in blocks():
        with redirect_stdout(io.StringIO()) as out:
            exec(compile(code, str(PAGE), "exec"), names)
        assert out.getvalue() == (printed or ""), code
    assert names["circuit"]


def test_the_page_names_every_loader_and_what_cannot_be_stored() -> None:
    text = PAGE.read_text()
    titles = {type(made(name)).__name__ for name in LOADERS}
    assert [title for title in titles if f"`{title}(" not in text] == []
    slugs = BITS_IN_REGISTERS | BITS_IN_CIRCUIT
    assert [slug for slug in slugs if f"`{find_record(slug).title}`" not in text] == []
    assert (len(slugs), "all examples but seven" in text) == (7, True)
