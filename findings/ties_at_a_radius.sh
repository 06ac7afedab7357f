#!/usr/bin/env bash
# Which keys does a range search report that lie exactly at its boundary?
#
# Versions: Python 3.11 or newer, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.8.0, faiss-cpu 1.15.1.
# A search for attention needs all keys with <q, k> >= tau, ties included, so the boundary matters. Points
# (0, 0), (3, 4), (0, 1) around the origin; the second is at distance 5 exactly, in float32 as well.
#   scipy KDTree.query_ball_point(x, 5), sklearn BallTree.query_radius(x, 5): all three, the tie included.
#   faiss IndexFlatL2.range_search(x, 25), the radius being squared there: two, the tie left out; the next
#     float32 after 25 gives all three. With 5 it searches within a distance of 2.236, and raises nothing.
#   faiss IndexFlatIP.range_search((3, 4), 25), inner products: none, although <(3, 4), (3, 4)> = 25; "at
#     least tau" has to be asked for as the float32 before tau.
# An exact route over faiss therefore loses every key at tau, where rows of small integers have most of them.
# Exit code 0 while all of that holds, 1 when something has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 scipy==1.17.1 scikit-learn==1.8.0 faiss-cpu==1.15.1
"$folder/env/bin/python" - << 'PYTHON'
import sys

import faiss
import numpy as np
from scipy.spatial import KDTree
from sklearn.neighbors import BallTree

points = np.array([[0, 0], [3, 4], [0, 1]], dtype=np.float32)
origin, key = np.zeros((1, 2), dtype=np.float32), points[1:2]
distances, products = faiss.IndexFlatL2(2), faiss.IndexFlatIP(2)
distances.add(points)
products.add(points)


def reported(index, query, radius):
    return sorted(index.range_search(query, float(radius))[2].tolist())


above, below = np.nextafter(np.float32(25), np.float32([26, 24]))
seen = {
    "scipy KDTree, r = 5": sorted(KDTree(points).query_ball_point(origin[0], 5)),
    "sklearn BallTree, r = 5": sorted(BallTree(points).query_radius(origin, 5)[0].tolist()),
    "faiss L2, radius = 5": reported(distances, origin, 5),
    "faiss L2, radius = 25": reported(distances, origin, 25),
    "faiss L2, the next float32 after 25": reported(distances, origin, above),
    "faiss IP, radius = 25": reported(products, key, 25),
    "faiss IP, the float32 before 25": reported(products, key, below),
}
wanted = [[0, 1, 2], [0, 1, 2], [0, 2], [0, 2], [0, 1, 2], [], [1]]
for what, found in seen.items():
    print(f"{what}: {found}")
sys.exit(list(seen.values()) != wanted)
PYTHON
