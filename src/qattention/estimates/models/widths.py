"""Heads and widths of every layer, by whatever names and lists a configuration gives them.

Apart from `stacks` because names and lists of heads and widths are as many as there are families of models.
"""

from __future__ import annotations

import reprlib
from collections.abc import Sequence

import attrs

from qattention.estimates.models.fields import LIMITS, NAMES, Fields
from qattention.estimates.models.layers import WINDOWS, Labels, window_of
from qattention.problem.spec import MAX_DIM

LATENT = ("kv_lora_rank", "qk_rope_head_dim", "qk_nope_head_dim")
BY_INDEX = "per_layer_config"
OVERRIDES = ("num_attention_heads", "num_key_value_heads", "head_dim", "v_head_dim", "sliding_window")
# Prefix of what windowed, and of what other layers have of their own; other names of their heads.
OTHER_NAMES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "window": ("swa_", ("num_sliding_attention_heads",), ()),
    "full": ("global_", (), ("num_global_key_value_heads",)),
}


@attrs.frozen(kw_only=True)
class Layer:
    """One layer that attends; fields as in `LayerKind`."""

    label: str
    n_heads: int
    n_kv_heads: int
    head_dim: int
    v_dim: int
    n_window: int | None = None
    latent: bool = False


@attrs.define(kw_only=True)
class Widths:
    """What layers of one label have, before single layers differ."""

    n_heads: int | None
    n_kv_heads: int | None
    head_dim: int | None
    v_dim: int | None
    n_window: int | None = None
    latent: bool = False


def layer_widths(fields: Fields, labels: Labels) -> list[Layer | None]:
    """Each layer with its heads and widths; None for one that does not attend. Problems go to `fields`."""
    base = _base(fields)
    fields.used.update(("num_sliding_attention_heads", "num_global_key_value_heads", "global_head_dim"))
    fields.used.update(name for name in fields.found if name.startswith("swa_"))
    by_label = {label: _of_label(fields, label, base) for label in sorted(set(labels) - {"none"})}
    heads = _per_layer(
        fields, ("num_attention_heads_per_layer", "num_query_heads", *("num_attention_heads",)), labels
    )
    shared = _per_layer(
        fields, ("num_key_value_heads_per_layer", "num_key_value_heads", "num_kv_heads"), labels
    )
    shared = shared or _of_blocks(fields, labels, base)
    singly = _by_index(fields, len(labels))
    layers: list[Layer | None] = []
    for i, label in enumerate(labels):
        if label == "none" or (shared and not shared[i]):
            layers.append(None)
            continue
        own = attrs.evolve(by_label[label])
        own.n_heads = heads[i] if heads else own.n_heads
        own.n_kv_heads = shared[i] if shared else own.n_kv_heads
        for name, value in singly.get(i, {}).items():
            setattr(own, name, value)
        layers.append(_layer(fields, label, own))
    return layers


def _base(fields: Fields) -> Widths:
    config = fields.part("attn_config")
    if config is not None:
        _refuse_inside(fields, config)
    heads = (
        None if isinstance(fields.get("num_attention_heads"), list) else fields.usual("num_attention_heads")
    )
    head_dim = fields.usual("head_dim") or fields.number("kv_channels", most=MAX_DIM, told="2**20")
    fields.used.add("kv_channels")
    if fields.get("kv_lora_rank") is not None:
        return _latent(fields, heads)
    v_dim = fields.number("v_head_dim", most=MAX_DIM, told="2**20")
    return Widths(
        n_heads=heads,
        n_kv_heads=_key_value_heads(fields, config, heads),
        head_dim=head_dim or _shared_out(fields, heads),
        v_dim=v_dim,
    )


def _refuse_inside(fields: Fields, config: Fields) -> None:
    """What `attn_config` (MPT's, DBRX's) may say that is not read here: windows and prefixes."""
    if config.get("prefix_lm"):
        config.refuse("prefix_lm", True, "false: attention of another kind is not costed")
    window = config.get("sliding_window_size")
    if window not in (None, -1, 0):
        config.refuse("sliding_window_size", reprlib.repr(window), "-1: write `sliding_window` beside it")
    kind = config.get("attn_type")
    if kind not in (None, "multihead_attention", "multiquery_attention", "grouped_query_attention"):
        config.refuse("attn_type", reprlib.repr(kind), "multihead, multiquery or grouped_query_attention")
    fields.problems += config.problems


