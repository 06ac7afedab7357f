"""A partition tree for any dimension: boxes and balls that lie inside or outside a half-space as a whole.

A node splits its points at the median of the coordinate that spreads most. Exact whatever the data: a node is
skipped or reported whole only if rounding cannot have decided it, and single points are decided exactly.

Apart from `index` because it is one of two data structures of which an index is made, the one for any
dimension.
"""

from __future__ import annotations

import attrs
import numpy as np

from qattention.compiled import compiled
from qattention.halfspace.exact import EPS, Doubles, dot, is_inside
from qattention.halfspace.found import Found, with_room
from qattention.inference.packed import Indices

LEAF = 8  # points that are looked at one by one


@attrs.frozen(kw_only=True, eq=False)
class TreeIndex:
    """The tree in arrays; node 0 is the root.

    Attributes:
        points: in the tree's order, shape (n, d). order: their original indices.
        spans: a node's points are spans[node, 0]..spans[node, 1] - 1.
        children: first of the two, or 0 in a leaf.
        low, high: of each node's box. centre, radius: of its ball.
        largest: coordinates in magnitude, shape (d,): what bounds the rounding of inner products.
    """

    points: Doubles
    order: Indices
    spans: Indices
    children: Indices
    low: Doubles
    high: Doubles
    centre: Doubles
    radius: Doubles
    largest: Doubles

    @classmethod
    def build(cls, points: Doubles) -> TreeIndex:
        """Of points (n, d); O(n (d + log n)) a level."""
        order, spans, children = split_all(points)
        ordered = np.ascontiguousarray(points[order])
        low, high, centre, radius = bounds(ordered, spans)
        return cls(
            points=ordered,
            order=order,
            spans=spans,
            children=children,
            low=low,
            high=high,
            centre=centre,
            radius=radius,
            largest=np.abs(points).max(axis=0),
        )

    def report(self, normals: Doubles, offsets: Doubles) -> Found:
        """Indices with <a, x> >= b of each query, ascending, and the nodes and points looked at."""
        slack = (8 * normals.shape[1] + 16) * EPS * (np.abs(normals) @ self.largest)
        return report_half_spaces(
            *(self.points, self.order, self.spans, self.children, self.low, self.high, self.centre),
            *(self.radius, normals, offsets, slack, np.linalg.norm(normals, axis=1)),
        )


@compiled(nogil=True)
def split_all(points: Doubles) -> tuple[Indices, Indices, Indices]:
    """(order, spans, children): halves at the median of the widest coordinate, down to LEAF points."""
    n, d = points.shape
    order, n_nodes = np.arange(n), 1
    spans, children = np.zeros((2 * n + 1, 2), np.intp), np.zeros(2 * n + 1, np.intp)
    spans[0, 1] = n
    node = 0
    while node < n_nodes:
        first, end = spans[node]
        if end - first > LEAF:
            widest, width = 0, -1.0
            for c in range(d):
                low = high = points[order[first], c]
                for p in range(first, end):
                    low, high = min(low, points[order[p], c]), max(high, points[order[p], c])
                if high - low > width:
                    widest, width = c, high - low
            inside = order[first:end].copy()
            order[first:end] = inside[np.argsort(points[inside, widest], kind="mergesort")]
            middle = (first + end) // 2
            children[node] = n_nodes
            spans[n_nodes] = first, middle
            spans[n_nodes + 1] = middle, end
            n_nodes += 2
        node += 1
    return order, spans[:n_nodes], children[:n_nodes]


@compiled(nogil=True)
def bounds(points: Doubles, spans: Indices) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """(low, high, centre, radius) of every node's points; the radius is rounded up."""
    n_nodes, d = len(spans), points.shape[1]
    low, high, centre = np.empty((n_nodes, d)), np.empty((n_nodes, d)), np.empty((n_nodes, d))
    radius = np.zeros(n_nodes)
    for node in range(n_nodes):
        first, end = spans[node]
        for c in range(d):
            low[node, c], high[node, c] = points[first:end, c].min(), points[first:end, c].max()
            centre[node, c] = points[first:end, c].mean()
        for p in range(first, end):
            square = 0.0
            for c in range(d):
                square += (points[p, c] - centre[node, c]) ** 2
            radius[node] = max(radius[node], np.sqrt(square))
        radius[node] *= 1.0 + (d + 8) * EPS
    return low, high, centre, radius


@compiled(nogil=True)
def _range(a: Doubles, low: Doubles, high: Doubles, centre: Doubles, reach: float) -> tuple[float, float]:
    """Bounds on <a, x> in a node: what its box and its ball both allow."""
    most = least = 0.0
    for c in range(len(a)):
        one, other = a[c] * low[c], a[c] * high[c]
        most += max(one, other)
        least += min(one, other)
    middle = dot(a, centre)
    return max(least, middle - reach), min(most, middle + reach)


@compiled(nogil=True)
def report_half_spaces(
    points: Doubles,
    order: Indices,
    spans: Indices,
    children: Indices,
    low: Doubles,
    high: Doubles,
    centre: Doubles,
    radius: Doubles,
    normals: Doubles,
    offsets: Doubles,
    slacks: Doubles,
    lengths: Doubles,
) -> Found:
    """As `TreeIndex.report`."""
    starts, visits = np.zeros(len(normals) + 1, np.intp), np.zeros(len(normals), np.intp)
    found, n_found = np.empty(64, np.intp), 0
    stack = np.zeros(128, np.intp)  # two a level, and the levels are logarithmic
    for query in range(len(normals)):
        a, b, slack = normals[query], offsets[query], slacks[query]
        height, stack[0] = 1, 0
        while height:
            height -= 1
            node = stack[height]
            first, end = spans[node]
            visits[query] += 1
            reach = lengths[query] * radius[node]
            least, most = _range(a, low[node], high[node], centre[node], reach)
            if most < b - slack:
                continue
            whole = least > b + slack
            if not whole and children[node]:
                stack[height], stack[height + 1] = children[node], children[node] + 1
                height += 2
                continue
            found = with_room(found, n_found + end - first)
            visits[query] += 0 if whole else end - first
            for p in range(first, end):
                if whole or is_inside(a, points[p], b):
                    found[n_found] = order[p]
                    n_found += 1
        found[starts[query] : n_found].sort()
        starts[query + 1] = n_found
    return starts, found[:n_found], visits
