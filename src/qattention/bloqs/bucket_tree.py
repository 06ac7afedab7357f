"""`BucketTree`: the inner product by a compressor tree that adds up equal multiples of components once."""

from typing import ClassVar

import attrs
from qualtran import bloq_example

from .inner_product import InnerProduct


@attrs.frozen
class BucketTree(InnerProduct):
    """|k> -> |k>|acc < 0>|junk>, as `InnerProduct`, with buckets (`qattention.buckets`): fewer And's.

    Args and registers are those of `InnerProduct`; its junk has another shape.

    Costs: at d = 128 and 8 bits about 1,770 And's of 2,825; none to uncompute.

    References:
        Pippenger, SIAM J. Comput. 9 (1980): the buckets, there for products of powers.
    """

    bucketed: ClassVar[bool] = True


@bloq_example
def _bucket_tree() -> BucketTree:
    bucket_tree = BucketTree(weights=(3, -3, 6), threshold=1, key_bits=3)
    return bucket_tree