def _latent(fields: Fields, heads: int | None) -> Widths:
    """Each head's query against one table of compressed keys and rotary parts; values are those keys too."""
    rank = fields.number("kv_lora_rank", most=MAX_DIM, told="2**20")
    rope = fields.get("qk_rope_head_dim")
    if type(rope) is not int or not 0 <= rope <= MAX_DIM:
        fields.refuse("qk_rope_head_dim", rope, "an integer in 0..2**20, beside kv_lora_rank")
        rope = 0
    for name in (
        "qk_nope_head_dim",
        "qk_head_dim",
        "v_head_dim",
        "q_lora_rank",
        "num_key_value_heads",
        *NAMES["head_dim"],
    ):
        fields.used.add(name)
    return Widths(
        n_heads=heads, n_kv_heads=1, head_dim=None if rank is None else rank + rope, v_dim=rank, latent=True
    )


def _key_value_heads(fields: Fields, config: Fields | None, heads: int | None) -> int | None:
    """By their number, or one for all, or one each."""
    if isinstance(fields.get("num_key_value_heads"), list) or isinstance(fields.get("num_kv_heads"), list):
        return heads
    if config is not None and config.get("attn_type") == "multiquery_attention":
        return 1
    if config is not None and config.get("kv_n_heads") is not None:
        fields.used.add("num_key_value_heads")
        return config.usual("num_key_value_heads")
    if fields.flag("multi_query") is True and not fields.flag("new_decoder_architecture"):
        fields.used.update(("num_key_value_heads", *NAMES["num_key_value_heads"]))
        return 1
    fields.used.add("multi_query_group_num")
    if fields.flag("multi_query_attention") is not False:
        groups = fields.number("multi_query_group_num", most=LIMITS["num_key_value_heads"][0], told="2**20")
        if groups is not None:
            return groups
        if fields.get("multi_query_attention") is True:
            return 1
    return fields.usual("num_key_value_heads") or heads


def _shared_out(fields: Fields, heads: int | None) -> int | None:
    """The hidden size over the heads."""
    inner = fields.number("true_hidden_size", most=LIMITS["hidden_size"][0], told="2**40")
    hidden = inner or fields.usual("hidden_size")
    if heads is None:
        return None
    if hidden is not None:
        hidden *= fields.get("hidden_size_times") or 1  # of a type, not of a file
    if hidden is None:
        if not any("hidden_size" in line or "head_dim" in line for line in fields.problems):
            fields.refuse("head_dim", None, "given, or hidden_size in its place")
        return None
    if hidden % heads or hidden > MAX_DIM * heads:
        allowed = f"a multiple of {heads} heads, at most 2**20 for each, unless head_dim is given"
        fields.refuse("hidden_size", hidden, allowed)
        return None
    return hidden // heads


def _of_label(fields: Fields, label: str, base: Widths) -> Widths:
    """What layers of one label have of their own: windows, and widths where those differ."""
    own = attrs.evolve(base)
    if label in ("window", "chunk"):
        own.n_window = _window(fields, label)
    if label not in OTHER_NAMES:
        return own
    prefix, heads_too, shared_too = OTHER_NAMES[label]
    most = LIMITS["num_attention_heads"][0]
    heads = fields.number(f"{prefix}num_attention_heads", *heads_too, most=most, told="2**20")
    shared = fields.number(f"{prefix}num_key_value_heads", *shared_too, most=most, told="2**20")
    width = fields.number(f"{prefix}head_dim", most=MAX_DIM, told="2**20")
    v_dim = fields.number(f"{prefix}v_head_dim", most=MAX_DIM, told="2**20")
    if label == "window" and shared is None and own.n_kv_heads is not None:
        shared = own.n_kv_heads * (fields.get("swa_key_value_ratio") or 1)
    own.n_heads, own.n_kv_heads = heads or own.n_heads, shared or own.n_kv_heads
    own.head_dim, own.v_dim = width or own.head_dim, v_dim or own.v_dim
    return own


def _window(fields: Fields, label: str) -> int | None:
    if label == "chunk":
        size = fields.number("attention_chunk_size")
        if size is None and not any("attention_chunk_size" in line for line in fields.problems):
            fields.refuse("attention_chunk_size", None, "given, as there are chunked layers")
        return size
    local = fields.number("local_attention")
    found = {name: size for name in WINDOWS if (size := window_of(fields, name)) is not None}
    if local is None and not found:
        if not any("window" in line for line in fields.problems):
            fields.refuse(
                "sliding_window", fields.found.get("sliding_window"), "given, as there are windowed layers"
            )
        return None
    if local is not None:
        return local
    name, size = next(iter(found.items()))
    return size + (name == "sliding_window_size" and bool(fields.get("window_excludes_own")))


