"""The phase oracle of one query row: where a quantised head becomes widths, tables and constants."""

from __future__ import annotations

from functools import lru_cache

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import QROM, Loader
from qattention.plan import Plan
from qattention.reference.exact import n_visible
from qattention.reference.quantised import QuantisedHead


@lru_cache(maxsize=4)
def key_table(quantised: QuantisedHead, n_keys: int) -> KeyTable:
    """The table of the first `n_keys` keys."""
    return KeyTable.from_values(quantised.k_int[:n_keys], quantised.channel_bits)


def plan_loader(plan: Plan) -> Loader:
    """The loader of a plan, as bloqs name it."""
    return Loader(plan.loader_form.name, plan.loader_form.block)


def row_oracle(
    quantised: QuantisedHead, row: int, threshold: int, *, padded: bool = False, loader: Loader = QROM
) -> HeavyKeyOracle:
    """The oracle of `row` over the keys it sees; `threshold` in units of the integer inner product."""
    n_keys = int(n_visible(quantised.head, [row])[0])
    weights = tuple(quantised.q_int[row].tolist())
    table = key_table(quantised, n_keys)
    return HeavyKeyOracle(table, weights, threshold, padded=padded, loader=loader)
