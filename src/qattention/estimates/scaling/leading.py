"""From leading terms to exponents: what dominates as n grows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import attrs
import sympy
from sympy import Expr, Integer, log, sqrt

from qattention.circuit import LoaderKind
from qattention.estimates.scaling.result import Answer, Claim, Cost, Exponents
from qattention.lowering.schedule import DEFAULT_PARALLELISM as P
from qattention.plan.algorithms import AlgorithmKind

n, k, d, b = sympy.symbols("n k d b", positive=True)
K = sympy.Symbol("K", positive=True)  # keys a block
w = d * b  # bits of a key
ZERO = Integer(0)


@attrs.frozen(kw_only=True, eq=False)
class Terms:
    """Costs of a part in n, d, b and the block K.

    Attributes:
        toffoli: And's, Toffolis, controlled swaps. t_depth: layers of them, controls fanning out freely.
        clifford_depth: layers of Cliffords and measurements, at most P in one, a one-to-many CNOT one.
        measurement: measured bits. qubits: wires held.
        fix_up: classical XORs between an unload's measurement and its fix-up.
        in_gates: False for a device outside the circuit.
    """

    toffoli: Expr
    t_depth: Expr
    clifford_depth: Expr
    measurement: Expr
    qubits: Expr
    fix_up: Expr = ZERO
    in_gates: bool = True

    def __add__(self, other: Terms) -> Terms:
        names = [field.name for field in attrs.fields(Terms) if field.name != "in_gates"]
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return Terms(**sums, in_gates=self.in_gates and other.in_gates)

    def times(self, n_times: Expr) -> Terms:
        """As many, one after another, all wires held."""
        names = [field.name for field in attrs.fields(Terms) if field.name != "in_gates"]
        return attrs.evolve(self, **{name: n_times * getattr(self, name) for name in names})

    def at_block(self, block: Expr) -> Terms:
        """With K replaced."""
        names = [field.name for field in attrs.fields(Terms) if field.name != "in_gates"]
        return attrs.evolve(self, **{name: getattr(self, name).subs(K, block) for name in names})


# A third of a random word's signed digits are not 0 (H. Prodinger, Integers 0 (2000), A8), an adder a key bit
# of each; carries run through the last 2 b columns one after another.
INNER_PRODUCT = Terms(
    toffoli=d * b**2 / 3,
    t_depth=3 * b + 3 * log(d),
    clifford_depth=10 * d * b**2 / (3 * P),
    measurement=d * b**2 / 3,
    qubits=d * b**2 / 3 + w,
)


@attrs.frozen(kw_only=True)
class Symbols:
    """What a record's leading terms are written in."""

    n: Expr = n
    w: Expr = w
    K: Expr = K
    P: int = P
    zero: Expr = ZERO
    log: Any = log
    sqrt: Any = sqrt


@lru_cache
def look_up_terms(kind: LoaderKind) -> Terms | None:
    """A look-up and its unload; None where the record has none."""
    if kind.leading is None:
        return None
    return Terms(**kind.leading(Symbols()), fix_up=fix_up_term(kind), in_gates=not kind.is_device)


def fix_up_term(kind: LoaderKind) -> Expr:
    """Half of n times what an unload measures of a row: a monomial of n, w and K, read off the record's form.

    Doubling each of them in turn tells its power.
    """
    if not kind.has_fix_up:
        return ZERO
    symbols = (n, w, K) if kind.has_blocks else (n, w)
    at = (2**20, 2**4, 2**4 if kind.has_blocks else 1)

    def measured(doubled: int | None = None) -> int:
        sizes = [size << (place == doubled) for place, size in enumerate(at)]
        return int(kind.measured_bits(sizes[0], sizes[1], sizes[2], False))

    powers = [round(math.log2(measured(place) / measured())) for place in range(len(symbols))]
    return n / 2 * sympy.prod(x**power for x, power in zip(symbols, powers, strict=True))


def best_block(loader: Terms) -> Expr:
    """The block K that leaves the fewest Toffolis; 1 for a loader without blocks."""
    if K not in loader.toffoli.free_symbols:
        return Integer(1)
    terms = sympy.expand(loader.toffoli)  # a / K + c K is least at sqrt(a / c); `solve` would take a second
    return sqrt(terms.coeff(K, -1) / terms.coeff(K, 1))


FINDS = n * sqrt(n * k)  # n rows, each sqrt(n k) iterations (arXiv:2307.08045, theorem 3.1)
CERTIFICATES = n * sqrt(n)  # n rows, each sqrt(n) ln(4 n / p_fail) / 4 iterations (arXiv:1409.3305)
TOFFOLI_STEPS = 3  # logical time steps of a Toffoli (arXiv:2211.07629, equation D3)


def iteration(terms: Terms, cost: Cost) -> Expr:
    """A cost of one iteration."""
    costs = {
        "queries": sympy.Integer(1),
        "t": 4 * terms.toffoli,
        "t_depth": terms.t_depth,
        "clifford_depth": terms.clifford_depth,
        "volume": terms.qubits * terms.t_depth,
        "runtime": terms.measurement + TOFFOLI_STEPS * terms.toffoli,
        "fix_up": terms.fix_up,
    }
    return costs[cost]


