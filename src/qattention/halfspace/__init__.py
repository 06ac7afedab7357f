"""Half-space range reporting (Definition 7.1) and the paper's classical sparse attention on it."""

from qattention.halfspace.attention import halfspace_attention, halfspace_find_sets
from qattention.halfspace.index import HalfSpaceIndex, Reported, build

__all__ = ["HalfSpaceIndex", "Reported", "build", "halfspace_attention", "halfspace_find_sets"]
