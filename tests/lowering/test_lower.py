"""Lowering: emission rules against decompositions, fix-up tables against lowering again, and its refusals."""

import attrs
import numpy as np
import pytest
from qualtran import QBit, Register, Side, Signature
from qualtran.bloqs.basic_gates import CNOT, TGate
from qualtran.bloqs.mcmt import And
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.bloqs.grover import GroverSearch
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.phased_search import PhasedSearch
from qattention.circuit import EXCLUSIONS, Circuit
from qattention.errors import SpecError
from qattention.lowering.lower import lower, lower_marked
from qattention.lowering.masks import key_masks, with_flips
from qattention.lowering.operands import OPERANDS
from qattention.lowering.program import NONE, GateProgram, Op
from qattention.lowering.resources import count

SIZES = [(1, 1, 1), (2, 1, 2), (3, 2, 1), (5, 2, 3), (16, 3, 2), (37, 2, 5)]


CIRCUITS = [
    *(Circuit(loader="qroam", block_size=block) for block in (1, 2, 4, 64)),
    *(Circuit(loader="one-hot-swap", block_size=block) for block in (2, 8)),
    *(Circuit(loader="qroam-dirty", block_size=block) for block in (2, 8)),
    *(
        Circuit(loader=name)
        for name in ("qrom", "one-hot", "swap-network", "bucket-brigade", "bucket-brigade-parallel")
    ),
]
PLAIN = Circuit()
circuits = pytest.mark.parametrize("circuit", CIRCUITS, ids=lambda circuit: circuit.look_up)
paddings = pytest.mark.parametrize("padding", ["off", "on"])


def make_oracle(n_keys, head_dim, key_bits, *, seed=0, excluded=(), circuit=PLAIN, **choices):
    rng = np.random.default_rng((seed, n_keys, head_dim, key_bits))
    half = 2 ** (key_bits - 1)
    table = KeyTable.from_values(rng.integers(-half, half, (n_keys, head_dim)), key_bits)
    weights = tuple(rng.integers(-9, 10, head_dim).tolist())
    made = attrs.evolve(circuit, **choices)
    return HeavyKeyOracle(table, weights, int(rng.integers(-4, 5)), excluded, circuit=made)


def canonical(program: GateProgram) -> list[tuple]:
    """The code with wires and bits numbered by first use and masks written out: equal up to naming."""
    wires, bits, rows = {}, {}, []
    for name in sorted(program.inputs):
        for wire in program.inputs[name].ravel().tolist():
            wires[wire] = len(wires)
    for name in sorted(program.cbit_inputs):
        bits |= {bit: -1 - i for i, bit in enumerate(program.cbit_inputs[name].ravel().tolist())}
    births = {Op.ALLOC: 1, Op.AND: 3}
    for row in program.code.tolist():
        op = Op(row[0])
        if op in births:
            wires[row[births[op]]] = len(wires) + 1000 * len(rows)  # a new life of a wire is a new name
        if op in (Op.XOR_ROW, Op.CZ_PARITY):
            _, a, b, span, at, table = row
            mask, flip = program.tables[table].bits()[at], program.tables[table].flips[at]
            names = wires if op == Op.XOR_ROW else bits
            members = tuple(names[i] for i in np.asarray(program.spans[span])[mask].tolist())
            pair = frozenset(wires[w] for w in (a, b) if w != NONE)
            rows.append((op, pair, members, bool(flip) and op == Op.CZ_PARITY))
            continue
        named = [op]
        for letter, value in zip("abcde", row[1:], strict=True):
            if letter in OPERANDS[op] and letter == "d":
                measured = op in (Op.MEASURE_X, Op.MEASURE_Z)
                angled = op in (Op.PHASE, Op.GLOBAL_PHASE)
                named.append(program.angles[value] if angled else bits.setdefault(value, len(bits)))
                assert angled or measured or value in bits
            elif value != NONE:
                named.append(wires[value])
        rows.append(tuple(named))
    return rows


@circuits
@paddings
@pytest.mark.parametrize("size", SIZES)
def test_direct_emission_writes_the_gates_of_the_decomposition_in_the_same_order(size, padding, circuit):
    oracle = make_oracle(*size, excluded=(0,), circuit=circuit, padding=padding)
    product = oracle.inner_product
    loading = (*oracle.load_parts, oracle.load.adjoint(), oracle.unload)
    for bloq in (*loading, product, product.adjoint(), oracle):
        hot, decomposed = lower(bloq), lower(bloq, hot=False)
        assert canonical(hot) == canonical(decomposed), str(bloq)
        assert hot.n_wires == decomposed.n_wires


