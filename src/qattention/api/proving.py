"""`verify`, and what it proves: the oracle of a plan, and its gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qattention.api import verbs
from qattention.api.oracles import AskedOracle
from qattention.api.shown import Shown, dressed, flat, plain
from qattention.errors import SpecError, bad, refuse_unsound
from qattention.lowering.program import GateProgram
from qattention.simulate import join_proof
from qattention.simulate import verify as simulated

if TYPE_CHECKING:
    from typing import Unpack

    from qattention.api.heads import HeadLike
    from qattention.api.options import Path, RequestOptions
    from qattention.api.oracles import Oracle
    from qattention.estimates import Estimate
    from qattention.render.tables import Table
    from qattention.simulate.trace import Trace

MAX_DRAWS = 10_000  # what a missing fix-up escapes with 2**-10,000


class VerifyReport(Shown, simulated.VerifyReport):
    """Is the circuit right, on every address? See `qattention.simulate.verify.VerifyReport`.

    Attributes:
        asked: the oracle and its plan; None in a report that was pickled.
        trace: one address followed through the oracle; None unless asked for.
    """

    SCHEMA = "verify"
    asked: AskedOracle | None = None
    trace: Trace | None = None

    @property
    def proved(self) -> AskedOracle:
        """The oracle, its plan, and where its integers come from.

        Raises:
            SpecError: the report was pickled without it.
        """
        if self.asked is None:
            raise SpecError("`asked`: is missing: a report that was pickled has no oracle")
        return self.asked

    def answer(self) -> list[str]:
        from qattention.render.answers import verify_answer

        return verify_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.head_tables import trace_table, verify_table

        return [verify_table(self), *([] if self.trace is None else [trace_table(self.trace)])]

    def to_dict(self) -> dict[str, Any]:
        return super().to_dict() | ({} if self.trace is None else {"trace": plain(self.trace)})


class JoinProof(Shown, join_proof.JoinProof):
    """Are the oracles of a join right, on every pair of addresses? See `simulate.join_proof.JoinProof`."""

    SCHEMA = "join-proof"

    @property
    def is_right(self) -> bool:
        """Always: what is wrong was raised."""
        return True

    def answer(self) -> list[str]:
        n_phases = len({one.phase for one in self.phases})
        return [
            f"{self.head} by {self.algorithm}: right on every address",
            f"  {self.oracles:,} oracles of {n_phases} kinds of blocks, all outcomes of their measurements",
        ]

    def tables(self) -> list[Table]:
        from qattention.render.join_tables import join_proof_table

        return [join_proof_table(self)]

    def rows(self) -> list[dict[str, object]]:
        """A row a phase."""
        return [flat(plain(one)) for one in self.phases]


def oracle(
    head: HeadLike = None,
    *,
    row: int | None = None,
    exclude: Sequence[int] = (),
    exclusion: str | None = None,
    seed: int = 0,
    published: Estimate | None = None,
    **options: Unpack[RequestOptions],
) -> Oracle:
    """The oracle of the plan that `estimate` of the same would cost, a Qualtran bloq.

    Args:
        head: a head, a path, or the name of a sample; without it typical rows of the sizes given.
        row: of the head; unless given the one whose iteration `estimate` prints. Without a head a typical
            row's, over random keys. seed: of those.
        exclude, exclusion: addresses left out, and how.
        published: an estimate whose problem and plan are taken in place of options.
        options: those of the command, by the same names with underscores; see `qattention verify --help`.
    Returns:
        A bloq on one register `address`, of m = max(1, ceil(log2 n_keys)) bits, whose phase it turns.
    Raises:
        SpecError: rows, addresses or options out of range.
    """
    where = {"row": row, "exclude": exclude, "exclusion": exclusion, "seed": seed, "published": published}
    return verbs.oracle(head, **where, **options).oracle  # type: ignore[arg-type]


def gates(bloq: Any = None, **options: Any) -> GateProgram:
    """The flat Clifford + Toffoli program of a bloq, or of `oracle` of the same options.

    Args:
        bloq: a Qualtran bloq; none: the oracle that the options ask for.
        options: those of `oracle`, its head among them.
    Returns:
        The program: a row of integers an operation, shape (n_ops, 6), with the angles and tables they name.
    Raises:
        SpecError: a part of it has neither a rule nor a decomposition; options out of range.
    """
    from qattention.lowering.lower import lower

    return lower(oracle(**options) if bloq is None else bloq)


def verify(
    head: HeadLike = None,
    *,
    row: int | None = None,
    exclude: Sequence[int] = (),
    exclusion: str | None = None,
    seed: int = 0,
    draws: int | None = None,
    published: Estimate | Path | None = None,
    trace: int | None = None,
    **options: Unpack[RequestOptions],
) -> VerifyReport:
    """Prove the circuit that `estimate` of the same would cost, on every address: `qattention verify`.

    With an `algorithm` that searches blocks of pairs, the oracles of a head's blocks: a `JoinProof`.

    Args:
        head: a head, a path, or the name of a sample; without it typical rows of the sizes given.
        row, exclude, exclusion, seed, published: as for `oracle`; `published` may be a file.
        draws: outcome vectors tried besides all at once.
        trace: an address that is followed through the oracle, bloq by bloq.
        options: those of the command, by the same names with underscores; see `qattention verify --help`.
    Returns:
        How many addresses were changed, left dirty or given a wrong phase, and the gates' counts beside those
        of the bloqs and the formula; `is_right` says it in one word.
    Raises:
        SpecError: rows, addresses or options out of range.
    """
    asked_for: dict[str, Any] = {"row": row, "exclude": tuple(exclude) or None, "exclusion": exclusion}
    asked_for |= {"draws": draws, "trace": trace, "from": published}
    join = _proved_join(head, asked_for, seed, options)
    if join is not None:
        return join  # type: ignore[return-value]  # as `estimate` does: who asks for a join knows
    from qattention.api.estimating import read_estimate
    from qattention.estimates.result import Estimate as Published
    from qattention.simulate.trace import trace_oracle

    refuse_unsound(
        {
            "seed": (seed, seed >= 0, "an integer of at least 0"),
            "draws": (draws, draws is None or 1 <= draws <= MAX_DRAWS, f"an integer in 1..{MAX_DRAWS}"),
        }
    )
    if published is not None and not isinstance(published, Published):
        published = read_estimate(published, "from")
    where = {"row": row, "exclude": exclude, "exclusion": exclusion, "seed": seed, "published": published}
    asked = verbs.oracle(head, **where, **options)  # type: ignore[arg-type]
    report = verbs.proved(asked, simulated.verify_oracle(asked.oracle, seed=seed, draws=draws))
    outcome = (report.first_failure or {}).get("outcome")
    steps = None
    if trace is not None:
        steps = trace_oracle(asked.oracle, trace, seed=seed, draws=draws, outcome=outcome)
    return dressed(VerifyReport, report, asked=asked, trace=steps)


def _proved_join(head: HeadLike, given: dict[str, Any], seed: int, options: Any) -> JoinProof | None:
    """Of a join, where one is asked for and is the best.

    Raises:
        SpecError: what only an oracle of rows gives a meaning; no head.
    """
    from qattention.plan.algorithms import ALGORITHMS

    kind = ALGORITHMS.get(options.get("algorithm") or "")
    if kind is None or not kind.is_join:
        return None
    allowed = f"absent with --algorithm {kind}"
    problems = [bad(name, value, allowed) for name, value in given.items() if value is not None]
    if problems:
        raise SpecError(problems)
    asked = verbs.request(head, **options)
    if asked.joined is None:  # rows alone take less: theirs is the plan that `auto` comes to
        return None
    return dressed(JoinProof, join_proof.prove_join(asked.question, asked.joined, seed))


def followed(report: VerifyReport, *, seed: int = 0, draws: int | None = None) -> VerifyReport:
    """The report of a failure with its first wrong address followed; as it is without one."""
    from qattention.simulate.trace import trace_oracle

    failure = report.first_failure
    if failure is None or failure["address"] is None:
        return report
    steps = trace_oracle(
        report.proved.oracle, failure["address"], seed=seed, draws=draws, outcome=failure.get("outcome")
    )
    return dressed(VerifyReport, report, asked=report.asked, trace=steps)
