"""One stack of layers, or an encoder with a decoder that attends to it, as kinds of layers.

Apart from `config` because how one stack is read is the rule for all, and a file may hold two of them or a
part of another model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from qattention.estimates.models.fields import Fields
from qattention.estimates.models.kinds import LayerKind, Sees, Stack
from qattention.estimates.models.layers import layer_labels
from qattention.estimates.models.widths import Layer, layer_widths

SEES: dict[str, Sees] = {"full": "all", "window": "window", "chunk": "chunk"}
LISTS = ("layers_block_type", "layer_types", "hybrid_override_pattern", "block_configs")
ENCODER = {
    "num_hidden_layers": ("encoder_layers", "num_encoder_layers", "num_layers"),
    "num_attention_heads": ("encoder_attention_heads", "num_encoder_attention_heads", "num_heads"),
    "num_key_value_heads": ("encoder_num_key_value_heads",),
}
DECODER = {
    "num_hidden_layers": ("decoder_layers", "num_decoder_layers", "num_layers"),
    "num_attention_heads": ("decoder_attention_heads", "num_decoder_attention_heads", "num_heads"),
    "num_key_value_heads": ("decoder_num_key_value_heads",),
}


@attrs.frozen(kw_only=True)
class Stacks:
    """What was read of the layers; fields as in `ModelSizes`."""

    kinds: tuple[LayerKind, ...] = ()
    n_layers: int = 0
    n_attending: int = 0
    notes: tuple[str, ...] = ()


def read_stack(fields: Fields, role: str) -> Stacks:
    """A decoder's or encoder's layers; problems go to `fields`."""
    stack: Stack = "encoder" if role == "encoder" else "decoder"
    layers = _layers(fields, stack)
    if layers is None:
        return Stacks()
    crossing = _crossing(fields, len(layers))
    own = [None if replaced else layer for layer, replaced in zip(layers, crossing, strict=True)]
    kinds = _grouped(fields, own, stack)
    across = _grouped(
        fields, [layer if c else None for layer, c in zip(layers, crossing, strict=True)], stack, "cross"
    )
    return Stacks(
        kinds=(*kinds, *across),
        n_layers=len(layers),
        n_attending=sum(layer is not None for layer in layers),
    )


def read_pair(fields: Fields) -> Stacks:
    """An encoder, and a decoder that attends to itself and, in each layer, to the encoder's output."""
    encoder, decoder = _side(fields, "encoder", ENCODER), _side(fields, "decoder", DECODER)
    first, second = _layers(encoder, "encoder"), _layers(decoder, "decoder")
    fields.problems += [*encoder.problems, *decoder.problems]
    fields.used |= encoder.used | decoder.used
    fields.defaulted |= encoder.defaulted | decoder.defaulted
    if first is None or second is None:
        return Stacks()
    across = [None if layer is None else attrs.evolve(layer, label="full", n_window=None) for layer in second]
    return Stacks(
        kinds=(
            *_grouped(encoder, first, "encoder"),
            *_grouped(decoder, second, "decoder"),
            *_grouped(decoder, across, "decoder", "cross"),
        ),
        n_layers=len(first) + len(second),
        n_attending=sum(layer is not None for layer in (*first, *second)),
        notes=(
            "A prompt is read by the encoder alone; a token is one row of the decoder, which attends to as "
            "many tokens made before as to tokens of the prompt.",
        ),
    )


def _side(fields: Fields, name: str, numbers: Mapping[str, tuple[str, ...]]) -> Fields:
    """The keys of one of two stacks, by their usual names."""
    inner = fields.found.get(name)
    if isinstance(inner, Mapping) and inner:
        fields.used.add(name)
        return Fields(inner, where=f"{fields.where}{name}.")
    mapped: dict[str, Any] = dict(fields.found)
    defaults = dict(fields.defaults)
    for usual, names in numbers.items():
        for source in (mapped, defaults):
            given = [source[other] for other in names if source.get(other) is not None]
            if given:
                source[usual] = given[0]
    for other in {
        *ENCODER["num_hidden_layers"],
        *ENCODER["num_attention_heads"],
        *DECODER["num_hidden_layers"],
        *DECODER["num_attention_heads"],
    }:
        fields.used.add(other)
        mapped.pop(other, None)
        defaults.pop(other, None)
    fields.used.update(("global_block_size", "max_decoder_position_embeddings"))
    if name == "encoder" and fields.get("encoder_attention_type") == "local":
        mapped["local_attention"] = 2 * (fields.number("local_radius") or 1)
    elif name == "decoder":
        mapped.pop("attention_window", None)
    return Fields(mapped, defaults, fields.where)


