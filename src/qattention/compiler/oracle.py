"""The phase oracles of query rows: where a quantised head becomes widths, tables and constants."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import attrs

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import QROM, Loader
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.plan import Plan
from qattention.reference.exact import n_visible
from qattention.reference.quantised import QuantisedHead


@lru_cache(maxsize=4)
def key_table(quantised: QuantisedHead, n_keys: int) -> KeyTable:
    """The table of the first `n_keys` keys."""
    return KeyTable.from_values(quantised.k_int[:n_keys], quantised.channel_bits)


def plan_loader(plan: Plan) -> Loader:
    """The loader of a plan, as bloqs name it."""
    return Loader(**attrs.asdict(plan.loader_form))


def row_oracle(
    quantised: QuantisedHead,
    row: int,
    threshold: int,
    *,
    padded: bool = False,
    loader: Loader = QROM,
    form: str = "compressor-tree",
    exclusion: str = "fix-up",
) -> HeavyKeyOracle:
    """The oracle of `row` over the keys it sees; `threshold` in units of the integer inner product.

    `form` is that of the inner product (`plan.product_names`).
    """
    n_keys = int(n_visible(quantised.head, [row])[0])
    weights = tuple(quantised.q_int[row].tolist())
    table = key_table(quantised, n_keys)
    return HeavyKeyOracle(
        table, weights, threshold, padded=padded, loader=loader, form=form, exclusion=exclusion
    )


def load_oracle(
    quantised: QuantisedHead,
    rows: Sequence[int],
    thresholds: Sequence[int],
    *,
    padded: bool = False,
    loader: Loader = QROM,
    form: str = "compressor-tree",
    exclusion: str = "fix-up",
) -> HeavyKeyOracle | SharedOracle:
    """The oracle of the rows on one load, over the keys that the last (causal: longest) of them sees.

    A key beyond what a causal row sees may be marked for it; it is dropped when it is checked.
    """
    oracles = [
        row_oracle(quantised, row, limit, padded=padded, loader=loader, form=form, exclusion=exclusion)
        for row, limit in zip(rows, thresholds, strict=True)
    ]
    longest = max((oracle.table for oracle in oracles), key=lambda table: int(table.n_keys))
    return sharing([attrs.evolve(oracle, table=longest) for oracle in oracles])


def sharing(oracles: Sequence[HeavyKeyOracle]) -> HeavyKeyOracle | SharedOracle:
    """Oracles of one table on one load; one alone stays as it is."""
    first, *others = oracles
    return SharedOracle(first, tuple(oracle.rows[0] for oracle in others)) if others else first
