"""What records of several families share: sources, seeded data of a size, and what a built oracle tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qattention import bloqs
from qattention.circuit import Circuit
from qattention.formulas import ExclusionForm, RowSums

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED = 2307_08045  # of all data here
UNARY = "Babbush et al., arXiv:1805.03662, section III.A and figure 7 (unary iteration); III.C (QROM)"
ERASE = "Gidney, arXiv:1709.06648 (an And is erased by measurement)"
FIX_UP = "Berry et al., arXiv:1902.02134, appendix C (measured unload)"
TRUNCATED = "addresses >= n must not occur unless `padded`: the walk has no branch for them"
NEEDS_DATA = "the circuit needs the values of all keys; costs need only n, d and b"
NOT_SIMULABLE = "Qualtran simulates no rotation classically; the tensor rung covers the action exactly"
TINY: tuple[Mapping[str, int | bool], ...] = (
    {"n": 1, "d": 1, "b": 1},
    {"n": 2, "d": 1, "b": 2},
    {"n": 3, "d": 2, "b": 2},
    {"n": 5, "d": 2, "b": 3},
)


def integers(shape: int | tuple[int, int], bits: int, seed: int = SEED) -> np.ndarray:
    """Signed integers of `bits` bits, uniform."""
    half = 1 << (bits - 1)
    return np.random.default_rng(seed).integers(-half, half, size=shape)


def key_table(n: int, d: int, b: int) -> bloqs.KeyTable:
    """A table of n keys of d components of b bits."""
    return bloqs.KeyTable.from_values(integers((n, d), b), b)


def row_weights(d: int, b: int) -> tuple[int, ...]:
    """A query row of d components of b bits."""
    return tuple(integers(d, b).tolist())


def one_hot_load(
    n: int, d: int, b: int, block: int, padded: bool = False, halves: bool = False
) -> bloqs.OneHotLoad:
    """The load that keeps a one-hot tree, for itself and for its unload."""
    return bloqs.OneHotLoad(key_table(n, d, b), block, padded, halves)


def oracle(
    n: int,
    d: int,
    b: int,
    padded: bool = False,
    excluded: bool = False,
    in_circuit: bool = False,
    live: bool = False,
) -> bloqs.HeavyKeyOracle:
    """The oracle of one row; its threshold is the median inner product, so about half the keys are heavy."""
    table, weights = key_table(n, d, b), row_weights(d, b)
    threshold = int(np.median(table.values @ np.array(weights)))
    exclusion = "circuit" if in_circuit else "live" if live else "fix-up"
    found = (n - 1,) if excluded else ()
    circuit = Circuit(padding="on" if padded else "off", exclusion=exclusion)
    return bloqs.HeavyKeyOracle(table, weights, threshold, found, circuit=circuit)


def oracle_sizes(built: bloqs.HeavyKeyOracle) -> dict[str, Any]:
    """The arguments of the closed forms that an oracle's sizes are."""
    sums = RowSums.from_weights([built.weights], [built.threshold], built.table.word_widths)
    return {"n_keys": built.table.n_keys, "sums": sums, "circuit": built.circuit}


def exclusion_form(built: bloqs.HeavyKeyOracle | bloqs.SharedOracle) -> ExclusionForm:
    """How an oracle keeps found keys out, as the closed forms take it."""
    bits = int(built.table.address_bits)
    return ExclusionForm.of(built.exclusion, built.is_sign, bits, built.excluded)
