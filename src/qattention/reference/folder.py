"""Many heads together: the keys that errors take, by context, and how they grow where contexts differ."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs
import numpy as np

from qattention.real_heads.growth import quartiles, slope
from qattention.reference.report import InspectReport
from qattention.reference.sparsity import MOST_SHARE

CONTEXT = re.compile(r"(?<![A-Za-z0-9])n\d+(?![A-Za-z0-9])")  # of a name: "n512" in "code_n512_L3H5"


@attrs.frozen(kw_only=True)
class ContextRow:
    """Heads of one context.

    Attributes:
        n_keys: the context. quartiles: of k over heads for each error target, as words ("0.1").
        dense: share of heads that need more than an eighth of their keys for 10 %. mean: of k at 10 %.
    """

    n_keys: int
    n_heads: int
    quartiles: dict[str, tuple[float, ...]]
    dense: float
    mean: float


@attrs.frozen(kw_only=True)
class FolderGrowth:
    """Exponents of k in the context, of heads that are there at several.

    Attributes:
        n_heads: such heads. quartiles: of their exponents. search: exponent of n in n^1.5 k^0.5 over all
            heads together; None unless every context has the same ones.
    """

    error_target: float
    n_heads: int
    quartiles: tuple[float, ...]
    search: float | None


@attrs.frozen(kw_only=True)
class FolderTable:
    """What a folder of heads says of a model; `growth` is empty where no head is there at two contexts."""

    contexts: tuple[ContextRow, ...]
    growth: tuple[FolderGrowth, ...]


def folder_table(reports: Sequence[InspectReport]) -> FolderTable:
    """The table of these heads. Files whose names differ in their context alone ("n512") are one head."""
    contexts = sorted({report.n_keys for report in reports})
    targets = [one.error_target for one in reports[0].keys]
    rows = [_row([one for one in reports if one.n_keys == n], n, targets) for n in contexts]
    same: dict[str, dict[int, InspectReport]] = {}
    for report in reports:
        same.setdefault(CONTEXT.sub("n", report.name), {})[report.n_keys] = report
    several = [one for one in same.values() if len(one) > 1]
    complete = all(len(one) == len(contexts) for one in same.values())
    growth = [_growth(several, i, target, complete) for i, target in enumerate(targets)] if several else []
    return FolderTable(contexts=tuple(rows), growth=tuple(growth))


def _row(reports: Sequence[InspectReport], n_keys: int, targets: Sequence[float]) -> ContextRow:
    return ContextRow(
        n_keys=n_keys,
        n_heads=len(reports),
        quartiles={
            f"{target:g}": quartiles([one.keys[i].n_heavy for one in reports])
            for i, target in enumerate(targets)
        },
        dense=float(np.mean([MOST_SHARE * one.verdict.n_heavy > n_keys for one in reports])),
        mean=float(np.mean([one.verdict.n_heavy for one in reports])),
    )


def _growth(heads: Sequence[dict[int, InspectReport]], i: int, target: float, complete: bool) -> FolderGrowth:
    exponents = []
    for head in heads:
        n = np.array(sorted(head), dtype=np.float64)
        k = np.array([head[int(each)].keys[i].n_heavy for each in n], dtype=np.float64)
        exponents.append(float(slope(np.log(n), np.log(k))))
    search = None
    if complete:
        n = np.array(sorted(heads[0]), dtype=np.float64)
        roots = [np.mean([head[int(each)].keys[i].n_heavy ** 0.5 for head in heads]) for each in n]
        search = 1.5 + float(slope(np.log(n), np.log(roots)))
    return FolderGrowth(
        error_target=target, n_heads=len(heads), quartiles=quartiles(exponents), search=search
    )
