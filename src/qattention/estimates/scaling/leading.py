"""From leading terms to exponents: what dominates as n grows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import sympy
from sympy import Expr, sqrt

from qattention.circuit import LoaderKind
from qattention.estimates.scaling.model import Cost, Exponents
from qattention.estimates.scaling.terms import INNER_PRODUCT, Terms, b, best_block, d, k, look_up_terms, n

FINDS = n * sqrt(n * k)  # n rows, each sqrt(n k) iterations (arXiv:2307.08045, theorem 3.1)
CERTIFICATES = n * sqrt(n)  # n rows, each sqrt(n) ln(4 n / p_fail) / 4 iterations (arXiv:1409.3305)
ALGORITHMS = ("row-by-row", "shared-load")
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


def finds(algorithm: str, loader: LoaderKind) -> Expr:
    """Finding iterations of all rows."""
    if algorithm == "row-by-row":
        return FINDS
    return FINDS / sqrt(shared_load(loader)[0])


def certificates(algorithm: str, loader: LoaderKind) -> Expr:
    """Certificate iterations of all rows: one a load."""
    if algorithm == "row-by-row":
        return CERTIFICATES
    return CERTIFICATES / shared_load(loader)[0]


def iteration_terms(algorithm: str, loader: LoaderKind) -> Terms:
    """One iteration of an algorithm."""
    return row_by_row(loader) if algorithm == "row-by-row" else shared_load(loader)[1]


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


def leading_term(expression: Expr) -> Expr:
    """The monomial that dominates, logarithms in it and constants kept."""
    terms = sympy.Add.make_args(sympy.expand(sympy.expand_log(expression, force=True)))
    return max(terms, key=_powers)


def _powers(term: Expr) -> tuple[sympy.Rational, ...]:
    powers = term.as_powers_dict()
    return tuple(sympy.Rational(powers.get(symbol, 0)) for symbol in (n, k, d, b))
