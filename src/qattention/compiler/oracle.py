"""The phase oracles of query rows: where a quantised head becomes widths, tables and constants."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import attrs

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import Circuit
from qattention.compiler.rows import weighed_channels
from qattention.reference.exact import n_visible
from qattention.reference.quantised import QuantisedHead


@lru_cache(maxsize=4)
def key_table(quantised: QuantisedHead, n_keys: int, channels: tuple[int, ...]) -> KeyTable:
    """The table of the first `n_keys` keys, of their components `channels`."""
    widths = tuple(quantised.channel_bits[channel] for channel in channels)
    return KeyTable.from_values(quantised.k_int[:n_keys, list(channels)], widths)


def looked_up_channels(quantised: QuantisedHead, rows: Sequence[int], circuit: Circuit) -> tuple[int, ...]:
    """What a load for these rows looks up: see `RowGroups.looked_up_bits`."""
    if circuit.loader.is_device or circuit.inner_product.weighs_zeros:
        return tuple(range(len(quantised.channel_bits)))
    return weighed_channels(quantised, rows)


def row_oracle(
    quantised: QuantisedHead,
    row: int,
    threshold: int,
    circuit: Circuit,
    channels: tuple[int, ...] | None = None,
) -> HeavyKeyOracle:
    """The oracle of `row` over the keys it sees; `threshold` in units of the integer inner product.

    `channels` are loaded, or what the row weighs.
    """
    n_keys = int(n_visible(quantised.head, [row])[0])
    if channels is None:
        channels = looked_up_channels(quantised, [row], circuit)
    weights = tuple(quantised.q_int[row, list(channels)].tolist())
    return HeavyKeyOracle(key_table(quantised, n_keys, channels), weights, threshold, circuit=circuit)


def load_oracle(
    quantised: QuantisedHead, rows: Sequence[int], thresholds: Sequence[int], circuit: Circuit
) -> HeavyKeyOracle | SharedOracle:
    """The oracle of the rows on one load, over the keys that the last (causal: longest) of them sees.

    A key beyond what a causal row sees may be marked for it; it is dropped when it is checked.
    """
    channels = looked_up_channels(quantised, rows, circuit)
    pairs = zip(rows, thresholds, strict=True)
    oracles = [row_oracle(quantised, row, limit, circuit, channels) for row, limit in pairs]
    longest = max((oracle.table for oracle in oracles), key=lambda table: int(table.n_keys))
    return sharing([attrs.evolve(oracle, table=longest) for oracle in oracles])


def sharing(oracles: Sequence[HeavyKeyOracle]) -> HeavyKeyOracle | SharedOracle:
    """Oracles of one table on one load; one alone stays as it is."""
    first, *others = oracles
    return SharedOracle(first, tuple(oracle.rows[0] for oracle in others)) if others else first
