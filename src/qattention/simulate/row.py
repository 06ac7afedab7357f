"""Query rows end to end: their oracle's gates on all addresses, then the searches on the index register."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.shared_oracle import SharedOracle
from qattention.errors import CheckFailed
from qattention.lowering.lower import lower
from qattention.lowering.masks import with_flips
from qattention.lowering.program import GateProgram
from qattention.search import Action, Done, Episode, Grover
from qattention.simulate.exact import is_affine, prove_program
from qattention.simulate.grover import IndexRegister
from qattention.simulate.memory import FaultyQueries, MemoryErrors
from qattention.simulate.verify import Oracle, check_program, expected_phase, heavy_keys

NO_ERRORS = MemoryErrors()


@attrs.frozen(kw_only=True)
class Tally:
    """What searches took.

    Attributes:
        find, certificate: calls of the oracle.
        inner_products: classical ones: each key read out is checked for every row, d multiplications each.
    """

    find: int = 0
    certificate: int = 0
    inner_products: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            find=self.find + other.find,
            certificate=self.certificate + other.certificate,
            inner_products=self.inner_products + other.inner_products,
        )

    @classmethod
    def of(cls, action: Action, inner_products: int) -> Tally:
        """One run and what was checked after it."""
        if isinstance(action, Done):
            return cls()
        certificate = action.iterations if action.certifying else 0
        find = action.iterations - certificate
        return cls(find=find, certificate=certificate, inner_products=inner_products)

    @property
    def iterations(self) -> int:
        """Find and certificate together."""
        return self.find + self.certificate


@attrs.frozen(kw_only=True, eq=False)
class SearchRun:
    """What the search with one oracle did.

    Attributes:
        found: for each row that the oracle serves its heavy keys, ascending.
        certified: whether the schedule ended with its certificate.
    """

    found: list[NDArray[np.intp]]
    certified: bool
    tally: Tally


def run_search(
    oracle: Oracle, episode: Episode, rng: np.random.Generator, errors: MemoryErrors = NO_ERRORS
) -> SearchRun:
    """Find all keys that the oracle marks, with the phases its gates produce.

    The oracle is lowered and run once on all addresses; what excluding a find changes there is one phase. At
    the end all finds are excluded, and the oracles that the runs called are run again with fresh outcomes
    and must show just that.

    Args:
        errors: of the memory; the circuits checked are without.

    Raises:
        CheckFailed: the gates put a phase on a wrong address, left a dirty ancilla or moved an address.
    """
    program, marked = lower(oracle), expected_phase(oracle)
    faults = FaultyQueries.of(oracle, errors) if errors else None
    register = IndexRegister(checked_marks(oracle, program, marked, rng), rng, faults)
    unexcluded = IndexRegister(register.marked.copy(), rng, faults)
    found, tally, phased = set[int](), Tally(), False
    while not isinstance(action := episode.next(), Done):
        address = _read(register, unexcluded, action)
        phased |= not isinstance(action, Grover)
        fresh = address not in found
        tally += Tally.of(action, fresh * len(oracle.rows))
        hit = bool(fresh and marked[address])
        if hit:
            found.add(address)
            register.exclude(address)
        episode.observe(hit)
    check_exclusion(oracle, program, found, register, rng)
    if phased:
        _check_phased(oracle, found, register, rng)
    keys = np.array(sorted(found), dtype=np.intp)
    return SearchRun(
        found=[keys[heavy[keys]] for heavy in heavy_keys(oracle)], certified=action.certified, tally=tally
    )


def _read(register: IndexRegister, unexcluded: IndexRegister, action: Action) -> int:
    """One run and its readout; coupon collecting keeps what it found among the marked."""
    if isinstance(action, Grover):
        searched = register if action.excluding else unexcluded
        return searched.read(searched.state(action.iterations))
    assert not isinstance(action, Done)
    return register.read(register.phased_state(action.phases()))


def excluding(oracle: Oracle, found: set[int], angle: float | None = None) -> Oracle:
    """The oracle with these keys excluded and, if given, another angle.

    Several rows have no lightest word: with another angle than pi a fix-up gives way to live bits.
    """
    base = oracle.base if isinstance(oracle, SharedOracle) else oracle
    base = attrs.evolve(base, excluded=tuple(sorted(found)))
    if angle is not None:
        shared = isinstance(oracle, SharedOracle) and base.exclusion == "fix-up"
        circuit = base.circuit.excluding("live") if shared else base.circuit
        base = attrs.evolve(base, angle=angle, circuit=circuit)
    return attrs.evolve(oracle, base=base) if isinstance(oracle, SharedOracle) else base


def check_exclusion(
    oracle: Oracle, program: GateProgram, found: set[int], register: IndexRegister, rng: np.random.Generator
) -> None:
    """Run the oracle with all finds excluded: by other fix-ups of its program, or lowered again."""
    if oracle.exclusion == "fix-up":
        flips = tuple(sorted(set(oracle.unload.flips) ^ found))
        without = with_flips(program, flips)
    else:
        without = lower(excluding(oracle, found))
    checked_marks(oracle, without, register.marked, rng)


def _check_phased(oracle: Oracle, found: set[int], register: IndexRegister, rng: np.random.Generator) -> None:
    """The oracle with another phase than -1 that fixed-point and phase-matched runs call."""
    phased = excluding(oracle, found, angle=1.0)
    checked_marks(phased, lower(phased), register.marked, rng)


def checked_marks(
    oracle: Oracle, program: GateProgram, expected: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Where the program's gates put the phase: just where expected, whatever the outcomes of this run.

    Raises:
        CheckFailed: not just where expected, or a dirty ancilla, or a moved address.
    """
    outcomes = rng.integers(0, 2, program.n_cbits, dtype=np.uint8)  # drawn in any case: seeds keep their runs
    if is_affine(program):
        errors = prove_program(program, expected).errors
    else:
        errors = check_program(program, expected, outcomes)[1]
    if any(errors):
        raise CheckFailed(f"{oracle}: {errors} moved addresses, dirty ancillas and wrong phases")
    return expected.copy()
