"""Convex layers of points in the plane, and the search through all of them at once.

Layer 0 is the convex hull, layer 1 the hull of what is left, and so on. A direction's extreme vertex of a
layer lies between two neighbouring edges' normals; the sorted normals of all layers are joined by fractional
cascading (Chazelle and Guibas 1986), so that one binary search serves them all.

Apart from `planar` because peeling and fractional cascading are a structure of their own, which planar
searches.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.halfspace.exact import Doubles, orientation
from qattention.inference.packed import Indices

TURN = 2 * np.pi


@attrs.frozen(kw_only=True, eq=False)
class Layers:
    """Vertices layer by layer, anticlockwise; points on an edge are vertices too.

    Attributes:
        vertices: point indices, shape (n,). starts: layer l is vertices[starts[l]:starts[l + 1]].
        angles: the cascade: normals in [0, 2 pi), ascending within a layer and ended by infinity.
        angle_starts: layer l's are angles[angle_starts[l]:angle_starts[l + 1]].
        vertex_of: the vertex, counted within its layer, that is extreme up to that angle.
        next_at: where the first angle of the next layer is that is not below.
    """

    vertices: Indices
    starts: Indices
    angles: Doubles
    angle_starts: Indices
    vertex_of: Indices
    next_at: Indices


@compiled(nogil=True)
def _chain(points: Doubles, order: Indices, chain: Indices) -> int:
    """One side of a hull, walked in `order` and turning left or straight on; returns its length."""
    size = 0
    for point in order:
        while size >= 2 and orientation(points[chain[size - 2]], points[chain[size - 1]], points[point]) < 0:
            size -= 1
        chain[size] = point
        size += 1
    return size


@compiled(nogil=True)
def peel(points: Doubles) -> tuple[Indices, Indices]:
    """(vertices, starts) of all layers of distinct points (n, 2), sorted by x, then y.

    O(n) a layer; about n^(2/3) layers for random points, n / 3 at worst, one for points on a line.
    """
    n = len(points)
    left = np.arange(n)
    vertices, starts, n_layers, done = np.empty(n, np.intp), np.zeros(n + 1, np.intp), 0, 0
    chain, used = np.empty(n, np.intp), np.zeros(n, np.bool_)
    while len(left):
        size = _chain(points, left, chain)
        whole = size == len(left)  # on a line, or below the edge that closes it: that edge has no more points
        for i in range(size if whole else size - 1):
            vertices[done] = chain[i]
            done += 1
        if not whole:
            size = _chain(points, left[::-1], chain)
            for i in range(size - 1):
                vertices[done] = chain[i]
                done += 1
        n_layers += 1
        starts[n_layers] = done
        for i in range(starts[n_layers - 1], done):
            used[vertices[i]] = True
        left = left[~used[left]]
    return vertices, starts[: n_layers + 1]


def edge_normals(points: Doubles, layer: Indices) -> tuple[Doubles, Indices]:
    """(angles in [0, 2 pi) ascending, the vertex each edge begins at) of one layer."""
    edges = points[np.roll(layer, -1)] - points[layer]
    angles = np.mod(np.arctan2(edges[:, 1], edges[:, 0]) - np.pi / 2, TURN)
    order = np.argsort(angles, kind="stable")
    return angles[order], order


def cascade(points: Doubles, vertices: Indices, starts: Indices) -> Layers:
    """Join the layers' normals: every second angle of a layer's joint list enters the one outside; O(n)."""
    lists: list[tuple[Doubles, Indices, Indices]] = []
    below = np.array([np.inf])
    for first, end in zip(starts[-2::-1], starts[:0:-1], strict=True):
        own, vertex = edge_normals(points, vertices[first:end])
        angles = np.append(np.sort(np.concatenate((own, below[:-1:2]))), np.inf)
        place = np.searchsorted(own, angles)
        vertex_of = np.append(vertex, vertex[0])[place]  # past the last normal it begins anew
        lists.append((angles, vertex_of, np.searchsorted(below, angles)))
        below = angles
    lists.reverse()
    joined: list[NDArray[np.generic]] = [np.concatenate(column) for column in zip(*lists, strict=True)]
    angle_starts = np.concatenate(([0], np.cumsum([len(angles) for angles, _, _ in lists])))
    return Layers(
        vertices=vertices,
        starts=starts,
        angles=joined[0].astype(np.float64),
        angle_starts=angle_starts.astype(np.intp),
        vertex_of=joined[1].astype(np.intp),
        next_at=joined[2].astype(np.intp),
    )
