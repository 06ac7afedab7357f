"""The record of every type, and a sample of families against what their own code builds (facts.json)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qattention.errors import SpecError
from qattention.estimates.models import read_model
from qattention.estimates.models.config import model_types

HERE = Path(__file__).parent
FACTS = json.loads((HERE / "facts.json").read_text())
PAGE = (HERE.parents[2] / "docs" / "models.md").read_text()


def agrees(kind: Any, unit: dict[str, Any]) -> bool:
    """Whether built projections and window are those of a kind of layer."""
    q, k, v = kind.n_heads * kind.head_dim, kind.n_kv_heads * kind.head_dim, kind.n_kv_heads * kind.v_dim
    if unit["across"] != (kind.sees == "cross") or unit["heads"] not in (None, kind.n_heads):
        return False
    if "latent" in unit or kind.latent:
        return kind.latent and unit.get("latent") == kind.head_dim
    if unit["window"] is not None and kind.sees in ("all", "window"):
        sides = {"decoder": [unit["window"]], "encoder": [2 * unit["window"] - 1, 2 * unit["window"] + 1]}
        if kind.n_window not in sides[kind.stack]:
            return False
    if "fused" in unit:
        return unit["fused"] == q + k + v
    return unit["q"] == q and unit.get("k", k) == k and unit.get("v", v) == v


def unmatched(kinds: Any, built: list[dict[str, Any]]) -> Counter[Any]:
    """Layers left over on either side, built ones with windows first, as those agree with fewer kinds."""
    left = Counter({kind: kind.n_layers for kind in kinds})
    over: Counter[Any] = Counter()
    for unit in sorted(built, key=lambda one: one["window"] is None):
        n = unit["n"]
        for kind in sorted(left, key=lambda one: one.n_window is None, reverse=unit["window"] is None):
            taken = min(n, left[kind]) if agrees(kind, unit) else 0
            left[kind] -= taken
            n -= taken
        over[json.dumps(unit)] += n
    return +left + +over


def test_there_are_facts_of_many_families() -> None:
    assert len({fact["type"] for fact in FACTS}) >= 60


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["type"])
def test_layers_are_those_of_the_built_model(fact: dict[str, Any]) -> None:
    assert unmatched(read_model(json.dumps(fact["config"])).kinds, fact["built"]) == Counter()


def test_a_wrong_width_or_window_or_number_of_layers_is_seen() -> None:
    (fact,) = (fact for fact in FACTS if fact["type"] == "gemma2")
    for key, value in (
        ("num_key_value_heads", 2),
        ("sliding_window", 64),
        ("layer_types", ["full_attention"] * 26),
    ):
        assert unmatched(read_model(json.dumps(fact["config"] | {key: value})).kinds, fact["built"])


def test_every_type_has_a_record_and_a_place_on_the_page() -> None:
    types = model_types()
    assert len(types) == 822
    missing = [name for name in types if f"`{name}`" not in PAGE]
    assert missing == []
    assert Counter(record.role for record in types.values())["refused"] < 520
    assert all(record.reason for record in types.values() if record.role == "refused")


def test_a_refused_type_is_refused_whatever_its_file_says() -> None:
    sound = {
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "hidden_size": 8,
        "layer_types": ["full_attention"] * 2,
    }
    for name, record in model_types().items():
        if record.role in ("refused", "none"):
            with pytest.raises(SpecError, match="`model_type`"):
                read_model(json.dumps(sound | {"model_type": name}))


def test_defaults_never_go_before_the_file() -> None:
    found = read_model(
        json.dumps({"model_type": "t5", "num_layers": 2, "num_decoder_layers": 3, "d_kv": 8, "num_heads": 4})
    )
    assert [(kind.n_layers, kind.head_dim, kind.n_heads) for kind in found.kinds] == [
        (2, 8, 4),
        (3, 8, 4),
        (3, 8, 4),
    ]
