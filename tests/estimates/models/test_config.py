"""Sizes from a config.json: what may be left out, and one line for every field that is wrong."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from qattention.errors import SpecError
from qattention.estimates.models import ModelSizes, read_model

SOUND: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 5,
    "hidden_size": 32,
    "max_position_embeddings": 64,
    "rope_theta": 1e4,
}


def sizes(**changes: Any) -> ModelSizes:
    return read_model(json.dumps(SOUND | changes))


def test_a_model_is_read() -> None:
    found = sizes()
    assert found == ModelSizes(n_layers=3, n_heads=4, n_kv_heads=2, head_dim=5, n_context=64)
    assert found.group == 2


def test_a_published_model() -> None:
    """Llama-3.2-1B, as github.com/kevinstephano/thunder_model_blocks (hf_llama) quotes its file."""
    found = read_model((Path(__file__).parent / "llama-3.2-1b.json").read_text())
    assert found == ModelSizes(n_layers=16, n_heads=32, n_kv_heads=8, head_dim=64, n_context=2**17)


GPT2 = {"n_layer": 12, "n_head": 12, "n_embd": 768, "n_positions": 1024, "n_ctx": 1024}
NEO = {"num_layers": 24, "num_heads": 16, "hidden_size": 2048, "max_position_embeddings": 2048}
MPT = {"n_layers": 32, "n_heads": 32, "d_model": 4096, "max_seq_len": 2048}
BERT = {
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "hidden_size": 768,
    "max_position_embeddings": 512,
}


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (GPT2, (12, 12, 12, 64, 1024, None)),
        (GPT2 | {"multi_query": True}, (12, 12, 1, 64, 1024, None)),
        (NEO, (24, 16, 16, 128, 2048, None)),
        (MPT, (32, 32, 32, 128, 2048, None)),
        (BERT, (12, 12, 12, 64, 512, None)),
        (BERT | {"num_kv_heads": 3, "d_kv": 100}, (12, 12, 3, 100, 512, None)),
        ({"text_config": BERT | {"sliding_window": 64}, "vision_config": {}}, (12, 12, 12, 64, 512, 64)),
        (BERT | {"sliding_window": 64, "use_sliding_window": False}, (12, 12, 12, 64, 512, None)),
        (
            BERT | {"multi_query": True, "new_decoder_architecture": True, "num_kv_heads": 4},
            (12, 12, 4, 64, 512, None),
        ),
    ],
)
def test_other_names_are_known(document: dict[str, Any], wanted: tuple[int | None, ...]) -> None:
    assert attrs.astuple(read_model(json.dumps(document))) == wanted


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"n_layer": 4}, "`n_layer`: got 4; must be 3, as `num_hidden_layers`"),
        ({"kv_lora_rank": 512}, "`kv_lora_rank`: got 512; must be absent: attention on a compressed key"),
        ({"text_config": {"num_hidden_layers": 9}, "n_heads": 5}, "`n_heads`: got 5; must be 4"),
    ],
)
def test_what_two_names_contradict_or_nothing_costs_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(SpecError) as error:
        sizes(**changes)
    assert len(error.value.problems) == 1
    assert error.value.problems[0].startswith(told)


@pytest.mark.parametrize("null", [True, False])
def test_what_may_be_left_out(null: bool) -> None:
    short = {name: value for name, value in SOUND.items() if name not in ("num_key_value_heads", "head_dim")}
    missing = {"num_key_value_heads": None, "head_dim": None} if null else {}
    found = read_model(json.dumps(short | missing))
    assert (found.n_kv_heads, found.head_dim, found.group) == (4, 8, 1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"num_hidden_layers": "3"}, ["num_hidden_layers"]),
        ({"num_hidden_layers": 3.0}, ["num_hidden_layers"]),
        ({"num_attention_heads": True}, ["num_attention_heads"]),
        ({"num_attention_heads": 0, "max_position_embeddings": 2**61}, ["heads", "max_position_embeddings"]),
        ({"num_key_value_heads": 3}, ["`num_key_value_heads`: got 3; must be a divisor of 4 heads"]),
        ({"num_key_value_heads": 8}, ["num_key_value_heads"]),
        ({"head_dim": 2**21}, ["head_dim"]),
        ({"head_dim": None, "hidden_size": None}, ["head_dim"]),
        ({"head_dim": None, "hidden_size": 30}, ["hidden_size"]),
        ({"head_dim": None, "hidden_size": 2**23}, ["hidden_size"]),
        ({"num_hidden_layers": None, "hidden_size": -1, "head_dim": []}, ["num_hidden_layers", "head_dim"]),
    ],
)
def test_every_wrong_field_has_a_line(changes: dict[str, Any], told: list[str]) -> None:
    with pytest.raises(SpecError) as error:
        sizes(**changes)
    assert len(error.value.problems) == len(told)
    assert all(word in line for word, line in zip(told, error.value.problems, strict=True))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "`model`: is not JSON"),
        ("[]", "`model`"),
        ('{"head_dim": 1, "head_dim": 2}', "'head_dim' given more than once"),
        ('{"rope_theta": NaN}', "NaN is no number"),
        ("{}", "num_hidden_layers"),
    ],
)
def test_a_broken_file_is_refused(text: str, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        read_model(text)
