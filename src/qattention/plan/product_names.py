"""Forms of the inner product by their names on the command, as closed forms and bloqs name them too."""

from __future__ import annotations

from typing import Literal, get_args

ProductName = Literal["compressor-tree", "bucket-tree", "shift-add", "product"]
PRODUCT_NAMES: tuple[ProductName, ...] = get_args(ProductName)
BASELINE: ProductName = "product"  # to compare with: taken only where it is asked for
