"""The sizes of a model, from a `config.json` as Hugging Face's transformers library writes them."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.models.names import usual_names
from qattention.estimates.strict import structured
from qattention.outside import read_json
from qattention.problem.spec import MAX_DIM, MAX_SIZE

MAX_LAYERS = MAX_HEADS = 2**20  # the largest models have fewer than 2**10


@attrs.frozen(kw_only=True)
class ModelSizes:
    """What attention depends on.

    Attributes:
        n_heads: query heads a layer. n_kv_heads: key/value heads a layer, each serving as many of them.
        head_dim: components of a query, a key and a value.
        n_context: tokens that the model was made for.
        n_window: keys that a row of some or all layers sees at most, which is not costed; None: all.
    """

    n_layers: int
    n_heads: int
    n_kv_heads: int
    head_dim: int
    n_context: int
    n_window: int | None = None

    @property
    def group(self) -> int:
        """Query heads on one key/value head."""
        return self.n_heads // self.n_kv_heads


@attrs.frozen(kw_only=True)
class _Config:
    """The fields that are used, by their names in the file; null is as good as absent.

    Raises:
        SpecError: one line for every field that is out of range.
    """

    num_hidden_layers: int
    num_attention_heads: int
    max_position_embeddings: int
    num_key_value_heads: int | None = None
    head_dim: int | None = None
    hidden_size: int | None = None
    sliding_window: int | None = None

    def __attrs_post_init__(self) -> None:
        limits = {
            "num_hidden_layers": (MAX_LAYERS, "2**20"),
            "num_attention_heads": (MAX_HEADS, "2**20"),
            "max_position_embeddings": (MAX_SIZE, "2**60"),
            "num_key_value_heads": (MAX_HEADS, "2**20"),
            "head_dim": (MAX_DIM, "2**20"),
            "hidden_size": (MAX_DIM * MAX_HEADS, "2**40"),
        }
        given = {name: getattr(self, name) for name in limits}
        problems = [
            bad(name, value, f"an integer in 1..{limits[name][1]}")
            for name, value in given.items()
            if value is not None and not 1 <= value <= limits[name][0]
        ]
        if problems := problems or self._unequal_shares():
            raise SpecError(problems)

    def _unequal_shares(self) -> list[str]:
        heads, shared, hidden = self.num_attention_heads, self.num_key_value_heads, self.hidden_size
        problems = []
        if shared is not None and heads % shared:
            problems.append(bad("num_key_value_heads", shared, f"a divisor of {heads} heads"))
        if self.head_dim is not None:
            return problems
        if hidden is None:
            problems.append(bad("head_dim", None, "given, or hidden_size in its place"))
        elif hidden % heads or hidden > MAX_DIM * heads:
            allowed = f"a multiple of {heads} heads, at most 2**20 for each, unless head_dim is given"
            problems.append(bad("hidden_size", hidden, allowed))
        return problems

    @property
    def sizes(self) -> ModelSizes:
        return ModelSizes(
            n_layers=self.num_hidden_layers,
            n_heads=self.num_attention_heads,
            n_kv_heads=self.num_key_value_heads or self.num_attention_heads,
            head_dim=self.head_dim or (self.hidden_size or 0) // self.num_attention_heads,
            n_context=self.max_position_embeddings,
            n_window=self.sliding_window,
        )


def read_model(text: str) -> ModelSizes:
    """The sizes in a `config.json`; fields that attention does not depend on are passed over.

    Without key/value heads every head has its own; without head_dim it is the hidden size over the heads.
    Fields may have other names, as in GPT-2's file (`names.ALIASES`).

    Raises:
        SpecError: it is no JSON object, or a field that is used is missing, ill-typed or out of range; a line
            each.
    """
    found = read_json(text, "model")
    used, problems = usual_names(found) if isinstance(found, Mapping) else (found, [])
    if problems:
        raise SpecError(problems)
    return structured(used, _Config, "model").sizes
