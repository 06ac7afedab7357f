"""From the arrays of a file to those of one head: names, layers, batches, and query heads on one key head."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad

Arrays = dict[str, NDArray[Any]]

VECTORS = ("q", "k", "v")
# What else a head may have; the arrays of one head or, where a model's heads differ, one entry a head.
EXTRAS = (
    "scale",
    "meta",
    "causal",
    "window",
    "soft_cap",
    "sink",
    "alibi",
    "bias",
    "mask",
    "temperature",
    "seen",
)
NAMES = {
    "q": ("q", "query", "queries", "q_proj", "query_states", "query_layer", "wq"),
    "k": ("k", "key", "keys", "k_proj", "key_states", "key_layer", "wk"),
    "v": ("v", "value", "values", "v_proj", "value_states", "value_layer", "wv"),
    "sink": ("sink", "sinks", "attention_sink", "attention_sinks"),
    "alibi": ("alibi", "alibi_slope", "alibi_slopes"),
    "bias": ("bias", "attention_bias", "position_bias"),
    "mask": ("mask", "attention_mask"),
    "soft_cap": ("soft_cap", "softcap", "logit_soft_cap", "attn_logit_softcapping"),
    "window": ("window", "sliding_window"),
    "causal": ("causal", "is_causal"),
}
USUAL = {other: name for name, others in NAMES.items() for other in others} | {one: one for one in EXTRAS}
PER_HEAD = ("sink", "alibi", "temperature")
LAYER = re.compile(r"(?:^|.*[._/])layers?[._/]?(\d+)[._/](?:.*[._/])?([^._/]+)$")


@attrs.frozen(kw_only=True)
class Pick:
    """Which head of a file; None where there is but one.

    Attributes:
        layer, batch: places along those dimensions, from 0. head: of the query heads, from 0.
    """

    layer: int | None = None
    head: int | None = None
    batch: int | None = None

    def __attrs_post_init__(self) -> None:
        problems = [
            bad(name, value, "a number from 0 on")
            for name, value in attrs.asdict(self).items()
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0)
        ]
        if problems:
            raise SpecError(problems)

    @property
    def suffix(self) -> str:
        """What names have behind them: "@layer=2,head=5"; nothing where nothing is picked."""
        told = [f"{name}={value}" for name, value in attrs.asdict(self).items() if value is not None]
        return f"@{','.join(told)}" if told else ""


def usual_name(name: str) -> str | None:
    """The name here of an array by any of its names; None for one that is not known."""
    return USUAL.get(name.lower())


def of_layer(arrays: Mapping[str, Any], pick: Pick) -> tuple[dict[str, Any], Pick]:
    """The arrays of one layer of a file that names layers (`layers.3.q`), and what is left to pick."""
    by_layer: dict[int, dict[str, Any]] = {}
    plain: dict[str, Any] = {}
    for name, array in arrays.items():
        match = LAYER.match(name)
        if match:
            by_layer.setdefault(int(match[1]), {})[match[2]] = array
        else:
            plain[name] = array
    if not by_layer:
        return plain, pick
    layer = next(iter(by_layer)) if pick.layer is None and len(by_layer) == 1 else pick.layer
    if layer not in by_layer:
        raise SpecError(bad("layer", pick.layer, f"one of {', '.join(map(str, sorted(by_layer)[:12]))}"))
    return plain | by_layer[layer], attrs.evolve(pick, layer=None)


def by_usual_names(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The same by the names here.

    Raises:
        SpecError: names that are not known, or two of one array.
    """
    found: dict[str, Any] = {}
    foreign, twice = [], []
    for name, array in arrays.items():
        usual = usual_name(name)
        if usual is None:
            foreign.append(name)
        elif usual in found:
            twice.append(name)
        else:
            found[usual] = array
    problems = []
    if foreign:
        allowed = f"only {', '.join((*VECTORS, *EXTRAS))}, or other names of these"
        problems.append(bad("head", f"unknown arrays {reprlib.repr(foreign)}", allowed))
    problems += [bad(name, "the same array by a second name", "given once") for name in twice]
    if problems:
        raise SpecError(problems)
    return found


