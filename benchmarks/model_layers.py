"""How the classes of models make up their layers where a file does not list them: probed, then recorded.

Many classes work `layer_types` out of other keys, each by a rule of its own. A short file (sizes alone, or an
older one) has only those keys. `layer_rule` builds the class with such files, takes the record by which
`read_model` reads most of them right, and names the keys of the class whose changes are all read right: a
file that changes another is refused. Needs transformers (development only); `check_models.py` uses it.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

from qattention.estimates.models.fields import Fields
from qattention.estimates.models.layers import LABELS, layer_labels

N_LAYERS = (5, 8, 13)
# One value for each key that classes, or older files of the same types, make layers of.
CHANGES: tuple[dict[str, Any], ...] = (
    *({"sliding_window_pattern": 3}, {"_sliding_window_pattern": 3}, {"full_attention_interval": 3}),
    *({"global_attn_every_n_layers": 2}, {"local_attention": 64}, {"layer_group_size": 2}),
    *({"no_rope_layer_interval": 3}, {"attention_chunk_size": 64}, {"sliding_window": 64}),
    *({"attn_layer_period": 3}, {"attn_layer_period": 3, "attn_layer_offset": 1}, {"attn_layer_offset": 1}),
    *(
        {"attn_layer_indices": [1, 3]},
        {"full_attn_idxs": [1, 3]},
        {"block_types": ["recurrent", "attention"]},
    ),
    *({"max_window_layers": 3}, {"first_k_dense_replace": 2}, {"prefix_dense_sliding_window_pattern": 2}),
    {"max_window_layers": 2, "use_sliding_window": True, "sliding_window": 64},
    {"use_sliding_window": False, "sliding_window": 64},
    {"no_rope_layers": []},
    {"sliding_window_pattern": "LLG"},
    *({"sliding_window_size": 64}, {"attention_window_size": 64}, {"window_size": 64}),
    *({"hybrid_layer_ids": [0, 2]}, {"local_layer_ids": [0, 2]}, {"attention_window": 64}),
)


def changed_files(n_layers: int | None) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Short files, and the key that each is about (None: the number of layers alone)."""
    size = {} if n_layers is None else {"num_hidden_layers": n_layers}
    yield size, None
    for change in CHANGES:
        yield size | change, next(iter(change))
    if n_layers:
        chosen = [2, 5]
        others = [i for i in range(1, n_layers + 1) if i not in chosen]
        linear = {"full_attn_layers": chosen, "kda_layers": others}
        yield size | {"linear_attn_config": linear}, "linear_attn_config"
        yield (
            size | {"hybrid_layer_pattern": [int(i % 3 > 0) for i in range(n_layers)]},
            "hybrid_layer_pattern",
        )
        yield size | {"hybrid_override_pattern": ("M-M*" * 4)[:n_layers]}, "hybrid_override_pattern"


def own_keys(name: str) -> set[str]:
    """The keys that the class of a type reads, by its fields and its source."""
    from transformers import CONFIG_MAPPING

    cls = CONFIG_MAPPING[name]
    found = {key for base in cls.__mro__ for key in vars(base).get("__annotations__", {})}
    found |= set(getattr(cls, "attribute_map", {}))
    return found | set(re.findall(r"""["']([a-z_0-9]+)["']""", inspect.getsource(cls)))


def short_files(name: str) -> list[tuple[dict[str, Any], str | None, list[str]]]:
    """(file, the key that it is about, what each layer does) of files that the class of a type takes."""
    own = own_keys(name)
    return [
        (file, key, labels)
        for n_layers in (None, *N_LAYERS)
        for file, key in changed_files(n_layers)
        if (key is None or key in own) and (labels := built_labels(name, file)) is not None
    ]


def built_labels(name: str, file: dict[str, Any]) -> list[str] | None:
    """What each layer does by the class itself; None where it has no list or does not take the file."""
    from transformers import CONFIG_MAPPING

    try:
        config = CONFIG_MAPPING[name](**json.loads(json.dumps(file)))
        names = config.layer_types
    except Exception:  # a class of its own mind
        return None
    if not isinstance(names, list):
        return None
    labels = [LABELS.get(one, str(one)) for one in names]
    windowless = vars(config).get("sliding_window", 1) is None
    return ["full" if windowless and label == "window" else label for label in labels]


def read_labels(file: dict[str, Any], defaults: dict[str, Any], n_layers: int) -> list[str] | None:
    """The same as this package reads it; None where it refuses."""
    fields = Fields(file, defaults)
    labels = layer_labels(fields, file.get("num_hidden_layers", n_layers))
    return None if fields.problems else labels


def layer_rule(name: str, raw: dict[str, Any]) -> tuple[dict[str, Any], list[str] | None]:
    """(the defaults to record beside `raw` ones, the keys whose changes are read right) of a type.

    ({}, None) where the class makes up no list of layers.
    """
    whole = built_labels(name, {})
    if not whole:
        return {}, None
    seen = short_files(name)
    best: tuple[int, dict[str, Any], list[str]] = (-1, {}, [])
    for rule in _candidates(name, whole):
        read = [read_labels(file, raw | rule, len(labels)) for file, _, labels in seen]
        wrong = {key for (_, key, labels), got in zip(seen, read, strict=True) if got not in (None, labels)}
        right = [
            key
            for (_, key, labels), got in zip(seen, read, strict=True)
            if got == labels and key not in wrong
        ]
        if None not in wrong and len(right) > best[0]:
            best = len(right), rule, sorted({key for _, key, _ in seen if key} - wrong)
    return best[1:]


def _candidates(name: str, whole: list[str]) -> Iterator[dict[str, Any]]:
    """Ways to write the layers of the default file; the last, a list, fits no other number of layers."""
    from transformers import CONFIG_MAPPING

    yield {}
    if set(whole) == {"full"}:
        yield {"every_layer_attends": True}
    for off, key in (("window", "sliding_window_pattern"), ("none", "full_attention_interval")):
        every = next((p for p in range(2, len(whole)) if whole == _every(p, len(whole), off)), None)
        if every:
            yield {key: every}
    yield {"attn_layer_indices": []}
    yield {"layer_types": list(CONFIG_MAPPING[name]().layer_types)}


def _every(period: int, n_layers: int, off: str) -> list[str]:
    return [off if (i + 1) % period else "full" for i in range(n_layers)]
