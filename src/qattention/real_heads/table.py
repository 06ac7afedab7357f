"""`HeadTable`: the measurements, a row for each head, text and context."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TARGETS = {0.3: "k_30", 0.1: "k_10", 0.03: "k_3"}  # relative Frobenius error -> column
WINDOW, FIRST = 256, 4  # keys that `k_left` is measured without
DECODER, ENCODER = "smollm2", "minilm"
CAVEATS = (
    "Measured on one small decoder with 4-bit weights and one encoder, three kinds of text, sampled rows; "
    "8,192 tokens are at the decoder's limit, with two of the texts."
)
SOURCE = "src/qattention/real_heads/README.md"


@attrs.frozen(kw_only=True, eq=False)
class HeadTable:
    """Columns of equal length, one entry a row of the table.

    Attributes:
        model, text: names. n: tokens of the context. layer, head: from 0.
        k: error target -> the smallest k that meets it; 0 where the fill alone does.
        k_left: k at 10 % once the last WINDOW and the first FIRST keys are taken; NaN where they are all.
        first_weight: attention weight on the first key. in_window: share of the 16 heaviest keys in the last
            256, in_window_or_first: or among the first four.
        jaccard, union_rows, union_group: overlap of neighbouring rows' 16 heaviest keys, distinct ones of
            8 rows, and of the 3 query heads of a key head, in units of 16; NaN where not measured.
    """

    model: NDArray[np.str_]
    text: NDArray[np.str_]
    n: IntArray
    layer: IntArray
    head: IntArray
    k: dict[float, FloatArray]
    k_left: FloatArray
    first_weight: FloatArray
    in_window: FloatArray
    in_window_or_first: FloatArray
    jaccard: FloatArray
    union_rows: FloatArray
    union_group: FloatArray

    def __len__(self) -> int:
        return len(self.n)

    def of(
        self, model: str | None = None, n: int | None = None, texts: Sequence[str] | None = None
    ) -> HeadTable:
        """The rows of a model, a context, some texts; None: all."""
        chosen = np.ones(len(self), dtype=bool)
        chosen &= True if model is None else self.model == model
        chosen &= True if n is None else self.n == n
        chosen &= True if texts is None else np.isin(self.text, list(texts))
        return self.rows(chosen)

    def rows(self, chosen: NDArray[np.bool_]) -> HeadTable:
        """The rows where `chosen` is true."""
        k = {target: values[chosen] for target, values in self.k.items()}
        others = {
            field.name: getattr(self, field.name)[chosen]
            for field in attrs.fields(HeadTable)
            if field.name != "k"
        }
        return HeadTable(k=k, **others)

    @property
    def contexts(self) -> tuple[int, ...]:
        """Tokens that were measured, ascending."""
        return tuple(np.unique(self.n).tolist())

    def texts_at(self, n: int) -> tuple[str, ...]:
        """Texts that were measured at a context."""
        return tuple(np.unique(self.text[self.n == n]).tolist())

    def keys(self, target: float) -> FloatArray:
        """Keys k of a target, at least 1: a search looks for one key at least.

        Raises:
            SpecError: another target than those measured.
        """
        if target not in self.k:
            raise SpecError(bad("error_target", target, f"{' or '.join(map(str, self.k))}, as measured"))
        return np.maximum(self.k[target], 1.0)


COLUMNS = {
    "k_left": "k_10_left",
    "first_weight": "first_token_weight",
    "in_window": "top16_in_window_256",
    "in_window_or_first": "top16_in_window_or_sinks",
    "jaccard": "jaccard_neighbour_16",
    "union_rows": "union_8_rows_16",
    "union_group": "union_kv_group_16",
}


@lru_cache(maxsize=1)
def head_table() -> HeadTable:
    """The packaged measurements."""
    return read_table((resources.files("qattention") / "real_heads" / "real_k.csv").read_text("utf-8"))


def read_table(text: str) -> HeadTable:
    """The table of a CSV with the columns of README.md, as `benchmarks/measure_heads.py` writes it."""
    header, *lines = csv.reader(text.splitlines())
    of = dict(zip(header, zip(*lines, strict=True), strict=True))
    columns: dict[str, Any] = {name: np.array(of[name], dtype=np.int64) for name in ("n", "layer", "head")}
    columns |= {name: _numbers(of[column]) for name, column in COLUMNS.items()}
    return HeadTable(
        model=np.array(of["model"]),
        text=np.array(of["text"]),
        k={target: _numbers(of[column]) for target, column in TARGETS.items()},
        **columns,
    )


def _numbers(cells: Sequence[str]) -> FloatArray:
    """Floats, NaN where a cell is empty."""
    return np.array([float(cell) if cell else np.nan for cell in cells])
