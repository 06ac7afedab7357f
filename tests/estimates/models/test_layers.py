"""Which layers attend and how far their rows see, in every way in which configurations say it."""

import json
from typing import Any

import pytest

from qattention.errors import SpecError
from qattention.estimates.models import ModelSizes, read_model

EIGHT: dict[str, Any] = {"num_hidden_layers": 8, "num_attention_heads": 8, "hidden_size": 256}
RECURRENT = {"mamba_d_conv": 4, "mamba_d_state": 16}


def eight(**changes: Any) -> ModelSizes:
    return read_model(json.dumps(EIGHT | changes))


def seen(found: ModelSizes) -> dict[Any, int]:
    """Window (None: all) -> layers."""
    return {kind.n_window: kind.n_layers for kind in found.kinds}


FULL, SLIDING = "full_attention", "sliding_attention"


@pytest.mark.parametrize(
    ("changes", "n_attending"),
    [
        ({"layer_types": ["conv"] * 5 + [FULL] * 3}, 3),
        ({"layer_types": ["linear_attention", FULL] * 4}, 4),
        ({"layer_types": ["hybrid"] * 8} | RECURRENT, 8),
        ({"layers_block_type": ["mamba", "mamba", "attention", "moe"] * 2} | RECURRENT, 2),
        ({"hybrid_override_pattern": "M-M*M-M*"} | RECURRENT, 2),
        ({"attn_layer_period": 4, "attn_layer_offset": 2} | RECURRENT, 2),
        ({"attn_layer_period": 3} | RECURRENT, 3),
        ({"attn_layer_indices": [1, 6]} | RECURRENT, 2),
        ({"full_attn_idxs": [0, 7, 3], "conv_L_cache": 3}, 3),
        ({"attn_type_list": [0, 1, 1, 0, 0, 0, 0, 1]}, 3),
        ({"full_attention_interval": 4, "linear_num_key_heads": 16}, 2),
        ({"layer_group_size": 3, "linear_head_dim": 8}, 2),
        ({"linear_attn_config": {"full_attn_layers": [4, 8], "head_dim": 8}}, 2),
        ({"block_types": ["recurrent", "recurrent", "attention"], "lru_width": 8}, 2),
        ({"num_key_value_heads_per_layer": [8, 0, 8, None, 8, 8, 8, 8]}, 6),
        ({"block_configs": [{"attention": {"n_heads_in_group": 1}}, {"attention": {"no_op": True}}] * 4}, 4),
    ],
)
def test_layers_without_softmax_attention_are_not_billed(changes: dict[str, Any], n_attending: int) -> None:
    found = eight(**changes)
    assert (found.n_layers, found.n_attending) == (8, n_attending)
    assert seen(found) == {None: n_attending}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"sliding_window": 128}, {128: 8}),
        ({"sliding_window": 128, "layer_types": [SLIDING, FULL] * 4}, {128: 4, None: 4}),
        ({"sliding_window": 128, "layer_types": [FULL] * 8}, {None: 8}),
        ({"sliding_window": 128, "sliding_window_pattern": 4}, {128: 6, None: 2}),
        ({"sliding_window": 128, "_sliding_window_pattern": 3}, {128: 6, None: 2}),
        ({"sliding_window": 128, "sliding_window_pattern": "LLLG"}, {128: 6, None: 2}),
        ({"sliding_window": 128, "max_window_layers": 6}, {None: 6, 128: 2}),
        ({"sliding_window": 128, "max_window_layers": 8}, {None: 8}),
        ({"sliding_window": 128, "use_sliding_window": False, "max_window_layers": 6}, {None: 8}),
        ({"sliding_window": 128, "model_type": "gemma2", "head_dim": 32}, {128: 4, None: 4}),
        ({"sliding_window": 0}, {None: 8}),
        ({"sliding_window": -1}, {None: 8}),
        ({"sliding_window": None}, {None: 8}),
        ({"sliding_window_size": 128, "hybrid_layer_pattern": [0, 1] * 4}, {None: 4, 128: 4}),
        (
            {"attention_chunk_size": 512, "layer_types": ["chunked_attention"] * 6 + [FULL] * 2},
            {512: 6, None: 2},
        ),
        ({"attention_chunk_size": 512}, {512: 6, None: 2}),
        ({"attention_chunk_size": 512, "no_rope_layers": [1, 0] * 4}, {512: 4, None: 4}),
        ({"window_size": 64, "attention_layers": ["global", "local"] * 4}, {None: 4, 64: 4}),
        ({"window_size": 64, "attention_types": [[["global", "local"], 4]]}, {None: 4, 64: 4}),
        ({"local_attention": 128, "global_attn_every_n_layers": 4}, {None: 2, 64: 6}),
        ({"block_types": ["recurrent", "attention"], "attention_window_size": 32, "lru_width": 8}, {32: 4}),
    ],
)
def test_windows_and_chunks(changes: dict[str, Any], wanted: dict[Any, int]) -> None:
    assert seen(eight(**changes)) == wanted


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"sliding_window": 64}, {129: 8}),
        ({"local_attention": 128, "global_attn_every_n_layers": 4}, {None: 2, 129: 6}),
        ({"attention_window": 512}, {513: 8}),
        ({"attention_window": [32] * 4 + [64] * 4}, {33: 4, 65: 4}),
    ],
)
def test_windows_of_encoders_are_on_both_sides(changes: dict[str, Any], wanted: dict[Any, int]) -> None:
    """transformers' masks: |i - j| <= sliding_window; Longformer's and ModernBERT's count both sides."""
    assert seen(eight(model_type="bert", **changes)) == wanted


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sliding_window": -2}, "sliding_window"),
        ({"sliding_window": "all"}, "sliding_window"),
        ({"sliding_window": 2.5}, "sliding_window"),
        ({"layer_types": [SLIDING] * 8}, "sliding_window"),
        ({"layer_types": [SLIDING] * 8, "sliding_window": 0}, "sliding_window"),
        ({"layer_types": ["chunked_attention"] * 8}, "attention_chunk_size"),
        ({"layer_types": [FULL] * 7}, "layer_types"),
        ({"layer_types": "full"}, "layer_types"),
        ({"layer_types": [3] * 8}, "layer_types"),
        ({"hybrid_override_pattern": "M*"}, "hybrid_override_pattern"),
        ({"hybrid_override_pattern": "M*M*M*MX"}, "hybrid_override_pattern"),
        ({"attn_layer_period": 4, "attn_layer_offset": 4}, "attn_layer_offset"),
        ({"attn_layer_indices": [8]}, "attn_layer_indices"),
        ({"attn_type_list": [2] * 8}, "attn_type_list"),
        ({"full_attention_interval": 0}, "full_attention_interval"),
        ({"sliding_window": 8, "sliding_window_pattern": "LX"}, "sliding_window_pattern"),
        ({"sliding_window": 8, "max_window_layers": -1}, "max_window_layers"),
        ({"attention_window": [1] * 7}, "attention_window"),
        ({"attention_types": [[["global"], "x"]]}, "attention_types"),
    ],
)
def test_patterns_that_make_no_sense_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SpecError) as error:
        eight(**changes)
    assert [line.split("`")[1] for line in error.value.problems] == [field]


def test_a_window_that_no_layer_has_is_told() -> None:
    found = eight(sliding_window=128, layer_types=[FULL] * 8)
    assert "The file has sliding_window 128, but none of the layers that attend is windowed." in found.notes
    assert not any("windowed" in note for note in eight(sliding_window=128).notes)


def test_a_hybrid_none_of_whose_layers_attends() -> None:
    for changes in ({"layer_types": ["mamba"] * 8}, {"attn_layer_indices": None} | RECURRENT):
        with pytest.raises(SpecError, match="a layer that attends: there is nothing to cost"):
            eight(**changes)
