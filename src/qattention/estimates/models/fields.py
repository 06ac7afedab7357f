"""`Fields`: a file's keys by the names that models give them; what was read is remembered."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

from qattention.errors import bad
from qattention.estimates.models.json_file import Repeated
from qattention.problem.spec import MAX_DIM, MAX_SIZE

MAX_LAYERS = MAX_HEADS = 2**20  # the largest models have fewer than 2**10

# Other names of one number, as models have them; the first is the most usual one.
NAMES: dict[str, tuple[str, ...]] = {
    "num_hidden_layers": ("n_layer", "n_layers", "num_layers", "layers"),
    "num_attention_heads": ("n_head", "n_heads", "num_heads", "attention_heads"),
    "num_key_value_heads": ("num_kv_heads", "n_kv_heads", "n_head_kv", "kv_n_heads", "num_query_groups"),
    "head_dim": ("d_kv", "attention_head_dim", "attention_head_size", "d_head", "dim_head"),
    "hidden_size": ("n_embd", "n_embed", "d_model", "dim", "embed_dim", "emb_dim", "model_dim"),
    "max_position_embeddings": (
        *("n_positions", "n_ctx", "max_seq_len", "seq_length", "max_sequence_length", "context_length"),
        "max_encoder_position_embeddings",
    ),
}
LIMITS = {
    "num_hidden_layers": (MAX_LAYERS, "2**20"),
    "num_attention_heads": (MAX_HEADS, "2**20"),
    "num_key_value_heads": (MAX_HEADS, "2**20"),
    "head_dim": (MAX_DIM, "2**20"),
    "hidden_size": (MAX_DIM * MAX_HEADS, "2**40"),
    "max_position_embeddings": (MAX_SIZE, "2**60"),
}


class Fields:
    """A mapping that is read key by key.

    Attributes:
        used: keys that were read. problems: what was wrong with them, a line each.
        where: what to call the mapping: "" or the path of a part, ending in a dot.
        decided: keys by which files of this type change its layers as it is read here; None: any.
    """

    def __init__(
        self,
        found: Mapping[str, Any],
        defaults: Mapping[str, Any] | None = None,
        where: str = "",
        decided: Sequence[str] | None = None,
    ) -> None:
        self.found, self.defaults, self.where = found, defaults or {}, where
        self.decided = decided
        self.used: set[str] = set()
        self.defaulted: dict[str, Any] = {}
        self.problems: list[str] = []

    def get(self, key: str) -> Any:
        """The value, or its type's default; None where absent or null."""
        self.used.add(key)
        value = self.found.get(key)
        if isinstance(value, Repeated):
            self.refuse(key, list(value.values), "given once, as it is read")
            return None
        if value is None and key not in self.found and self.defaults.get(key) is not None:
            value = self.defaults[key]
            self.defaulted[key] = value
        return value

    def refuse(self, key: str, got: object, allowed: str) -> None:
        """Note a problem."""
        self.problems.append(bad(f"{self.where}{key}", got, allowed))

    def given(self, key: str) -> bool:
        """Whether the file itself says something of it."""
        return self.found.get(key) is not None

    def number(self, usual: str, *others: str, most: int = MAX_SIZE, told: str = "2**60") -> int | None:
        """A positive integer by any of its names; unequal ones are refused."""
        names = (usual, *others)
        values = {name: value for name in names if (value := self.get(name)) is not None}
        # What the file says goes before what its type has by default.
        said = {name: value for name, value in values.items() if self.given(name)} or values
        for name in values.keys() - said.keys():
            self.defaulted.pop(name, None)
        sound = {name: v for name, v in said.items() if self._is_sound(name, v, most, told)}
        if len(set(sound.values())) > 1:
            (first, value), *rest = sound.items()
            for name, other in rest:
                if other != value:
                    self.refuse(name, other, f"{value!r}, as `{first}`")
        return next(iter(sound.values()), None)

    def _is_sound(self, name: str, value: Any, most: int, told: str) -> bool:
        if type(value) is int and 1 <= value <= most:
            return True
        self.refuse(
            name,
            value if isinstance(value, int | float | str) else reprlib.repr(value),
            f"an integer in 1..{told}",
        )
        return False

    def usual(self, name: str) -> int | None:
        """One of the numbers that have many names."""
        most, told = LIMITS[name]
        return self.number(name, *NAMES[name], most=most, told=told)

    def flag(self, key: str) -> bool | None:
        """True, false, or None where absent."""
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            self.refuse(key, reprlib.repr(value), "true or false")
            return None
        return value

    def items(self, key: str, n_items: int | None = None) -> list[Any] | None:
        """A list, of `n_items` items if that is known."""
        value = self.get(key)
        if value is None:
            return None
        if key in self.defaulted and n_items is not None and len(value) != n_items:
            self.refuse(
                key, None, f"given: layers of this type are not alike, and its default has {len(value)}"
            )
            return None
        if not isinstance(value, Sequence) or (n_items is not None and len(value) != n_items):
            allowed = "a list" if n_items is None else f"a list of {n_items}, one a layer"
            got = f"{len(value)} items" if isinstance(value, Sequence) else reprlib.repr(value)
            self.refuse(key, got, allowed)
            return None
        return list(value)

    def part(self, key: str) -> Fields | None:
        """An object inside; None where there is none."""
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.refuse(key, reprlib.repr(value), "an object")
            return None
        return Fields(value, where=f"{self.where}{key}.")
