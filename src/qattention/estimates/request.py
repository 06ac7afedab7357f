"""`Request`: one problem with its options, from what is asked to its estimate; each stage is made once.

    ask (problem) -> plan (chosen once) -> program -> estimate

`verify`, `run`, `export`, `diagram` and studies take their plan from here, so that what is proved is what is
costed.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from qattention.asked import TABLES, MachineOptions, WitnessOptions, table_of
from qattention.compiler import Program, Question, ask, compile_plan
from qattention.errors import InfeasibleError, SpecError, bad
from qattention.estimates.costing import estimate_program
from qattention.estimates.free import classical_estimate
from qattention.estimates.machines import E, with_physical
from qattention.estimates.result import Estimate
from qattention.plan import Plan, PlanOptions, PlanTotals, plan_totals
from qattention.plan.choose import Price, best_of
from qattention.problem import AttentionHead, AttentionProblem
from qattention.problem.options import ProblemOptions
from qattention.reference import Quantisation
from qattention.reference.fills import Fill

if TYPE_CHECKING:
    from qattention.estimates.front import JoinPrice
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.physical import Machine
    from qattention.joins.totals import JoinTotals


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Request:
    """A head or sizes, with options.

    Attributes:
        head: data; None for sizes alone.
        fill, seed: of the sampling for an error target.
    """

    head: AttentionHead | None = None
    problem: ProblemOptions = attrs.field(factory=ProblemOptions)
    plan: PlanOptions = attrs.field(factory=PlanOptions)
    quantisation: Quantisation = attrs.field(factory=Quantisation)
    machines: MachineOptions = attrs.field(factory=MachineOptions)
    witnesses: WitnessOptions = attrs.field(factory=WitnessOptions)
    fill: Fill = "mean-logit"
    seed: int = 0

    @classmethod
    def of(cls, head: AttentionHead | None = None, **options: Any) -> Request:
        """From options by their names; None is as good as not given.

        Raises:
            SpecError: unknown options, or values out of range; a line each.
        """
        tables: dict[str, dict[str, Any]] = {name: {} for name in TABLES}
        problems: list[str] = []
        own = {name: options.pop(name) for name in ("fill", "seed") if options.get(name) is not None}
        for name, value in options.items():
            try:
                if value is not None:
                    table = table_of(name)
                    tables[table][name] = several(TABLES[table], name, value)
            except SpecError as error:
                problems += error.problems
        if problems:
            raise SpecError(problems)
        if "loader" in tables["plan"]:
            tables["plan"]["loader"] = known_loader(tables["plan"]["loader"])
        made, problems = {}, []
        for name, kind in TABLES.items():
            try:
                made[name] = kind(**tables[name])
            except SpecError as error:
                problems += error.problems
        if problems:
            raise SpecError(problems)
        return cls(head=head, **made, **own)

    @cached_property
    def question(self) -> Question:
        """What is to be solved."""
        return ask(self.head, self.problem, self.plan, self.quantisation, fill=self.fill, seed=self.seed)

    @cached_property
    def price(self) -> Price | None:
        """What plans are priced by, where that is asked for: the first machine with quick models."""
        if self.plan.minimize != "physical":
            return None
        from qattention.estimates.price import plan_price

        return plan_price(self.hardware, self.machines.machine_p_fail)

    @property
    def join_price(self) -> JoinPrice | None:
        """The same of joins."""
        if self.plan.minimize != "physical":
            return None
        from qattention.estimates.price import join_price

        return join_price(self.hardware, self.machines.machine_p_fail)

    def refuse_machines(self) -> None:
        """For answers without physical figures: raise SpecError if options ask for some and price no plan."""
        given = self._of_machines | ({"physical": True} if self.machines.physical else {})
        if given and self.plan.minimize != "physical":
            allowed = "absent without --minimize physical: nothing else here hangs on a machine"
            raise SpecError([bad(name, value, allowed) for name, value in given.items()])

    @property
    def _of_machines(self) -> dict[str, Any]:
        """What was said of machines; of several the first."""
        first, p_fail = (*self.machines.machine, None)[0], self.machines.machine_p_fail
        said = {"machine": first, "machine_p_fail": p_fail}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def spans_joins(self) -> bool:
        """Whether blocks of pairs compete with plans of rows: unless those are asked for."""
        own = self.plan
        return own.is_join or (own.algorithm is None and own.rows_per_load == "auto" and own.plan is None)

    @cached_property
    def hardware(self) -> tuple[Machine, ...] | None:
        """The machines asked for; None for those that can be built.

        Raises:
            SpecError: no such machine, or one that is given where machines are refused.
        """
        asked = self.machines
        if asked.physical is False and self._of_machines:
            given = self._of_machines.items()
            raise SpecError([bad(name, value, "absent with --no-physical") for name, value in given])
        if not asked.machine:
            return None
        from qattention.estimates.physical import Machine, chosen_machines

        made = tuple(one for one in asked.machine if isinstance(one, Machine))
        return made or chosen_machines(tuple(map(str, asked.machine)))

    @cached_property
    def totals(self) -> PlanTotals:
        """The best of the plans that are left open, chosen once, and what it costs.

        Raises:
            SpecError: the algorithm joins, so that it is not one plan of rows (`joined`).
        """
        if not self.plan.is_join:
            return best_of(self.question.search, self.price)
        self.require_rows()
        return self.best_of_rows().totals

    def require_rows(self) -> None:
        """Raise SpecError if what the algorithm comes to joins: what follows is about plans of rows."""
        if self.joined is not None:
            allowed = (
                "row-by-row or shared-load here: blocks of pairs have no plan of rows; `verify HEAD` proves "
                "their oracles, `export turn-oracle --head HEAD` (or pair-oracle) writes them"
            )
            raise SpecError(bad("algorithm", self.plan.algorithm, allowed))

    @cached_property
    def of_rows(self) -> PlanTotals | None:
        """Beside a join the best plan of rows alone; None where none keeps within the caps."""
        from qattention.estimates.joined import rows_of

        return rows_of(self.question)

    @cached_property
    def joined(self) -> JoinTotals | None:
        """The join that is asked for; None where none is, or of `auto` where rows alone take less."""
        if not self.plan.is_join:
            return None
        from qattention.estimates.joined import joined

        return joined(self.question, lambda: self.of_rows)

    def join_estimate(self, beside_rows: bool = True) -> JoinEstimate | None:
        """What that join costs; None as `joined` is.

        Args:
            beside_rows: whether the best plan of rows is told too, which takes longer than the join.
        Raises:
            InfeasibleError: no certificate over all pairs keeps within the cap on qubits.
        """
        if self.joined is None:
            return None
        from qattention.estimates.join_gates import witnessed
        from qattention.estimates.joins import join_estimate

        self.hardware  # noqa: B018  # as in `estimate`
        said = witnessed(self.joined, self.witnesses.names)
        rows = self.of_rows if beside_rows else None
        found = join_estimate(self.question, self.joined, rows, *said)
        return self.with_machines(found)

    def costed(self, beside_rows: bool = True) -> Estimate | JoinEstimate:
        """The estimate of what the options choose: of a join where that is asked for, else of rows.

        Args:
            beside_rows: as `join_estimate` takes it.
        Raises:
            SpecError, InfeasibleError: as `estimate` and `join_estimate`.
        """
        if not self.plan.is_join:
            return self.estimate()
        return self.join_estimate(beside_rows) or self.best_of_rows().estimate()

    def best_of_rows(self) -> Request:
        """The same question for rows alone."""
        return attrs.evolve(self, plan=self.plan.of_rows)

    def about_joined(self, problem: AttentionProblem | None = None) -> float | None:
        """About the Toffolis of the best join, without sampling; None where it is not asked or not known.

        Args:
            problem: in place of the request's own.
        """
        plain = self.plan == attrs.evolve(PlanOptions(), max_qubits=self.plan.max_qubits)
        if not plain:
            return None
        from qattention.compiler.joins import join_sizes
        from qattention.joins.choose import about

        try:
            question = self.question if problem is None else ask(None, problem, self.plan)
            return about(join_sizes(question), self.plan)
        except (InfeasibleError, SpecError):  # no certificate within the cap; more pairs than are counted
            return None

    @cached_property
    def program(self) -> Program:
        """That plan's bloq tree."""
        return compile_plan(self.question, self.totals)

    def estimate(self, at: str | None = None) -> Estimate:
        """What it costs, machines included; `at` is the path that the breakdown details.

        Raises:
            SpecError, InfeasibleError: bad options, no plan within the caps, no machine that can be built.
            What needs no search needs no plan and no machine either.
        """
        self.hardware  # noqa: B018  # a machine that there is not is told before anything is computed
        if not self.question.needs_search:
            return classical_estimate(self.question)
        return self.with_machines(estimate_program(self.program, at=at, witnesses=self.witnesses.names))

    def with_machines(self, found: E) -> E:
        """An estimate with machines, unless they are refused.

        Raises:
            InfeasibleError: machines were asked for, and none can be built.
        """
        asked = self.machines
        if asked.physical is False:
            return found
        required = asked.physical is True or self.hardware is not None
        return with_physical(found, asked.machine_p_fail, required=required, machines=self.hardware)

    def by(self, plan: Plan) -> PlanTotals:
        """What another plan than the best costs on the same question."""
        self.question.check_searched()
        rows = self.question.rows(plan.circuit.rows_per_load)
        return plan_totals(self.question.problem, plan, rows)


def several(table: type, name: str, value: Any) -> Any:
    """One value of an option that takes several as a tuple of it."""
    takes_several = isinstance(attrs.fields_dict(table)[name].default, tuple)
    return (value,) if takes_several and not isinstance(value, tuple | list) else value


def known_loader(choice: Any) -> Any:
    """A loader of the user's own as a record; "auto" and other names as they are."""
    if not (isinstance(choice, str) and ":" in choice):
        return choice
    from qattention.lowering.user_loader import named_loader

    return named_loader(choice)
