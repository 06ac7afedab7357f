"""What an oracle's circuit is made of: families of loaders and inner products, and one value that picks."""

from qattention.circuit.circuit import EXCLUSIONS, MOST_ROWS, UNITARY, UNLOADS, Circuit, Padding
from qattention.circuit.families import INNER_PRODUCTS, LOADERS, inner_product_kind, loader_kind
from qattention.circuit.kinds import InnerProductKind, LoaderKind

__all__ = [
    "EXCLUSIONS",
    "INNER_PRODUCTS",
    "LOADERS",
    "MOST_ROWS",
    "UNITARY",
    "UNLOADS",
    "Circuit",
    "InnerProductKind",
    "LoaderKind",
    "Padding",
    "inner_product_kind",
    "loader_kind",
]
