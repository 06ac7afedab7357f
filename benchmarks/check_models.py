"""Every model type of transformers 5.24: what `read_model` makes of its default file, and the built model.

Needs torch 2.13 and transformers 5.24 beside this package's own dependencies; a minute, one core, no weights:

    PYTHONPATH=src python benchmarks/check_models.py          # check; ends with 1 on a difference
    PYTHONPATH=src python benchmarks/check_models.py --write  # types.json, the tests' facts, docs/models.md
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
from model_facts import VERSION, built_units, default_files, raw_defaults
from model_layers import layer_rule, short_files
from model_page import page
from model_roles import (
    ENCODERS,
    NO_ATTENTION,
    NOT_LANGUAGE,
    OTHER_ATTENTION,
    OWN_RULES,
    PAIRS,
    SAMPLE,
    SHARED_WEIGHTS,
    TEXT_PARTS,
)

from qattention.errors import SpecError
from qattention.estimates.models import ModelSizes, read_model
from qattention.estimates.models.config import PARTS, model_types, text_part

ROOT = Path(__file__).parents[1]
TYPES = ROOT / "src/qattention/estimates/models/types.json"
FACTS = ROOT / "tests/estimates/models/facts.json"
SHORT = ROOT / "tests/estimates/models/short_files.json"
PAGE = ROOT / "docs/models.md"
BOILERPLATE = ("architectures", "dtype", "id2label", "label2id", "transformers_version", "_name_or_path")
SHAPES = ("across", "fused", "heads", "k", "latent", "q", "v", "window")


def roles(files: dict[str, dict[str, str]]) -> dict[str, dict[str, Any]]:
    """The record of every type, defaults left out."""
    from transformers.models.auto import modeling_auto as auto

    speaking = set(auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)
    decoders = speaking | set(TEXT_PARTS)
    speaking |= set(auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES) | set(
        auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES
    )
    speaking |= set(auto.MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES) | set(
        auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES
    )
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(files):
        if name in NO_ATTENTION:
            found[name] = {"role": "none"}
        elif name in PAIRS:
            found[name] = {"role": "encoder-decoder"}
        elif name in ENCODERS:
            found[name] = {"role": "encoder"}
        elif name in OTHER_ATTENTION:
            found[name] = {"role": "refused", "reason": OTHER_ATTENTION[name]}
        elif (
            name in speaking
            and "full" in files[name]
            and _has_text_part(json.loads(files[name]["full"]), decoders | set(ENCODERS))
        ):
            found[name] = {"role": "part"}
        elif name in decoders:
            found[name] = {"role": "decoder"}
        else:
            found[name] = {"role": "refused", "reason": NOT_LANGUAGE}
    return found


def _has_text_part(file: dict[str, Any], known: set[str]) -> bool:
    if any(name in file for name in ("num_hidden_layers", "n_layer", "n_layers", "num_layers")):
        return False
    for path in PARTS:
        part: Any = file
        for name in path:
            part = part.get(name) if isinstance(part, dict) else None
        if isinstance(part, dict) and part.get("model_type") in known:
            return True
    return False


def defaults(name: str) -> dict[str, Any]:
    """What `read_model` reads and the type's class fills in."""
    from qattention.estimates.models.fields import NAMES
    from qattention.estimates.models.layers import SPENT, WINDOWS
    from qattention.estimates.models.stacks import DECODER, ENCODER
    from qattention.estimates.models.widths import LATENT

    wanted = {*NAMES, *(other for names in NAMES.values() for other in names), *WINDOWS, *SPENT, *LATENT}
    wanted |= {name for table in (ENCODER, DECODER) for names in table.values() for name in names}
    wanted |= {"v_head_dim", "qk_head_dim", "multi_query", "new_decoder_architecture", "use_sliding_window"}
    wanted |= {"attention_chunk_size", "attention_window", "num_kv_shared_layers", "swa_num_attention_heads"}
    wanted |= {"swa_num_key_value_heads", "swa_head_dim", "true_hidden_size", "local_radius"}
    wanted |= {"encoder_attention_type", "attention_type", "cross_attention_layers"}
    found = {
        key: value for key, value in raw_defaults(name).items() if key in wanted and value not in (None, [])
    }
    found = {key: value for key, value in found.items() if isinstance(value, int | str | list | tuple)}
    return found | OWN_RULES.get(name, {})


def differences(model: ModelSizes, units: list[dict[str, Any]]) -> list[str]:
    """What the built model has and `read_model` does not say, or the other way round."""
    left: Counter[tuple[Any, ...]] = Counter()
    for kind in model.kinds:
        own = (kind.n_heads, kind.n_kv_heads, kind.head_dim, kind.v_dim, kind.n_window, kind.latent)
        left[(kind.stack, kind.sees, *own)] += kind.n_layers
    told, says_window = [], any(unit["window"] is not None for unit in units)
    for unit in units:
        unit["says_window"] = says_window
        match = next((key for key in left if left[key] and _agree(key, unit)), None)
        if match is None:
            told.append(f"built, not read: {unit}")
        else:
            left[match] -= 1
    return told + [f"read, not built: {n} x {key}" for key, n in left.items() if n]


