"""Leading terms as symbols: what the closed forms of a loader's record become when n is large.

One look-up and its unload; constants below a power, rounding and the reflection are left out. Tests hold
every expression against the closed forms, and these against symbolic call graphs and gates.

Apart from `leading` because expressions of symbols are written here, and fitted exponents held against them
there.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import attrs
import sympy
from sympy import Expr, Integer, log, sqrt

from qattention.circuit import LoaderKind
from qattention.lowering.schedule import DEFAULT_PARALLELISM as P

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
