"""Which stack each model type of transformers is, and why those that are not costed are not: written by hand.

`check_models.py` turns it into `types.json`, and checks it against the models themselves.
"""

from __future__ import annotations

NO_ATTENTION = ("mamba", "mamba2", "falcon_mamba", "rwkv", "xlstm", "fnet")

PAIRS = (
    *(
        "bart",
        "bigbird_pegasus",
        "blenderbot",
        "blenderbot-small",
        "fsmt",
        "led",
        "longt5",
        "m2m_100",
        "marian",
    ),
    *("mbart", "mt5", "mvp", "nllb-moe", "pegasus", "plbart", "switch_transformers", "t5", "t5gemma", "umt5"),
)

ENCODERS = (
    *("albert", "bert", "bert-generation", "big_bird", "camembert", "data2vec-text", "deberta", "deberta-v2"),
    *(
        "distilbert",
        "electra",
        "embedding_gemma2_text",
        "ernie",
        "esm",
        "esmc",
        "eurobert",
        "flaubert",
        "gte",
    ),
    *(
        "ibert",
        "jina_embeddings_v3",
        "layoutlm",
        "longformer",
        "luke",
        "markuplm",
        "megatron-bert",
        "mobilebert",
    ),
    *(
        "modernbert",
        "mpnet",
        "neomme",
        "nomic_bert",
        "rembert",
        "roberta",
        "roberta-prelayernorm",
        "roc_bert",
    ),
    *("roformer", "splinter", "tapas", "ultrabert", "xlm", "xlm-roberta", "xlm-roberta-xl", "xmod"),
)

# Text models that transformers lists with no head of their own.
TEXT_PARTS = (
    *("apertus1p5_text", "aria_text", "cosmos3_edge_text", "emu3_text_model", "ernie4_5_vl_moe_text"),
    *("gemma3_text", "gemma3n_text", "gemma4_text", "gemma4_unified_text", "glm4v_moe_text", "glm4v_text"),
    *("glm5_next_text", "glm_image_text", "glm_ocr_text", "granite4_vision_text", "granite_docling_text"),
    *("hunyuan_vl_text", "hy_v4_vl_text", "llama4_text", "minimax_m3_vl_text", "mistral_large4_text"),
    *("mllama_text_model", "molmo2_text", "muse_glimmer_text", "muse_spark_text", "paddleocr_vl_text"),
    *("qwen2_5_omni_text", "qwen2_5_vl_text", "qwen2_vl_text", "qwen3_5_moe_text", "qwen3_5_text"),
    *("qwen3_omni_moe_text", "qwen3_vl_moe_text", "qwen3_vl_text", "qwen4_exp_text", "dots3_note_text"),
    *("voxtral_realtime_text", "deepseek_ocr2_text", "step3p5", "cohere_compass_text"),
)

# Text models whose attention is of another kind than a softmax over products of queries and keys.
OTHER_ATTENTION = {
    "blt": "bytes are grouped into patches by a model of their own",
    "convbert": "half of its heads are convolutions",
    "cpmant": "what a row sees depends on segments and prompts in its input",
    "diffllama": "each weight is a difference of two softmaxes",
    "doge": "a learned mask chooses the keys",
    "dory": "its middle layers run in loops",
    "funnel": "sequences are pooled from block to block",
    "git": "what it sees begins with an image",
    "hrm_text": "two stacks call each other in loops",
    "inkling2_loop_text": "layers attend to blocks of earlier layers, in loops",
    "inkling2_text": "layers attend to blocks of earlier layers",
    "inkling_text": "logits have products of queries with positions besides",
    "jetmoe": "which query heads there are is chosen token by token",
    "longcat_flash": "each layer attends twice, the file has one number",
    "mra": "attention is approximated at several resolutions",
    "nystromformer": "attention is approximated through landmarks",
    "pegasus_x": "blocks with global tokens besides",
    "perceiver": "its queries are a fixed number of latents",
    "pix2struct_text_model": "a decoder to an image",
    "prophetnet": "several future tokens are predicted by as many streams",
    "reformer": "keys are hashed",
    "squeezebert": "projections are grouped convolutions",
    "t5gemma2": "own and encoder's keys share one softmax",
    "xlnet": "logits have products of queries with positions besides",
    "yoso": "attention is sampled by hashing",
    "zaya": "queries and keys are convolved in a compressed space",
    "kyutai_speech_to_text": "speech",
    "moshi": "speech",
    "musicgen": "sound",
    "musicgen_melody": "sound",
    "trocr": "a decoder to an image",
    "whisper": "speech: its encoder's context is one of frames",
    "speech_to_text": "speech: its encoder's context is one of frames",
    "seamless_m4t": "speech and text in four stacks",
    "seamless_m4t_v2": "speech and text in four stacks",
}
NOT_LANGUAGE = "not a language model, or a part of one for other inputs (images, sound, video, series)"

# What a type's code does whatever its file says: keys of our own in its record.
OWN_RULES = {
    # Taken by their classes, but no fields of them.
    **{name: {"global_attn_every_n_layers": 3} for name in ("modernbert", "modernbert-decoder")},
    # Where rows see both ways, they halve the window that the file has.
    **{f"gemma{name}_text": {"halves_window": True} for name in ("3", "4", "4_unified")},
    # Heads share out twice the hidden size; a configuration within it has one key/value head by default.
    "zamba": {"hidden_size_times": 2},
    "zamba2": {"hidden_size_times": 2},
    "dbrx": {"num_key_value_heads": 1},
    "falcon_h1": {"every_layer_attends": True},  # and does something recurrent beside it
    # Windowed layers have twice the key/value heads; the published file's window leaves out the own key.
    "mimo_v2_flash": {"swa_key_value_ratio": 2, "window_excludes_own": True},
}
# One layer's weights run in all layers: its module is counted as often.
SHARED_WEIGHTS = ("albert",)

# Families whose facts CI checks without torch.
SAMPLE = (
    *(
        "llama",
        "mistral",
        "mixtral",
        "qwen2",
        "qwen3",
        "qwen3_moe",
        "qwen3_next",
        "qwen2_5_vl",
        "gemma",
        "gemma2",
    ),
    *(
        "gemma3_text",
        "gemma3n_text",
        "gemma4_text",
        "llama4_text",
        "phi",
        "phi3",
        "gpt2",
        "gpt_neo",
        "gpt_neox",
    ),
    *("gptj", "gpt_bigcode", "gpt_oss", "falcon", "falcon_h1", "bloom", "mpt", "opt", "olmo2", "olmo3"),
    *(
        "olmo_hybrid",
        "cohere2",
        "granite",
        "starcoder2",
        "stablelm",
        "deepseek_v2",
        "deepseek_v3",
        "minicpm3",
    ),
    *("kimi_linear", "jamba", "zamba", "zamba2", "nemotron_h", "recurrent_gemma", "minimax", "lfm2", "lfm3"),
    *(
        "mimo_v2_flash",
        "glm4",
        "exaone4",
        "laguna",
        "mllama",
        "llava",
        "modernbert",
        "modernbert-decoder",
        "bert",
    ),
    *("roberta", "mobilebert", "xlm-roberta", "longformer", "embedding_gemma2_text", "t5", "bart", "t5gemma"),
    *("led", "umt5"),
)
