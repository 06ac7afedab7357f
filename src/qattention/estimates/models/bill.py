"""`model_bill`: one estimate of each part of a prompt and of a token, times all that are alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from qattention.estimates.classical import ClassicalFigures, classical_figures, recorded_rates
from qattention.estimates.classical.rates import Task
from qattention.estimates.classical.work import BYTES_A_COMPONENT, INDEX_BYTES, ExactWork
from qattention.estimates.costed import Costed
from qattention.estimates.joins import JoinEstimate
from qattention.estimates.models.kinds import LayerKind, ModelSizes
from qattention.estimates.models.parts import BilledPart, prompt_parts, token_parts
from qattention.estimates.models.result import (
    BillTotals,
    MeasuredBill,
    ModelBill,
    PartBill,
    PhaseBill,
    TokenFigures,
)
from qattention.estimates.result import (
    Assumption,
    ClassicalWork,
    Estimate,
    ExpectedTotals,
    MemoryFigures,
    WorstTotals,
)
from qattention.problem import AttentionProblem

T = TypeVar("T", ExpectedTotals, WorstTotals, ClassicalWork)
One = Estimate | JoinEstimate
Solve = Callable[[AttentionProblem], One]  # the estimate of one head, by the plan that is best for it
Machines = Callable[[Any], Any]  # adds the machines that run an estimate's totals
Phases = Mapping[str, tuple[Sequence[BilledPart], PhaseBill]]  # "prompt", and "token" of what generates
Measure = Callable[[Phases, Mapping[AttentionProblem, Any]], MeasuredBill]
SOURCE = "config.json"


def model_bill(
    model: ModelSizes,
    whole: AttentionProblem,
    solve: Solve,
    machines: Machines | None = None,
    measure: Measure | None = None,
) -> ModelBill:
    """The bill of a prompt of `whole.n_keys` tokens and of one token after them.

    Args:
        whole: tokens, n_heavy, widths and p_fail; what is the model's is not looked at.
        solve: estimates one part; asked once for each that differs.
        machines: adds physical figures to the totals; without it an idealised clock is compared.
        measure: the bill with k as real heads give it, of phases and the estimates of their parts.
    """
    n_tokens, prompt, token = whole.n_keys, prompt_parts(model, whole), token_parts(model, whole)
    found = {part.problem: solve(part.problem) for part in dict.fromkeys((*prompt, *token))}
    heads = sum(kind.heads for kind in dict.fromkeys(part.kind for part in prompt))
    memory, works = prompt_memory(model, prompt, found, n_tokens), _prompt_works(prompt, n_tokens)
    first, last = _phase(model, prompt, found, heads, memory, works, machines), None
    if token:
        searches = sum(part.kind.searches for part in token)
        memory, works = token_memory(token, found), _token_works(token)
        last = _phase(model, token, found, searches, memory, works, machines)
    phases = {"prompt": (prompt, first[0])} | ({} if last is None else {"token": (token, last[0])})
    return ModelBill(
        measured=None if measure is None else measure(phases, found),
        model=model,
        n_tokens=n_tokens,
        prefill=_per_token(first, n_tokens),
        decode=last and last[0],
        assumptions=notes(model, whole, prompt, first[1], last and last[1]),
        versions=first[1].versions,
    )


def _per_token(phase: tuple[PhaseBill, One], n_tokens: int) -> PhaseBill:
    bill = phase[0]
    shared = TokenFigures(
        toffoli=bill.per_token.toffoli / n_tokens,
        quantum_s=bill.per_token.quantum_s / n_tokens,
        classical_s={name: s / n_tokens for name, s in bill.per_token.classical_s.items()},
        search_s={name: s / n_tokens for name, s in bill.per_token.search_s.items()},
    )
    return attrs.evolve(bill, per_token=shared)


def _phase(
    model: ModelSizes,
    parts: Sequence[BilledPart],
    found: dict[AttentionProblem, One],
    n_times: int,
    memory: MemoryFigures,
    works: dict[Task, ExactWork],
    machines: Machines | None,
) -> tuple[PhaseBill, One]:
    """(the bill of all parts one after another, the costliest part's estimate with the totals of all)."""
    costs = [part.n_times * found[part.problem].logical.expected.toffoli for part in parts]
    most = max(range(len(parts)), key=lambda i: costs[i])
    every = _added([(found[part.problem], part.n_times) for part in parts], most, memory)
    if machines is not None and every.logical.qubits:  # no machine is needed where nothing is searched
        every = machines(every)
    classical, toffoli = classical_figures(every, work=works["attention"]), every.logical.expected.toffoli
    bill = PhaseBill(
        parts=tuple(_part(model, part, found[part.problem], toffoli) for part in parts),
        problem=every.problem,
        n_times=n_times,
        algorithm=every.algorithm,
        plan=every.rows_plan,
        search=every.search,
        iteration_toffoli=every.iteration_toffoli,
        logical=BillTotals(
            expected=every.logical.expected,
            worst_case=every.logical.worst_case,
            qubits=every.logical.qubits,
        ),
        memory=memory,
        classical_work=every.classical_work,
        physical=every.physical,
        classical=classical,
        per_token=_token_figures(toffoli, classical, works),
    )
    return bill, every


def _token_figures(toffoli: float, attention: ClassicalFigures, works: dict[Task, ExactWork]) -> TokenFigures:
    """Of all that the work is of, by the rates of each task."""
    seconds = {
        task: {
            rate.name: rate.seconds(work.flops, work.n_bytes)
            for rate in recorded_rates()
            if task in rate.tasks
        }
        for task, work in works.items()
    }
    return TokenFigures(
        toffoli=toffoli,
        quantum_s=attention.quantum_s,
        classical_s=seconds["attention"],
        search_s=seconds["search"],
    )


def _part(model: ModelSizes, part: BilledPart, one: One, toffoli: float) -> PartBill:
    own = part.n_times * one.logical.expected.toffoli
    return PartBill(
        kind=part.kind.name,
        kind_index=model.kinds.index(part.kind),
        n_layers=part.kind.n_layers,
        problem=part.problem,
        n_times=part.n_times,
        algorithm=one.algorithm,
        plan=one.rows_plan,
        iterations_total=part.n_times * one.search.iterations_total,
        iteration_toffoli=one.iteration_toffoli,
        toffoli=own,
        share=own / toffoli if toffoli else 0.0,
        qubits=one.logical.qubits,
    )


def _added(counted: Sequence[tuple[One, int]], most: int, memory: MemoryFigures) -> One:
    """The costliest estimate with the totals of all, one after another on the qubits of the largest."""
    one = counted[most][0]
    iterations = sum(n * each.search.iterations_total for each, n in counted)
    search, logical = (
        {"iterations_total": iterations},
        {
            "expected": _sum([(each.logical.expected, n) for each, n in counted]),
            "worst_case": _worst([(each.logical.worst_case, n) for each, n in counted]),
            "qubits": max(each.logical.qubits for each, _ in counted),
        },
    )
    changes: dict[str, Any] = {
        "search": attrs.evolve(one.search, **search),  # type: ignore[arg-type]  # both kinds have it
        "logical": attrs.evolve(one.logical, **logical),  # type: ignore[arg-type]
        "memory": memory,
        "classical_work": _sum([(each.classical_work, n) for each, n in counted]),
    }
    return attrs.evolve(one, **changes)


def _worst(counted: Sequence[tuple[WorstTotals | None, int]]) -> WorstTotals | None:
    known = [(worst, n) for worst, n in counted if worst is not None]
    return _sum(known) if len(known) == len(counted) else None


def _sum(counted: Sequence[tuple[T, int]]) -> T:
    """Totals added up; None where any is not known."""
    first = counted[0][0]
    added: dict[str, Any] = {}
    for field in attrs.fields(type(first)):
        values = [(getattr(each, field.name), n) for each, n in counted]
        added[field.name] = None if any(x is None for x, _ in values) else sum(n * x for x, n in values)
    return attrs.evolve(first, **added)


def prompt_memory(
    model: ModelSizes, parts: Sequence[BilledPart], found: dict[AttentionProblem, One], n_tokens: int
) -> MemoryFigures:
    """Tables of as many keys as rows see, filled with every token's; an encoder's output fills some too."""
    filled = list(dict.fromkeys(part.kind for part in parts))
    if any(kind.stack == "encoder" for kind in model.kinds):
        filled += [kind for kind in model.kinds if kind.sees == "cross"]
    bits = parts[0].problem.key_bits
    return MemoryFigures(
        cells=sum(kind.tables * _held(kind, n_tokens) * kind.head_dim * bits for kind in filled),
        writes=sum(kind.tables * n_tokens * kind.head_dim for kind in filled),
        reads=sum(part.n_times * found[part.problem].memory.reads for part in parts),
    )


def token_memory(parts: Sequence[BilledPart], found: dict[AttentionProblem, One]) -> MemoryFigures:
    """The decoder's tables, those of another input included; a key is added to each of its own."""
    cells = [part.kind.tables * part.problem.n_keys * part.problem.head_dim for part in parts]
    return MemoryFigures(
        cells=sum(cells) * parts[0].problem.key_bits,
        writes=sum(part.kind.tables * part.kind.head_dim for part in parts if part.kind.sees != "cross"),
        reads=sum(part.n_times * found[part.problem].memory.reads for part in parts),
    )


def _held(kind: LayerKind, n_tokens: int) -> int:
    """Keys that a table has at a time."""
    return n_tokens if kind.n_window is None else min(n_tokens, kind.n_window)


def _vector(kind: LayerKind) -> int:
    """Components of a key and its value; compressed ones are the same numbers."""
    return kind.head_dim if kind.latent else kind.head_dim + kind.v_dim


def _prompt_works(parts: Sequence[BilledPart], n_tokens: int) -> dict[Task, ExactWork]:
    """Keys and values read once a key/value head, queries and outputs once a head."""
    kinds = dict.fromkeys(part.kind for part in parts)
    vectors = sum(kind.heads * (kind.head_dim + kind.v_dim) + kind.searches * _vector(kind) for kind in kinds)
    keys = sum((kind.heads + kind.searches) * kind.head_dim for kind in kinds)
    is_square = any(kind.n_window is None or kind.n_window >= n_tokens for kind in kinds)
    return _works(parts, n_tokens * vectors, n_tokens * keys, is_square)


def _token_works(parts: Sequence[BilledPart]) -> dict[Task, ExactWork]:
    """One row a head; the keys and values that it sees are read once a key/value head."""
    numbers = sum(
        part.kind.heads * (part.kind.head_dim + part.kind.v_dim)
        + part.kind.searches * part.problem.n_keys * _vector(part.kind)
        for part in parts
    )
    keys = sum(
        (part.kind.heads + part.kind.searches * part.problem.n_keys) * part.kind.head_dim for part in parts
    )
    return _works(parts, numbers, keys, is_square=False)


def _works(parts: Sequence[BilledPart], numbers: int, keys: int, is_square: bool) -> dict[Task, ExactWork]:
    """Exact attention moves so many numbers; a search queries and keys, and the indices that it finds."""
    found = sum(part.n_times * part.problem.n_queries * part.problem.n_heavy for part in parts)
    n_bytes: dict[Task, int] = {
        "attention": BYTES_A_COMPONENT * numbers,
        "search": BYTES_A_COMPONENT * keys + INDEX_BYTES * found,
    }
    return {
        task: ExactWork(
            flops=sum(part.n_times * ExactWork.of(part.problem, task).flops for part in parts),
            n_bytes=each,
            is_square=is_square,
        )
        for task, each in n_bytes.items()
    }


def notes(
    model: ModelSizes,
    whole: AttentionProblem,
    parts: Sequence[BilledPart],
    prompt: Costed,
    token: Costed | None,
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


def _failure(whole: AttentionProblem, parts: Sequence[BilledPart]) -> tuple[Assumption, ...]:
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
