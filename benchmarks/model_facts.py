"""What models are, from their own code: default files and, built without weights, their attention modules.

Needs torch and transformers (development only); `check_models.py` uses it.
"""

from __future__ import annotations

import dataclasses
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

VERSION = "5.24.0"  # of transformers, whose types and defaults are recorded
QUERY = ("q_proj", "query", "q_lin", "query_proj", "q", "q_b_proj", "wq", "Wq", "qr_proj")
KEY = ("k_proj", "key", "k_lin", "key_proj", "k", "wk", "Wk")
VALUE = ("v_proj", "value", "v_lin", "value_proj", "v", "wv", "Wv")
FUSED = ("query_key_value", "qkv_proj", "Wqkv", "c_attn", "qkv", "att_proj", "W_pack", "in_proj", "wqkv")
# Modules that hold queries and keys but take no softmax over them, or belong to another input than text.
NO_SOFTMAX = re.compile(r"Mamba|Linear|Delta|Lightning|Residual|Conformer|QFormer|DeltaNet|Indexer")
OTHER_INPUT = re.compile(
    r"vision|visual|image|audio|speech|img|patch|video|word_timestamp|t2u|projector|perceiver"
)
ACROSS = re.compile(r"cross|encoder_attn|EncDec|encdec")


def default_files() -> dict[str, dict[str, str]]:
    """type -> {"full", "diff"}: its default `config.json`, everything written or only what differs."""
    from transformers import CONFIG_MAPPING, logging

    logging.set_verbosity_error()
    files: dict[str, dict[str, str]] = {}
    for name in CONFIG_MAPPING:
        try:
            config = CONFIG_MAPPING[name]()
            files[name] = {
                "full": config.to_json_string(use_diff=False),
                "diff": config.to_json_string(use_diff=True),
            }
        except Exception as error:  # a type whose defaults contradict each other
            files[name] = {"error": f"{type(error).__name__}: {str(error).splitlines()[0][:120]}"}
    return files


def raw_defaults(name: str) -> dict[str, Any]:
    """What the type's class fills in for keys that a file leaves out, before it works out others."""
    from transformers import CONFIG_MAPPING

    found: dict[str, Any] = {}
    for field in dataclasses.fields(CONFIG_MAPPING[name]):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
    return found


def built_units(name: str) -> list[dict[str, Any]]:
    """The attention modules of the type's default model on torch's meta device.

    Each: path; heads; causal (None: the module does not say); window (None: none, or it does not say);
    and the widths of its projections: q, k, v, or fused, or those of a latent one.

    Raises:
        Exception: whatever the model's own code raises on its defaults.
    """
    import torch
    import transformers
    from transformers import CONFIG_MAPPING
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    if name not in MODEL_MAPPING_NAMES:
        raise LookupError("no model class of its own")
    kind = MODEL_MAPPING_NAMES[name]
    cls = getattr(transformers, kind if isinstance(kind, str) else kind[0])
    with warnings.catch_warnings(), torch.device("meta"):
        warnings.simplefilter("ignore")
        model = cls._from_config(CONFIG_MAPPING[name]())
    return [unit for path, module in model.named_modules() for unit in _unit(path, module)]


def _unit(path: str, module: Any) -> Iterator[dict[str, Any]]:
    kind = type(module).__name__
    children = dict(module.named_children())
    latent = _width(children, ("kv_a_proj_with_mqa", "kv_a_proj"))
    if (latent is None and NO_SOFTMAX.search(kind)) or OTHER_INPUT.search(path):
        return
    q, k, v = (_width(children, names) for names in (QUERY, KEY, VALUE))
    fused, out = (
        _width(children, FUSED),
        getattr(getattr(children.get("o_proj"), "weight", None), "shape", None),
    )
    if q is not None and out is not None and q == 2 * out[1]:
        q //= 2  # half of it is a gate on the output
    found = {
        "path": path,
        "heads": _attribute(module, "num_heads", "num_attention_heads", "n_heads", "n_head"),
    }
    found |= {
        "causal": _attribute(module, "is_causal"),
        "window": _window(module),
        "across": bool(ACROSS.search(path)),
    }
    if latent is not None:
        yield found | {"latent": latent}
    elif q is not None and k is not None:
        yield found | {"q": q, "k": k, "v": k if v is None else v}
    elif q is not None and re.search("Attention", kind):
        yield found | {"q": q}
    elif fused is not None and re.search("Attention|Attn", kind):
        yield found | {"fused": fused}


def _width(children: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        weight = getattr(children.get(name), "weight", None)
        if weight is not None and weight.dim() == 2:
            return int(weight.shape[1 if type(children[name]).__name__ == "Conv1D" else 0])
    return None


def _attribute(module: Any, *names: str) -> Any:
    return next((value for name in names if isinstance(value := vars(module).get(name), int)), None)


def _window(module: Any) -> int | None:
    if vars(module).get("is_sliding") is False or vars(module).get("is_local_attention") is False:
        return None
    return _attribute(module, "sliding_window")


def plain(document: str) -> Any:
    """Parsed, for looking at."""
    return json.loads(document)
