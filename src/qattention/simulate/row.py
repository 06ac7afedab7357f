"""One query row end to end: its oracle's gates on all addresses, then the searches on the index register."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.compressor import sum_range
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.errors import CheckFailed
from qattention.lowering.lower import lower
from qattention.lowering.masks import with_flips
from qattention.lowering.program import GateProgram
from qattention.search import Action, Done, Episode, FixedPoint, Grover
from qattention.search.phases import fixed_point_phases
from qattention.simulate.grover import IndexRegister
from qattention.simulate.verify import check_program, expected_phase, marked_addresses


@attrs.frozen(kw_only=True, eq=False)
class RowRun:
    """What one row's search did.

    Attributes:
        found: heavy keys, ascending.
        certified: whether the schedule ended with its certificate.
        iterations: calls of the oracle, find and certificate together.
        inner_products: readouts that were checked classically, d multiplications each.
    """

    found: NDArray[np.intp]
    certified: bool
    iterations: int
    inner_products: int


def run_row(oracle: HeavyKeyOracle, episode: Episode, rng: np.random.Generator) -> RowRun:
    """Search one row with the phases its gates produce.

    The oracle is lowered and run once on all addresses. A find is excluded by the fix-up or, in runs with
    other phases than -1, by its looked-up word; that changes one phase. At the end both oracles, with all
    finds excluded, are run again with fresh outcomes and must show just that.

    Raises:
        CheckFailed: the gates put a phase on a wrong address, left a dirty ancilla or moved an address.
    """
    low, high = sum_range(oracle.weights, int(oracle.table.key_bits))
    if not low < oracle.threshold <= high:
        return _decided(oracle, low)
    program, heavy = lower(oracle), expected_phase(oracle)
    register = IndexRegister(_checked(oracle, program, heavy, rng), rng)
    found, iterations, checked, phased = set[int](), 0, 0, False
    while not isinstance(action := episode.next(), Done):
        address = _read(register, action)
        phased |= isinstance(action, FixedPoint)
        iterations += action.iterations
        fresh = address not in found
        checked += fresh
        hit = bool(fresh and heavy[address])
        if hit:
            found.add(address)
            register.exclude(address)
        episode.observe(hit)
    excluded = tuple(sorted(found))
    flips = tuple(sorted(set(oracle.unload.flips) ^ found))
    _checked(oracle, with_flips(program, flips), register.marked, rng)
    if phased:
        other = attrs.evolve(oracle, excluded=excluded, angle=1.0)
        _checked(other, lower(other), register.marked, rng)
    return RowRun(
        found=np.array(excluded, dtype=np.intp),
        certified=action.certified,
        iterations=iterations,
        inner_products=checked,
    )


def _decided(oracle: HeavyKeyOracle, low: int) -> RowRun:
    """A threshold at or below every possible inner product, or above: all keys are heavy, or none."""
    n_found = int(oracle.table.n_keys) if oracle.threshold <= low else 0
    return RowRun(found=np.arange(n_found), certified=True, iterations=0, inner_products=0)


def _read(register: IndexRegister, action: Action) -> int:
    if isinstance(action, Grover):
        return register.read(register.state(action.iterations))
    assert isinstance(action, FixedPoint)
    phases = fixed_point_phases(action.iterations, action.eps)
    return register.read(register.phased_state(phases))


def _checked(
    oracle: HeavyKeyOracle, program: GateProgram, expected: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Where the program's gates put the phase, for one drawn outcome vector."""
    outcomes = rng.integers(0, 2, program.n_cbits, dtype=np.uint8)
    result, errors = check_program(program, expected, outcomes)
    if any(errors):
        raise CheckFailed(f"{oracle}: {errors} moved addresses, dirty ancillas and wrong phases")
    return marked_addresses(result)
