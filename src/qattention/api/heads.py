"""Heads from arrays, files and samples; what is measured on one, and Algorithms 1 and 2 run on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from qattention.api import verbs
from qattention.api.options import Path
from qattention.api.shown import Shown, dressed
from qattention.problem import AttentionHead, sample_names
from qattention.problem import load_head as load
from qattention.reference import report

if TYPE_CHECKING:
    from qattention.render.tables import Table

HeadLike = AttentionHead | Path | None


class Head(AttentionHead):
    """One attention head from arrays as they come: lists, NumPy arrays of any float, tensors of a framework.

    Args:
        q, k, v: shapes (n_queries, d), (n_keys, d) and (n_keys, d_v).
        scale: of the logits; 1 unless given: that of a model is 1 / sqrt(d).
        causal, window, seen, soft_cap, sink, name: as in `qattention.problem.AttentionHead`.
    Raises:
        SpecError: one line for every problem.
    """

    def __init__(
        self,
        q: ArrayLike,
        k: ArrayLike,
        v: ArrayLike,
        *,
        scale: float = 1.0,
        causal: bool = False,
        name: str = "head",
        window: int | None = None,
        seen: ArrayLike | None = None,
        soft_cap: float | None = None,
        sink: float | None = None,
    ) -> None:
        kind: dict[str, Any] = {"window": window, "seen": seen, "soft_cap": soft_cap, "sink": sink}
        arrays = {"q": _on_host(q), "k": _on_host(k), "v": _on_host(v)}
        super().__init__(**arrays, scale=scale, causal=causal, name=name, **kind)

    def __repr__(self) -> str:
        causal = ", causal" if self.causal else ""
        return (
            f"<Head {self.name}: {self.n_queries} queries, {self.n_keys} keys, d = {self.head_dim}{causal}>"
        )


def _on_host(array: Any) -> Any:
    """A framework's tensor as its values; anything else as it is. NumPy knows no 16-bit brain floats."""
    for step in ("detach", "cpu", "float"):
        if not callable(getattr(array, step, None)):
            return array
        array = getattr(array, step)()
    return array.numpy()


def load_head(
    source: Path, *, layer: int | None = None, head: int | None = None, batch: int | None = None
) -> Head:
    """The head of a file, or of a sample: see `samples`.

    Args:
        source: a path (.npz, .safetensors, .npy, a folder) or a name. layer, head, batch: which of several.
    Returns:
        The head, its arrays read-only float64: q (n_queries, d), k (n_keys, d), v (n_keys, d_v).
    Raises:
        SpecError: one line for every problem; nothing is unpickled.
    """
    return dressed_head(load(source, layer=layer, head=head, batch=batch))


def dressed_head(found: AttentionHead) -> Head:
    """A head as one of the library."""
    return dressed(Head, found)


def samples() -> tuple[str, ...]:
    """The names of the packaged heads."""
    return sample_names()


def asked_head(head: HeadLike) -> AttentionHead | None:
    """A head, or the one of a path or name."""
    return load(head) if isinstance(head, str | os.PathLike) else head


class InspectReport(Shown, report.InspectReport):
    """Is this head sparse? See `qattention.reference.InspectReport` for the fields."""

    SCHEMA = "inspect"

    def answer(self) -> list[str]:
        from qattention.render.answers import inspect_answer

        return inspect_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.head_tables import inspect_tables

        return inspect_tables(self)

    def lines(self) -> list[str]:
        return [f"- {line}" for line in self.advice]

    def rows(self) -> list[dict[str, object]]:
        """The errors of the output: a row a fill and k."""
        return [dict(one) for one in self.to_dict()["errors"]]

    def figure(self) -> Any:
        """The error of the output against k, a line a fill, as a matplotlib figure."""
        from qattention.render.error_figure import error_figure

        return error_figure(self)


def inspect(head: HeadLike, *, n_heavy: int | None = None, tau: float | None = None) -> InspectReport:
    """Is this head sparse, and what decides it: `qattention inspect`.

    Args:
        head: a head, a path, or the name of a sample.
        n_heavy: heavy keys a row, k; 16 unless given.
        tau: one threshold for all rows, a logit of the given q, k and scale.
    Returns:
        The measurements, over all rows: gap, spread and tail of the logits, the output's error against exact
        attention for each fill and k (relative Frobenius norm), bits that suffice, and advice.
    Raises:
        SpecError: no such head, or values out of range.
    """
    return dressed(InspectReport, verbs.inspect(asked_head(head), n_heavy=n_heavy, tau=tau))
