"""The verbs: each takes what the command takes, by the same names, and gives what it prints as a value."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.request import Request
from qattention.plan.algorithms import JOINS
from qattention.problem import AttentionHead

if TYPE_CHECKING:
    from qattention.api.oracles import AskedOracle
    from qattention.bloqs.pair_oracle import PairOracle
    from qattention.bloqs.turn_oracle import TurnOracle
    from qattention.compiler import Program
    from qattention.estimates import Estimate
    from qattention.estimates.classical.comparison import CompareReport
    from qattention.estimates.models import ModelBill
    from qattention.plan import Plan
    from qattention.plan.choose import PlanSearch
    from qattention.reference import InspectReport
    from qattention.reference.fills import Fill
    from qattention.simulate.joins import JoinHeadRun
    from qattention.simulate.run import HeadRun
    from qattention.simulate.verify import VerifyReport

HeadLike = AttentionHead | str | os.PathLike[str] | None


def request(head: HeadLike = None, **options: Any) -> Request:
    """What is asked: a head, a path or the name of a sample, and options by the command's names.

    Raises:
        SpecError: unknown options, values out of range, or no such head.
    """
    from qattention.problem import load_head

    return Request.of(load_head(head) if isinstance(head, str | os.PathLike) else head, **options)


def estimate_model(config: str, on_part: Callable[[], object] = lambda: None, **options: Any) -> ModelBill:
    """The bill of a language model from the text of its config.json.

    Raises:
        SpecError, InfeasibleError: as `estimate`; no such model.
    """
    from qattention.estimates.models import read_model
    from qattention.estimates.models.solve import solve_model

    return solve_model(read_model(config), request(None, **options), on_part)


def plan(head: HeadLike = None, **options: Any) -> Plan:
    """The plan that `estimate` of the same would cost."""
    return request(head, **options).totals.plan


def program(head: HeadLike = None, **options: Any) -> Program:
    """That plan's bloq tree; `.bloq` is a Qualtran bloq, `.iteration` one Grover iteration."""
    return request(head, **options).program


def oracle(
    head: HeadLike = None,
    *,
    row: int | None = None,
    exclude: Sequence[int] = (),
    exclusion: str | None = None,
    seed: int = 0,
    published: Estimate | None = None,
    **options: Any,
) -> AskedOracle:
    """The oracle of that plan: of a head's row, or of a typical row over random keys.

    Args:
        published: an estimate whose plan and problem are taken in place of the options.
    Raises:
        SpecError: see `asked_oracle`.
    """
    asked = request(head, **options)
    chosen = None
    if published is not None:
        asked, chosen = _of_published(asked, published)
    asked.question  # noqa: B018  # what cannot be asked is told before Qualtran is imported
    from qattention.api.oracles import asked_oracle

    found = asked_oracle(asked, row=row, exclude=exclude, exclusion=exclusion, seed=seed, plan=chosen)
    return found if published is None or asked.head is not None else _without_its_head(found, published)


def _without_its_head(found: AskedOracle, published: Estimate) -> AskedOracle:
    """With a line on what is proved of an estimate of a head whose data are not given."""
    from qattention.estimates.result import THE_HEAD

    if not any(note.source == THE_HEAD for note in published.assumptions):
        return found
    line = (
        "The estimate is of a head, which is not given: what is proved is its plan with a typical row's "
        "weights over random keys. With HEAD its own row is."
    )
    return attrs.evolve(found, note=f"{line} {found.note}".rstrip())


def _of_published(asked: Request, published: Estimate) -> tuple[Request, Plan]:
    """The request that a published estimate answers, and the plan that it chose.

    A loader of somebody's own is only named in the file: it is given beside it.
    """
    from qattention.asked import ProblemOptions

    problem, chosen = published.problem, published.plan
    if asked.plan.kind is not None and asked.plan.kind.name == chosen.circuit.loader.name:
        circuit = attrs.evolve(chosen.circuit, loader=asked.plan.kind)
        chosen = attrs.evolve(chosen, circuit=circuit)
    names = [field.name for field in attrs.fields(ProblemOptions) if hasattr(problem, field.name)]
    sizes = ("n_queries", "n_keys", "head_dim", "causal")
    told = {name: getattr(problem, name) for name in names if asked.head is None or name not in sizes}
    if asked.head is not None:
        wrong = [
            bad(name, getattr(asked.head, name), f"{getattr(problem, name)}, as in the estimate")
            for name in (*sizes, "v_dim")
            if getattr(asked.head, name) != getattr(problem, name)
        ]
        if wrong:
            raise SpecError(wrong)
        if asked.quantisation.quantise == "rotated":
            told = {name: value for name, value in told.items() if not name.endswith("_bits")}
        if asked.problem.tau is not None:
            told["tau"] = asked.problem.tau
    return attrs.evolve(asked, problem=ProblemOptions(**told)), chosen


def block_oracle(
    head: HeadLike, kind: str, phase: int | None = None, **options: Any
) -> tuple[str, TurnOracle | PairOracle]:
    """(what it is, the oracle) of a block of a head's pairs, by the join that `estimate` would cost.

    Args:
        kind, phase: see `simulate.join_proof.phase_block`.
    Raises:
        SpecError: no algorithm that joins, or `auto` where rows alone take less; see `phase_block`.
    """
    from qattention.simulate.join_proof import phase_block

    asked = request(head, **options)
    if asked.joined is None:
        allowed = " or ".join(name for name, one in JOINS.items() if kind in one.phases)
        raise SpecError(bad("algorithm", asked.plan.algorithm, f"{allowed}, where it is best"))
    found, oracle = phase_block(asked.question, asked.joined, phase, kind)
    return f"{asked.head.name if asked.head else ''}, {asked.plan.algorithm}, {found}", oracle


