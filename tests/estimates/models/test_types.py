"""The record of every type, and a sample of families against what their own code builds (facts.json)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qattention.errors import SpecError
from qattention.estimates.models import read_model
from qattention.estimates.models.config import model_types
from qattention.estimates.models.fields import Fields
from qattention.estimates.models.layers import LISTED, layer_labels

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


SHORT = json.loads((HERE / "short_files.json").read_text())


@pytest.mark.parametrize(("named", "files"), SHORT, ids=[named["model_type"] for named, _ in SHORT])
def test_files_that_leave_their_layers_to_their_type(named: dict[str, str], files: list[Any]) -> None:
    """As their class makes them (see benchmarks/check_models.py), or a line that says what to give."""
    read = 0
    for file, wanted in files:
        record = model_types()[named["model_type"]]
        fields = Fields(file, record.defaults, decided=record.decided)
        n_layers = file.get("num_hidden_layers", sum(wanted.values()))
        labels = layer_labels(fields, n_layers)
        if not fields.problems:
            assert Counter(labels) == wanted, file
            read += 1
        else:
            assert any(key in line for line in fields.problems for key in (*LISTED, "given")), fields.problems
    assert read or "full" not in files[0][1], "not even the default file is read"


def test_numbers_of_linear_layers_go_before_the_layers_of_a_type() -> None:
    """Published files have both lists, from 1; the layers of the type's default are others."""
    linear = {"full_attn_layers": [4, 8, 12, 16, 20, 24, 27]}
    others = {"kda_layers": [i for i in range(1, 28) if i not in linear["full_attn_layers"]]}
    for config in (linear, others, linear | others):
        found = read_model(json.dumps({"model_type": "kimi_linear", "linear_attn_config": config}))
        assert (found.n_layers, found.n_attending) == (27, 7)
    with pytest.raises(SpecError, match="share out layers 1 to 27"):
        read_model(
            json.dumps({"model_type": "kimi_linear", "linear_attn_config": linear | {"kda_layers": [1]}})
        )


@pytest.mark.parametrize(
    ("file", "name", "wanted"),
    [
        # Transformers 5.24: (512 // 2) + 1 exclusive on both sides.
        ({"model_type": "gemma3_text", "sliding_window": 512}, "n_window", {512, None}),
        (
            {"model_type": "gemma3_text", "sliding_window": 512, "use_bidirectional_attention": True},
            "n_window",
            {513, None},
        ),
        (
            {"model_type": "gemma4_text", "sliding_window": 512, "use_bidirectional_attention": "all"},
            "n_window",
            {513, None},
        ),
        (
            {"model_type": "gemma4_text", "sliding_window": 512, "use_bidirectional_attention": "vision"},
            "n_window",
            {512, None},
        ),
        ({"model_type": "zamba", "hidden_size": 64}, "head_dim", {8}),
        ({"model_type": "dbrx", "n_heads": 16}, "n_kv_heads", {1}),
        ({"model_type": "dbrx", "n_heads": 16, "attn_config": {"kv_n_heads": 8}}, "n_kv_heads", {8}),
    ],
)
def test_what_types_make_of_their_numbers(file: dict[str, Any], name: str, wanted: set[int | None]) -> None:
    assert {getattr(kind, name) for kind in read_model(json.dumps(file)).kinds} == wanted