def _layers(fields: Fields, stack: Stack) -> list[Layer | None] | None:
    n_layers = fields.usual("num_hidden_layers")
    for key in LISTS:
        value = fields.found.get(key)
        if n_layers is None and isinstance(value, list | str) and value:
            n_layers = len(value)
    if n_layers is None:
        if not any("layers" in line for line in fields.problems):
            fields.refuse(
                "num_hidden_layers", fields.found.get("num_hidden_layers"), "given: an integer in 1..2**20"
            )
        fields.usual("num_attention_heads")
        return None
    windows = _listed_windows(fields, n_layers)
    labels = layer_labels(fields, n_layers) if windows is None else ["window"] * n_layers
    if labels is None:
        return None
    if windows is not None:
        fields.found = {**fields.found, "sliding_window": max(windows)}
    layers = layer_widths(fields, labels)
    if fields.problems:
        return layers
    if not any(layers) and "none" not in labels:
        fields.refuse(
            "num_attention_heads", fields.found.get("num_attention_heads"), "given: an integer in 1..2**20"
        )
        return None
    return [
        layer and _seen(fields, layer, stack, windows[i] if windows else None)
        for i, layer in enumerate(layers)
    ]


def _listed_windows(fields: Fields, n_layers: int) -> list[int] | None:
    """`attention_window`: the keys on both sides, one number or one a layer (Longformer)."""
    value = fields.get("attention_window")
    if value is None:
        return None
    given = value if isinstance(value, list) else [value] * n_layers
    if len(given) != n_layers or any(type(one) is not int or one < 1 for one in given):
        fields.refuse("attention_window", str(value)[:40], f"a positive integer, or {n_layers} of them")
        return None
    return given


def _seen(fields: Fields, layer: Layer, stack: Stack, both_sides: int | None) -> Layer:
    """With the number of keys that a row sees: windows of encoders, and some numbers, are of both sides."""
    if layer.label != "window" or layer.n_window is None:
        return layer
    if both_sides is None and fields.get("halves_window") and both_ways(fields):
        both_sides = layer.n_window
    if both_sides is not None:
        size = 2 * (both_sides // 2) + 1
    elif fields.get("local_attention") is not None:
        half = max(1, layer.n_window // 2)
        size = 2 * half + 1 if stack == "encoder" else half
    else:
        size = 2 * layer.n_window + 1 if stack == "encoder" else layer.n_window
    return attrs.evolve(layer, n_window=size)


def both_ways(fields: Fields) -> bool:
    """Whether a decoder's rows see the tokens after them, too: true, or "all" of "all" and "vision"."""
    value = fields.get("use_bidirectional_attention")
    if isinstance(value, str) and value in ("all", "vision"):
        return value == "all"
    return bool(fields.flag("use_bidirectional_attention"))


def _crossing(fields: Fields, n_layers: int) -> list[bool]:
    """`cross_attention_layers`: they attend to another input in place of their own."""
    chosen = fields.items("cross_attention_layers") or []
    if any(type(i) is not int or not 0 <= i < n_layers for i in chosen):
        fields.refuse("cross_attention_layers", str(chosen)[:40], f"numbers of layers, {n_layers} in all")
        return [False] * n_layers
    return [i in set(chosen) for i in range(n_layers)]


def _grouped(
    fields: Fields, layers: list[Layer | None], stack: Stack, sees: Sees | None = None
) -> tuple[LayerKind, ...]:
    """Layers that are alike, in the order in which they first occur."""
    shared = fields.get("num_kv_shared_layers") or 0
    if type(shared) is not int or not 0 <= shared < max(1, len(layers)):
        fields.refuse("num_kv_shared_layers", shared, f"an integer in 0..{len(layers) - 1}")
        shared = 0
    counts: dict[Layer, list[int]] = {}
    for i, layer in enumerate(layers):
        if layer is not None:
            count = counts.setdefault(layer, [0, 0])
            count[0] += 1
            count[1] += i < len(layers) - shared
    return tuple(
        LayerKind(
            stack=stack,
            sees=sees or SEES[layer.label],
            n_layers=n_layers,
            n_cached=n_cached,
            n_heads=layer.n_heads,
            n_kv_heads=layer.n_kv_heads,
            head_dim=layer.head_dim,
            v_dim=layer.v_dim,
            n_window=layer.n_window,
            latent=layer.latent,
        )
        for layer, (n_layers, n_cached) in counts.items()
    )
