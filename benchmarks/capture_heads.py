"""Heads of a transformers model on a text, as `.safetensors` files that `qattention` reads.

Needs torch and transformers (development only; the model's own attention is left as it is):

    python benchmarks/capture_heads.py MODEL_FOLDER --text text.txt --layer 4 --head 7 --output heads/

Queries and keys are taken as attention gets them, after rotary positions; `docs/heads.md` says what is kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAME = "qattention_capture"


@contextmanager
def captured(model: Any) -> Iterator[list[dict[str, Any]]]:
    """A list that fills, while the model runs, with what each attention layer was given and gave.

    Works where layers call transformers' attention interface: they pass queries, keys and values of shape
    (batch, heads, n, d), the mask that they use, and scaling, window, cap and sinks by name.
    """
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    calls: list[dict[str, Any]] = []

    def kept(module: Any, query: Any, key: Any, value: Any, attention_mask: Any, **kind: Any) -> Any:
        output, weights = eager(module, query, key, value, attention_mask, **kind)
        calls.append(
            {
                "module": module,
                "q": query,
                "k": key,
                "v": value,
                "mask": attention_mask,
                "output": output,
                **kind,
            }
        )
        return output, weights

    ALL_ATTENTION_FUNCTIONS.register(NAME, kept)
    _take_masks_of_eager()
    before = model.config._attn_implementation
    model.set_attn_implementation(NAME)
    try:
        yield calls
    finally:
        model.set_attn_implementation(before)


def _take_masks_of_eager() -> None:
    from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS

    ALL_MASK_ATTENTION_FUNCTIONS.register(NAME, ALL_MASK_ATTENTION_FUNCTIONS["eager"])


def eager(
    module: Any, query: Any, key: Any, value: Any, mask: Any, scaling: float | None = None, **kind: Any
) -> tuple[Any, Any]:
    """Dense attention, written out: scale, soft cap, mask, sinks, softmax, values."""
    import torch

    groups = query.shape[1] // key.shape[1]
    keys, values = (x.repeat_interleave(groups, dim=1) for x in (key, value))
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    logits = query @ keys.transpose(2, 3) * scale
    if kind.get("softcap") is not None:
        logits = kind["softcap"] * torch.tanh(logits / kind["softcap"])
    if mask is not None:
        logits = logits + mask[..., : keys.shape[-2]]
    sinks = kind.get("s_aux", getattr(module, "sinks", None))
    if sinks is not None:
        extra = sinks.reshape(1, -1, 1, 1).expand(query.shape[0], -1, query.shape[2], -1)
        weights = torch.cat([logits, extra], dim=-1).softmax(dim=-1)[..., :-1]
    else:
        weights = logits.softmax(dim=-1)
    return (weights @ values).transpose(1, 2).contiguous(), weights


def head_file(call: dict[str, Any], head: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, facts) of one query head, in float32, as `qattention` reads them."""
    import numpy as np

    groups = call["q"].shape[1] // call["k"].shape[1]
    arrays = {
        "q": call["q"][0, head],
        "k": call["k"][0, head // groups],
        "v": call["v"][0, head // groups],
    }
    plain = {name: x.detach().float().cpu().numpy() for name, x in arrays.items()}
    scaling = call.get("scaling")
    facts: dict[str, Any] = {"scale": call["q"].shape[-1] ** -0.5 if scaling is None else float(scaling)}
    if call.get("softcap") is not None:
        facts["soft_cap"] = float(call["softcap"])
    sinks = call.get("s_aux", getattr(call["module"], "sinks", None))
    if sinks is not None:
        facts["sink"] = float(sinks.detach().reshape(-1)[head])
    if call["mask"] is not None:  # what it lets through, whatever made it: causal, a window, padding
        mask = call["mask"][0, 0, :, : plain["k"].shape[0]].detach().float().cpu().numpy() > -1e9
        behind = np.tri(*mask.shape, mask.shape[1] - mask.shape[0], dtype=bool)
        facts["causal"] = bool((mask <= behind).all())
        if not (mask == (behind if facts["causal"] else True)).all():
            plain["mask"] = mask.astype(np.uint8)
    return plain, facts


def save_head(path: Path, call: dict[str, Any], head: int, provenance: dict[str, Any]) -> None:
    """One file."""
    import numpy as np
    from safetensors.numpy import save_file

    arrays, facts = head_file(call, head)
    metadata = {name: json.dumps(value) for name, value in facts.items()} | {"meta": json.dumps(provenance)}
    save_file({name: np.ascontiguousarray(x) for name, x in arrays.items()}, path, metadata=metadata)


def capture(
    model: Any, ids: Any, layers: list[int], heads: list[int], folder: Path, told: dict[str, Any]
) -> list[Path]:
    """Run the model once on token ids of shape (1, n), and write the heads asked for, or all."""
    import torch

    with torch.no_grad(), captured(model) as calls:
        model(input_ids=ids)
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    for layer in layers or range(len(calls)):
        call = calls[layer]
        for head in heads or range(call["q"].shape[1]):
            path = folder / f"L{layer}H{head}.safetensors"
            save_head(path, call, head, told | {"layer": layer, "head": head, "n": int(ids.shape[1])})
            written.append(path)
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="a folder as save_pretrained writes it")
    parser.add_argument("--text", required=True, help="a file of text")
    parser.add_argument("--layer", type=int, action="append", default=[])
    parser.add_argument("--head", type=int, action="append", default=[])
    parser.add_argument("--n-tokens", type=int, default=512)
    parser.add_argument("--output", default="heads", type=Path)
    asked = parser.parse_args()
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(asked.model, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(asked.model, local_files_only=True)
    ids = tokenizer(Path(asked.text).read_text(), return_tensors="pt").input_ids[:, : asked.n_tokens]
    told = {"model": Path(asked.model).name, "text": Path(asked.text).name}
    for path in capture(model, ids, asked.layer, asked.head, asked.output, told):
        print(path)


if __name__ == "__main__":
    main()