def _per_layer(fields: Fields, keys: Sequence[str], labels: Labels) -> list[int] | None:
    """A list of heads, one a layer; 0 or null for a layer that does not attend."""
    for key in keys:
        if isinstance(fields.get(key), list):
            values = fields.items(key, len(labels)) or []
            if any(
                v is not None and (type(v) is not int or not 0 <= v <= LIMITS["num_attention_heads"][0])
                for v in values
            ):
                fields.refuse(key, reprlib.repr(values), "integers in 0..2**20, one a layer")
                return None
            return [v or 0 for v in values] or None
    return None


def _of_blocks(fields: Fields, labels: Labels, base: Widths) -> list[int] | None:
    """`block_configs`: query heads on one key/value head in each layer, or no attention in it."""
    blocks = fields.items("block_configs", len(labels))
    if blocks is None:
        return None
    shared = []
    for i, block in enumerate(blocks):
        one = block.get("attention") if isinstance(block, dict) else None
        if not isinstance(one, dict):
            fields.refuse("block_configs", f"layer {i}: {reprlib.repr(block)}", "an object with `attention`")
            return None
        group = one.get("n_heads_in_group")
        if one.get("no_op") or one.get("replace_with_linear"):
            shared.append(0)
        elif type(group) is not int or base.n_heads is None or group < 1 or base.n_heads % group:
            fields.refuse(
                "block_configs",
                f"layer {i}: n_heads_in_group {group!r}",
                f"a divisor of {base.n_heads} heads",
            )
            return None
        else:
            shared.append(base.n_heads // group)
        odd = [
            k
            for k in (
                "window_length",
                "sparsify",
                "num_sink_tokens",
                "use_prefill_window_in_sink_attention",
                "unshifted_sink",
            )
            if one.get(k)
        ]
        if odd:
            fields.refuse("block_configs", f"layer {i}: {odd[0]} {one[odd[0]]!r}", "absent: it is not costed")
            return None
    return shared


def _by_index(fields: Fields, n_layers: int) -> dict[int, dict[str, int]]:
    """`per_layer_config`: what single layers have instead."""
    given = fields.get(BY_INDEX)
    names = {
        "num_attention_heads": "n_heads",
        "num_key_value_heads": "n_kv_heads",
        "head_dim": "head_dim",
        "v_head_dim": "v_dim",
        "sliding_window": "n_window",
    }
    found: dict[int, dict[str, int]] = {}
    if not given:
        return found
    for index, own in given.items() if isinstance(given, dict) else ():
        if not str(index).isdecimal() or int(index) >= n_layers or not isinstance(own, dict):
            fields.refuse(BY_INDEX, reprlib.repr(index), f"layers by their number, {n_layers} in all")
            continue
        part = Fields(own, where=f"{BY_INDEX}.{index}.")
        values = {names[name]: part.number(name, most=MAX_DIM) for name in OVERRIDES if part.given(name)}
        odd = [name for name in own if name not in OVERRIDES and name not in IGNORED and own[name]]
        for name in odd:
            part.refuse(name, reprlib.repr(own[name]), f"among {', '.join(OVERRIDES)}")
        fields.problems += part.problems
        found[int(index)] = {name: value for name, value in values.items() if value is not None}
    return found


IGNORED = ("rope_theta", "rope_parameters", "intermediate_size", "partial_rotary_factor", "attention_bias")


def _layer(fields: Fields, label: str, own: Widths) -> Layer | None:
    if own.n_heads is None or own.n_kv_heads is None or own.head_dim is None:
        return None  # told already
    if own.n_heads % own.n_kv_heads:
        line = (own.n_kv_heads, f"a divisor of {own.n_heads} heads")
        if not any(line[1] in told for told in fields.problems):
            fields.refuse("num_key_value_heads", *line)
        return None
    return Layer(
        label=label,
        n_heads=own.n_heads,
        n_kv_heads=own.n_kv_heads,
        head_dim=own.head_dim,
        v_dim=own.v_dim or own.head_dim,
        n_window=own.n_window,
        latent=own.latent,
    )
