"""`Costs`: what a closed form returns, and integer helpers that are exact up to 2**62."""

from __future__ import annotations

from typing import Any, cast

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]
AnyIntArray = NDArray[Any]  # int64, or object (Python integers) where 64 bits could overflow


def _array(value: ArrayLike) -> AnyIntArray:
    raw = np.asarray(value)
    return raw if raw.dtype == object else raw.astype(np.int64)


@attrs.frozen(kw_only=True, eq=False)
class Costs:
    """Exact costs of one use of a bloq; every field an integer array, of one common shape or scalar.

    Attributes:
        toffoli: And's and Toffolis computed.
        rotation: single-qubit rotations by an angle that is no multiple of pi/4.
        measurement: single-qubit measurements, those that erase And's included.
        qubits: most wires live at once, the bloq's own registers included, gates run one by one.
    """

    toffoli: AnyIntArray = attrs.field(converter=_array, default=0)
    rotation: AnyIntArray = attrs.field(converter=_array, default=0)
    measurement: AnyIntArray = attrs.field(converter=_array, default=0)
    qubits: AnyIntArray = attrs.field(converter=_array, default=0)

    def __add__(self, other: Costs) -> Costs:
        """One after the other, on the same registers: counts add up, wires are reused."""
        return Costs(
            toffoli=self.toffoli + other.toffoli,
            rotation=self.rotation + other.rotation,
            measurement=self.measurement + other.measurement,
            qubits=np.maximum(self.qubits, other.qubits),
        )

    def times(self, n_times: ArrayLike) -> Costs:
        """`n_times` (of any size) repetitions: counts as Python integers, which never overflow."""
        factor = np.asarray(n_times, dtype=object)
        return Costs(
            toffoli=np.asarray(self.toffoli.astype(object) * factor),
            rotation=np.asarray(self.rotation.astype(object) * factor),
            measurement=np.asarray(self.measurement.astype(object) * factor),
            qubits=np.where(np.asarray(factor > 0, dtype=bool), self.qubits, 0),
        )

    def beside(self, n_wires: ArrayLike) -> Costs:
        """The same while `n_wires` other wires are held."""
        return attrs.evolve(self, qubits=self.qubits + np.asarray(n_wires))

    def row(self, index: int) -> Costs:
        """One entry, as scalars."""
        fields = attrs.asdict(self, recurse=False)
        shape = np.broadcast_shapes(*(values.shape for values in fields.values()))
        return Costs(**{name: np.broadcast_to(values, shape)[index] for name, values in fields.items()})


def bit_length(x: ArrayLike) -> IntArray:
    """Bits of non-negative int64 `x`, exact (a float logarithm is not)."""
    smeared = np.array(x, dtype=np.int64)
    if not smeared.ndim:  # of one number Python knows
        return cast(IntArray, np.int64(int(smeared).bit_length()))
    for shift in (1, 2, 4, 8, 16, 32):
        smeared |= smeared >> shift
    return np.bitwise_count(smeared).astype(np.int64)


def address_bits(n_items: ArrayLike) -> IntArray:
    """Address bits m = max(1, ceil(log2 n)): one address has a (constant) bit too."""
    return np.maximum(1, bit_length(np.asarray(n_items, dtype=np.int64) - 1))
