"""Half-space reporting: the sets of rational arithmetic, and as few looks as the theory says."""

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.halfspace import build
from qattention.halfspace.layers import peel


def by_definition(points, a, b):
    exact = [sum(Fraction(float(p)) * Fraction(float(q)) for p, q in zip(x, a, strict=True)) for x in points]
    return [j for j, value in enumerate(exact) if value >= Fraction(float(b))]


def integers(rng, n, d):
    return rng.integers(-2, 3, size=(n, d)).astype(float)


def normals(rng, n, d):
    return rng.normal(size=(n, d))


def on_a_line(rng, n, d):
    return np.outer(rng.integers(-5, 6, size=n), rng.integers(-2, 3, size=d)).astype(float)


def tenths(rng, n, d):  # ties of real numbers that floats do not tie
    return rng.integers(-3, 4, size=(n, d)) * 0.1


def on_a_circle(rng, n, d):
    angle = 2 * np.pi * np.arange(n) / n
    return np.stack([np.cos(angle), np.sin(angle), *np.zeros((max(d - 2, 0), n))], axis=1)[:, :d]


def nearly_one_point(rng, n, d):
    return 1.0 + 2.0**-52 * rng.integers(0, 3, size=(n, d))


KINDS = [integers, normals, on_a_line, tenths, on_a_circle, nearly_one_point]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    ("d", "method"), [(1, "layers"), (2, "layers"), (1, "tree"), (2, "tree"), (5, "tree")]
)
def test_exact_with_ties_and_duplicates(kind, d, method):
    for seed in range(25):
        rng = np.random.default_rng(seed)
        points = kind(rng, int(rng.integers(1, 50)), d)
        index = build(points, method)
        for draw in range(12):
            a = integers(rng, 1, d)[0] if draw % 2 else normals(rng, 1, d)[0]
            b = float(points[rng.integers(len(points))] @ a) if draw % 3 else float(rng.normal() * 3)
            assert index.query(a, b).tolist() == by_definition(points, a, b)


@pytest.mark.parametrize("method", ["layers", "tree"])
def test_every_direction_of_a_small_grid(method):
    points = np.array([[x, y] for x in range(-2, 3) for y in range(-2, 3)] * 2, dtype=float)
    index = build(points, method)
    queries = [((x, y), b) for x in range(-3, 4) for y in range(-3, 4) for b in range(-13, 14)]
    a, b = (np.array(part, dtype=float) for part in zip(*queries, strict=True))
    report = index.query_batch(a, b)
    want = (a @ points.T) >= b[:, None]
    assert [keys.tolist() for keys in report.sets.unpacked()] == [
        np.flatnonzero(row).tolist() for row in want
    ]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("seed", range(10))
def test_layers_are_nested_convex_polygons(kind, seed):
    rng = np.random.default_rng(seed)
    points = np.unique(kind(rng, 40, 2), axis=0)
    vertices, starts = peel(points)
    assert sorted(vertices) == list(range(len(points)))
    exact = [tuple(map(Fraction, point)) for point in points]

    def turn(a, b, c):
        (ax, ay), (bx, by), (cx, cy) = exact[a], exact[b], exact[c]
        return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)

    for first, end in pairwise(starts):
        layer = vertices[first:end]
        corners = zip(layer, np.roll(layer, -1), strict=True)
        flat = all(turn(layer[0], layer[-1], p) == 0 for p in layer)
        for a, b in corners if not flat else ():
            assert all(turn(a, b, p) >= 0 for p in vertices[first:])  # all within, deeper layers too


@pytest.mark.parametrize("d", [1, 2, 4])
def test_the_ends_of_the_range(d):
    rng = np.random.default_rng(0)
    points = normals(rng, 30, d)
    index = build(points)
    assert index.query(np.zeros(d), 0.0).tolist() == list(range(30))
    assert index.query(np.zeros(d), 1e-300).tolist() == []
    assert index.query(np.ones(d), -np.inf).tolist() == list(range(30))
    assert index.query(np.ones(d), np.inf).tolist() == []
    assert build(points[:1]).query(np.ones(d), float(points[0].sum()) - 1).tolist() == [0]
    nothing = index.query_batch(points[:2], [np.inf, np.inf])
    assert nothing.sets.sizes.tolist() == [0, 0]


@lru_cache
def in_the_plane(n):
    """(points, their index), built once."""
    points = np.random.default_rng(n).normal(size=(n, 2))
    return points, build(points)


def planar_visits(n, k, queries=100):
    points, index = in_the_plane(n)
    a = np.random.default_rng(n + k).normal(size=(queries, 2))
    b = np.sort(a @ points.T, axis=1)[:, -k - 1 :][:, :2].mean(axis=1)
    report = index.query_batch(a, b)
    assert (report.sets.sizes == k).all()
    return report.visits


def test_the_plane_costs_log_n_plus_k():
    # Least squares of the mean visits on 1, log2 n and k: both coefficients are small constants, and what is
    # left over shows no further growth, neither in n nor in k.
    sizes, reported = [2**8, 2**10, 2**12, 2**14], [1, 4, 16, 64]
    rows = [(1.0, np.log2(n), k, planar_visits(n, k).mean()) for n in sizes for k in reported]
    table = np.array(rows)
    (constant, per_log, per_key), *_ = np.linalg.lstsq(table[:, :3], table[:, 3], rcond=None)
    assert -1 < per_log < 3
    assert 1 < per_key < 4
    assert constant < 25
    residual = table[:, 3] - table[:, :3] @ [constant, per_log, per_key]
    assert np.abs(residual).max() < 0.35 * table[:, 3].mean()
    few = [planar_visits(n, 1).mean() for n in sizes]
    assert np.polyfit(np.log(sizes), np.log(few), 1)[0] < 0.1  # a power of n it is not


