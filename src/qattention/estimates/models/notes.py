"""What the bill of a model rests on."""

from __future__ import annotations

import attrs

from qattention.estimates.model import Assumption, Estimate
from qattention.estimates.models.config import ModelSizes


def notes(model: ModelSizes, prompt: Estimate, token: Estimate) -> tuple[Assumption, ...]:
    """Its own assumptions, then those of both estimates; what holds for one alone says so."""
    of_prompt, of_token = prompt.assumptions, token.assumptions
    shared = tuple(note for note in of_prompt if note in of_token)
    return (
        *_own(model, prompt, token),
        *shared,
        *(_marked("prompt", note) for note in of_prompt if note not in shared),
        *(_marked("token", note) for note in of_token if note not in shared),
    )


def _own(model: ModelSizes, prompt: Estimate, token: Estimate) -> list[Assumption]:
    heads, tables = model.n_layers * model.n_heads, model.n_layers * model.n_kv_heads
    alike = (
        f"Attention alone, every layer over the whole context{_window(model)}; prompts are causal. {heads} "
        f"query heads of a prompt are alike, so are a token's {tables} key/value heads with {model.group} "
        "query heads each; they run one after another on the same qubits. A prompt's writes fill its key "
        "tables, a token's add one key to each."
    )
    found = [Assumption(text=alike, source="config.json")]
    if prompt.problem.p_fail_scope == "all":
        text = (
            f"p_fail of a prompt, and of a token, is shared equally: {prompt.problem.p_fail:.3g} a query "
            f"head of a prompt, {token.problem.p_fail:.3g} a key/value head of a token."
        )
        found.append(Assumption(text=text, source="union bound"))
    return found


def _window(model: ModelSizes) -> str:
    if model.n_window is None:
        return ""
    return f", the window of {model.n_window:,} keys that the file gives layers passed over"


def _marked(phase: str, note: Assumption) -> Assumption:
    return attrs.evolve(note, text=f"({phase}) {note.text}")
