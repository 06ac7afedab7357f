"""Which layers attend, and how far their rows see: the patterns that configurations write it in."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping, Sequence

from qattention.estimates.models.fields import Fields

# What a layer is called, in lists of layers and (single letters) in `hybrid_override_pattern`.
FULL = ("full_attention", "attention", "full", "global", "hybrid", "*")
WINDOW = ("sliding_attention", "hybrid_sliding", "local", "sliding", "swa")
CHUNK = ("chunked_attention",)
NO_SOFTMAX = (
    *("linear_attention", "conv", "mamba", "mamba2", "recurrent", "moe", "mlp", "linear", "rwkv", "dense"),
    *("M", "-", "E"),
)
LABELS = {
    name: label
    for label, names in (("full", FULL), ("window", WINDOW), ("chunk", CHUNK), ("none", NO_SOFTMAX))
    for name in names
}

# Keys of layers without softmax attention: a file with one of them has to say which layers attend.
RECURRENT = (
    *("mamba_d_conv", "mamba_d_state", "mamba_expand", "ssm_state_size", "state_size", "conv_kernel"),
    *("conv_L_cache", "linear_conv_kernel_dim", "linear_num_key_heads", "linear_num_heads", "lru_width"),
    *("time_step_rank", "mamba_num_heads", "mamba_n_heads", "mamba_headdim", "linear_attn_config"),
    *("short_conv_kernel_size", "conv1d_width", "xlstm_block_type", "qk_dim_factor", "rwkv_version"),
    *("time_mix_extra_dim", "wkv_head_size", "slstm_at", "num_mem_blocks", "rescale_every"),
    *("linear_attn_alpha_factor", "mamba_head_dim", "linear_head_dim"),
)
# Names of their other sizes.
RECURRENT_NAME = re.compile(
    r"^(n_)?mamba|^linear_|_linear_attn|^ssm|^(chunk|block)_size$|conv|time_step|^n_groups$|^expand$|^lru|^full_attn_"
)

Labels = list[str]


def layer_labels(fields: Fields, n_layers: int) -> Labels | None:
    """What each layer does: "full", "window", "chunk" or "none"; None where the file does not say.

    A pattern of the file goes before its type's own, unless it gives one of the numbers that make that up.
    """
    told = len(fields.problems)
    _refuse_undecided(fields)
    given = {key for key in (*SPENT, *LISTED) if key not in RECURRENT and fields.given(key)}
    displaced = given - fields.defaults.keys() or _numbers_linear_layers(fields)
    is_costed = LABELS.keys() >= {*fields.defaults.get("layer_types", ())}  # else its files list the layers
    if displaced and is_costed:
        fields.defaults = {
            key: fields.defaults[key] for key in fields.defaults if key not in (*SPENT, *LISTED)
        }
    for read in (_listed, _by_letter, _repeated, _numbered, _by_interval, _by_switches):
        found = read(fields, n_layers)
        if found is not None:
            _spend_the_rest(fields)
            return found
        if len(fields.problems) > told:
            break
    return None


def _refuse_undecided(fields: Fields) -> None:
    """Keys of which the type makes its layers in a way that is not read, unless the file lists the layers."""
    listed = any(fields.given(key) for key in (*LISTED, *SAYS_ALL)) or _numbers_linear_layers(fields)
    if fields.decided is None or listed:
        return
    switched_off = "use_sliding_window" in fields.decided and fields.flag("use_sliding_window") is False
    for key in sorted({*MADE_OF} - {*fields.decided} - {*(OF_WINDOWS if switched_off else ())}):
        if fields.given(key) and fields.found[key] != fields.defaults.get(key):
            fields.refuse(
                key,
                reprlib.repr(fields.found[key]),
                "beside `layer_types`: how this type makes its layers of it is not read",
            )


def _numbers_linear_layers(fields: Fields) -> bool:
    linear = fields.found.get("linear_attn_config")
    return isinstance(linear, Mapping) and any(linear.get(key) is not None for key in LINEAR)


def _listed(fields: Fields, n_layers: int) -> Labels | None:
    for key in LISTED:
        if (listed := fields.items(key, n_layers)) is not None:
            return labels_of(fields, key, listed)
    if (pairs := fields.items("attention_types")) is not None:  # [[["global", "local"], 12]]
        try:
            names = [name for group, times in pairs for _ in range(int(times)) for name in group][
                : 2 * n_layers
            ]
        except (TypeError, ValueError):
            names = []
        if len(names) != n_layers:
            fields.refuse(
                "attention_types", reprlib.repr(pairs), f"groups of names and how often, {n_layers} in all"
            )
            return None
        return labels_of(fields, "attention_types", names)
    return None


def labels_of(fields: Fields, key: str, names: Sequence[object]) -> Labels:
    """Names of layers as labels; those of attention that is not read are refused."""
    unknown = sorted(
        {reprlib.repr(name) for name in names if not isinstance(name, str) or name not in LABELS}
    )
    if unknown:
        fields.refuse(
            key,
            ", ".join(unknown),
            f"among {', '.join((*FULL[:2], *WINDOW[:1], *CHUNK, *NO_SOFTMAX[:3]))}, "
            "... (other kinds of attention are not costed)",
        )
    return [LABELS.get(str(name), "none") for name in names]


def _by_letter(fields: Fields, n_layers: int) -> Labels | None:
    pattern = fields.get("hybrid_override_pattern")
    if pattern is None:
        return None
    if not isinstance(pattern, str) or len(pattern) != n_layers:
        fields.refuse("hybrid_override_pattern", reprlib.repr(pattern), f"{n_layers} letters, one a layer")
        return None
    return labels_of(fields, "hybrid_override_pattern", pattern)


def _repeated(fields: Fields, n_layers: int) -> Labels | None:
    pattern = fields.items("block_types") or fields.items("_block_types")
    if not pattern:
        return None
    found = labels_of(fields, "block_types", [pattern[i % len(pattern)] for i in range(n_layers)])
    windowed = window_of(fields, "attention_window_size")
    return ["window" if label == "full" and windowed else label for label in found]


def _numbered(fields: Fields, n_layers: int) -> Labels | None:
    """Lists of the layers that attend, from 0, or a 1 for each that does."""
    for key in ("attn_layer_indices", "full_attn_idxs"):
        if fields.get(key) is not None or (key in fields.found and key == "attn_layer_indices"):
            chosen = fields.items(key) or []
            return _chosen(fields, key, chosen, n_layers, "full", "none")
    for key in ("attn_type_list", "hybrid_layer_pattern"):
        if (flags := fields.items(key, n_layers)) is not None:
            if any(type(flag) is not int or flag not in (0, 1) for flag in flags):
                fields.refuse(key, reprlib.repr(flags), "0 or 1 for each layer")
                return None
            on, off = ("full", "none") if key == "attn_type_list" else ("window", "full")
            return [on if flag else off for flag in flags]
    return _linear(fields, n_layers)


def _linear(fields: Fields, n_layers: int) -> Labels | None:
    """`linear_attn_config`: the layers that attend, those that are recurrent, or both; from 1."""
    linear = fields.part("linear_attn_config")
    if linear is None:
        return None
    labels = []
    for key, (on, off) in zip(LINEAR, (("full", "none"), ("none", "full")), strict=True):
        if (numbers := linear.items(key)) is not None:
            from_0 = [i - 1 if type(i) is int else i for i in numbers]
            labels.append(_chosen(fields, f"linear_attn_config.{key}", from_0, n_layers, on, off))
    if len(labels) == 2 and labels[0] != labels[1] and None not in labels:
        fields.refuse(
            "linear_attn_config", " and ".join(LINEAR), f"lists that share out layers 1 to {n_layers}"
        )
    return labels[0] if labels else None


def _chosen(
    fields: Fields, key: str, chosen: Sequence[object], n_layers: int, on: str, off: str
) -> Labels | None:
    if any(type(i) is not int or not 0 <= i < n_layers for i in chosen):
        fields.refuse(key, reprlib.repr(list(chosen)), f"numbers of layers, {n_layers} in all")
        return None
    return [on if i in set(chosen) else off for i in range(n_layers)]


def _by_interval(fields: Fields, n_layers: int) -> Labels | None:
    """Every so many layers one attends, the others are recurrent."""
    period = fields.number("attn_layer_period")
    if period is not None:
        offset = fields.get("attn_layer_offset") or 0
        if type(offset) is not int or not 0 <= offset < period:
            fields.refuse(
                "attn_layer_offset", reprlib.repr(offset), f"0..{period - 1} (attn_layer_period - 1)"
            )
            return None
        return ["full" if i % period == offset else "none" for i in range(n_layers)]
    for key in ("full_attention_interval", "layer_group_size"):
        if (interval := fields.number(key)) is not None:
            return ["none" if (i + 1) % interval else "full" for i in range(n_layers)]
    return None


def _by_switches(fields: Fields, n_layers: int) -> Labels | None:
    """No list: all layers attend, unless keys of recurrent layers say that some do not."""
    if fields.get("every_layer_attends"):  # of a type whose layers attend beside what else they do
        return ["full"] * n_layers
    recurrent = [key for key in RECURRENT if fields.given(key)]
    for key in recurrent:
        fields.used.add(key)
        fields.refuse(key, reprlib.repr(fields.found[key]), "beside a list of the layers that attend")
    if recurrent:
        return None
    for pattern in (_windows, _every_so_many, _chunks):
        found = pattern(fields, n_layers)
        if found is not None:
            return found
    return ["full"] * n_layers


def _windows(fields: Fields, n_layers: int) -> Labels | None:
    """`sliding_window`, in all layers or by its pattern."""
    if not any(window_of(fields, key) for key in WINDOWS):
        return None
    numbers = (*PATTERNS, *(() if fields.get("local_attention") else ("global_attn_every_n_layers",)))
    pattern = next((fields.get(key) for key in numbers if fields.get(key) is not None), None)
    if isinstance(pattern, str):  # "LLLG"
        letters = [pattern[i % len(pattern)] for i in range(n_layers)] if pattern else []
        if set(letters) - set("LG") or not letters:
            fields.refuse("sliding_window_pattern", pattern, "letters L (local) and G (global)")
            return None
        return ["full" if letter == "G" else "window" for letter in letters]
    if pattern is not None:
        every = fields.number(*numbers)
        return None if every is None else ["window" if (i + 1) % every else "full" for i in range(n_layers)]
    first = fields.get("max_window_layers")
    if first is not None:
        if type(first) is not int or first < 0:
            fields.refuse("max_window_layers", reprlib.repr(first), "a number of layers")
            return None
        return ["full" if i < first else "window" for i in range(n_layers)]
    return ["window"] * n_layers


def _every_so_many(fields: Fields, n_layers: int) -> Labels | None:
    """`local_attention`, every so many layers none."""
    if fields.get("local_attention") is None:
        return None
    every = fields.number("global_attn_every_n_layers") or 1
    return ["window" if i % every else "full" for i in range(n_layers)]


def _chunks(fields: Fields, n_layers: int) -> Labels | None:
    """`attention_chunk_size`: in the layers with rotary positions, which are 3 of 4 unless listed."""
    if fields.get("attention_chunk_size") is None:
        return None
    rotary = fields.items("no_rope_layers", n_layers) if fields.found.get("no_rope_layers") else None
    if rotary is None:
        every = fields.number("no_rope_layer_interval") or 4
        rotary = [int((i + 1) % every != 0) for i in range(n_layers)]
    return ["chunk" if flag else "full" for flag in rotary]


LISTED = ("layer_types", "layers_block_type", "attention_layers")
WINDOWS = ("sliding_window", "sliding_window_size", "window_size", "attention_window_size")
PATTERNS = ("sliding_window_pattern", "_sliding_window_pattern")
LINEAR = ("full_attn_layers", "kda_layers")
# Read by one pattern or another; a list of layers goes before all of them.
SPENT = (
    *(
        "attn_layer_period",
        "attn_layer_offset",
        "full_attention_interval",
        "layer_group_size",
        "full_attn_idxs",
    ),
    *("attn_layer_indices", "attn_type_list", "max_window_layers", "global_attn_every_n_layers"),
    *("no_rope_layers", "no_rope_layer_interval", "attention_types", "layers_block_type", "block_types"),
    *("local_attention", "sliding_window_pattern", "_sliding_window_pattern", "hybrid_layer_ids"),
    *("attention_types", "hybrid_override_pattern", "hybrid_layer_pattern", "linear_attn_config"),
    "prefix_dense_sliding_window_pattern",
    *RECURRENT,
)
OF_WINDOWS = (*WINDOWS, *PATTERNS, "max_window_layers")
# Patterns that leave nothing to a type: what each layer does is in the file.
SAYS_ALL = (
    *("attn_layer_indices", "full_attn_idxs", "attn_type_list", "attention_types", "block_types"),
    *("_block_types", "hybrid_override_pattern", "hybrid_layer_pattern"),
)
# Numbers from which types work out what each layer does.
MADE_OF = (
    *OF_WINDOWS,
    *("attn_layer_period", "attn_layer_offset", "full_attention_interval", "layer_group_size"),
    *("global_attn_every_n_layers", "local_attention", "no_rope_layers", "no_rope_layer_interval"),
    *("attention_chunk_size", "attention_window", "first_k_dense_replace", "local_layer_ids"),
    *("prefix_dense_sliding_window_pattern", "hybrid_layer_ids", "use_sliding_window"),
)


def _spend_the_rest(fields: Fields) -> None:
    fields.used.update((*SPENT, *LISTED, *WINDOWS))
    if any(fields.given(key) for key in RECURRENT):
        fields.used.update(key for key in fields.found if RECURRENT_NAME.search(key))


def window_of(fields: Fields, key: str) -> int | None:
    """The window's size; 0, -1 and `use_sliding_window: false` are no window, as in the models' own code."""
    value = fields.get(key)
    if value is None or fields.flag("use_sliding_window") is False:
        return None
    if type(value) is int and value in (0, -1):
        return None
    return fields.number(key)
