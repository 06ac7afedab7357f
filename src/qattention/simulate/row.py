"""Query rows end to end: their oracle's gates on all addresses, then the searches on the index register."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.shared_oracle import SharedOracle
from qattention.errors import CheckFailed, SpecError
from qattention.lowering.lower import lower
from qattention.lowering.masks import with_flips
from qattention.lowering.program import GateProgram
from qattention.search import Action, Done, Episode, Grover
from qattention.simulate.grover import IndexRegister
from qattention.simulate.verify import Oracle, check_program, expected_phase, heavy_keys, marked_addresses


@attrs.frozen(kw_only=True, eq=False)
class SearchRun:
    """What the search with one oracle did.

    Attributes:
        found: for each row that the oracle serves its heavy keys, ascending.
        certified: whether the schedule ended with its certificate.
        iterations: calls of the oracle, find and certificate together.
        inner_products: classical ones: each key read out is checked for every row, d multiplications each.
    """

    found: list[NDArray[np.intp]]
    certified: bool
    iterations: int
    inner_products: int


def run_search(oracle: Oracle, episode: Episode, rng: np.random.Generator) -> SearchRun:
    """Find all keys that the oracle marks, with the phases its gates produce.

    The oracle is lowered and run once on all addresses. A find is excluded by the fix-up or, in runs with
    other phases than -1, by its looked-up word; that changes one phase. At the end both oracles, with all
    finds excluded, are run again with fresh outcomes and must show just that.

    Raises:
        CheckFailed: the gates put a phase on a wrong address, left a dirty ancilla or moved an address.
    """
    program, marked = lower(oracle), expected_phase(oracle)
    register = IndexRegister(_checked(oracle, program, marked, rng), rng)
    found, iterations, checked, phased = set[int](), 0, 0, False
    unexcluded = IndexRegister(register.marked.copy(), rng)
    while not isinstance(action := episode.next(), Done):
        address = _read(register, unexcluded, action)
        phased |= not isinstance(action, Grover)
        iterations += action.iterations
        fresh = address not in found
        checked += fresh * len(oracle.rows)
        hit = bool(fresh and marked[address])
        if hit:
            found.add(address)
            register.exclude(address)
        episode.observe(hit)
    _check_exclusion(oracle, program, found, register, rng)
    if phased:
        _check_phased(oracle, found, register, rng)
    keys = np.array(sorted(found), dtype=np.intp)
    return SearchRun(
        found=[keys[heavy[keys]] for heavy in heavy_keys(oracle)],
        certified=action.certified,
        iterations=iterations,
        inner_products=checked,
    )


def _read(register: IndexRegister, unexcluded: IndexRegister, action: Action) -> int:
    """One run and its readout; coupon collecting keeps what it found among the marked."""
    if isinstance(action, Grover):
        searched = register if action.excluding else unexcluded
        return searched.read(searched.state(action.iterations))
    assert not isinstance(action, Done)
    return register.read(register.phased_state(action.phases()))


def _check_exclusion(
    oracle: Oracle, program: GateProgram, found: set[int], register: IndexRegister, rng: np.random.Generator
) -> None:
    flips = tuple(sorted(set(oracle.unload.flips) ^ found))
    _checked(oracle, with_flips(program, flips), register.marked, rng)


def _check_phased(
    oracle: Oracle, found: set[int], register: IndexRegister, rng: np.random.Generator
) -> None:
    """The oracle with another phase than -1 that the fixed-point runs call."""
    if isinstance(oracle, SharedOracle):
        raise SpecError("`search`: fixed-point runs need another phase than -1; a shared load has only that")
    phased = attrs.evolve(oracle, excluded=tuple(sorted(found)), angle=1.0)
    _checked(phased, lower(phased), register.marked, rng)


def _checked(
    oracle: Oracle, program: GateProgram, expected: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Where the program's gates put the phase, for one drawn outcome vector."""
    outcomes = rng.integers(0, 2, program.n_cbits, dtype=np.uint8)
    result, errors = check_program(program, expected, outcomes)
    if any(errors):
        raise CheckFailed(f"{oracle}: {errors} moved addresses, dirty ancillas and wrong phases")
    return marked_addresses(result)