def test_many_points_on_one_circle_are_one_layer_and_a_binary_search():
    sizes = [2**6, 2**10, 2**14]
    visits = []
    for n in sizes:
        points = on_a_circle(np.random.default_rng(0), n, 2)
        a = np.random.default_rng(1).normal(size=(50, 2))
        visits.append(build(points).query_batch(a, np.sort(a @ points.T)[:, -1]).visits.max())
    assert visits[-1] - visits[0] <= 2 * (14 - 6) + 4


def clustered(seed, n, d, centres=32, spread=0.1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(centres, d))[rng.integers(centres, size=n)] + spread * rng.normal(size=(n, d))


def tree_exponent(d, points):
    """Slope of the log of mean visits over log n, for queries that report 16 points."""
    sizes, visits = [2**9, 2**11, 2**13, 2**15], []
    for n in sizes:
        data, a = points(0, n, d), np.random.default_rng(1).normal(size=(30, d))
        b = np.partition(a @ data.T, -16, axis=1)[:, -16]
        visits.append(build(data, "tree").query_batch(a, b).visits.mean())
    return float(np.polyfit(np.log(sizes), np.log(visits), 1)[0])


@pytest.mark.parametrize(("d", "most"), [(3, 0.4), (4, 0.45), (5, 0.5), (6, 0.55), (7, 0.6), (8, 0.65)])
def test_a_tree_on_clusters_looks_at_less_than_everything(d, most):
    assert tree_exponent(d, clustered) < most


def test_in_64_dimensions_only_clusters_help():
    assert tree_exponent(64, clustered) < 0.8
    assert tree_exponent(64, lambda seed, n, d: normals(np.random.default_rng(seed), n, d)) > 0.99


def test_whole_nodes_are_reported_without_looking_at_their_points():
    points = clustered(0, 2**13, 3)
    report = build(points, "tree").query_batch(np.ones((1, 3)), [-100.0])
    assert report.sets.sizes.tolist() == [2**13]
    assert report.visits.tolist() == [1]


@pytest.mark.parametrize(
    ("points", "method", "message"),
    [
        ([[1.0, 2.0, 3.0]], "layers", "`method`: got 'layers'"),
        ([[1.0]], "kd", "`method`: got 'kd'"),
        ([[np.nan]], "auto", "`points`: got nan"),
        ([[1e-200]], "auto", "`points`: got 1e-200"),
        ([1.0], "auto", "`points`: got 'shape"),
        ([["a"]], "auto", "`points`: got 'dtype"),
    ],
)
def test_points_that_are_refused(points, method, message):
    with pytest.raises(SpecError, match=message):
        build(points, method)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1.0, 2.0], 0.0, "`a`: got 'shape"),
        ([np.inf], 0.0, "`a`: got inf"),
        ([1e-140], 0.0, "`a`: got 1e-140"),
        ([1.0], np.nan, "`b`: got"),
    ],
)
def test_queries_that_are_refused(a, b, message):
    with pytest.raises(SpecError, match=message):
        build([[1.0], [2.0]]).query(a, b)


def steps_of_an_ulp(rng, n):
    return 1.0 + 2.0**-52 * rng.integers(0, 6, size=(n, 2))


def tiny_and_large(rng, n):
    far = rng.normal(size=2) * 1e6 + rng.integers(-3, 4, size=(n, 2)) * 1e-10
    return far + (rng.random((n, 1)) < 0.3) * rng.normal(size=(n, 2))


@pytest.mark.parametrize("kind", [steps_of_an_ulp, tiny_and_large])
def test_along_an_edge_rounding_does_not_lead_astray(kind):
    # Normals of lines through two of the points: steps from vertex to vertex are then lost in rounding.
    for seed in range(200):
        rng = np.random.default_rng(seed)
        points = kind(rng, int(rng.integers(3, 40)))
        index = build(points)
        for _ in range(6):
            edge = np.subtract(*points[rng.integers(len(points), size=2)])
            a = np.array([-edge[1], edge[0]])
            b = float(points[rng.integers(len(points))] @ a)
            assert index.query(a, b).tolist() == by_definition(points, a, b)


def test_points_on_a_line_are_one_layer():
    for kind in (on_a_line, lambda rng, n, d: np.stack((np.arange(n), np.ones(n)), axis=1)):
        points = np.unique(kind(np.random.default_rng(3), 40, 2), axis=0)
        assert peel(points)[1].tolist() == [0, len(points)]


def test_one_search_serves_layers_of_any_size():
    # Triangles around a circle of many points: without the cascade the circle's search would begin anew, or
    # walk along the circle.
    corners = np.array([[0.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    n_circle, n_layers = 2**12, 12
    circle = on_a_circle(np.random.default_rng(0), n_circle, 2)
    points = np.concatenate([circle, *(corners * (4 + ring) for ring in range(n_layers))])
    index = build(points)
    angle = np.linspace(0.01, 2 * np.pi, 97)
    a = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    report = index.query_batch(a, np.full(97, 1 - 1e-9))
    assert (report.sets.sizes >= n_layers).all()
    assert report.visits.max() <= 2 * np.log2(n_circle) + 4 * report.sets.sizes.max()
