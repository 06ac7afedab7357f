"""The fastest classical machine for each task, what it leaves of a quantum one, and moving the data.

Apart from `comparison` because which machine is the rival is a table of machines, and the comparison takes
any.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import attrs

from qattention.estimates.classical.rates import ClassicalRate, Task, recorded_rates
from qattention.estimates.classical.work import ExactWork, visible_pairs
from qattention.estimates.strict import structured

if TYPE_CHECKING:
    from qattention.estimates.costed import Costed

TASKS: tuple[Task, ...] = ("attention", "search")
PORT_S = 1e-5  # of moving a bit a qubit (Hoefler et al., arXiv:2307.00523: 10^4 qubits at 10 us, 1 Gbit/s)
DEGREES = (2, 3, 4)  # of speed-ups: quadratic, cubic, quartic
NAMES = {2: "quadratic", 3: "cubic", 4: "quartic"}


@attrs.frozen(kw_only=True)
class FastestRival:
    """The machine of least seconds for a task of the same rows.

    Attributes:
        task: attention: logits and weighted values. search: logits, and the keys that they select.
        limit: what its seconds are of: computing, memory or launch.
        over_quantum: quantum runtime over its seconds.
    """

    task: Task
    rate: str
    what: str
    seconds: float
    limit: str
    over_quantum: float
    checked: str
    source: str


@attrs.frozen(kw_only=True)
class SpeedUp:
    """A search of M^(1/degree) quantum steps against M classical ones, steps as long as they are here.

    Attributes:
        keys: M where both take as long. runtime_s: how long that is.
    """

    name: str
    degree: int
    keys: float
    runtime_s: float


@attrs.frozen(kw_only=True)
class Moving:
    """All key bits into the machine once, a bit a logical qubit in PORT_S (arXiv:2307.00523).

    Attributes:
        over_rival: of the fastest machine's seconds at attention.
    """

    bits: int
    bits_per_s: float
    seconds: float
    over_rival: float


@attrs.frozen(kw_only=True)
class Approximation:
    """What is done in place of exact attention, as published.

    Attributes:
        recall: share of the keys that an exact search finds; None: not published, or not read. quality: of
            what, or what is said in its place.
        query_s: of one query, on the keys and the machine of `speed`; None: not published.
        quantum_over_query: a row's share of the quantum runtime over it.
        checked: how the source was looked up, as of rates.
    """

    name: str
    how: str
    looks_at: str
    quality: str
    speed: str
    checked: Literal["read", "second hand", "not read"]
    source: str
    recall: float | None = None
    query_s: float | None = None
    quantum_over_query: float | None = None


@attrs.frozen(kw_only=True)
class _File:
    one: tuple[Approximation, ...]


@lru_cache
def _published() -> tuple[Approximation, ...]:
    """Those of `approximations.toml`."""
    text = files(__package__).joinpath("approximations.toml").read_text(encoding="utf-8")
    return structured(tomllib.loads(text), _File, "approximations").one


def approximations(row_s: float) -> tuple[Approximation, ...]:
    """All that are recorded, beside a row's quantum runtime of `row_s`."""
    return tuple(
        attrs.evolve(one, quantum_over_query=row_s / one.query_s if one.query_s else None)
        for one in _published()
    )


def fastest_rivals(
    estimate: Costed, quantum_s: float, rates: tuple[ClassicalRate, ...] | None = None
) -> tuple[FastestRival, ...]:
    """One a task; of the recorded rates unless others are given."""
    return tuple(_fastest(estimate, task, quantum_s, rates or recorded_rates()) for task in TASKS)


def _fastest(
    estimate: Costed, task: Task, quantum_s: float, rates: tuple[ClassicalRate, ...]
) -> FastestRival:
    work = ExactWork.of(estimate.problem, task)
    able = [rate for rate in rates if task in rate.tasks]
    best = min(able, key=lambda rate: rate.seconds(work.flops, work.n_bytes))
    seconds = best.seconds(work.flops, work.n_bytes)
    return FastestRival(
        task=task,
        rate=best.name,
        what=best.what,
        seconds=seconds,
        limit=best.limit(work.flops, work.n_bytes),
        over_quantum=quantum_s / seconds,
        checked=best.checked,
        source=best.source,
    )


def speed_ups(estimate: Costed, quantum_s: float, rival: FastestRival) -> tuple[SpeedUp, ...]:
    """Which degree would suffice (Babbush et al., arXiv:2011.04149); nothing where no iteration is expected.

    A quantum step is an iteration, a classical one a key looked at.
    """
    if not estimate.search.iterations_total:
        return ()
    step = quantum_s / estimate.search.iterations_total
    over = max(1.0, step / (rival.seconds / visible_pairs(estimate.problem)))
    return tuple(
        SpeedUp(
            name=NAMES[degree],
            degree=degree,
            keys=over ** (degree / (degree - 1)),
            runtime_s=step * over ** (1 / (degree - 1)),
        )
        for degree in DEGREES
    )


def moving(estimate: Costed, rival: FastestRival) -> Moving | None:
    """Of all keys, by the logical qubits of the estimate; None where nothing is searched."""
    if not estimate.logical.qubits:
        return None
    problem = estimate.problem
    bits = problem.n_keys * problem.head_dim * problem.key_bits
    per_s = estimate.logical.qubits / PORT_S
    return Moving(bits=bits, bits_per_s=per_s, seconds=bits / per_s, over_rival=bits / per_s / rival.seconds)
