"""The capture on small models with random weights: what is read back attends as the model did.

Needs torch and transformers; a few seconds: PYTHONPATH=src python benchmarks/check_capture.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from capture_heads import captured, save_head

from qattention.problem import load_head
from qattention.reference.exact import attention

N = 48


def models() -> dict[str, Any]:
    """Two layers each: grouped heads, an encoder, windows, soft caps, sinks."""
    import transformers as tf

    small = {
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "vocab_size": 64,
    }
    grouped = small | {"num_key_value_heads": 2, "head_dim": 8}
    window = {"sliding_window": 8, "layer_types": ["sliding_attention", "full_attention"]}
    return {
        "llama": tf.LlamaModel(tf.LlamaConfig(**grouped)),
        "bert": tf.BertModel(tf.BertConfig(**small)),
        "mistral, window": tf.MistralModel(tf.MistralConfig(**grouped, sliding_window=8)),
        "gemma2, window and cap": tf.Gemma2Model(
            tf.Gemma2Config(**grouped, **window, attn_logit_softcapping=0.1)
        ),
        "gpt_oss, window and sinks": tf.GptOssModel(
            tf.GptOssConfig(**grouped, **window, num_local_experts=2, num_experts_per_tok=1)
        ),
    }


def worst(name: str, model: Any, folder: Path) -> float:
    """The largest difference of an output of any head."""
    import torch

    ids = torch.randint(0, 64, (1, N), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        for (
            parameter
        ) in model.parameters():  # initial weights are too small for attention to be anything but flat
            parameter.normal_(
                0.0, 0.3, generator=torch.Generator().manual_seed(1)
            ) if parameter.dim() > 1 else None
        own = model.eval()(input_ids=ids).last_hidden_state
        with captured(model) as calls:
            again = model(input_ids=ids).last_hidden_state
    differences = [float((own - again).abs().max() / own.abs().max())]
    for layer, call in enumerate(calls):
        for head in range(call["q"].shape[1]):
            path = folder / f"{name.split(',')[0]}-L{layer}H{head}.safetensors"
            save_head(path, call, head, {"model": name})
            wanted = call["output"][0, :, head].numpy()
            differences.append(float(np.abs(attention(load_head(path)) - wanted).max()))
    return max(differences)


def main() -> None:
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, model in models().items():
            found = worst(name, model, Path(folder))
            bad += found > 1e-4
            print(f"{name:28} largest difference {found:.2g}")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
