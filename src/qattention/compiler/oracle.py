"""The phase oracles of query rows: where a quantised head becomes widths, tables and constants."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypedDict

import attrs

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import QROM, Loader
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.compiler.rows import weighed_channels
from qattention.plan import Plan
from qattention.plan.loader_names import ASSUMED
from qattention.plan.product_names import BASELINE
from qattention.reference.exact import n_visible
from qattention.reference.quantised import QuantisedHead


class CircuitOptions(TypedDict):
    """Keyword arguments of `row_oracle`."""

    padded: bool
    loader: Loader
    form: str
    exclusion: str


@lru_cache(maxsize=4)
def key_table(quantised: QuantisedHead, n_keys: int, channels: tuple[int, ...]) -> KeyTable:
    """The table of the first `n_keys` keys, of their components `channels`."""
    widths = tuple(quantised.channel_bits[channel] for channel in channels)
    return KeyTable.from_values(quantised.k_int[:n_keys, list(channels)], widths)


def looked_up_channels(
    quantised: QuantisedHead, rows: Sequence[int], loader: Loader, form: str
) -> tuple[int, ...]:
    """What a load for these rows looks up: see `RowGroups.looked_up_bits`."""
    if loader.name in ASSUMED or form == BASELINE:
        return tuple(range(len(quantised.channel_bits)))
    return weighed_channels(quantised, rows)


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
    channels: tuple[int, ...] | None = None,
) -> HeavyKeyOracle:
    """The oracle of `row` over the keys it sees; `threshold` in units of the integer inner product.

    `form` is that of the inner product (`plan.product_names`); `channels` are loaded, or what it weighs.
    """
    n_keys = int(n_visible(quantised.head, [row])[0])
    if channels is None:
        channels = looked_up_channels(quantised, [row], loader, form)
    weights = tuple(quantised.q_int[row, list(channels)].tolist())
    table = key_table(quantised, n_keys, channels)
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
    channels = looked_up_channels(quantised, rows, loader, form)
    how = CircuitOptions(padded=padded, loader=loader, form=form, exclusion=exclusion)
    oracles = [
        row_oracle(quantised, row, limit, channels=channels, **how)
        for row, limit in zip(rows, thresholds, strict=True)
    ]
    longest = max((oracle.table for oracle in oracles), key=lambda table: int(table.n_keys))
    return sharing([attrs.evolve(oracle, table=longest) for oracle in oracles])


def sharing(oracles: Sequence[HeavyKeyOracle]) -> HeavyKeyOracle | SharedOracle:
    """Oracles of one table on one load; one alone stays as it is."""
    first, *others = oracles
    return SharedOracle(first, tuple(oracle.rows[0] for oracle in others)) if others else first
