"""A study: a question with the problem and plan that answer it, as a strict TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal, get_args

import attrs
from cattrs import Converter

from qattention.errors import SpecError, bad
from qattention.estimates.physical import MACHINES, Machine
from qattention.estimates.strict import strict_converter, structured

Value = str | int | float | bool


@attrs.frozen(kw_only=True)
class StudyProblem:
    """Problem options by their names on the command line; those left out keep their defaults."""

    n_tokens: int | None = None
    n_queries: int | None = None
    n_keys: int | None = None
    head_dim: int | None = None
    n_heavy: int | None = None
    tau: float | None = None
    key_bits: int | None = None
    query_bits: int | None = None
    causal: bool | None = None
    p_fail: float | None = None
    p_fail_scope: str | None = None


@attrs.frozen(kw_only=True)
class StudyPlan:
    """Plan options by their names on the command line."""

    algorithm: str | None = None
    loader: str | None = None
    block_size: int | None = None
    inner_product: str | None = None
    search: str | None = None
    rows_per_load: int | None = None
    padding: str | None = None
    minimize: str | None = None
    max_qubits: int | None = None
    max_t_depth: int | None = None
    plan: str | None = None


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
        kind: an estimate or a sweep of them, or the verdict of `scaling`, which needs nothing else.
        physical: whether machines are costed too: the usual ones, or the one given.
        machine: fields of a machine; a sweep of them starts from superconducting qubits of error 1e-3.
        sweep: "problem.n_tokens" or "plan.loader" -> its values; all combinations are costed, the last
            axis fastest.
        columns: figures of a sweep's table.
        notes: sentences by hand for the report.
    """

    title: str
    question: str
    kind: Literal["estimate", "scaling"] = "estimate"
    head: str | None = None
    physical: bool = False
    problem: StudyProblem = attrs.field(factory=StudyProblem)
    plan: StudyPlan = attrs.field(factory=StudyPlan)
    machine: Machine | None = None
    sweep: dict[str, tuple[Value, ...]] = attrs.field(factory=dict)
    columns: tuple[Column, ...] = ()
    figure: Axes | None = None
    published: tuple[Published, ...] = ()
    notes: tuple[str, ...] = ()

    def options(self) -> dict[str, Any]:
        """As the command's options."""
        return {**attrs.asdict(self.problem), **attrs.asdict(self.plan)}

    def at(self, axis: str, value: Value) -> Study:
        """With one value of an axis put in.

        Raises:
            SpecError: no such option, or a value of the wrong type.
        """
        section, _, name = axis.partition(".")
        if section not in SECTIONS or name not in {field.name for field in attrs.fields(SECTIONS[section])}:
            allowed = "a field of [problem], [plan] or [machine], such as problem.n_tokens"
            raise SpecError(bad("sweep", axis, allowed))
        given = attrs.asdict(getattr(self, section) or MACHINES[0]) | {name: value}
        present = {key: item for key, item in given.items() if item is not None}
        return attrs.evolve(self, **{section: structured(present, SECTIONS[section], section)})


SECTIONS: dict[str, type] = {"problem": StudyProblem, "plan": StudyPlan, "machine": Machine}


def _converter() -> Converter:
    converter = strict_converter()
    converter.register_structure_hook(Value, _scalar)
    return converter


def _scalar(value: Any, _: object) -> Value:
    if type(value) not in get_args(Value):
        raise ValueError(f"got {value!r}; must be a string, a number, true or false")
    return value


CONVERTER = _converter()


def read_study(path: Path) -> Study:
    """The study of a file.

    Raises:
        SpecError: no such file, not TOML, unknown keys or wrong types; every problem.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(bad("study", str(path), f"a readable study.toml ({error.strerror})")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(bad("study", str(path), f"TOML ({error})")) from None
    return structured(document, Study, "study", CONVERTER)
