"""`build` and `query`: report {j : <a, x_j> >= b} (Definition 7.1)."""

from __future__ import annotations

from typing import Literal, get_args

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.errors import SpecError, bad
from qattention.halfspace.exact import LEAST, Doubles
from qattention.halfspace.planar import PlanarIndex
from qattention.halfspace.tree import TreeIndex
from qattention.inference.packed import Indices, PackedSets
from qattention.problem.head import array_problems

Method = Literal["auto", "layers", "tree"]
PLANE = 2  # convex layers serve the line and the plane


@attrs.frozen(kw_only=True, eq=False)
class Reported:
    """What a batch of queries found.

    Attributes:
        sets: ascending point indices of each query.
        visits: nodes, angles and points looked at by each, shape (n_queries,): its time, but for constants.
    """

    sets: PackedSets
    visits: Indices


@attrs.frozen(kw_only=True, eq=False)
class HalfSpaceIndex:
    """Points that can be asked for half-spaces; build it with `build`.

    Attributes:
        n_points, dim: shape of the points.
        structure: convex layers, O(log n + k) a query; or the partition tree.
    """

    n_points: int
    dim: int
    structure: PlanarIndex | TreeIndex

    def query(self, a: ArrayLike, b: float) -> Indices:
        """Ascending indices of the points with <a, x> >= b, decided exactly, ties and duplicates included.

        Raises:
            SpecError: `a` is not shape (dim,) of allowed numbers, or b is not a number.
        """
        return self.query_batch(np.asarray(a)[None], [b]).sets.keys

    def query_batch(self, a: ArrayLike, b: ArrayLike) -> Reported:
        """As `query` for normals (n_queries, dim) and offsets (n_queries,)."""
        normals, offsets = _sound("a", a), np.asarray(b, dtype=np.float64)
        if normals.shape[1] != self.dim:
            raise SpecError(bad("a", f"shape {normals.shape}", f"{self.dim} columns, as the points"))
        if offsets.shape != (len(normals),) or np.isnan(offsets).any():
            raise SpecError(bad("b", f"shape {offsets.shape}", f"{len(normals)} numbers, one a query"))
        starts, keys, visits = self.structure.report(normals, offsets)
        return Reported(sets=PackedSets(starts=starts, keys=keys), visits=visits)


def build(points: ArrayLike, method: Method = "auto") -> HalfSpaceIndex:
    """Index points of shape (n, dim): convex layers up to the plane, a partition tree above.

    Raises:
        SpecError: entries that are not 0 or 1e-130..1e30 in magnitude, an unknown method, layers above dim 2.
    """
    array = _sound("points", points)
    n_points, dim = array.shape
    if method not in get_args(Method):
        raise SpecError(bad("method", method, "one of " + ", ".join(get_args(Method))))
    if method == "layers" and dim > PLANE:
        raise SpecError(bad("method", method, f"auto or tree for points in {dim} dimensions"))
    planar = method == "layers" or (method == "auto" and dim <= PLANE)
    structure = PlanarIndex.build(array) if planar else TreeIndex.build(array)
    return HalfSpaceIndex(n_points=n_points, dim=dim, structure=structure)


def _sound(field: str, value: ArrayLike) -> Doubles:
    """As float64 (n, dim); raises SpecError."""
    array: NDArray[np.generic] = np.asarray(value)
    problems = array_problems({field: array})
    if not problems:
        real = np.ascontiguousarray(array, dtype=np.float64)
        small = (real != 0.0) & (np.abs(real) < LEAST)
        if not small.any():
            return real
        problems = [bad(field, float(real[small][0]), f"0 or at least {LEAST:g} in magnitude")]
    raise SpecError(problems)
