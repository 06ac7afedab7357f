"""`RunSettings`: how the rows of a head are run."""

from __future__ import annotations

from typing import Literal

import attrs

from qattention.bloqs.loaders import QROM, Loader
from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference.fills import Fill
from qattention.reference.quantisation import Quantisation
from qattention.search import DEFAULT_SCHEDULE, schedule_kind
from qattention.simulate.group import GroupSearch
from qattention.simulate.memory import MemoryErrors
from qattention.simulate.row import NO_ERRORS

DEFAULT_N_HEAVY = 16  # the promise when only a threshold is given; a broken promise costs time, not keys


@attrs.frozen(kw_only=True)
class RunSettings:
    """How rows are run; the command's options of the same names.

    Attributes:
        n_heavy: keys a row promised at most; with no `tau` also the k of each row's threshold.
        quantisation: of queries and keys. If it centres the keys, so does the inference: softmax is
            unchanged, and fill `one` becomes a good one.
        tau: one logit threshold for all rows; None takes each row's own from the reference, or, with the
            search `top-k`, lets each row find its own.
        error_target: relative Frobenius error of the output, from which k is derived; in place of `n_heavy`.
        form: of the inner product (`plan.product_names`).
        rows_per_load: rows whose sums are taken on one loaded key, their find sets searched as one; "auto":
            what costs the fewest Toffoli by the closed forms.
        exclusion: how the oracle leaves out what was found; unless given the loader's cheapest way.
        errors: of the memory, per call of the oracle.
    Raises:
        SpecError: options that exclude one another, or out of range.
    """

    n_heavy: int | None = None
    tau: float | None = None
    error_target: float | None = None
    quantisation: Quantisation = attrs.field(factory=Quantisation)
    fill: Fill = "mean-logit"
    p_fail: float = 1e-3
    p_fail_scope: Literal["all", "row"] = "all"
    search: str = DEFAULT_SCHEDULE
    padded: bool = False
    loader: Loader = QROM
    form: str = "compressor-tree"
    rows_per_load: int | Literal["auto"] = 1
    exclusion: str = attrs.field()
    errors: MemoryErrors = NO_ERRORS
    seed: int = 0

    @exclusion.default
    def _cheapest(self) -> str:
        return self.loader.exclusions(self.padded)[0]

    def __attrs_post_init__(self) -> None:
        problems = []
        if self.rows_per_load != "auto" and self.rows_per_load < 1:
            problems.append(bad("rows_per_load", self.rows_per_load, "at least 1, or auto"))
        if self.exclusion not in (left := self.loader.exclusions(self.padded)):
            problems.append(bad("exclusion", self.exclusion, " or ".join(left)))
        if self.finds_thresholds and self.tau is not None:
            problems.append(bad("tau", self.tau, "absent with --search top-k, which finds the thresholds"))
        if self.finds_thresholds and self.rows_per_load not in (1, "auto"):
            problems.append(bad("rows_per_load", self.rows_per_load, "1 with --search top-k"))
        for name in ("n_heavy", "tau"):
            if self.error_target is not None and getattr(self, name) is not None:
                problems.append(bad(name, getattr(self, name), "absent beside --error-target"))
        if problems:
            raise SpecError(problems)

    @property
    def finds_thresholds(self) -> bool:
        """Whether rows find their own thresholds."""
        return schedule_kind(self.search).finds_thresholds

    def problem(self, head: AttentionHead) -> AttentionProblem:
        """The problem of the whole head; raises SpecError for settings out of range."""
        return AttentionProblem(
            n_queries=head.n_queries,
            n_keys=head.n_keys,
            head_dim=head.head_dim,
            v_dim=head.v_dim,
            n_heavy=min(DEFAULT_N_HEAVY, head.n_keys) if self.n_heavy is None else self.n_heavy,
            causal=head.causal,
            p_fail=self.p_fail,
            p_fail_scope=self.p_fail_scope,
        )

    def group_search(self, problem: AttentionProblem) -> GroupSearch:
        """How a group of rows is searched; the failure is shared out evenly over the problem's rows."""
        return GroupSearch(
            search=self.search,
            n_heavy=problem.n_searched,
            eps_row=problem.p_fail / (problem.n_queries if problem.p_fail_scope == "all" else 1),
            p_fail_scope=problem.p_fail_scope,
            padded=self.padded,
            loader=self.loader,
            form=self.form,
            seed=self.seed,
            exclusion=self.exclusion,
            errors=self.errors,
        )
