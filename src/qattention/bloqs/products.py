"""The forms of the inner product, by name."""

from __future__ import annotations

from qattention.errors import SpecError, bad

from .bucket_tree import BucketTree
from .inner_product import InnerProduct
from .shift_add import ShiftAdd
from .stock_product import StockProduct

__all__ = ["FORMS", "InnerProduct", "inner_product"]

FORMS: dict[str, type[InnerProduct]] = {
    "compressor-tree": InnerProduct,
    "bucket-tree": BucketTree,
    "shift-add": ShiftAdd,
    "product": StockProduct,
}


def inner_product(
    form: str, weights: tuple[int, ...], threshold: int, key_bits: int | tuple[int, ...]
) -> InnerProduct:
    """The bloq of <q, k> - T in this form.

    Raises:
        SpecError: there is no such form.
    """
    if form not in FORMS:
        raise SpecError(bad("form", form, f"one of {', '.join(FORMS)}"))
    return FORMS[form](weights, threshold, key_bits)