def one_head(arrays: dict[str, Any], pick: Pick) -> dict[str, Any]:
    """Arrays q, k and v of two dimensions, and of the rest what is the head's own.

    Shapes: (n, d); (heads, n, d); (batch, heads, n, d), or (layers, heads, n, d) if a layer is picked and no
    batch; (layers, batch, heads, n, d). Fewer key/value heads than query heads serve as many of them
    each, in order.

    Raises:
        SpecError: a place that has to be picked and is not, or that there is none of.
    """
    found, problems = dict(arrays), []
    n_heads = _size(arrays.get("q"), -3)
    for name in VECTORS:
        if name in arrays and arrays[name].ndim > 2:
            found[name], told = _picked(name, arrays[name], pick, n_heads)
            problems += told
    stacked = {name for name in VECTORS if name in arrays and arrays[name].ndim > 2}
    used = {
        "head": n_heads is not None,
        "batch": _has(arrays, stacked, 4),
        "layer": _has(arrays, stacked, 5),
    }
    if pick.layer is not None and pick.batch is None and _size(arrays.get("q"), -4) is not None:
        used["layer"] = True
    problems += [
        bad(name, getattr(pick, name), "absent: the arrays have no such dimension")
        for name, there in used.items()
        if getattr(pick, name) is not None and not there
    ]
    for name in ("bias", "mask", *PER_HEAD):
        if name in found:
            found[name] = _own(name, np.asarray(found[name]), pick, n_heads)
    if problems:
        raise SpecError(list(dict.fromkeys(problems)))
    return found


def _size(array: Any, axis: int) -> int | None:
    return array.shape[axis] if array is not None and array.ndim >= -axis else None


def _has(arrays: Mapping[str, Any], stacked: set[str], n_dims: int) -> bool:
    return any(arrays[name].ndim >= n_dims for name in stacked)


def _picked(
    name: str, array: NDArray[Any], pick: Pick, n_heads: int | None
) -> tuple[NDArray[Any], list[str]]:
    """(the matrix of one head, what is wrong)."""
    if array.ndim > 5:
        return array, [bad(name, f"shape {array.shape}", "at most (layers, batch, heads, n, d)")]
    outer = {3: ("head",), 4: ("batch", "head"), 5: ("layer", "batch", "head")}[array.ndim]
    if array.ndim == 4 and pick.layer is not None and pick.batch is None:
        outer = ("layer", "head")
    places, problems = [], []
    for axis, what in enumerate(outer):
        size, chosen = array.shape[axis], getattr(pick, what)
        most = n_heads if what == "head" and n_heads is not None else size
        if what == "head" and (most == 0 or size == 0 or most % size):
            return array, [bad(name, f"{size} heads", f"a divisor of the {most} of the queries")]
        if chosen is None and most > 1:
            problems.append(bad(what, None, f"given: 0..{most - 1}, as the queries and keys have {most}"))
        elif chosen is not None and chosen >= most:
            problems.append(bad(what, chosen, f"in 0..{most - 1}"))
        else:
            places.append((chosen or 0) // (most // size if what == "head" else 1))
    return (array, problems) if problems else (array[tuple(places)], [])


def _own(name: str, array: NDArray[Any], pick: Pick, n_heads: int | None) -> NDArray[Any]:
    """What belongs to the picked head of an array with an entry a head, or a batch and head in front."""
    least = 0 if name in PER_HEAD else 2
    while array.ndim > least + 1 and array.shape[0] == 1:
        array = array[0]
    if array.ndim == least + 1 and (
        array.shape[0] == 1 or (n_heads is not None and array.shape[0] == n_heads)
    ):
        return np.asarray(array[0 if array.shape[0] == 1 else pick.head or 0])
    return array