@pytest.mark.parametrize("form", ["compressor-tree", "bucket-tree", "shift-add"])
@pytest.mark.parametrize("angle", [np.pi, 1.0])
@pytest.mark.parametrize("exclusion", EXCLUSIONS)
@pytest.mark.parametrize(("loader", "block_size"), [("qrom", None), ("qroam", 2), ("one-hot-swap", 2)])
def test_every_oracle_is_emitted_as_it_is_wired_up(loader, block_size, exclusion, angle, form):
    circuit = Circuit(loader=loader, block_size=block_size, exclusion=exclusion, inner_product=form)
    oracle = attrs.evolve(make_oracle(5, 2, 3, excluded=(1, 4), circuit=circuit), angle=angle)
    hot = lower(oracle)
    assert canonical(hot) == canonical(lower(oracle, hot=False))
    wired_up, _ = lower_marked(oracle)
    assert np.array_equal(hot.code, wired_up.code)


def test_canonical_form_tells_different_programs_apart():
    oracle = make_oracle(5, 2, 3)
    other = make_oracle(5, 2, 3, seed=1)
    assert canonical(lower(oracle.load)) != canonical(lower(other.load))
    assert canonical(lower(oracle.unload)) != canonical(with_flips(lower(oracle.unload), (1,)))


@circuits
@paddings
@pytest.mark.parametrize("size", SIZES)
def test_excluding_by_the_fix_up_table_equals_lowering_again(size, padding, circuit):
    plain = make_oracle(*size, circuit=circuit, padding=padding)
    excluded = tuple(range(0, size[0], 2))
    again = make_oracle(*size, excluded=excluded, circuit=circuit, padding=padding)
    flips = again.unload.flips
    assert canonical(with_flips(lower(plain), flips)) == canonical(lower(again))


@pytest.mark.parametrize("n_iterations", [0, 1, 3])
@pytest.mark.parametrize("size", SIZES)
def test_gates_of_a_search_equal_its_call_graph(size, n_iterations):
    search = GroverSearch(make_oracle(*size), n_iterations)
    costs, tally = get_cost_value(search, QECGatesCost()), count(lower(search))
    assert (costs.and_bloq, costs.rotation, costs.measurement, costs.clifford) == (
        tally.toffoli,
        tally.rotation,
        tally.measurement,
        tally.clifford,
    )


@pytest.mark.parametrize("size", SIZES)
def test_gates_of_a_phased_search_equal_its_call_graph(size):
    """Also: wires and classical bits of equal numbers are told apart when programs are spliced."""
    search = PhasedSearch(make_oracle(*size), ((1.0, -2.0), (np.pi, 0.3)))
    costs, program = get_cost_value(search, QECGatesCost()), lower(search)
    tally = count(program)
    assert (costs.and_bloq, costs.rotation, costs.measurement, costs.clifford) == (
        tally.toffoli,
        tally.rotation,
        tally.measurement,
        tally.clifford,
    )


def test_a_part_without_a_rule_is_named_with_its_path():
    from attrs import frozen
    from qualtran import Bloq

    @frozen
    class Outer(Bloq):
        @property
        def signature(self):
            return Signature([Register("q", QBit())])

        def build_composite_bloq(self, bb, q):
            return {"q": bb.add(TGate(), q=q)}

        def __str__(self):
            return "Outer"

    with pytest.raises(SpecError, match=r"`Outer/T`: cannot be lowered"):
        lower(Outer())


def test_a_table_without_data_has_costs_but_no_gates():
    oracle = HeavyKeyOracle(KeyTable(n_keys=2**40, head_dim=2, key_bits=4), (1, 2), 3)
    assert get_cost_value(oracle, QECGatesCost()).and_bloq > 2**40
    with pytest.raises(SpecError, match=r"`HeavyKeyOracle/table`: has no data"):
        lower(oracle)


def test_leaves_keep_their_registers():
    program = lower(CNOT())
    assert program.code.tolist() == [[Op.CNOT, 0, 1, NONE, NONE, NONE]]
    erase = lower(And().adjoint())
    assert [Op(op) for op in erase.code[:, 0]] == [Op.MEASURE_X, Op.CZ_IF]
    assert set(erase.inputs) == {"ctrl", "target"}
    assert set(erase.outputs) == {"ctrl"}
    assert [r.name for r in And().adjoint().signature if r.side == Side.LEFT] == ["target"]


@pytest.mark.usefixtures("empty_caches")
def test_what_was_kept_changes_no_code():
    """Parts that were lowered at other times have tables packed apart; equal ones are one."""
    oracle = make_oracle(5, 2, 3)
    right = lower(oracle)
    lower.cache_clear()
    for instance in oracle.decompose_bloq().bloq_instances:
        key_masks.cache_clear()
        lower(instance.bloq)
    found = lower(oracle)
    assert np.array_equal(found.code, right.code)
    assert len(found.tables) == len(right.tables)
