"""`read_model`: the layers that attend, from a `config.json` as Hugging Face's transformers writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.models.fields import Fields
from qattention.estimates.models.json_file import Repeated, read_config
from qattention.estimates.models.kinds import LayerKind, ModelSizes
from qattention.estimates.models.layers import WINDOWS
from qattention.estimates.models.stacks import Stacks, both_ways, read_pair, read_stack
from qattention.estimates.models.suspects import passed_over, refuse_unknown, refuse_what_decides

# Where models with several inputs keep their text model, outermost first.
PARTS = (
    ("text_config",),
    ("llm_config",),
    ("language_config",),
    ("thinker_config", "text_config"),
    ("language_model",),
)
GENERATES = ("ForCausalLM", "LMHeadModel")
FILLS_IN = ("ForMaskedLM", "ForPreTraining", "ForSequenceClassification", "ForTokenClassification")
Role = Literal["decoder", "encoder", "encoder-decoder", "part", "none", "refused"]


def read_model(text: str) -> ModelSizes:
    """What attends in the model whose `config.json` is `text`.

    Layers without softmax attention are left out, windows and chunks are read. A model of several inputs is
    its text model. What the file leaves out is filled in as transformers does, if it knows the type.

    Raises:
        SpecError: it is no JSON object; a key that is read is missing, ill-typed or out of range; one that
            could change what attends is not known; or no layer attends. A line each.
    """
    whole = read_config(text)
    _refuse_type(whole)
    found, path = text_part(whole)
    record = _refuse_type(found)
    where = "".join(f"{name}." for name in path)
    fields = Fields(found, record.defaults, where, record.decided) if record else Fields(found, where=where)
    role = _role(fields, record)
    refuse_what_decides(fields)
    stacks = read_pair(fields) if role == "encoder-decoder" else read_stack(fields, role)
    n_context = fields.usual("max_position_embeddings") if _has_context(fields) else None
    if not fields.problems:
        refuse_unknown(fields)
    problems = list(dict.fromkeys(fields.problems))
    if not problems and not stacks.kinds:
        problems = [
            bad("model", _named(found), "a model with a layer that attends: there is nothing to cost")
        ]
    if problems:
        raise SpecError(problems)
    others = tuple(key for key in whole if path and key != path[0] and isinstance(whole[key], Mapping))
    return ModelSizes(
        kinds=stacks.kinds,
        n_layers=stacks.n_layers,
        n_attending=stacks.n_attending,
        n_context=n_context,
        model_type=_type_name(found) or _type_name(whole),
        notes=_notes(fields, record, path, others, stacks),
        passed_over=(*others, *passed_over(fields)),
    )


def text_part(whole: Mapping[str, Any]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """(the text model's keys, the path to them): those of the whole file unless it says nothing of layers."""
    says = ("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers", "decoder_layers")
    if any(name in whole for name in says):
        return whole, ()
    for path in PARTS:
        part: Any = whole
        for name in path:
            part = part.get(name) if isinstance(part, Mapping) else None
        if isinstance(part, Mapping) and part:
            inner, below = text_part(part)
            return inner, (*path, *below)
    return whole, ()


def _type_name(found: Mapping[str, Any]) -> str | None:
    name = found.get("model_type")
    return name if isinstance(name, str) and name else None


def _named(found: Mapping[str, Any]) -> str:
    return _type_name(found) or "its keys"


def _refuse_type(found: Mapping[str, Any]) -> ModelType | None:
    """The record of the file's type; None for a type that is not known.

    Raises:
        SpecError: a type that is not costed.
    """
    name = found.get("model_type")
    if isinstance(name, Repeated):
        raise SpecError(bad("model_type", list(name.values), "given once"))
    record = model_types().get(name) if isinstance(name, str) else None
    if record and record.role == "none":
        raise SpecError(
            bad("model_type", name, "a model with a layer that attends: there is nothing to cost")
        )
    if record and record.role == "refused":
        raise SpecError(bad("model_type", name, f"one that is costed: {record.reason}"))
    return record


def _role(fields: Fields, record: ModelType | None) -> str:
    """Which stack the file is of; what its type leaves open its keys decide."""
    known = record.role if record and record.role != "part" else None
    if fields.flag("is_encoder_decoder") or known == "encoder-decoder":
        return "encoder-decoder"
    if both_ways(fields) or (known != "encoder" and fields.flag("is_causal") is False):
        return "encoder"
    if known == "encoder":
        return "decoder" if fields.flag("is_decoder") or fields.flag("causal") else "encoder"
    if known == "decoder":
        return "decoder"
    listed = fields.get("architectures")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    if any(word in name for name in names for word in GENERATES):
        return "decoder"
    if any(word in name for name in names for word in FILLS_IN) or fields.flag("is_decoder") is False:
        return "encoder"
    return "decoder"


def _has_context(fields: Fields) -> bool:
    """Positions of -1 are as many as one likes."""
    value = fields.get("max_position_embeddings")
    return not (type(value) is int and value == -1)


def _notes(
    fields: Fields, record: ModelType | None, path: tuple[str, ...], others: tuple[str, ...], stacks: Stacks
) -> tuple[str, ...]:
    notes = list(stacks.notes)
    if path:
        left = f"; passed over: {', '.join(others)}" if others else ""
        notes.append(f"The text model alone, `{'.'.join(path)}`{left}.")
    unused = [key for key in WINDOWS if type(fields.found.get(key)) is int and fields.found[key] > 0]
    if unused and all(kind.n_window is None for kind in stacks.kinds):
        window = f"{unused[0]} {fields.found[unused[0]]:,}"
        notes.append(f"The file has {window}, but none of the layers that attend is windowed.")
    if fields.defaulted:
        filled = ", ".join(
            f"{key} {value!r}" for key, value in fields.defaulted.items() if not isinstance(value, list)
        )
        if filled and record:
            notes.append(f"Not in the file, but what transformers fills in for {record.name}: {filled}.")
    name = _type_name(fields.found)
    if record is None:
        told = (
            "The file names no type" if name is None else f"The type {name} is not one of transformers 5.24"
        )
        kind = stacks.kinds[0].stack if stacks.kinds else "decoder"
        notes.append(f"{told}: read by its keys, as {'an encoder' if kind == 'encoder' else 'a decoder'}.")
    return tuple(notes)


__all__ = ["LayerKind", "ModelSizes", "read_model", "text_part"]


@attrs.frozen(kw_only=True)
class ModelType:
    """The record of one `model_type`.

    Attributes:
        role: "decoder", "encoder" or "encoder-decoder"; "part": a model of several inputs, its text model
            an object inside the file; "none": no layer attends; "refused": not costed.
        reason: why it is refused.
        defaults: values that its files may leave out, as transformers fills them in.
        decided: of a class that works out which layers attend where a file does not list them, the keys whose
            changes are read here as it does; a file that changes another one has to list its layers.
    """

    name: str
    role: Role
    reason: str | None = None
    defaults: Mapping[str, Any] = attrs.field(factory=dict)
    decided: Sequence[str] | None = None


@cache
def model_types() -> dict[str, ModelType]:
    """All types of transformers 5.24 by name (types.json: generated by benchmarks/check_models.py)."""
    text = Path(__file__).with_name("types.json").read_text("utf-8")
    found = {}
    for name, record in json.loads(text)["types"].items():
        found[name] = ModelType(name=name, **record)
    return found
