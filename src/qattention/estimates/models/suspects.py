"""Keys that could change what attends: read, known to do no harm, or a reason to refuse the file.

Apart from `config` because it is a list of what is known to change attention, read for every stack before
anything is believed.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping
from typing import Any

from qattention.estimates.models.fields import Fields

# Values with which a key leaves attention as it is read here; with any other the file is refused.
ALLOWED: dict[str, tuple[Any, ...]] = {
    "relative_attention": (False,),  # DeBERTa: products of queries and keys with positions besides
    "position_embedding_type": ("absolute", "rotary", "rope", "alibi", "nope", "none", "learned"),
    "attention_type": ("original_full", "full", "softmax"),
    "attn_type": ("multihead_attention", "multiquery_attention", "grouped_query_attention", "uni"),
    "encoder_attention_type": ("local",),
    "prefix_lm": (False,),
    "use_bottleneck_attention": (False,),
    "add_cross_attention": (False,),
    "attention_other_setting": (),
    "index_topk": (),
    "indexer_budget": (),
    "compress_ratios": (),
    "sparse_attention_config": (),
    "loop_num_passes": (1,),
    "head_ratio": (1,),
    "local_layer_ids": (),
    "kv_source_layers": (),
}

# Parts of names that tell of attention, of layers or of other mixers.
SUSPICIOUS = re.compile(
    r"attn|attention|heads?(?![a-z])|layers?(?![a-z])|window|chunk|sparse|(?:^|_)kv|(?:^|_)qk|local|global|causal"
    r"|bidirectional|index|cross|recur|mamba|ssm|lstm|conv|linear|blocks?(?![a-z])|pattern|interval|swa|topk"
    r"|hash|bucket|alibi|memory|landmark|compress|(?:^|_)sinks?(?:_|$)|softcap|soft_cap|_lora_rank|loop|dilat|stride|lookback"
    r"|lookahead|prefix|pool|funnel|group(?![a-z])|landmark"
)

# Names that tell of other things: training, norms, experts, vocabularies, heads of classifiers.
HARMLESS = re.compile(
    r"drop|_bias$|^bias$|^use_bias|norm|eps(?:ilon)?$|init|scal|token|loss|expert|moe|ffn|mlp|rope|rotary|mask_"
    r"|_act$|activation|intermediate|embedding_multiplier|_id$|_ids$|gradient|quant|torch|dtype|output_|return_"
    r"|pooler|pooling|classifier|lm_head|vocab|_impl$|implementation|softmax_in_fp32|flash|sparse_pred|router|jitter|z_loss"
    r"|softcapping$|logits_soft_cap|prediction|multiplier|layerdrop|pdrop|nextn|mtp_|logits_to_keep|prun|problem|summary|ngram_size|beam|mode$|kernels$"
    r"|_lm_head|share|upcast|cache_(?:imp|type)|tie_|use_cache|feed_forward|cross_entropy|label|hidden_states"
)

# Names that match SUSPICIOUS, were looked at in the models' own code, and leave attention alone.
LOOKED_AT = frozenset(
    {
        *("attn_softmax_bf16", "attention_multiplier", "attn_temperature_tuning"),
        *("query_pre_attn_scalar", "attention_k_eq_v", "attention_value_scale", "use_attention_gate"),
        *(
            "decoder_sparse_step",
            "encoder_sparse_step",
            "mlp_only_layers",
            "mlp_layer_types",
            "num_dense_layers",
        ),
        *(
            "first_k_dense_replace",
            "moe_layer_freq",
            "parallel_attn",
            "num_ln_in_parallel_attn",
            "layer_rope_theta",
        ),
        *("n_group", "topk_group", "topk_method", "relative_attention_num_buckets", "attn_config"),
        *("relative_attention_max_distance", "num_sparse_encoder_layers", "num_sparse_decoder_layers"),
        *("interleave_moe_layer_step", "moe_layers", "num_hidden_groups", "inner_group_num"),
        *("qk_layernorm", "use_qk_norm", "clip_qkv", "attn_scale", "floor_scale", "block_auto_adjust_ff_dim"),
        *("block_ffn_dim_multiplier", "block_multiple_of", "qkv_bias", "attention_layer_norm"),
        *("attention_in_multiplier", "attention_out_multiplier", "attention_probs_dropout_prob"),
        *("hidden_size_per_layer_input", "vocab_size_per_layer_input", "attention_hidden_size", "sinks"),
        *("use_shared_attention_adapter", "num_mem_blocks", "swiglu_limit", "_attn_implementation_autoset"),
        *("scale_attn_by_inverse_layer_idx", "scale_attn_weights", "num_hidden_layers", "attention_bias"),
        *(
            "alibi",
            "alibi_bias_max",
            "num_attention_heads",
            "gated_attn",
            "attn_output_gate",
            "use_head_gate",
        ),
        *("activation_sparsity_pattern", "laurel_rank", "max_window_layers", "use_mamba_kernels"),
        *(
            "full_attn_alpha_factor",
            "full_attn_beta_factor",
            "linear_attn_alpha_factor",
            "linear_attn_beta_factor",
        ),
        *("seq_aux", "attention_out_bias", "head_gate", "chunk_size_feed_forward", "q_lora_rank"),
        *(
            "encoder_layerdrop",
            "decoder_layerdrop",
            "position_buckets",
            "mask_index",
            "unk_index",
            "pad_index",
        ),
        *(
            "bos_index",
            "eos_index",
            "lang_id",
            "n_langs",
            "use_bidirectional_attention",
            "is_causal",
            "causal",
        ),
        *("use_entity_aware_attention", "per_layer_config"),
        *("position_bias_num_buckets", "position_bias_max_distance", "layer_norm_elementwise_affine"),
        *("share_encoder_decoder_embeddings", "use_double_wide_mlp", "enable_moe_block", "_name_or_path"),
        *("reset_position_index_per_cell", "block_size", "num_random_blocks", "heads_per_ngram"),
        *(
            "audio_config_index",
            "image_token_index",
            "video_token_index",
            "attention_sink_bias",
            "add_swa_attention_sink_bias",
        ),
        *("add_full_attention_sink_bias", "deterministic_flash_attn", "linear_bias"),
        *("embedding_size_per_layer", "layer_scale_initial_scale", "num_adapter_layers"),
    }
)

ROLES = ("is_decoder", "is_encoder_decoder", "is_encoder", "model_type", "architectures", "auto_map")


def refuse_what_decides(fields: Fields) -> None:
    """Refuse the values that make attention something else than is read."""
    for key, allowed in ALLOWED.items():
        if key not in fields.found or (key in fields.used and key != "attention_type"):
            continue
        value = fields.get(key)
        if not _is_off(value) and value not in allowed:
            told = " or ".join(map(repr, allowed)) or "absent"
            fields.refuse(key, reprlib.repr(value), f"{told}: attention of another kind is not costed")


def refuse_unknown(fields: Fields) -> None:
    """Refuse keys that are on, that nothing reads, and whose names tell of attention or of layers."""
    for key, value in fields.found.items():
        if (
            key not in fields.used
            and not _is_off(value)
            and is_suspicious(key)
            and not isinstance(value, Mapping)
        ):
            fields.refuse(key, reprlib.repr(value), "absent: it may change what attends, and is not read")
        elif key not in fields.used and isinstance(value, Mapping) and value and is_suspicious(key):
            fields.refuse(key, "an object", "absent: it may change what attends, and is not read")


def is_suspicious(key: str) -> bool:
    """Whether a name that is not read could be of something that changes attention."""
    return (
        bool(SUSPICIOUS.search(key))
        and not HARMLESS.search(key)
        and key not in LOOKED_AT
        and key not in ROLES
    )


def passed_over(fields: Fields) -> tuple[str, ...]:
    """Keys that were given and not read."""
    return tuple(sorted(key for key in fields.found if key not in fields.used and key not in ROLES))


def _is_off(value: Any) -> bool:
    return (
        value is None or value is False or value == [] or value == {} or (type(value) is int and value == 0)
    )
