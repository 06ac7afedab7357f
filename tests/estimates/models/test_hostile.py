"""Files with anything at all in the keys that are read: an answer, or lines; never another error."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from qattention.errors import SpecError
from qattention.estimates.models import read_model
from qattention.estimates.models.fields import NAMES
from qattention.estimates.models.layers import LISTED, SPENT, WINDOWS
from qattention.estimates.models.suspects import ALLOWED
from qattention.estimates.models.widths import LATENT

FACTS = json.loads((Path(__file__).parent / "facts.json").read_text())
KEYS = (
    *(*NAMES, *(other for names in NAMES.values() for other in names), *SPENT, *LISTED, *WINDOWS, *LATENT),
    *("attn_config", "per_layer_config", "block_configs", "num_key_value_heads_per_layer"),
    *(
        "attention_window",
        "cross_attention_layers",
        "num_kv_shared_layers",
        "multi_query",
        "is_encoder_decoder",
    ),
    *("architectures", "model_type", "is_decoder", "v_head_dim", "attention_chunk_size"),
    *("encoder_layers", "decoder_layers", "encoder_attention_type", "local_radius", "thinker_config"),
    *("encoder", "decoder", "text_config", *ALLOWED),
)
VALUES: tuple[Any, ...] = (
    *(None, 0, -1, 1, 3, 8, 2**70, 1.5, float("inf"), True, False, "x", "", [], [1], [[1]], {}, {"a": 1}),
    *(
        ["full_attention"] * 8,
        [{}] * 8,
        {"attention": {}},
        {"0": {"head_dim": []}},
        {"full_attn_layers": [1]},
    ),
    *("M*", {"kv_n_heads": "2"}, [None] * 8, [0, 1] * 4),
)


@pytest.mark.parametrize("seed", range(8))
def test_any_value_in_any_key_is_an_answer_or_lines(seed: int) -> None:
    rng, read = random.Random(seed), 0
    for _ in range(250):
        document = dict(rng.choice(FACTS)["config"])
        for _ in range(rng.randint(1, 3)):
            document[rng.choice(KEYS)] = rng.choice(VALUES)
        lines = refusal(json.dumps(document))
        read += not lines
        assert [line for line in lines if line[0] != "`" or "\n" in line or len(line) > 600] == []
    assert 20 < read < 250


def refusal(text: str) -> tuple[str, ...]:
    """The lines with which a file is refused; none if it is read."""
    try:
        assert read_model(text).kinds
    except SpecError as error:
        return error.problems
    return ()
