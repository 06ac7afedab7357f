"""Magic-state factories, each a whole unit with the error, size and time that its authors publish."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache

import attrs

from qattention.estimates.physical.counts import CliffordT
from qattention.estimates.physical.patches import GIDNEY_FOWLER, PatchErrors

STEPS_A_CCZ = 5.5  # of a pipelined unit, a seventh less than alone (arXiv:1812.01238, section 2)
CELLS_TO_USE = 100  # lattice-surgery cells in which a state is brought to its gate (the authors' spreadsheet)
CELLS_TO_MAKE = 1000  # in which it is distilled, at either level (the same)
TILES_A_LEVEL = 4 * 8  # of 2 d^2 qubits, at either level; six copies of the first (figure 1 of it)


@attrs.frozen(kw_only=True)
class Demand:
    """What a program asks of its factories."""

    n_t: int
    n_ccz: int

    @property
    def pairs(self) -> int:
        """CCZ states, two T from each."""
        return self.n_ccz + -(-self.n_t // 2)


def demand(gates: CliffordT) -> Demand:
    """The T and CCZ states that these gates take."""
    return Demand(n_t=gates.n_t, n_ccz=gates.n_ccz)


@attrs.frozen(kw_only=True)
class Distillery:
    """A unit of T states, as tabled for one physical error; a Toffoli takes four of them.

    Attributes:
        name: protocols and distances, as the table has them.
        p_physical: for which error of Cliffords and T it was simulated.
        error: of a state that is put out. qubits: physical ones, of the whole unit.
        run_rounds: of error correction, a run of it, rejected ones included.
        states: that a run puts out. levels: of distillation, one upon another.
    """

    name: str
    p_physical: float
    error: float
    qubits: int
    run_rounds: float
    states: int = 1
    levels: int = 1

    def spent(self, asked: Demand, p_physical: float) -> float:  # noqa: ARG002 (the table's own)
        """Errors of all states that a program takes."""
        return self.error * self._states(asked)

    def rounds(self, asked: Demand) -> int:
        """That one unit alone takes for all of them, a run at least."""
        return math.ceil(self.runs(asked) * self.run_rounds)

    def run(self, asked: Demand) -> int:  # noqa: ARG002 (as of every unit)
        """Rounds of the longest run."""
        return math.ceil(self.run_rounds)

    def runs(self, asked: Demand) -> int:
        """Of one unit alone."""
        return -(-self._states(asked) // self.states)

    def _states(self, asked: Demand) -> int:
        return asked.n_t + 4 * asked.n_ccz


# Litinski, arXiv:1905.06903, table 1: Clifford and T errors alike.
DISTILLERIES = tuple(
    Distillery(
        name=name,
        p_physical=p,
        error=error,
        qubits=qubits,
        run_rounds=rounds,
        states=states,
        levels=1 + ("x" in name),
    )
    for p, name, error, qubits, rounds, states in (
        (1e-4, "15-to-1 (7, 3, 3)", 4.4e-8, 810, 18.1, 1),
        (1e-4, "15-to-1 (9, 3, 3)", 9.3e-10, 1_150, 18.1, 1),
        (1e-4, "15-to-1 (9, 3, 3), small", 1.5e-9, 762, 36.2, 1),
        (1e-4, "15-to-1 (11, 5, 5)", 1.9e-11, 2_070, 30.0, 1),
        (1e-4, "4 x 15-to-1 (9, 3, 3), 20-to-4 (15, 7, 9)", 2.4e-15, 16_400, 90.3, 4),
        (1e-4, "4 x 15-to-1 (9, 3, 3), 15-to-1 (25, 9, 9)", 6.3e-25, 18_600, 67.8, 1),
        (1e-3, "15-to-1 (17, 7, 7)", 4.5e-8, 4_620, 42.6, 1),
        (1e-3, "6 x 15-to-1 (13, 5, 5), 20-to-4 (23, 11, 13)", 1.4e-10, 43_300, 130.0, 4),
        (1e-3, "4 x 15-to-1 (13, 5, 5), 20-to-4 (27, 13, 15)", 2.6e-11, 46_800, 157.0, 4),
        (1e-3, "6 x 15-to-1 (11, 5, 5), 15-to-1 (25, 11, 11)", 2.7e-12, 30_700, 82.5, 1),
        (1e-3, "6 x 15-to-1 (13, 5, 5), 15-to-1 (29, 11, 13)", 3.3e-14, 39_100, 97.5, 1),
        (1e-3, "6 x 15-to-1 (15, 7, 7), 15-to-1 (41, 17, 17)", 4.5e-20, 73_400, 128.0, 1),
    )
)


def table_row(p_physical: float, rows: tuple[float, ...]) -> float | None:
    """The least tabled error that is no better than `p_physical`; None: worse than all of them."""
    worse = [row for row in rows if p_physical <= row * (1 + 1e-9)]
    return min(worse, default=None)


LITINSKI_ROWS = tuple(sorted({one.p_physical for one in DISTILLERIES}))


def distilleries(p_physical: float) -> tuple[Distillery, ...]:
    """Those tabled for this error, or for the next worse one; none beyond the table."""
    row = table_row(p_physical, LITINSKI_ROWS)
    return tuple(one for one in DISTILLERIES if one.p_physical == row)


@attrs.frozen(kw_only=True)
class Catalysed:
    """A unit of CCZ states from 8 T of first-level units, two T from each (arXiv:1812.01238).

    Attributes:
        inner, outer: code distances of the first and the second level.
    """

    inner: int
    outer: int
    patch: PatchErrors = GIDNEY_FOWLER

    @property
    def name(self) -> str:
        """As in reports."""
        return f"CCZ ({self.inner}, {self.outer})"

    @property
    def qubits(self) -> int:
        """Six first-level units and the second level, all of patches of 2 d^2 qubits."""
        return TILES_A_LEVEL * 2 * (6 * self.inner**2 + self.outer**2)

    def error(self, p_physical: float) -> float:
        """Of a CCZ state: a pair of bad T of the 28, or the second level's own surgery."""
        injected = p_physical + CELLS_TO_USE * self.patch(p_physical, self.inner // 2)
        made = (CELLS_TO_MAKE + CELLS_TO_USE) * self.patch(p_physical, self.inner)
        first = 35 * injected**3 + made  # 35: triples of T that 15-to-1 does not see
        return 28 * first**2 + CELLS_TO_MAKE * self.patch(p_physical, self.outer)

    def spent(self, asked: Demand, p_physical: float) -> float:
        """Errors of all states that a program takes."""
        return self.error(p_physical) * asked.pairs

    def rounds(self, asked: Demand) -> int:
        """That one unit alone takes for all of them; a pair of T takes a further step."""
        steps = STEPS_A_CCZ * asked.pairs + -(-asked.n_t // 2)
        return math.ceil(steps * self._step)

    def runs(self, asked: Demand) -> int:
        """Of one unit alone."""
        return asked.pairs

    def run(self, asked: Demand) -> int:
        """Rounds of the longest run."""
        return math.ceil((STEPS_A_CCZ + (asked.n_t > 0)) * self._step)

    @property
    def _step(self) -> int:
        return max(2 * self.inner + 1, self.outer)


Unit = Distillery | Catalysed


@cache
def catalysed() -> tuple[Catalysed, ...]:
    """All pairs of distances that are tried."""
    return tuple(_pairs())


def _pairs() -> Iterator[Catalysed]:
    for inner in range(5, 27, 2):
        for outer in range(inner + 2, 53, 2):
            yield Catalysed(inner=inner, outer=outer)


def units_needed(unit: Unit, asked: Demand, rounds: int) -> int:
    """Units that keep up with a program of so many rounds, of a run at least: never more than states."""
    return -(-unit.rounds(asked) // max(rounds, unit.run(asked)))


def rounds_taken(unit: Unit, asked: Demand, number: int) -> int:
    """Rounds in which so many units make all states: whole runs, as long as they are on average."""
    runs = unit.runs(asked)
    each = -(-runs // number)
    return max(unit.run(asked), -(-each * unit.rounds(asked) // runs))


def undominated(units: Iterable[Unit], asked: Demand, p_physical: float) -> list[Unit]:
    """Those that no other beats in qubits, time and errors at once."""
    found: list[tuple[Unit, int, float]] = []
    for unit in sorted(units, key=lambda one: (one.qubits, one.rounds(asked), one.spent(asked, p_physical))):
        rounds, spent = unit.rounds(asked), unit.spent(asked, p_physical)
        if not any(other <= rounds and errs <= spent for _, other, errs in found):
            found.append((unit, rounds, spent))
    return [unit for unit, _, _ in found]
