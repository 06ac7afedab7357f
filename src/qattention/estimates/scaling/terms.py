"""Leading terms of each loader, as symbols: what its closed forms become when n is large.

One look-up and its unload; constants below a power, rounding and the reflection are left out. Tests hold
every expression against the closed forms, and these against symbolic call graphs and gates.
"""

from __future__ import annotations

import attrs
import sympy
from sympy import Expr, Integer, Rational, log, sqrt

from qattention.lowering.schedule import DEFAULT_PARALLELISM as P

n, k, d, b = sympy.symbols("n k d b", positive=True)
K = sympy.Symbol("K", positive=True)  # keys a block
w = d * b  # bits of a key


@attrs.frozen(kw_only=True, eq=False)
class Terms:
    """Costs of a part in n, d, b and the block K.

    Attributes:
        toffoli: And's, Toffolis, controlled swaps. t_depth: layers of them, controls fanning out freely.
        clifford_depth: layers of Cliffords and measurements, at most P in one, a one-to-many CNOT one.
        measurement: measured bits. qubits: wires held.
        in_gates: False for a device outside the circuit.
    """

    toffoli: Expr
    t_depth: Expr
    clifford_depth: Expr
    measurement: Expr
    qubits: Expr
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


ZERO = Integer(0)
# A third of a random word's signed digits are not 0 (H. Prodinger, Integers 0 (2000), A8), an adder a key bit
# of each; carries run through the last 2 b columns one after another.
INNER_PRODUCT = Terms(
    toffoli=d * b**2 / 3,
    t_depth=3 * b + 3 * log(d),
    clifford_depth=10 * d * b**2 / (3 * P),
    measurement=d * b**2 / 3,
    qubits=d * b**2 / 3 + w,
)
# sqrt n one-hot lines times sqrt n steps of a walk; the phases of n addresses, P a layer.
UNLOAD = Terms(
    toffoli=2 * sqrt(n),
    t_depth=sqrt(n),
    clifford_depth=4 * sqrt(n) + n / P,
    measurement=2 * sqrt(n),
    qubits=sqrt(n),
)
LOADS = {
    "qrom": Terms(toffoli=n, t_depth=n, clifford_depth=5 * n, measurement=n + w, qubits=w) + UNLOAD,
    "qroam": Terms(
        toffoli=n / K + K * w,
        t_depth=n / K + log(K),
        clifford_depth=5 * n / K,
        measurement=n / K + K * w,
        qubits=K * w,
    )
    + UNLOAD,
    "one-hot": Terms(
        toffoli=n,
        t_depth=log(n),
        clifford_depth=n + Rational(5, P) * n,
        measurement=n + w,
        qubits=n + w,
    ),
    "one-hot-swap": Terms(
        toffoli=n / K + K * w,
        t_depth=log(n) + log(K),
        clifford_depth=n / K + n / P,
        measurement=n / K + K * w,
        qubits=n / K + K * w,
    ),
    "qroam-dirty": Terms(  # the borrowed wires are counted
        toffoli=2 * n / K + 4 * K * w,
        t_depth=2 * n / K + 4 * log(K),
        clifford_depth=10 * n / K,
        measurement=2 * n / K + w,
        qubits=K * w,
    )
    + UNLOAD,
    "bucket-brigade": Terms(
        toffoli=n * w + n, t_depth=n * w, clifford_depth=3 * n * w, measurement=n * w + n, qubits=n * w
    ),
    "bucket-brigade-parallel": Terms(
        toffoli=n * w + n,
        t_depth=log(n),
        clifford_depth=Rational(5, P) * n * w,
        measurement=n * w + n,
        qubits=2 * n * w,
    ),
    "swap-network": Terms(
        toffoli=n * w / 2,
        t_depth=log(n),
        clifford_depth=Rational(5, 2 * P) * n * w,
        measurement=n * w / 2,
        qubits=n * w,
    )
    + UNLOAD,
    "hardware": Terms(
        toffoli=ZERO, t_depth=ZERO, clifford_depth=ZERO, measurement=ZERO, qubits=w, in_gates=False
    ),
}


def best_block(loader: Terms) -> Expr:
    """The block K that leaves the fewest Toffolis; 1 for a loader without blocks."""
    if K not in loader.toffoli.free_symbols:
        return Integer(1)
    terms = sympy.expand(loader.toffoli)  # a / K + c K is least at sqrt(a / c); `solve` would take a second
    return sqrt(terms.coeff(K, -1) / terms.coeff(K, 1))
