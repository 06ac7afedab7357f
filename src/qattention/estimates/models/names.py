"""Names that models give the sizes of their attention: to those of most, as transformers maps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qattention.errors import bad

# The `attribute_map` of GPT-2, GPT-Neo, BLOOM, MPT, DistilBERT and T5 in transformers.
ALIASES = {
    "num_hidden_layers": ("n_layer", "n_layers", "num_layers"),
    "num_attention_heads": ("n_head", "n_heads", "num_heads"),
    "max_position_embeddings": ("n_positions", "n_ctx", "max_seq_len"),
    "num_key_value_heads": ("num_kv_heads",),
    "hidden_size": ("n_embd", "d_model", "dim"),
    "head_dim": ("d_kv",),
}
OTHERS = ("sliding_window",)
LATENT = ("kv_lora_rank", "qk_rope_head_dim")  # of attention on one compressed key for all heads


def usual_names(found: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(the fields that attention depends on, by their usual names; problems).

    A model that sees and reads has them under `text_config`. `multi_query` is one key/value head, unless
    the file says that it is the newer kind.
    """
    nested = found.get("text_config")
    if isinstance(nested, Mapping) and not any(name in found for name in _names("num_hidden_layers")):
        found = nested
    problems = [
        bad(name, found[name], "absent: attention on a compressed key for all heads is not costed")
        for name in LATENT
        if found.get(name) is not None
    ]
    used: dict[str, Any] = {name: found[name] for name in OTHERS if name in found}
    if found.get("use_sliding_window") is False:
        used.pop("sliding_window", None)
    for usual in ALIASES:
        given = {name: found[name] for name in _names(usual) if found.get(name) is not None}
        if len({repr(value) for value in given.values()}) > 1:
            first, *others = given.items()
            problems += [bad(name, value, f"{first[1]!r}, as `{first[0]}`") for name, value in others]
        if given:
            used[usual] = next(iter(given.values()))
    if found.get("multi_query") is True and not found.get("new_decoder_architecture"):
        used["num_key_value_heads"] = 1
    return used, problems


def _names(usual: str) -> tuple[str, ...]:
    return (usual, *ALIASES[usual])
