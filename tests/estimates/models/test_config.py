"""Sizes from a config.json: what may be left out, and one line for every field that is wrong."""

import json
from pathlib import Path
from typing import Any

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
