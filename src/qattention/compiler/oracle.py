"""The phase oracles of query rows: where a quantised head becomes widths, tables and constants."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from qattention.circuit import Circuit
from qattention.compiler.rows import weighed_channels
from qattention.problem import AttentionHead
from qattention.reference.exact import visible_range
from qattention.reference.quantised import QuantisedHead

if TYPE_CHECKING:
    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
    from qattention.bloqs.key_table import KeyTable
    from qattention.bloqs.shared_oracle import SharedOracle


@lru_cache(maxsize=4)
def key_table(quantised: QuantisedHead, keys: tuple[int, int], channels: tuple[int, ...]) -> KeyTable:
    """The table of the keys from the first of `keys` up to the second, of their components `channels`."""
    from qattention.bloqs.key_table import KeyTable

    widths = tuple(quantised.channel_bits[channel] for channel in channels)
    return KeyTable.from_values(quantised.k_int[slice(*keys), list(channels)], widths)


def load_keys(head: AttentionHead, rows: Sequence[int]) -> tuple[int, int]:
    """(first key, one past the last) that some of these rows sees: address 0 of their table is the first."""
    first, stop = visible_range(head, list(rows))
    return int(first.min()), int(stop.max())


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
    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle

    if channels is None:
        channels = looked_up_channels(quantised, [row], circuit)
    weights = tuple(quantised.q_int[row, list(channels)].tolist())
    table = key_table(quantised, load_keys(quantised.head, [row]), channels)
    return HeavyKeyOracle(table, weights, threshold, circuit=circuit)


def load_oracle(
    quantised: QuantisedHead, rows: Sequence[int], thresholds: Sequence[int], circuit: Circuit
) -> HeavyKeyOracle | SharedOracle:
    """The oracle of the rows on one load, over the keys that any of them sees.

    A key that one of them does not see may be marked for it; it is dropped when it is checked.
    """
    channels = looked_up_channels(quantised, rows, circuit)
    pairs = zip(rows, thresholds, strict=True)
    oracles = [row_oracle(quantised, row, limit, circuit, channels) for row, limit in pairs]
    every = key_table(quantised, load_keys(quantised.head, rows), channels)
    return sharing([attrs.evolve(oracle, table=every) for oracle in oracles])


def sharing(oracles: Sequence[HeavyKeyOracle]) -> HeavyKeyOracle | SharedOracle:
    """Oracles of one table on one load; one alone stays as it is."""
    first, *others = oracles
    if not others:
        return first
    from qattention.bloqs.shared_oracle import SharedOracle

    return SharedOracle(first, tuple(oracle.rows[0] for oracle in others))
