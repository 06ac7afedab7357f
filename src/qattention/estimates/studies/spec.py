"""A study: a question with the problem and plan that answer it, as a strict TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

import attrs
from cattrs import Converter
from cattrs.errors import BaseValidationError
from cattrs.v import transform_error

from qattention.errors import SpecError, bad

Value = str | int | float | bool
T = TypeVar("T")


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
    """A figure of every point: `path` is dotted, into `estimate --json`; lists are indexed by number."""

    path: str
    label: str


@attrs.frozen(kw_only=True)
class Axes:
    """A log-log plot of points: paths and labels of both axes, and paths whose values name a line."""

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
        physical: whether machines are costed too.
        sweep: "problem.n_tokens" or "plan.loader" -> its values; all combinations are costed, the last
            axis fastest.
        columns: figures of a sweep's table.
        notes: sentences by hand for the report.
    """

    title: str
    question: str
    head: str | None = None
    physical: bool = False
    problem: StudyProblem = attrs.field(factory=StudyProblem)
    plan: StudyPlan = attrs.field(factory=StudyPlan)
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
            raise SpecError(bad("sweep", axis, "an option of [problem] or [plan], such as problem.n_tokens"))
        given = attrs.asdict(getattr(self, section)) | {name: value}
        present = {key: item for key, item in given.items() if item is not None}
        return attrs.evolve(self, **{section: _structured(present, SECTIONS[section])})


SECTIONS: dict[str, type] = {"problem": StudyProblem, "plan": StudyPlan}


def _converter() -> Converter:
    """Strict: no unknown keys, no number read from a string, no string made of a number."""
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Value, lambda value, _: _exactly(value, str, (str, int, float, bool)))
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, lambda value, to: _exactly(value, to, (to,)))
    converter.register_structure_hook(float, lambda value, to: float(_exactly(value, to, (int, float))))
    return converter


def _exactly(value: Any, kind: type, allowed: tuple[type, ...]) -> Any:
    if type(value) not in allowed:
        raise ValueError(f"{value!r} is not of type {kind.__name__}")
    return value


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
    return _structured(document, Study)


def _structured(document: Any, kind: type[T]) -> T:
    try:
        return _converter().structure(document, kind)
    except BaseValidationError as error:
        raise SpecError([f"`study`: {' '.join(line.split())}" for line in transform_error(error)]) from None
