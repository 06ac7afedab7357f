"""What attends, from a config.json: every spelling, what may be left out, and a line for what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from qattention.errors import SpecError
from qattention.estimates.models import LayerKind, ModelSizes, read_model

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
EIGHT: dict[str, Any] = {
    "num_hidden_layers": 8,
    "num_attention_heads": 8,
    "hidden_size": 256,
    "max_position_embeddings": 4096,
}


def model(document: Any) -> ModelSizes:
    return read_model(document if isinstance(document, str) else json.dumps(document))


def sizes(**changes: Any) -> ModelSizes:
    return model(SOUND | changes)


def eight(**changes: Any) -> ModelSizes:
    return model(EIGHT | changes)


def shape(found: ModelSizes) -> list[tuple[Any, ...]]:
    """(sees, layers, window, query heads, key heads, d) of each kind."""
    return [(k.sees, k.n_layers, k.n_window, k.n_heads, k.n_kv_heads, k.head_dim) for k in found.kinds]


def refusal(document: Any) -> tuple[str, ...]:
    with pytest.raises(SpecError) as error:
        model(document)
    return error.value.problems


def test_a_model_is_read() -> None:
    found = sizes()
    kind = LayerKind(
        stack="decoder", sees="all", n_layers=3, n_cached=3, n_heads=4, n_kv_heads=2, head_dim=5, v_dim=5
    )
    assert (found.kinds, found.n_layers, found.n_attending, found.n_context) == ((kind,), 3, 3, 64)
    assert (kind.group, kind.heads, kind.tables, kind.searches) == (2, 12, 6, 6)
    assert found.passed_over == ("hidden_size", "rope_theta")


def test_a_published_model() -> None:
    """Llama-3.2-1B, as github.com/kevinstephano/thunder_model_blocks (hf_llama) quotes its file."""
    found = read_model((Path(__file__).parent / "llama-3.2-1b.json").read_text())
    assert (shape(found), found.n_context) == ([("all", 16, None, 32, 8, 64)], 2**17)


GPT2 = {"n_layer": 12, "n_head": 12, "n_embd": 768, "n_positions": 1024, "n_ctx": 1024}
NEO = {"num_layers": 24, "num_heads": 16, "hidden_size": 2048, "max_position_embeddings": 2048}
MPT = {"n_layers": 32, "n_heads": 32, "d_model": 4096, "max_seq_len": 2048}
GLM = {
    "num_layers": 28,
    "num_attention_heads": 32,
    "hidden_size": 4096,
    "seq_length": 8192,
    "kv_channels": 128,
}
NAMED = [
    (GPT2, (12, 12, 12, 64, 1024)),
    (GPT2 | {"multi_query": True}, (12, 12, 1, 64, 1024)),
    (GPT2 | {"multi_query": False}, (12, 12, 12, 64, 1024)),
    ({"n_layer": 12, "n_head": 12, "n_embed": 768, "n_ctx": 1024}, (12, 12, 12, 64, 1024)),
    (NEO, (24, 16, 16, 128, 2048)),
    (NEO | {"num_kv_heads": 2, "d_kv": 100}, (24, 16, 2, 100, 2048)),
    (
        NEO | {"multi_query": True, "new_decoder_architecture": True, "num_kv_heads": 4},
        (24, 16, 4, 128, 2048),
    ),
    (NEO | {"multi_query": True, "num_kv_heads": 16}, (24, 16, 1, 128, 2048)),
    (NEO | {"n_head_kv": 8}, (24, 16, 8, 128, 2048)),
    (NEO | {"num_query_groups": 8}, (24, 16, 8, 128, 2048)),
    (NEO | {"attention_head_dim": 96, "kv_channels": 48}, (24, 16, 16, 96, 2048)),
    (NEO | {"true_hidden_size": 512}, (24, 16, 16, 32, 2048)),
    (MPT, (32, 32, 32, 128, 2048)),
    (MPT | {"attn_config": {"kv_n_heads": 8}}, (32, 32, 8, 128, 2048)),
    (
        MPT | {"attn_config": {"attn_type": "multiquery_attention", "prefix_lm": False}},
        (32, 32, 1, 128, 2048),
    ),
    (GLM | {"multi_query_attention": True, "multi_query_group_num": 2}, (28, 32, 2, 128, 8192)),
    (GLM | {"multi_query_attention": False, "multi_query_group_num": 2}, (28, 32, 32, 128, 8192)),
    (GLM | {"num_key_value_heads": [4] * 28}, (28, 32, 4, 128, 8192)),
    (GLM | {"num_key_value_heads_per_layer": [4] * 28}, (28, 32, 4, 128, 8192)),
    (GLM | {"block_configs": [{"attention": {"n_heads_in_group": 8}}] * 28}, (28, 32, 4, 128, 8192)),
]


@pytest.mark.parametrize(("document", "wanted"), NAMED)
def test_other_names_are_known(document: dict[str, Any], wanted: tuple[int, ...]) -> None:
    found = model(document)
    (kind,) = found.kinds
    assert (kind.n_layers, kind.n_heads, kind.n_kv_heads, kind.head_dim, found.n_context) == wanted


@pytest.mark.parametrize(
    ("path", "left"),
    [
        (("text_config",), ()),
        (("llm_config",), ()),
        (("language_config",), ()),
        (("thinker_config", "text_config"), ()),
        (("text_config",), ("vision_config", "audio_config")),
    ],
)
def test_a_model_of_several_inputs_is_its_text_model(path: tuple[str, ...], left: tuple[str, ...]) -> None:
    document: dict[str, Any] = SOUND
    for name in reversed(path):
        document = {name: document}
    found = model(document | {name: {"num_hidden_layers": 99} for name in left})
    assert found.kinds == sizes().kinds
    assert found.passed_over[: len(left)] == left
    assert any(".".join(path) in note and all(name in note for name in left) for note in found.notes)


def test_what_a_file_leaves_out_is_filled_in_as_its_type_has_it() -> None:
    """A text part that holds only what differs from the defaults of its type, as published files do."""
    part = {"hidden_size": 2560, "model_type": "gemma3_text", "num_hidden_layers": 34, "sliding_window": 1024}
    found = model({"model_type": "gemma3", "text_config": part})
    assert shape(found) == [("window", 29, 1024, 8, 4, 256), ("all", 5, None, 8, 4, 256)]
    assert any("num_attention_heads 8" in note and "gemma3_text" in note for note in found.notes)
    assert "num_attention_heads" in refusal({"text_config": part | {"model_type": "unheard_of"}})[0]


def test_one_type_one_bill_in_every_spelling() -> None:
    spellings = [
        {"num_key_value_heads": 2},
        {"num_kv_heads": 2},
        {"attn_config": {"kv_n_heads": 2}},
        {"num_key_value_heads_per_layer": [2] * 8},
        {"multi_query_attention": True, "multi_query_group_num": 2},
        {"block_configs": [{"attention": {"n_heads_in_group": 4, "no_op": False}}] * 8},
        {"per_layer_config": {str(i): {"num_key_value_heads": 2} for i in range(8)}},
    ]
    assert len({eight(**spelling).kinds for spelling in spellings}) == 1
    assert len({model({"llm_config": EIGHT | spelling}).kinds for spelling in spellings}) == 1


def test_values_and_single_layers_may_be_wider() -> None:
    assert [kind.v_dim for kind in eight(v_head_dim=64).kinds] == [64]
    found = eight(per_layer_config={"3": {"head_dim": 64}, "07": {"head_dim": 64, "num_key_value_heads": 4}})
    assert shape(found) == [
        ("all", 6, None, 8, 8, 32),
        ("all", 1, None, 8, 8, 64),
        ("all", 1, None, 8, 4, 64),
    ]
    wide = {
        "global_head_dim": 64,
        "sliding_window_pattern": 4,
        "sliding_window": 128,
        "swa_num_key_value_heads": 2,
    }
    assert shape(eight(**wide)) == [("window", 6, 128, 8, 2, 32), ("all", 2, None, 8, 8, 64)]


def test_latent_attention_is_the_product_it_is() -> None:
    latent = {"kv_lora_rank": 512, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128}
    (kind,) = eight(**latent, q_lora_rank=1536, num_key_value_heads=8).kinds
    assert (kind.latent, kind.n_heads, kind.n_kv_heads, kind.head_dim, kind.v_dim) == (True, 8, 1, 576, 512)
    assert "qk_rope_head_dim" in refusal(EIGHT | {"kv_lora_rank": 512})[0]


def test_layers_may_share_tables() -> None:
    (kind,) = eight(num_kv_shared_layers=3).kinds
    assert (kind.n_layers, kind.n_cached, kind.tables, kind.searches) == (8, 5, 40, 64)
    assert "num_kv_shared_layers" in refusal(EIGHT | {"num_kv_shared_layers": 8})[0]


@pytest.mark.parametrize(
    ("changes", "stack"),
    [
        ({"model_type": "bert"}, "encoder"),
        ({"model_type": "bert", "is_decoder": True}, "decoder"),
        ({"architectures": ["SomeForMaskedLM"]}, "encoder"),
        ({"architectures": ["SomeForCausalLM"], "is_decoder": False}, "decoder"),
        ({"is_decoder": False}, "encoder"),
        ({"model_type": "llama", "is_decoder": False}, "decoder"),
        ({"use_bidirectional_attention": True}, "encoder"),
        ({"model_type": "xlm", "causal": True}, "decoder"),
        ({}, "decoder"),
    ],
)
def test_encoders_are_told_from_decoders(changes: dict[str, Any], stack: str) -> None:
    assert [kind.stack for kind in eight(**changes).kinds] == [stack]


def test_an_encoder_and_a_decoder_that_attends_to_it() -> None:
    """T5's and BART's names."""
    t5 = {"d_model": 512, "d_kv": 64, "num_heads": 8, "num_layers": 6, "num_decoder_layers": 4}
    found = model(t5 | {"is_encoder_decoder": True})
    assert [(k.stack, k.sees, k.n_layers, k.head_dim) for k in found.kinds] == [
        ("encoder", "all", 6, 64),
        ("decoder", "all", 4, 64),
        ("decoder", "cross", 4, 64),
    ]
    assert (found.n_layers, found.n_context) == (10, None)
    bart = {"d_model": 256, "encoder_layers": 2, "decoder_layers": 3, "encoder_attention_heads": 8}
    found = model(
        bart | {"is_encoder_decoder": True, "decoder_attention_heads": 4, "max_position_embeddings": 64}
    )
    assert [(k.n_layers, k.n_heads, k.head_dim) for k in found.kinds] == [(2, 8, 32), (3, 4, 64), (3, 4, 64)]
    inside = {"encoder": EIGHT, "decoder": EIGHT | {"num_hidden_layers": 2}, "is_encoder_decoder": True}
    assert [k.n_layers for k in model(inside).kinds] == [8, 2, 2]


def test_layers_that_attend_to_another_input() -> None:
    found = eight(cross_attention_layers=[1, 5])
    assert [(k.sees, k.n_layers) for k in found.kinds] == [("all", 6), ("cross", 2)]
    assert found.n_attending == 8
    assert "cross_attention_layers" in refusal(EIGHT | {"cross_attention_layers": [8]})[0]


@pytest.mark.parametrize("name", ["mamba2", "mamba", "falcon_mamba", "rwkv", "xlstm", "fnet"])
def test_models_without_attention_are_not_billed(name: str) -> None:
    (line,) = refusal(EIGHT | {"model_type": name})
    assert line.startswith(f"`model_type`: got {name!r}; must be a model with a layer that attends")


@pytest.mark.parametrize(
    "changes",
    [
        {"state_size": 128, "conv_kernel": 4, "time_step_rank": 48},
        {"mamba_d_conv": 4},
        {"qk_dim_factor": 0.5},
        {"linear_num_key_heads": 16},
    ],
)
def test_nor_is_a_recurrent_file_that_does_not_say_which_layers_attend(changes: dict[str, Any]) -> None:
    assert all(line.split("`")[1] in changes for line in refusal(EIGHT | changes))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"model_type": "vit"}, "`model_type`: got 'vit'; must be one that is costed: not a language model"),
        (
            {"model_type": "reformer"},
            "`model_type`: got 'reformer'; must be one that is costed: keys are hashed",
        ),
        ({"index_topk": 2048}, "`index_topk`: got '2048'; must be absent: attention of another kind"),
        ({"relative_attention": True}, "`relative_attention`: got 'True'; must be False"),
        ({"position_embedding_type": "relative_key"}, "`position_embedding_type`"),
        ({"attention_type": "block_sparse"}, "`attention_type`"),
        (
            {"layer_types": ["indexed_attention"] * 8},
            "`layer_types`: got \"'indexed_attention'\"; must be among",
        ),
        ({"some_new_attention_span": 7}, "`some_new_attention_span`: got '7'; must be absent: it may change"),
        ({"strided_layers": [1, 2]}, "`strided_layers`: got '[1, 2]'; must be absent: it may change"),
        ({"kv_compression": {"ratio": 4}}, "`kv_compression`: got 'an object'"),
        ({"per_layer_config": {"9": {"head_dim": 4}}}, "`per_layer_config`"),
        ({"per_layer_config": {"1": {"kv_lora_rank": 4}}}, "`per_layer_config.1.kv_lora_rank`"),
        ({"block_configs": [{"attention": {"n_heads_in_group": 3}}] * 8}, "`block_configs`: got 'layer 0"),
        ({"n_layer": 4}, "`n_layer`: got 4; must be 8, as `num_hidden_layers`"),
        ({"attn_config": {"prefix_lm": True}}, "`attn_config.prefix_lm`: got True; must be false"),
        ({"attn_config": {"sliding_window_size": 64}}, "`attn_config.sliding_window_size`"),
        ({"attn_config": {"attn_type": "hashed"}}, "`attn_config.attn_type`"),
    ],
)
def test_what_could_change_what_attends_is_refused_by_name(changes: dict[str, Any], told: str) -> None:
    (line,) = refusal(EIGHT | changes)
    assert line.startswith(told)


@pytest.mark.parametrize(
    "key",
    [
        "attention_dropout",
        "attn_pdrop",
        "layer_norm_eps",
        "decoder_sparse_step",
        "mask_token_id",
        "num_labels",
        "attention_bias",
        "use_cache",
        "vocab_size",
        "final_logit_softcapping",
        "moe_layer_freq",
        "rope_scaling",
    ],
)
def test_what_attention_does_not_depend_on_is_passed_over_and_listed(key: str) -> None:
    found = eight(**{key: 1})
    assert found.kinds == eight().kinds
    assert found.passed_over == (key,)


@pytest.mark.parametrize("null", [True, False])
def test_what_may_be_left_out(null: bool) -> None:
    short = {name: value for name, value in SOUND.items() if name not in ("num_key_value_heads", "head_dim")}
    missing = {"num_key_value_heads": None, "head_dim": None} if null else {}
    (kind,) = model(short | missing).kinds
    assert (kind.n_kv_heads, kind.head_dim, kind.group) == (4, 8, 1)
    assert (
        model({key: value for key, value in SOUND.items() if key != "max_position_embeddings"}).n_context
        is None
    )
    assert sizes(max_position_embeddings=-1).n_context is None


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
        ({"text_config": 3, "num_hidden_layers": None}, ["num_hidden_layers"]),
    ],
)
def test_every_wrong_field_has_a_line(changes: dict[str, Any], told: list[str]) -> None:
    problems = refusal(SOUND | changes)
    assert len(problems) == len(told)
    assert all(word in line for word, line in zip(told, problems, strict=True))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "`model`: is not JSON"),
        ("[]", "`model`: got 'list'"),
        ("[" * 100_000, "`model`: is not JSON"),
        (
            '{"num_hidden_layers": 1, "num_hidden_layers": 2}',
            r"`num_hidden_layers`: got \[1, 2\]; must be given once",
        ),
        ('{"num_hidden_layers": Infinity}', "`num_hidden_layers`: got inf"),
        ("{}", "num_hidden_layers"),
    ],
)
def test_a_broken_file_is_refused(text: str, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        read_model(text)


def test_what_is_not_read_may_be_infinite_or_repeated() -> None:
    text = (
        json.dumps(EIGHT)[:-1] + ', "time_step_limit": [0.0, Infinity], "x": NaN, "y": 1, "y": 2, "x": NaN}'
    )
    assert read_model(text).kinds == eight().kinds
    assert read_model(json.dumps(EIGHT)[:-1] + ', "hidden_size": 256}').kinds == eight().kinds
