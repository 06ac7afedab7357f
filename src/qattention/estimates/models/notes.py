"""What the bill of a model rests on."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from qattention.estimates.model import Assumption, Estimate
from qattention.estimates.models.kinds import ModelSizes
from qattention.estimates.models.parts import Part
from qattention.problem import AttentionProblem

SOURCE = "config.json"


def notes(
    model: ModelSizes,
    whole: AttentionProblem,
    parts: Sequence[Part],
    prompt: Estimate,
    token: Estimate | None,
) -> tuple[Assumption, ...]:
    """Its own assumptions, then those of the costliest parts; what holds for one alone says so."""
    of_prompt, of_token = prompt.assumptions, token.assumptions if token else prompt.assumptions
    shared = tuple(note for note in of_prompt if note in of_token)
    return (
        *(Assumption(text=text, source=SOURCE) for text in (*_own(model, whole.n_keys), *model.notes)),
        *_failure(whole, parts),
        *shared,
        *(_marked("prompt", note) for note in of_prompt if note not in shared),
        *(_marked("token", note) for note in of_token if note not in shared),
    )


def _own(model: ModelSizes, n_tokens: int) -> list[str]:
    left_out = model.n_layers - model.n_attending
    others = f"; the other {left_out} have no softmax attention and are not billed" if left_out else ""
    heads, tables = (sum(getattr(kind, name) for kind in model.kinds) for name in ("heads", "tables"))
    found = [
        f"Attention alone, {model.n_attending} of {model.n_layers} layers{others}. {heads} query heads and "
        f"{tables} key tables in all; heads of a kind are alike, one after another on the same qubits. "
        "A prompt's writes fill its key tables, a token's add one key to each. Notes on plans are of each "
        "phase's costliest part.",
    ]
    if any(kind.sees == "window" for kind in model.kinds):
        found.append(
            "Row i of a window of w keys searches min(i + 1, w) keys; an encoder's window is that of rows in "
            "the middle, the few at both ends see less."
        )
    if any(kind.latent for kind in model.kinds):
        found.append(
            "Latent attention is the product it is once its up-projections are absorbed into the queries: "
            "compressed keys and rotary parts, one table for all heads of a layer (arXiv:2405.04434, 2.1)."
        )
    if any(kind.sees == "cross" for kind in model.kinds):
        found.append(f"Cross attention is to as many keys as there are tokens, {n_tokens:,}.")
    if model.n_context is None:
        found.append("The file gives no context: --n-tokens decides.")
    return found


def _failure(whole: AttentionProblem, parts: Sequence[Part]) -> tuple[Assumption, ...]:
    if whole.p_fail_scope != "all":
        return ()
    n_rows = sum(part.n_times * part.problem.n_queries for part in parts)
    text = (
        f"p_fail of a prompt, and of a token, is shared equally by its rows: {whole.p_fail / n_rows:.3g} "
        f"each of the {n_rows:,} of a prompt."
    )
    return (Assumption(text=text, source="union bound"),)


def _marked(phase: str, note: Assumption) -> Assumption:
    return attrs.evolve(note, text=f"({phase}) {note.text}")
