"""One query row end to end: its oracle's gates on all addresses, then the searches on the index register."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.errors import CheckFailed
from qattention.lowering.lower import lower
from qattention.lowering.masks import with_flips
from qattention.lowering.program import GateProgram
from qattention.search import Done, Episode, Grover
from qattention.simulate.grover import IndexRegister
from qattention.simulate.verify import check_program, expected_phase


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
    """Search one row with the signs its gates produce.

    The oracle is lowered and run once. A find is excluded in the fix-up, which changes one sign; at the end
    the program with all finds excluded is run again with fresh outcomes, and must show just that.

    Raises:
        CheckFailed: the gates gave a wrong sign, a dirty ancilla or a moved address.
    """
    program, heavy = lower(oracle), expected_phase(oracle)
    signs = _checked_signs(oracle, program, heavy, rng)
    register, found, iterations, checked = IndexRegister(signs, rng), set[int](), 0, 0
    while not isinstance(action := episode.next(), Done):
        assert isinstance(action, Grover)
        address = register.read(action.iterations)
        iterations += action.iterations
        fresh = address not in found
        checked += fresh
        hit = bool(fresh and heavy[address])
        if hit:
            found.add(address)
            register.exclude(address)
        episode.observe(hit)
    flips = tuple(sorted(set(oracle.unload.flips) ^ found))
    _checked_signs(oracle, with_flips(program, flips), register.marked, rng)
    return RowRun(
        found=np.array(sorted(found), dtype=np.intp),
        certified=action.certified,
        iterations=iterations,
        inner_products=checked,
    )


def _checked_signs(
    oracle: HeavyKeyOracle, program: GateProgram, expected: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    outcomes = rng.integers(0, 2, program.n_cbits, dtype=np.uint8)
    result, errors = check_program(program, expected, outcomes)
    if any(errors):
        raise CheckFailed(f"{oracle}: {errors} moved addresses, dirty ancillas and wrong signs")
    return result.phase.copy()
