"""How many keys real heads need: the packaged measurements (README.md beside them) and what follows."""

from qattention.real_heads.growth import Growth, growth_of, search_exponent
from qattention.real_heads.table import CAVEATS, TARGETS, HeadTable, head_table
from qattention.real_heads.union import union_share

__all__ = [
    "CAVEATS",
    "TARGETS",
    "Growth",
    "HeadTable",
    "growth_of",
    "head_table",
    "search_exponent",
    "union_share",
]
