"""Half-planes: O(log n + k) a query by convex layers (Chazelle, Guibas and Lee 1985, The power of duality).

A layer lies within the one outside it. So if no vertex of a layer is reported, none further in is; each layer
that is looked at, but the last, pays for itself with a point that is reported.

Apart from `index` because it is one of two data structures of which an index is made, the one for the
plane.
"""

from __future__ import annotations

import attrs
import numpy as np

from qattention.compiled import compiled
from qattention.halfspace.exact import EPS, Doubles, dot, is_inside
from qattention.halfspace.found import Found, with_room
from qattention.halfspace.layers import TURN, Layers, cascade, peel
from qattention.inference.packed import Indices

# A rounded inner product is off by at most 4 EPS sum |a_i x_i|; two of them are compared, and the walk below
# needs twice that.
SLACK = 16 * EPS


@attrs.frozen(kw_only=True, eq=False)
class PlanarIndex:
    """Convex layers of the distinct points, and which of the given points each of them stands for.

    Attributes:
        points: distinct, shape (m, 2), sorted.
        layers: of them.
        members, member_starts: point p stands for members[member_starts[p]:member_starts[p + 1]].
        largest: coordinates in magnitude, shape (2,): what bounds the rounding of inner products.
    """

    points: Doubles
    layers: Layers
    members: Indices
    member_starts: Indices
    largest: Doubles

    @classmethod
    def build(cls, points: Doubles) -> PlanarIndex:
        """Of points (n, 2), or (n, 1) for a line; O(n log n) and O(n) a layer."""
        if points.shape[1] == 1:
            points = np.concatenate((points, np.zeros_like(points)), axis=1)
        distinct, group, counts = np.unique(points, axis=0, return_inverse=True, return_counts=True)
        distinct = np.ascontiguousarray(distinct)
        vertices, starts = peel(distinct)
        return cls(
            points=distinct,
            layers=cascade(distinct, vertices, starts),
            members=np.argsort(group.ravel(), kind="stable"),
            member_starts=np.concatenate(([0], np.cumsum(counts))).astype(np.intp),
            largest=np.abs(distinct).max(axis=0),
        )

    def report(self, normals: Doubles, offsets: Doubles) -> Found:
        """Members with <a, x> >= b of each query, ascending, and the angles and vertices looked at."""
        if normals.shape[1] == 1:
            normals = np.concatenate((normals, np.zeros_like(normals)), axis=1)
        one = self.layers
        angles = np.mod(np.arctan2(normals[:, 1], normals[:, 0]), TURN)
        slack = SLACK * (np.abs(normals) @ self.largest)
        return report_half_planes(
            *(self.points, self.members, self.member_starts, one.vertices, one.starts, one.angles),
            *(one.angle_starts, one.vertex_of, one.next_at, normals, offsets, angles, slack),
        )


@compiled(nogil=True)
def _climb(points: Doubles, layer: Indices, at: int, step: int, a: Doubles, slack: float) -> tuple[int, int]:
    """(best vertex, vertices looked at), walking one way round until it goes down for certain."""
    best, best_value, value, here = at, dot(a, points[layer[at]]), dot(a, points[layer[at]]), at
    for looked in range(1, len(layer)):
        here = (here + step) % len(layer)
        following = dot(a, points[layer[here]])
        if following < value - slack:
            return best, looked
        value = following
        if value > best_value:
            best, best_value = here, value
    return best, len(layer) - 1


@compiled(nogil=True)
def _top(points: Doubles, layer: Indices, at: int, a: Doubles, slack: float) -> tuple[int, int]:
    """(extreme vertex but for rounding, vertices looked at), from a vertex that is about there."""
    forward, looked = _climb(points, layer, at, 1, a, slack)
    backward, more = _climb(points, layer, at, -1, a, slack)
    ahead = dot(a, points[layer[forward]]) >= dot(a, points[layer[backward]])
    return (forward if ahead else backward), 1 + looked + more


@compiled(nogil=True)
def _first_at(angles: Doubles, low: int, high: int, angle: float) -> tuple[int, int]:
    """(place of the first angle in low..high that is not below, steps taken); the last is infinity."""
    steps = 0
    while low < high:
        middle = (low + high) // 2
        steps += 1
        if angles[middle] >= angle:
            high = middle
        else:
            low = middle + 1
    return low, steps


@compiled(nogil=True)
def _arc(
    points: Doubles, layer: Indices, top: int, a: Doubles, b: float, slack: float, inside: Indices
) -> tuple[int, int]:
    """(vertices inside, written to `inside`; vertices looked at), walking down from `top` both ways."""
    n_inside, n_walked, visits = 0, 0, 0
    for step in (1, -1):
        here = top if step == 1 else (top - 1) % len(layer)
        while n_walked < len(layer):
            point = layer[here]
            visits += 1
            if dot(a, points[point]) < b - slack:
                break
            n_walked += 1
            if is_inside(a, points[point], b):
                inside[n_inside] = point
                n_inside += 1
            here = (here + step) % len(layer)
    return n_inside, visits


@compiled(nogil=True)
def report_half_planes(
    points: Doubles,
    members: Indices,
    member_starts: Indices,
    vertices: Indices,
    starts: Indices,
    angles: Doubles,
    angle_starts: Indices,
    vertex_of: Indices,
    next_at: Indices,
    normals: Doubles,
    offsets: Doubles,
    directions: Doubles,
    slacks: Doubles,
) -> Found:
    """As `PlanarIndex.report`.

    Rounded angles say about where a layer's extreme vertex is; from there one walks while inner products may
    still rise. The points inside are an arc around that vertex: one walks while they may be inside, and each
    is decided exactly.
    """
    n_layers = len(starts) - 1
    query_starts, visits = np.zeros(len(normals) + 1, np.intp), np.zeros(len(normals), np.intp)
    inside, found, n_found = np.empty(len(points), np.intp), np.empty(64, np.intp), 0
    for query in range(len(normals)):
        a, b, slack, direction = normals[query], offsets[query], slacks[query], directions[query]
        low, visits[query] = _first_at(angles, 0, angle_starts[1] - 1, direction)
        for level in range(n_layers):
            layer, base = vertices[starts[level] : starts[level + 1]], angle_starts[level]
            top, looked = _top(points, layer, vertex_of[base + low], a, slack)
            n_inside, walked = _arc(points, layer, top, a, b, slack, inside)
            visits[query] += looked + walked
            for i in range(n_inside):
                group = members[member_starts[inside[i]] : member_starts[inside[i] + 1]]
                found = with_room(found, n_found + len(group))
                found[n_found : n_found + len(group)] = group
                n_found += len(group)
            if n_inside == 0 or level + 1 == n_layers:
                break
            low, base = next_at[base + low], angle_starts[level + 1]
            while low > 0 and angles[base + low - 1] >= direction:
                low -= 1
                visits[query] += 1
        found[query_starts[query] : n_found].sort()
        query_starts[query + 1] = n_found
    return query_starts, found[:n_found], visits
