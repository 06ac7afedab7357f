"""From leading terms to exponents: what dominates as n grows."""

from __future__ import annotations

from functools import lru_cache

import sympy
from sympy import Expr, sqrt

from qattention.estimates.scaling.model import Cost, Exponents
from qattention.estimates.scaling.terms import INNER_PRODUCT, LOADS, Terms, b, best_block, d, k, n

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
    }
    return costs[cost]


@lru_cache
def row_by_row(loader: str) -> Terms:
    """One iteration of the paper's algorithm with the block of fewest Toffolis."""
    load = LOADS[loader]
    return load.at_block(best_block(load)) + INNER_PRODUCT


def leading_exponents(expression: Expr) -> Exponents:
    """Of the monomial that dominates as n, then k, d, b grow; logarithms count as constants."""
    terms = sympy.Add.make_args(sympy.expand(sympy.expand_log(expression, force=True)))
    n_power, k_power, d_power, b_power = max(map(_powers, terms))
    return Exponents(n=float(n_power), k=float(k_power), d=float(d_power), b=float(b_power))


def _powers(term: Expr) -> tuple[sympy.Rational, ...]:
    powers = term.as_powers_dict()
    return tuple(sympy.Rational(powers.get(symbol, 0)) for symbol in (n, k, d, b))
