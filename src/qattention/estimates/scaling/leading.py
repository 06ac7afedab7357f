"""From leading terms to exponents: what dominates as n grows."""

from __future__ import annotations

from functools import lru_cache

import sympy
from sympy import Expr, sqrt

from qattention.estimates.scaling.model import Cost, Exponents
from qattention.estimates.scaling.terms import INNER_PRODUCT, LOADS, Terms, b, best_block, d, k, n

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
    }
    return costs[cost]


@lru_cache
def row_by_row(loader: str) -> Terms:
    """One iteration of the paper's algorithm with the block of fewest Toffolis."""
    load = LOADS[loader]
    return load.at_block(best_block(load)) + INNER_PRODUCT


@lru_cache
def shared_load(loader: str) -> tuple[Expr, Terms]:
    """(rows a load, one iteration) of R rows' sums on one load, R that of fewest Toffolis in all.

    n / R loads, each sqrt(n R k) iterations of L + R a Toffolis: sqrt(R) (L / R + a) is least at R = L / a.
    """
    load = LOADS[loader].at_block(best_block(LOADS[loader]))
    each, product = leading_term(load.toffoli), leading_term(INNER_PRODUCT.toffoli)
    if each == 0:  # nothing to be shared
        return sympy.Integer(1), load + INNER_PRODUCT
    best = each / product
    return best, load + INNER_PRODUCT.times(best)


def finds(algorithm: str, loader: str) -> Expr:
    """Finding iterations of all rows."""
    if algorithm == "row-by-row":
        return FINDS
    return FINDS / sqrt(shared_load(loader)[0])


def certificates(algorithm: str, loader: str) -> Expr:
    """Certificate iterations of all rows: one a load."""
    if algorithm == "row-by-row":
        return CERTIFICATES
    return CERTIFICATES / shared_load(loader)[0]


def iteration_terms(algorithm: str, loader: str) -> Terms:
    """One iteration of an algorithm."""
    return row_by_row(loader) if algorithm == "row-by-row" else shared_load(loader)[1]


@lru_cache
def runtime_exponent(algorithm: str, loader: str) -> float | None:
    """Of n in the runtime; None for a loader or an algorithm without leading terms."""
    if loader not in LOADS or algorithm not in ALGORITHMS:
        return None
    each = iteration(iteration_terms(algorithm, loader), "runtime")
    return leading_exponents(finds(algorithm, loader) * each).n


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
