"""A study: a question with the problem and plan that answer it, as a strict TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import attrs

from qattention.asked import WITNESSES, MachineOptions, WitnessOptions
from qattention.circuit import LoaderKind
from qattention.errors import SpecError, bad
from qattention.estimates.physical import MACHINES, Machine
from qattention.estimates.request import Request, known_loader
from qattention.estimates.strict import structured
from qattention.outside import read_text, read_toml
from qattention.plan import PlanOptions
from qattention.problem import load_head
from qattention.problem.options import ProblemOptions
from qattention.reference import Quantisation

Value = str | int | float | bool
MAX_BYTES = 2**18  # of a study.toml: ten thousand lines


@attrs.frozen(kw_only=True)
class Column:
    """A figure of every point: `path` is dotted, into `estimate --json`.

    Lists are indexed by number, machines also by a word of their model: "physical.Beverland.runtime_s".
    """

    path: str
    label: str


@attrs.frozen(kw_only=True)
class Axes:
    """A log-log plot of points: paths and labels of both axes, and paths whose values tell lines apart.

    Each value of the first of `series` names a line, each of the others a panel.
    """

    x: str
    y: str
    x_label: str
    y_label: str
    series: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Published:
    """A figure of somebody else, to stand beside the points."""

    label: str
    value: str
    source: str


@attrs.frozen(kw_only=True)
class Study:
    """`study.toml`.

    Attributes:
        head: name of a packaged sample; without it typical rows are costed.
        kind: an estimate or a sweep of them, or the verdict of `scaling` or the packaged table of real heads,
            which need nothing else.
        physical: whether machines are costed too: the usual ones, or the one given.
        machines: the same, and others, by the options' names.
        witnesses: who must agree; all unless told, and in a sweep closed forms alone.
        machine: fields of a machine; a sweep of them starts from superconducting qubits of error 1e-3.
        sweep: "problem.n_tokens" or "plan.loader" -> its values; all combinations are costed, the last
            axis fastest.
        columns: figures of a sweep's table.
        notes: sentences by hand for the report.
    """

    title: str
    question: str
    kind: Literal["estimate", "scaling", "real-heads"] = "estimate"
    head: str | None = None
    physical: bool = False
    problem: ProblemOptions = attrs.field(factory=ProblemOptions)
    plan: PlanOptions = attrs.field(factory=PlanOptions)
    quantisation: Quantisation = attrs.field(factory=Quantisation)
    machines: MachineOptions = attrs.field(factory=MachineOptions)
    witnesses: WitnessOptions = attrs.field(factory=WitnessOptions)
    machine: Machine | None = None
    sweep: dict[str, tuple[Value, ...]] = attrs.field(factory=dict)
    columns: tuple[Column, ...] = ()
    figure: Axes | None = None
    published: tuple[Published, ...] = ()
    notes: tuple[str, ...] = ()

    def request(self) -> Request:
        """What a point of it asks for; an estimate that stands alone is to be published, with all witnesses.

        Raises:
            SpecError: no such head.
        """
        asked = self.machines
        if not (asked.machine or asked.physical):
            hardware = () if self.machine is None else (self.machine,)
            asked = attrs.evolve(asked, physical=self.physical, machine=hardware)
        return Request(
            head=None if self.head is None else load_head(self.head),
            problem=self.problem,
            plan=self.plan,
            quantisation=self.quantisation,
            machines=asked,
            witnesses=self.witnesses if self.sweep or self.witnesses.names else _ALL,
        )

    def at(self, axis: str, value: Value) -> Study:
        """With one value of an axis put in.

        Raises:
            SpecError: no such option, or a value of the wrong type.
        """
        section, _, name = axis.partition(".")
        if section not in SECTIONS or name not in {field.name for field in attrs.fields(SECTIONS[section])}:
            allowed = "a field of [problem], [plan] or [machine], such as problem.n_tokens"
            raise SpecError(bad("sweep", axis, allowed))
        before = attrs.asdict(getattr(self, section) or MACHINES[0], recurse=False)
        given = {key: item for key, item in before.items() if item is not None} | {name: value}
        if isinstance(given.get("loader"), LoaderKind):
            given["loader"] = given["loader"].name
        return attrs.evolve(self, **{section: structured(given, SECTIONS[section], section, HOOKS)})


_ALL = WitnessOptions(witness=",".join(WITNESSES))

SECTIONS: dict[str, type] = {
    "problem": ProblemOptions,
    "plan": PlanOptions,
    "quantisation": Quantisation,
    "machines": MachineOptions,
    "witnesses": WitnessOptions,
    "machine": Machine,
}


def _loader(value: Any, path: str) -> Any:
    if not isinstance(value, str):
        raise SpecError(bad(path, value, "of type str"))
    return known_loader(value)


HOOKS = {str | LoaderKind: _loader}


def read_study(path: Path) -> Study:
    """The study of a file.

    Raises:
        SpecError: no such file, not TOML, unknown keys or wrong types; every problem.
    """
    return structured(read_toml(read_text(path, "study", MAX_BYTES), "study"), Study, "study", HOOKS)
