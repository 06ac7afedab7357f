"""What attends in a model: layers that are alike, and how many keys their rows see."""

from __future__ import annotations

from typing import Literal

import attrs

Sees = Literal["all", "window", "chunk", "cross"]
Stack = Literal["decoder", "encoder"]


@attrs.frozen(kw_only=True)
class LayerKind:
    """Layers whose attention is alike.

    Attributes:
        stack: "decoder" (causal) or "encoder" (every row sees keys on both sides).
        sees: "all" tokens (of a decoder: those up to its own), a "window" about its own place, the tokens of
            its own "chunk" up to its own, or, "cross", all tokens of the encoder or of another input.
        n_layers: how many there are. n_cached: those among them that keep key tables of their own; the
            others read tables of those.
        n_heads: query heads a layer. n_kv_heads: key/value heads a layer, each serving as many of them.
        head_dim, v_dim: components of a query and a key, of a value.
        n_window: keys that a row sees at most, of a window or chunk; None otherwise.
        latent: queries and keys are those of attention on one compressed key for all heads, its
            up-projections absorbed into the queries (DeepSeek-V2, arXiv:2405.04434, section 2.1).
    """

    stack: Stack
    sees: Sees
    n_layers: int
    n_cached: int
    n_heads: int
    n_kv_heads: int
    head_dim: int
    v_dim: int
    n_window: int | None = None
    latent: bool = False

    @property
    def group(self) -> int:
        """Query heads on one key/value head."""
        return self.n_heads // self.n_kv_heads

    @property
    def heads(self) -> int:
        """Query heads of all its layers."""
        return self.n_layers * self.n_heads

    @property
    def tables(self) -> int:
        """Key tables of all its layers."""
        return self.n_cached * self.n_kv_heads

    @property
    def searches(self) -> int:
        """Key/value heads of all its layers: one token's searches, `group` rows each."""
        return self.n_layers * self.n_kv_heads

    @property
    def name(self) -> str:
        """What reports call it."""
        if self.sees in ("window", "chunk"):
            seen = f"{'window' if self.sees == 'window' else 'chunks'} of {self.n_window:,}"
        elif self.sees == "cross":
            seen = "all tokens of the other input"
        else:
            seen = "all tokens" if self.stack == "encoder" else "all tokens before"
        return f"{self.stack}{', latent' if self.latent else ''}: {seen}"


@attrs.frozen(kw_only=True)
class ModelSizes:
    """What attention depends on.

    Attributes:
        kinds: the layers that attend; at least one kind.
        n_layers: layers in all, of both stacks. n_attending: those that attend.
        n_context: tokens that the model was made for; None where the file does not say.
        model_type: as the file says.
        notes: how the file was read, where that is not plain from its keys; a sentence each.
        passed_over: keys that were not read, because attention does not depend on them.
        n_heads, n_kv_heads, head_dim: where all kinds have the same; else None. n_window: of the first window
            or chunk.
    """

    kinds: tuple[LayerKind, ...]
    n_layers: int
    n_attending: int
    n_context: int | None
    model_type: str | None = None
    notes: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    n_heads: int | None = attrs.field(
        init=False, default=attrs.Factory(lambda own: own._one("n_heads"), True)
    )
    n_kv_heads: int | None = attrs.field(
        init=False, default=attrs.Factory(lambda own: own._one("n_kv_heads"), True)
    )
    head_dim: int | None = attrs.field(
        init=False, default=attrs.Factory(lambda own: own._one("head_dim"), True)
    )
    n_window: int | None = attrs.field(
        init=False,
        default=attrs.Factory(lambda own: next((k.n_window for k in own.kinds if k.n_window), None), True),
    )

    def _one(self, name: str) -> int | None:
        values = {getattr(kind, name) for kind in self.kinds}
        return values.pop() if len(values) == 1 else None

    @property
    def is_encoder(self) -> bool:
        """Whether nothing is generated."""
        return all(kind.stack == "encoder" for kind in self.kinds)