@lru_cache
def row_by_row(loader: LoaderKind) -> Terms:
    """One iteration of the paper's algorithm with the block of fewest Toffolis."""
    return look_up(loader) + INNER_PRODUCT


def look_up(loader: LoaderKind) -> Terms:
    """A look-up and its unload with the block of fewest Toffolis."""
    load = look_up_terms(loader)
    assert load is not None  # asked for loaders whose leading terms are known
    return load.at_block(best_block(load))


@lru_cache
def shared_load(loader: LoaderKind) -> tuple[Expr, Terms]:
    """(rows a load, one iteration) of R rows' sums on one load, R that of fewest Toffolis in all.

    n / R loads, each sqrt(n R k) iterations of L + R a Toffolis: sqrt(R) (L / R + a) is least at R = L / a.
    """
    load = look_up(loader)
    each, product = leading_term(load.toffoli), leading_term(INNER_PRODUCT.toffoli)
    if each == 0:  # nothing to be shared
        return sympy.Integer(1), load + INNER_PRODUCT
    best = each / product
    return best, load + INNER_PRODUCT.times(best)


def finds(algorithm: AlgorithmKind, loader: LoaderKind) -> Expr:
    """Finding iterations of all rows."""
    if not algorithm.shares:
        return FINDS
    return FINDS / sqrt(shared_load(loader)[0])


def certificates(algorithm: AlgorithmKind, loader: LoaderKind) -> Expr:
    """Certificate iterations of all rows: one a load."""
    if not algorithm.shares:
        return CERTIFICATES
    return CERTIFICATES / shared_load(loader)[0]


def iteration_terms(algorithm: AlgorithmKind, loader: LoaderKind) -> Terms:
    """One iteration of an algorithm."""
    return shared_load(loader)[1] if algorithm.shares else row_by_row(loader)


def crossover(each: Expr, at: Mapping[str, int]) -> float | None:
    """The n at which the leading term is half of all, k, d and b as in `at`; None: at any n above 1.

    By bisection between 1 and 2**200, where the leading term has taken over.
    """
    values = {symbol: at[str(symbol)] for symbol in (k, d, b)}
    whole, lead = (sympy.lambdify(n, expr.subs(values), "math") for expr in (each, leading_term(each)))

    def leads(power: float) -> bool:
        size = 2.0**power
        return bool(2 * lead(size) >= whole(size))

    low, high = 0.1, 200.0
    if leads(low) or not leads(high):
        return None
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (low, middle) if leads(middle) else (middle, high)
    return float(f"{2.0**high:.2g}")


def leading_exponents(expression: Expr) -> Exponents:
    """Of the monomial that dominates as n, then k, d, b grow; logarithms count as constants."""
    n_power, k_power, d_power, b_power = _powers(leading_term(expression))
    return Exponents(n=float(n_power), k=float(k_power), d=float(d_power), b=float(b_power))


@lru_cache(maxsize=1024)  # loaders have terms in common
def leading_term(expression: Expr) -> Expr:
    """The monomial that dominates, logarithms in it and constants kept."""
    terms = sympy.Add.make_args(sympy.expand(sympy.expand_log(expression, force=True)))
    return max(terms, key=_powers)


def _powers(term: Expr) -> tuple[sympy.Rational, ...]:
    powers = term.as_powers_dict()
    return tuple(sympy.Rational(powers.get(symbol, 0)) for symbol in (n, k, d, b))


DEVICE = (
    "a memory outside the circuit answers every query in a constant time without error; its n d b cells, and "
    "what keeps them coherent, are not counted (arXiv:2305.10310)"
)


FITTED = "what is fitted goes on beyond the sizes of the report: this loader has no leading terms"
SLACK = 0.05  # of a fitted exponent, in which a polylogarithm may hide


def judge(
    loader: LoaderKind, cost: Cost, leading: Exponents | None, fitted: Exponents
) -> tuple[Answer, str | None]:
    """The verdict on n, k and d (the claim counts words: b is free), and its assumption.

    By the leading exponents, or where there are none by the fitted ones.
    """
    claim, slack = Claim(), SLACK if leading is None else 0.0
    judged = fitted if leading is None else leading
    if any(getattr(judged, name) > getattr(claim, name) + slack for name in ("n", "k", "d")):
        return "fails", None
    if cost == "queries":
        return "holds", None
    if loader.is_device:
        return "assumes", DEVICE
    if leading is None:
        return "assumes", FITTED
    terms = row_by_row(loader)
    if cost == "t_depth":
        qubits, cliffords = (leading_exponents(x) for x in (terms.qubits, terms.clifford_depth))
        return "assumes", (
            f"time is counted in T layers alone: controls fan out freely, the order of {qubits} qubits are "
            f"active, and an iteration's Clifford depth of the order of {cliffords} takes no time"
        )
    return "holds", None
