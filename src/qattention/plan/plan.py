"""`Plan`: how a problem is solved, every choice made."""

from __future__ import annotations

from typing import Literal

import attrs

from qattention.errors import SpecError, bad
from qattention.formulas import LoaderForm
from qattention.plan.hardware import HardwareMemory
from qattention.plan.loader_names import FORM_NAMES, LoaderName
from qattention.plan.product_names import ProductName

Algorithm = Literal["row-by-row", "shared-load"]
MOST_ROWS = 2**12  # on one load: their sums stand side by side, thousands of qubits each
Padding = Literal["on", "off"]
Minimize = Literal["toffoli", "t-depth", "qubits", "volume", "physical"]


@attrs.frozen(kw_only=True)
class Plan:
    """The choices that a cost depends on; the fields are those of `estimate --json`.

    Attributes:
        algorithm: how rows share work: row by row is the paper's Algorithm 1; with a shared load the union of
            several rows' find sets is searched.
        loader: the memory that keys are loaded from.
        block_size: keys a loader looks up at once, a power of two; None where it has no blocks.
        unload_block: addresses that a measured unload makes one-hot, a power of two; None: fewest And's.
        inner_product: the form of <q, k> - tau.
        search: the find-all schedule (`search.schedule_names`).
        rows_per_load: query rows evaluated on one loaded key; 1 row by row.
        padding: "on": search all 2**m addresses, start states without rotations; "off": exactly n.
        minimize: what the choice minimised.
        memory: the device behind the loader "hardware"; None for tables in gates.
    Raises:
        SpecError: a memory with another loader; rows a load that are none of the algorithm's.
    """

    algorithm: Algorithm = "row-by-row"
    loader: LoaderName = "qrom"
    block_size: int | None = None
    unload_block: int | None = None
    inner_product: ProductName = "compressor-tree"
    search: str = "adaptive"
    rows_per_load: int = 1
    padding: Padding = "off"
    minimize: Minimize = "toffoli"
    memory: HardwareMemory | None = None

    def __attrs_post_init__(self) -> None:
        if self.memory is not None and self.loader != "hardware":
            raise SpecError(bad("memory", self.memory, "absent unless the loader is hardware"))
        least, most = (1, 1) if self.algorithm == "row-by-row" else (2, MOST_ROWS)
        if not least <= self.rows_per_load <= most:
            allowed = f"{least}..{most} with the algorithm {self.algorithm}"
            raise SpecError(bad("rows_per_load", self.rows_per_load, allowed))

    @property
    def loader_form(self) -> LoaderForm:
        """The closed forms of the loader."""
        low = None if self.unload_block is None else self.unload_block.bit_length() - 1
        return LoaderForm(FORM_NAMES[self.loader], self.block_size or 1, low)

    @property
    def padded(self) -> bool:
        """Whether all 2**m addresses are searched."""
        return self.padding == "on"
