"""`Loader`: which key loader an oracle uses, as a value."""

from __future__ import annotations

from collections.abc import Callable

import attrs
from qualtran import Bloq

from qattention.errors import SpecError, bad

from .bucket_brigade_load import BucketBrigadeLoad
from .dirty_select_swap_load import DirtySelectSwapLoad
from .hardware_load import HardwareLoad
from .key_load import KeyLoad
from .key_table import KeyTable
from .measured_unload import MeasuredUnload
from .one_hot_load import OneHotLoad
from .qrom_load import QROMLoad
from .select_swap_load import SelectSwapLoad
from .swap_network_load import SwapNetworkLoad

# name -> the load of (table, block K, padded)
LOADERS: dict[str, Callable[[KeyTable, int, bool], KeyLoad]] = {
    "qrom": lambda table, block, padded: QROMLoad(table, padded),
    "select-swap": SelectSwapLoad,
    "dirty-select-swap": DirtySelectSwapLoad,
    "one-hot": OneHotLoad,
    "bucket-brigade": lambda table, block, padded: BucketBrigadeLoad(table, padded),
    "bucket-brigade-parallel": lambda table, block, padded: BucketBrigadeLoad(table, padded, parallel=True),
    "hardware": lambda table, block, padded: HardwareLoad(table, padded),
    "swap-network": lambda table, block, padded: SwapNetworkLoad(table, padded),
}
EXCLUSIONS = ("fix-up", "live", "circuit")
WITH_BLOCK = ("select-swap", "dirty-select-swap", "one-hot")


@attrs.frozen
class Loader:
    """A loader of the family; called with a table and `padded`, it gives the load.

    Attributes:
        name: a key of `LOADERS`; a user's own is entered there by `lowering.user_loader`.
        block: K, a power of two; 1 for a loader without blocks.
        unload_low: address bits that a measured unload makes one-hot; None for the fewest And's.

    Raises:
        SpecError: no such loader, or no such block.
    """

    name: str = "qrom"
    block: int = 1
    unload_low: int | None = None

    def __attrs_post_init__(self) -> None:
        problems = []
        if self.name not in LOADERS:
            problems.append(bad("loader", self.name, f"one of {', '.join(LOADERS)}"))
        has_blocks = self.name in WITH_BLOCK
        if self.block < 1 or self.block & (self.block - 1) or (self.block > 1 and not has_blocks):
            allowed = "a power of two" if has_blocks else "1: this loader has no blocks"
            problems.append(bad("block", self.block, allowed))
        if self.unload_low is not None and self.unload_low < 0:
            problems.append(bad("unload_low", self.unload_low, "at least 0"))
        if problems:
            raise SpecError(problems)

    def exclusions(self, padded: bool) -> tuple[str, ...]:
        """How an oracle may leave keys out (`EXCLUSIONS`), the cheapest way first.

        Padding that would count as heavy is left out by a fix-up, or where there is none by its live bit.
        """
        one = KeyTable(n_keys=1, head_dim=1, key_bits=1)
        if self(one, False).has_fix_up:
            return EXCLUSIONS
        return ("live",) if padded else ("live", "circuit")

    def unload(self, load: KeyLoad) -> Bloq:
        """What gives key and junk back; `unload_low` is for measured unloads, a kept tree needs no walk."""
        unload = load.adjoint()
        if type(unload) is MeasuredUnload and self.unload_low is not None:
            return attrs.evolve(unload, split=self.unload_low)
        return unload

    def __call__(self, table: KeyTable, padded: bool) -> KeyLoad:
        return LOADERS[self.name](table, self.block, padded)

    def __str__(self) -> str:
        return self.name if self.name not in WITH_BLOCK else f"{self.name} {self.block}"


QROM = Loader()
