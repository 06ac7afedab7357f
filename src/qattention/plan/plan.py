"""`Plan`: how a problem is solved, every choice made."""

from __future__ import annotations

from typing import Literal

import attrs

Padding = Literal["on", "off"]
Minimize = Literal["toffoli", "qubits"]


@attrs.frozen(kw_only=True)
class Plan:
    """The choices that a cost depends on; the fields are those of `estimate --json`.

    Attributes:
        algorithm: how rows share work; row by row is the paper's Algorithm 1.
        loader: the memory that keys are loaded from.
        block_size: rows a loader looks up at once; None where it has no blocks.
        inner_product: the form of <q, k> - tau.
        search: the find-all schedule (`search.schedule_names`).
        rows_per_load: query rows evaluated on one loaded key.
        padding: "on": search all 2**m addresses, start states without rotations; "off": exactly n.
        minimize: what the choice minimised.
    """

    algorithm: Literal["row-by-row"] = "row-by-row"
    loader: Literal["qrom"] = "qrom"
    block_size: int | None = None
    inner_product: Literal["compressor-tree"] = "compressor-tree"
    search: str = "adaptive"
    rows_per_load: int = 1
    padding: Padding = "off"
    minimize: Minimize = "toffoli"

    @property
    def padded(self) -> bool:
        """Whether all 2**m addresses are searched."""
        return self.padding == "on"
