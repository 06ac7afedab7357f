"""Leading exponents: the expected table, and their terms against closed forms and call graphs."""

import attrs
import pytest
import sympy
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of
from qattention.circuit import LOADERS, Circuit
from qattention.estimates.scaling.leading import (
    FINDS,
    K,
    Terms,
    b,
    best_block,
    d,
    iteration,
    k,
    leading_exponents,
    look_up_terms,
    n,
    row_by_row,
)
from qattention.estimates.scaling.report import available
from qattention.estimates.scaling.sweeps import Point, best_plan
from qattention.formulas import load_of as load_costs
from qattention.formulas import unload_of as unload_costs
from qattention.formulas.loader_costs import look_up_clifford_depth, look_up_t_depth

# What becomes of n^1.5 k^0.5 d row by row, worked out by hand: T count, T depth.
EXPECTED = {
    "qrom": ("n^2.5 k^0.5", "n^2.5 k^0.5"),
    "qroam": ("n^2 k^0.5 d^0.5 b^0.5", "n^2 k^0.5 d^0.5 b^0.5"),
    "one-hot": ("n^2.5 k^0.5", "n^1.5 k^0.5 b"),
    "one-hot-swap": ("n^2 k^0.5 d^0.5 b^0.5", "n^1.5 k^0.5 b"),
    "one-hot-halves": ("n^2 k^0.5 d^0.5 b^0.5", "n^1.5 k^0.5 b"),
    "select-copy": ("n^2 k^0.5 d^0.5 b^0.5", "n^2 k^0.5 d^0.5 b^0.5"),
    "select-copy-clean": ("n^2 k^0.5 d^0.5 b^0.5", "n^2 k^0.5 d^0.5 b^0.5"),
    # Loaded in log n layers, but unloaded by a walk over sqrt n of them.
    "swap-network": ("n^2.5 k^0.5 d b", "n^2 k^0.5"),
    "qroam-dirty": ("n^2 k^0.5 d^0.5 b^0.5", "n^2 k^0.5 d^0.5 b^0.5"),
    "bucket-brigade": ("n^2.5 k^0.5 d b", "n^2.5 k^0.5 d b"),
    "bucket-brigade-parallel": ("n^2.5 k^0.5 d b", "n^1.5 k^0.5 b"),
    "hardware": ("n^1.5 k^0.5 d b^2", "n^1.5 k^0.5 b"),
}


def terms_of(loader: str) -> Terms:
    """Of a look-up and its unload."""
    terms = look_up_terms(LOADERS[loader])
    assert terms is not None
    return terms


def test_every_loader_of_a_plan_has_leading_terms() -> None:
    assert set(LOADERS.values()) == set(available())
    assert set(LOADERS) == set(EXPECTED)


@pytest.mark.parametrize("loader", EXPECTED)
def test_exponents_are_those_worked_out_by_hand(loader: str) -> None:
    found = [
        str(leading_exponents(FINDS * iteration(row_by_row(LOADERS[loader]), cost)))
        for cost in ("t", "t_depth")
    ]
    assert tuple(found) == EXPECTED[loader]


def test_the_largest_power_of_n_leads_whatever_its_factor() -> None:
    expression = 10**9 * n**2 * d**3 + n ** sympy.Rational(5, 2) * sympy.sqrt(k) * sympy.log(n) / 10**6
    assert str(leading_exponents(expression + n**2 * sympy.log(n) ** 5)) == "n^2.5 k^0.5"
    assert str(leading_exponents(sympy.sqrt(n * d * b) * (n + sympy.sqrt(n) * sympy.log(d)))) == (
        "n^1.5 d^0.5 b^0.5"
    )
    assert str(leading_exponents(sympy.log(n))) == "1"


def closed_forms(loader: str, size: Point) -> dict[str, float]:
    """One load and its unload with the best block."""
    circuit, sizes = best_plan(LOADERS[loader], size, "bbht").circuit, (size.n, size.d * size.b)
    costs = load_costs(circuit, *sizes) + unload_costs(circuit, *sizes)
    t_depth, clifford_depth = look_up_t_depth(circuit, *sizes), sum(look_up_clifford_depth(circuit, *sizes))
    found = {"toffoli": costs.toffoli, "measurement": costs.measurement, "qubits": costs.qubits}
    depths = {"t_depth": t_depth, "clifford_depth": clifford_depth}
    return {name: float(value) for name, value in {**found, **depths}.items()}


def symbolic(terms: Terms, loader: str, size: Point) -> dict[str, float]:
    """At the power of two that the closed forms take for a block."""
    values = {n: size.n, d: size.d, b: size.b}
    at_best = terms.at_block(sympy.Integer(best_plan(LOADERS[loader], size, "bbht").circuit.block))
    names = [field.name for field in attrs.fields(Terms) if field.name != "in_gates"]
    return {name: float(getattr(at_best, name).subs(values)) for name in names}


HUGE = [Point(n=2**46, k=16, d=64, b=4), Point(n=2**50, k=16, d=64, b=4), Point(n=2**48, k=16, d=256, b=16)]


def apart(terms: Terms, loader: str) -> list[str]:
    """Costs whose leading terms are not the closed form's, up to a constant for logarithms and sums."""
    found = []
    for size in HUGE:
        closed, leading = closed_forms(loader, size), symbolic(terms, loader, size)
        for name in closed:
            exact = name in ("toffoli", "measurement")
            low, high = (0.99, 1.01) if exact else (0.5, 2.0)
            ratio = (closed[name] + 1.0) / (leading[name] + 1.0)
            if not low < ratio < high:
                found.append(f"{name} at {size}: {ratio:.3f}")
    return found


@pytest.mark.parametrize("loader", LOADERS)
def test_terms_are_what_closed_forms_become(loader: str) -> None:
    assert apart(terms_of(loader), loader) == []


@pytest.mark.parametrize("loader", LOADERS)
def test_the_best_block_is_the_power_of_two_next_to_the_symbolic_one(loader: str) -> None:
    size = HUGE[1]
    wanted = float(best_block(terms_of(loader)).subs({n: size.n, d: size.d, b: size.b}))
    assert 0.7 < best_plan(LOADERS[loader], size, "bbht").circuit.block / wanted < 1.42


@pytest.mark.parametrize("name", ["toffoli", "t_depth", "clifford_depth", "measurement", "qubits"])
def test_a_wrong_term_is_seen(name: str) -> None:
    right = terms_of("qroam")
    wrong = attrs.evolve(right, **{name: getattr(right, name) * n ** sympy.Rational(1, 10)})
    assert any(line.startswith(name) for line in apart(wrong, "qroam"))


@pytest.mark.parametrize("loader", [name for name, kind in LOADERS.items() if not kind.is_device])
def test_toffolis_of_a_load_and_unload_are_those_of_symbolic_call_graphs(loader: str) -> None:
    """With many keys, and with words so wide that they outweigh the keys; blocks of 256."""
    circuit = Circuit(loader=loader, block_size=256 if LOADERS[loader].has_blocks else None)
    load, block = load_of(circuit, KeyTable(n_keys=n, head_dim=d, key_bits=b)), circuit.block
    pair = [get_cost_value(bloq, QECGatesCost()) for bloq in (load, load.adjoint())]
    built = sum(sympy.sympify(c.and_bloq + c.toffoli + c.cswap) for c in pair)
    terms = terms_of(loader).toffoli.subs(K, block)
    for size in ({n: 2**50, d: 4, b: 4}, {n: 2**20, d: 2**20, b: 8}):
        assert float(built.subs(size)) == pytest.approx(float(terms.subs(size)), rel=0.03)