def proved(asked: AskedOracle, report: VerifyReport) -> VerifyReport:
    """The report with what it is of."""
    plan = attrs.evolve(
        asked.plan, circuit=attrs.evolve(asked.plan.circuit, exclusion=asked.oracle.exclusion)
    )
    return attrs.evolve(report, what=asked.title, plan=plan, row=asked.row, note=asked.note)


def run(
    head: HeadLike,
    *,
    rows: Sequence[int] | None = None,
    fill: str | None = None,
    exclusion: str | None = None,
    address_error: float = 0.0,
    bit_error: float = 0.0,
    seed: int = 0,
    on_row: Callable[[], object] = lambda: None,
    **options: Any,
) -> HeadRun | JoinHeadRun:
    """Algorithms 1 and 2 end to end on the simulated circuits of that plan; see `qattention run --help`."""
    from qattention.reference.fills import check_fill
    from qattention.simulate.memory import MemoryErrors
    from qattention.simulate.run import run_head, run_without_search

    filled: Fill = fill or "mean-logit"  # type: ignore[assignment]
    check_fill(filled)
    asked = request(head, fill=filled, seed=seed, **options)
    if asked.plan.is_join:
        if asked.joined is not None:
            refused = {"exclusion": exclusion, "rows": rows, "address_error": address_error or None}
            return _run_join(asked, filled, seed, refused | {"bit_error": bit_error or None}, on_row)
        asked = asked.best_of_rows()
    errors = MemoryErrors(address_error=address_error, bit_error=bit_error)
    if not asked.question.needs_search:
        return run_without_search(asked.question, rows, filled)
    return run_head(
        asked.question,
        asked.totals,
        rows,
        fill=filled,
        exclusion=exclusion,
        errors=errors,
        seed=seed,
        on_row=on_row,
    )


def _run_join(
    asked: Request, fill: Fill, seed: int, refused: dict[str, Any], on_row: Callable[[], object]
) -> JoinHeadRun:
    """All rows by a join.

    Raises:
        SpecError: options that only rows by themselves give a meaning.
    """
    from qattention.simulate.joins import run_join

    given = {name: value for name, value in refused.items() if value is not None}
    if asked.head is not None and "rows" in given and len(given["rows"]) == asked.head.n_queries:
        del given["rows"]
    if given:
        allowed = f"absent with --algorithm {asked.plan.algorithm}: blocks hold all rows, in tables of gates"
        if isinstance(rows := given.get("rows"), range) and rows.step == 1:
            given["rows"] = f"{rows.start}:{rows.stop}"
        raise SpecError([bad(name, value, allowed) for name, value in given.items()])
    assert asked.joined is not None  # asked by `run`
    done = run_join(asked.question, asked.joined, fill=fill, seed=seed)
    for _ in range(done.report.rows):
        on_row()
    return done


def inspect(head: HeadLike, *, n_heavy: int | None = None, tau: float | None = None) -> InspectReport:
    """Is this head sparse? What decides it, measured, and what to do."""
    from qattention.compiler.savings import head_savings
    from qattention.problem import load_head
    from qattention.reference import advise, inspect_head

    loaded = load_head(head) if isinstance(head, str | os.PathLike) else head
    if loaded is None:
        raise SpecError("`HEAD`: is missing")
    given = {name: value for name, value in {"n_heavy": n_heavy, "tau": tau}.items() if value is not None}
    report = inspect_head(loaded, **given)  # type: ignore[arg-type]
    report = attrs.evolve(report, savings=head_savings(loaded, report.n_heavy, tau))
    return attrs.evolve(report, advice=advise(report))


def explored(head: HeadLike = None, **options: Any) -> tuple[Request, PlanSearch]:
    """(request, plans of rows) that `explore` compares.

    Rows may share loads unless a number or an algorithm is given; a loader of one's own competes with all.
    """
    from qattention.estimates.request import known_loader
    from qattention.plan.choose import PlanSearch

    if all(options.get(name) is None for name in ("algorithm", "rows_per_load", "plan")):
        options["rows_per_load"] = "auto"
    own = known_loader(options.get("loader"))
    competing = () if own is None or isinstance(own, str) else (own,)
    if competing:
        options["loader"] = None  # it is one of the family here
    asked = request(head, **options)
    asked.refuse_machines()
    question = asked.question
    question.check_searched()
    plans = question.options.of_rows if asked.plan.is_join else question.options
    return asked, PlanSearch(question.problem, plans, question.rows, competing)


def compare(
    head: HeadLike = None,
    *,
    measure: bool = False,
    logical_clock: float | None = None,
    task: Literal["attention", "search"] = "attention",
    **options: Any,
) -> CompareReport:
    """Against classical attention: break-even, and the clock and memory that it would take."""
    from qattention.estimates.classical.comparison import compare as against
    from qattention.estimates.classical.comparison import growth_of

    if logical_clock is not None:
        if options.get("machine"):
            raise SpecError(bad("machine", options["machine"][0], "absent with --logical-clock"))
        options["physical"] = False
    asked = request(head, **options)
    data = None if asked.head is None or not measure else (asked.head.q, asked.head.k)
    grows = partial(
        growth_of,
        options=asked.question.options,
        toffoli_per_s=logical_clock,
        machines=asked.hardware,
        p_fail=asked.machines.machine_p_fail,
        price=asked.price,
        task=task,
    )
    costed = asked.costed(beside_rows=False)
    found = against(costed, task=task, measure=measure, toffoli_per_s=logical_clock, head=data, growth=grows)
    return attrs.evolve(found, joins_toffoli=asked.about_joined())
