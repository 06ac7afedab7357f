"""Runtimes at growing n: the plan chosen anew at each, its closed forms costed on the machine that is told.

Nothing is extrapolated: where a runtime cannot be evaluated, the sweep ends and says why.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import count, takewhile
from typing import Literal

import attrs

from qattention.errors import InfeasibleError, SpecError
from qattention.estimates.classical.rates import ClassicalRate, Task
from qattention.estimates.classical.work import ExactWork
from qattention.problem import AttentionProblem
from qattention.problem.spec import MAX_SIZE, MAX_TABLE_BITS

STEP = 4  # of n: even powers of two keep the blocks' rounding alike
DIGITS = 3  # of a break-even n, as printed
Answer = Literal["reached", "at", "beyond", "never", "not-built", "not-evaluated"]


@attrs.frozen(kw_only=True)
class Runtime:
    """One evaluation.

    Attributes:
        quantum_s: of the expected counts. bound_s, memory_s: of it, what reactions, late fix-ups and a device
            take at least; and the device alone.
        code_distance: None for an idealised clock. n_qubits: physical, of a clock logical ones.
    """

    quantum_s: float
    bound_s: float
    memory_s: float
    code_distance: int | None
    n_qubits: int

    def at_distance(self, distance: int | None) -> float:
        """As if the code had another distance: steps of as many rounds, reactions as they are."""
        if distance is None or self.code_distance is None:
            return self.quantum_s
        steps_s = (self.quantum_s - self.memory_s) * distance / self.code_distance
        return max(self.bound_s, steps_s + self.memory_s)


@attrs.frozen(kw_only=True)
class GrowthPoint:
    """A runtime at n keys, and what exact attention of the same takes on each classical machine, in order.

    Attributes:
        exponent: of n in quantum_s, from the point before.
    """

    n: int
    quantum_s: float
    n_qubits: int
    exponent: float | None
    classical_s: tuple[float, ...]


@attrs.frozen(kw_only=True)
class BreakEven:
    """Against one classical machine.

    Attributes:
        answer: reached at n itself; at a larger n that was evaluated; beyond the last that can be; never, as
            the ratio rises up to the last; not-built, as there is no such machine for larger n.
        n: the least n of three digits at which the quantum runtime is no longer; None unless `answer` is at.
    """

    answer: Answer
    n: int | None


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Growth:
    """A problem's runtime as n grows, queries with keys unless there is one query.

    Args:
        runtime: (problem, rows a load or None to choose them) -> its runtime.
        rates: classical machines that have a rate of `task`.
        rows: a load at n; None where they are fixed by the options.
        most_keys: that the closed forms of the algorithm hold.
    """

    problem: AttentionProblem
    rates: Sequence[ClassicalRate]
    runtime: Callable[[AttentionProblem, int | None], Runtime]
    rows: int | None = None
    task: Task = "attention"
    most_keys: int = MAX_SIZE
    known: dict[int, Runtime] = attrs.field(factory=dict)

    def problem_at(self, n: int) -> AttentionProblem:
        """With n keys, and as many times the queries."""
        one = self.problem
        queries = one.n_queries if one.n_queries == 1 else max(1, n * one.n_queries // one.n_keys)
        return attrs.evolve(one, n_keys=n, n_queries=queries, n_heavy=min(one.n_heavy, n), n_marked=None)

    def at(self, n: int) -> Runtime:
        """Raises InfeasibleError if there is no such machine, SpecError beyond the closed forms."""
        if n not in self.known:
            self.known[n] = self.runtime(self.problem_at(n), self._rows_at(n))
        return self.known[n]

    def _rows_at(self, n: int) -> int | None:
        """Chosen at n and 4 n; further on as the square root of n, as what pays does."""
        far = n > STEP * self.problem.n_keys
        return max(1, round(self.rows * math.sqrt(n / self.problem.n_keys))) if far and self.rows else None

    def ratio(self, n: int, rate: ClassicalRate) -> float:
        """Of quantum to classical runtime."""
        work = ExactWork.of(self.problem_at(n), self.task)
        return self.at(n).quantum_s / rate.seconds(work.flops, work.n_bytes)

    @property
    def most(self) -> int:
        """The largest n, a power of `STEP` times the problem's, that the closed forms hold."""
        one = self.problem
        most = min(self.most_keys, MAX_TABLE_BITS // (one.head_dim * one.key_bits))
        steps = max(0, (most // one.n_keys).bit_length() - 1) // 2
        return one.n_keys * STEP**steps

    @cached_property
    def _swept(self) -> tuple[list[int], SpecError | InfeasibleError | None]:
        """(sizes evaluated, why no more): n, 4 n, then twice as many steps at a time."""
        sizes, step = list[int](), 0
        while True:
            n = self.problem.n_keys * STEP**step
            if n > self.most:
                if sizes and sizes[-1] == self.most:
                    return sizes, None
                n = self.most
            try:
                self.at(n)
            except (InfeasibleError, SpecError) as error:
                return sizes, error
            sizes.append(n)
            if all(self.ratio(n, rate) <= 1.0 for rate in self.rates):
                return sizes, None
            step = max(step + 1, 2 * step)

    @property
    def sizes(self) -> list[int]:
        """Those evaluated, ascending."""
        return self._swept[0]

    @property
    def ended(self) -> str | None:
        """Why there is no larger one; None if closed forms or all break-evens were reached."""
        error = self._swept[1]
        return None if error is None else str(error)

    @property
    def points(self) -> tuple[GrowthPoint, ...]:
        """All sizes of the sweep."""
        return tuple(
            GrowthPoint(
                n=n,
                quantum_s=self.at(n).quantum_s,
                n_qubits=self.at(n).n_qubits,
                exponent=self.exponent(self.sizes[i - 1], n) if i else None,
                classical_s=tuple(self.at(n).quantum_s / self.ratio(n, rate) for rate in self.rates),
            )
            for i, n in enumerate(self.sizes)
        )

    def exponent(self, low: int, high: int, distance: int | None = None) -> float:
        """Local exponent of n in the runtime; with a code of the same `distance` at both, if one is given."""
        times = [self.at(n).at_distance(distance) for n in (low, high)]
        return math.log(times[1] / times[0]) / math.log(high / low) if all(times) else 0.0

    def break_even(self, rate: ClassicalRate) -> BreakEven:
        """The first n at which the quantum runtime is no longer than the classical one."""
        ratios = [self.ratio(n, rate) for n in self.sizes]
        crossed = [i for i, ratio in enumerate(ratios) if ratio <= 1.0]
        none: Answer = "not-built" if isinstance(self._swept[1], InfeasibleError) else "beyond"
        if not ratios:
            return BreakEven(answer=none, n=None)
        if crossed:
            first = crossed[0]
            if first == 0:
                return BreakEven(answer="reached", n=None)
            return BreakEven(answer="at", n=self._between(self.sizes[first - 1], self.sizes[first], rate))
        if len(ratios) > 1 and ratios[-1] >= ratios[-2]:
            return self._rising(ratios, rate)
        return BreakEven(answer=none, n=None)

    def _rising(self, ratios: list[float], rate: ClassicalRate) -> BreakEven:
        """Never, unless it dips below 1 between two sizes of the sweep."""
        least = min(range(len(ratios)), key=ratios.__getitem__)
        low, high = self.sizes[max(0, least - 1)], self.sizes[min(least + 1, len(ratios) - 1)]
        before = low
        for n in takewhile(lambda n: n < high, (low * STEP**i for i in count(1))):
            if least and self.ratio(n, rate) <= 1.0:
                return BreakEven(answer="at", n=self._between(before, n, rate))
            before = n
        return BreakEven(answer="never", n=None)

    def _between(self, low: int, high: int, rate: ClassicalRate) -> int:
        """By bisection over numbers of three digits."""
        first, last = place(low), place(high)
        while last - first > 1:
            middle = (first + last) // 2
            if self.ratio(number(middle), rate) <= 1.0:
                last = middle
            else:
                first = middle
        return number(last)


def place(n: int) -> int:
    """The place of n, its digits beyond the third cut, among the numbers of three digits."""
    power = len(str(n)) - DIGITS
    lead = n // 10**power if power >= 0 else n * 10**-power
    return 9 * 10 ** (DIGITS - 1) * power + lead - 10 ** (DIGITS - 1)


def number(at: int) -> int:
    """The number of that place, at least 1."""
    power, lead = divmod(at, 9 * 10 ** (DIGITS - 1))
    digits = lead + 10 ** (DIGITS - 1)
    return digits * 10**power if power >= 0 else max(1, digits // 10**-power)