def _agree(key: tuple[Any, ...], unit: dict[str, Any]) -> bool:
    stack, sees, n_heads, n_kv_heads, head_dim, v_dim, n_window, latent = key
    if unit["across"] != (sees == "cross") or (unit["heads"] or n_heads) != n_heads:
        return False
    if unit["causal"] is True and stack == "encoder":
        return False
    if unit["causal"] is False and stack == "decoder" and sees != "cross" and "decoder." not in unit["path"]:
        return False
    if unit["window"] is not None and sees in ("all", "window"):
        sides = (
            unit["window"],
            2 * unit["window"] - 1,
            2 * unit["window"] + 1,
        )  # of an encoder: with or without 1
        if n_window not in (sides[:1] if stack == "decoder" else sides[1:]):
            return False
    elif sees == "window" and unit["says_window"]:
        return False
    q, k, v = n_heads * head_dim, n_kv_heads * head_dim, n_kv_heads * v_dim
    if "latent" in unit:
        return bool(latent) and unit["latent"] == head_dim
    if latent:
        return False
    if "fused" in unit:
        return bool(unit["fused"] == q + k + v)
    return unit["q"] == q and unit.get("k", k) == k and unit.get("v", v) == v


@attrs.frozen(kw_only=True)
class Examined:
    """What became of a type; told: what is to be seen of it; the model as read, and its built modules."""

    outcome: str
    told: list[str]
    model: ModelSizes | None = None
    units: list[dict[str, Any]] = attrs.field(factory=list)


def examine(name: str, file: dict[str, str]) -> Examined:
    """Read both default files of a type and compare with the built model."""
    if "error" in file:
        return Examined(outcome="no default file", told=[file["error"]])
    full, diff = (_read(file[way]) for way in ("full", "diff"))
    if isinstance(full, SpecError):
        if not isinstance(diff, SpecError):
            return Examined(outcome="DIFFERS between its two files", told=[str(full)])
        by_type = full.problems[0].startswith("`model_type`")
        outcome = "refused by its type" if by_type else "refused by its keys"
        return Examined(outcome=outcome, told=list(full.problems))
    if isinstance(diff, SpecError) or diff.kinds != full.kinds:
        return Examined(outcome="DIFFERS between its two files", told=[str(diff), str(full.kinds)])
    try:
        units = built_units(name)
    except Exception as error:  # the model's own code, on its own defaults
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:90]
        return Examined(outcome="read, cannot be built", told=[reason], model=full)
    told = differences(full, units * full.n_layers if name in SHARED_WEIGHTS else units)
    outcome = "DIFFERS from the built model" if told else "read, equal to the built model"
    return Examined(outcome=outcome, told=told, model=full, units=units)


def _read(text: str) -> ModelSizes | SpecError:
    try:
        return read_model(text)
    except SpecError as error:
        return error


def fact_of(name: str, seen: Examined, file: dict[str, str]) -> dict[str, Any]:
    """A small file of our own with the numbers that were read, and what the built model has."""
    assert seen.model is not None, name
    whole = json.loads(file["full"])
    passed = {*seen.model.passed_over, *BOILERPLATE}
    inner, path = text_part(whole)
    kept: dict[str, Any] = {
        key: value for key, value in inner.items() if key not in passed and value is not None
    }
    for part in reversed(path):
        kept = {part: kept}
    kept["model_type"] = name
    units = seen.units * (seen.model.n_layers if name in SHARED_WEIGHTS else 1)
    counts = Counter(json.dumps({key: unit[key] for key in sorted(unit) if key in SHAPES}) for unit in units)
    return {
        "type": name,
        "config": kept,
        "built": [{"n": n, **json.loads(unit)} for unit, n in counts.items()],
    }


def write_types(records: dict[str, dict[str, Any]], files: dict[str, dict[str, str]]) -> None:
    for name, record in records.items():
        if record["role"] in ("decoder", "encoder", "encoder-decoder") and "full" in files[name]:
            raw = defaults(name)
            rule, decided = layer_rule(name, raw)
            record |= {"defaults": raw | rule} | ({} if decided is None else {"decided": decided})
    source = f"transformers {VERSION} (Apache-2.0): names and default sizes"
    lines = [f"{json.dumps(name)}: {json.dumps(record, sort_keys=True)}" for name, record in records.items()]
    TYPES.write_text('{"source": ' + json.dumps(source) + ',\n"types": {\n' + ",\n".join(lines) + "\n}}\n")
    model_types.cache_clear()


def write_short_files(records: dict[str, dict[str, Any]]) -> None:
    """Files that leave their layers to their type, and what each layer does by its class, a line a type."""
    lines = [
        json.dumps([{"model_type": name}, [(file, Counter(labels)) for file, _, labels in short_files(name)]])
        for name, record in records.items()
        if "decided" in record
    ]
    SHORT.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def main() -> None:
    import transformers

    if transformers.__version__ != VERSION:
        raise SystemExit(f"transformers {transformers.__version__} is not {VERSION}")
    only = [arg for arg in sys.argv[1:] if not arg.startswith("-")]
    files, write = default_files(), "--write" in sys.argv
    records = roles(files)
    if write:
        write_types(records, files)
    found = {name: examine(name, file) for name, file in files.items() if not only or name in only}
    for name, seen in found.items():
        if only or (seen.told and seen.outcome != "refused by its type"):
            print(f"{name}: {seen.outcome}", *seen.told[:6], sep="\n    ")
    tally = Counter(seen.outcome for seen in found.values())
    for outcome, n in tally.most_common():
        print(f"{n:5} {outcome}")
    if write and not only:
        facts = [json.dumps(fact_of(name, found[name], files[name])) for name in SAMPLE]
        FACTS.write_text("[\n" + ",\n".join(facts) + "\n]\n")
        write_short_files(records)
        PAGE.write_text(page(PAGE.read_text(), found, records, tally))
    sys.exit(any(outcome.startswith("DIFFERS") for outcome in tally))


if __name__ == "__main__":
    main()
