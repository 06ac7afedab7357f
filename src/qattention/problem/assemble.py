"""Arrays and facts of a file, whatever they are called, as one checked head.

Apart from `load` because which files are read is one question, and what arrays under whatever names mean
another.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.outside import read_json
from qattention.problem.exact_changes import seen_of_mask, with_alibi, with_bias
from qattention.problem.head import AttentionHead, array_problems, kind_problems, scalar_problems
from qattention.problem.pick import (
    EXTRAS,
    LAYER,
    VECTORS,
    Pick,
    by_usual_names,
    of_layer,
    one_head,
    usual_name,
)

MAX_NUMBERS = 2**28  # of q, k and v together: 2 GiB as float64
ALLOWED = f"{', '.join((*VECTORS, *EXTRAS))}, or other names of these"
# What `meta`, or a safetensors file's metadata, may say besides arrays of these names.
FACTS = ("causal", "window", "soft_cap", "sink", "alibi", "temperature", "scale")


def is_known(name: str) -> bool:
    """Whether an array of a file may have this name."""
    layered = LAYER.match(name)
    return usual_name(layered[2] if layered else name) is not None


def assemble(
    arrays: Mapping[str, Any],
    facts: Mapping[str, Any],
    pick: Pick,
    name: str,
    problems: Sequence[str] = (),
    of_facts: Sequence[str] = (),
) -> AttentionHead:
    """The head that the file has, or the one of several that is picked.

    Args:
        facts: what is told beside the arrays: those of FACTS; others are provenance, free in form.
        problems: what was wrong with arrays that are not here. of_facts: with facts.
    Raises:
        SpecError: one line for every problem.
    """
    broken = {problem.split("`")[1] for problem in problems}
    found, left = of_layer(arrays, pick)
    found = one_head(by_usual_names(found), left)
    given = {key: facts[key] for key in FACTS if facts.get(key) is not None and key not in found}
    told = [*problems, *_missing(found, broken)]
    vectors = {field: found[field] for field in VECTORS if field in found}
    n_numbers = sum(array.size for array in vectors.values())
    if n_numbers > MAX_NUMBERS:
        raise SpecError(bad("head", f"{n_numbers} numbers", f"at most {MAX_NUMBERS} in q, k and v together"))
    extras = {field: _plain(field, found[field]) for field in EXTRAS if field in found} | given
    causal, scale = extras.get("causal", False), extras.get("scale", 1.0)
    told += array_problems(vectors, causal)
    if not told and isinstance(scale, np.ndarray) and scale.shape == (vectors["q"].shape[1],):
        vectors["q"], scale = vectors["q"] * np.asarray(scale, np.float64), 1.0
    told += scalar_problems(_described(scale), _described(causal))
    told += kind_problems(*(_described(extras.get(one)) for one in ("window", "soft_cap", "sink")))
    told += [*_positive(extras), *of_facts]
    if told:
        raise SpecError(told)
    return _made(vectors, extras, scale / extras.get("temperature", 1.0), causal, f"{name}{pick.suffix}")


def _made(
    vectors: dict[str, Any], extras: Mapping[str, Any], scale: float, causal: bool, name: str
) -> AttentionHead:
    """With everything that is an exact change of q, k or of what rows see."""
    q, k = vectors["q"], vectors["k"]
    kept = {one: extras[one] for one in ("window", "soft_cap", "sink") if one in extras}
    if extras.get("alibi"):
        if not causal:
            raise SpecError(bad("alibi", extras["alibi"], "absent: its distances are of a causal head"))
        q, k = with_alibi(q, k, scale, extras["alibi"], "soft_cap" in kept or "sink" in kept)
    if "bias" in extras:
        q, k = with_bias(q, k, scale, extras["bias"])
    seen = None if "seen" not in extras else np.asarray(extras["seen"])
    if "mask" in extras:
        of_mask = seen_of_mask(extras["mask"], len(q), len(k))
        seen = of_mask if seen is None else _both(seen, of_mask)
    return AttentionHead(q=q, k=k, v=vectors["v"], scale=scale, causal=causal, name=name, seen=seen, **kept)


def _both(one: NDArray[Any], other: NDArray[np.intp]) -> NDArray[Any]:
    if one.shape != other.shape:
        return one  # refused by the head, which knows its shape
    return np.stack([np.maximum(one[:, 0], other[:, 0]), np.minimum(one[:, 1], other[:, 1])], axis=1)


def _missing(found: Mapping[str, Any], broken: set[str]) -> list[str]:
    return [
        bad(field, "no such array", "present in the file")
        for field in VECTORS
        if field not in found and field not in broken
    ]


def _plain(field: str, array: NDArray[Any]) -> Any:
    """A number or flag of an array that has but one; arrays stay what they are."""
    if field not in ("bias", "mask", "seen") and array.size == 1 and array.dtype.kind in "iufb":
        value = array.item()
        return int(value) if field == "window" and isinstance(value, float) and value.is_integer() else value
    return array


def _described(value: Any) -> Any:
    """An array in place of a number as its dtype and shape, which is then refused."""
    return f"{value.dtype}{value.shape}" if isinstance(value, np.ndarray) else value


def _positive(extras: Mapping[str, Any]) -> list[str]:
    problems = []
    for name in ("alibi", "temperature"):
        value = _described(extras.get(name))
        if value is None or (name == "alibi" and value == 0):
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 1e-30 <= value <= 1e30:
            problems.append(bad(name, value, "a number above 0"))
    return problems


def meta_fields(meta: NDArray[Any] | None) -> tuple[dict[str, Any], list[str]]:
    """(what the JSON in `meta` says of FACTS, what is wrong); the other keys are provenance, free in form."""
    if meta is None:
        return {}, []
    if meta.dtype.kind != "U" or meta.size != 1:
        return {}, [bad("meta", f"dtype {meta.dtype}, shape {meta.shape}", "one JSON string")]
    try:
        fields = read_json(str(meta.item()), "meta")
    except (SpecError, ValueError) as error:  # ValueError: code points that are no text
        return {}, [bad("meta", str(error).removeprefix("`meta`: "), "a JSON object")]
    if not isinstance(fields, dict):
        return {}, [bad("meta", f"a JSON {type(fields).__name__}", "a JSON object")]
    if "causal" in fields and not isinstance(fields["causal"], bool):
        return {}, [f"`meta.causal`: got {reprlib.repr(fields['causal'])}; must be true or false"]
    return {key: fields[key] for key in FACTS if key in fields and key != "scale"}, []


def plain_metadata(metadata: Mapping[str, str]) -> dict[str, Any]:
    """The strings of a safetensors file as what they say in JSON; `meta` is an object of more.

    Raises:
        SpecError: a fact that is no JSON, or a `meta` that is no object.
    """
    found: dict[str, Any] = {}
    if "meta" in metadata:
        found, told = meta_fields(np.array(metadata["meta"]))
        if told:
            raise SpecError(told)
    for key in FACTS:
        if key in metadata:
            try:
                found[key] = read_json(metadata[key].lower(), key)
            except (SpecError, ValueError):
                raise SpecError(bad(key, metadata[key][:40], "a number, true or false")) from None
    return found
