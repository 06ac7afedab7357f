"""Basis states of a bloq, and what a bloq or its circuit makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import attrs
import numpy as np
import pytest
from qualtran import Bloq, CBit, Register, Side
from qualtran.simulation.classical_sim import do_phased_classical_simulation

MAX_STATES = 64  # all basis states of a bloq are tried if there are no more
N_STATES = 16  # otherwise so many, drawn


class BasisStates:
    """The classical side of the ladder, as one fixture."""

    @staticmethod
    def inputs(bloq: Bloq, seed: int = 0) -> list[dict[str, Any]]:
        """Input values of `bloq`: all, or a seeded sample."""
        registers = list(bloq.signature.lefts())
        n_bits = sum(reg.total_bits() for reg in registers)
        if 2**n_bits <= MAX_STATES:
            return [_split(registers, bits) for bits in product((0, 1), repeat=n_bits)]
        rng = np.random.default_rng(seed)
        return [_split(registers, tuple(rng.integers(0, 2, n_bits))) for _ in range(N_STATES)]

    @staticmethod
    def reachable(bloq: Bloq, seed: int = 0) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Inputs that `bloq` accepts, and what they were made from.

        A bloq that gives something back accepts what its adjoint puts out; others accept all addresses that
        are in the table, and are made from nothing but themselves.
        """
        gives_back = any(reg.side is Side.LEFT for reg in bloq.signature)
        source = _inverse(bloq) if gives_back else bloq
        for values in BasisStates.inputs(source, seed):
            if values.get("address", 0) < _n_addresses(bloq):
                out = do_phased_classical_simulation(source, values)[0] if gives_back else values
                yield out, values

    @staticmethod
    def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
        return set(one) == set(other) and all(np.array_equal(one[name], other[name]) for name in one)


def _n_addresses(bloq: Bloq) -> float:
    """Addresses at or beyond this must not occur."""
    limited = hasattr(bloq, "table") and not getattr(bloq, "padded", False)
    return bloq.table.n_keys if limited else np.inf


def _inverse(bloq: Bloq) -> Bloq:
    """The adjoint; an unload's without its flips, which change phases only."""
    if getattr(bloq, "flips", ()):
        bloq = attrs.evolve(bloq, flips=())
    return bloq.adjoint()


def _split(registers: list[Register], bits: tuple[int, ...]) -> dict[str, Any]:
    """Bits, most significant first, as register values."""
    values, rest = {}, list(bits)
    for reg in registers:
        width = 1 if isinstance(reg.dtype, CBit) else reg.bitsize
        items = []
        for _ in reg.all_idxs():
            items.append(reg.dtype.from_bits([int(bit) for bit in rest[:width]]))
            del rest[:width]
        values[reg.name] = np.array(items).reshape(reg.shape) if reg.shape else items[0]
    return values


@pytest.fixture
def states() -> BasisStates:
    return BasisStates()
