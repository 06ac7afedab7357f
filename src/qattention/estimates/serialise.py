"""Values to JSON and back, unrounded unless asked; JSON Schema from the same classes."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from cattrs import Converter

from qattention.circuit import LoaderKind
from qattention.circuit.kinds import Margin
from qattention.errors import SpecError, bad
from qattention.estimates.result import Estimate
from qattention.estimates.strict import structured
from qattention.options import declared
from qattention.outside import read_json
from qattention.plan import Plan
from qattention.plan.plan import JSON as PLAN_JSON

STUDY_DIGITS = 12  # of a float in generated files: machines that differ in a last bit write the same bytes
FITTED_DIGITS = 6  # of one that a fit made
COUNTED = ("search", "iteration", "certificate_iteration", "logical", "memory", "classical_work", "physical")
MOST = 10**300  # of a count that floats hold

_SCALARS = {int: "integer", float: "number", str: "string", bool: "boolean", type(None): "null"}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


PlanFields = attrs.make_class(
    "PlanFields",
    {name: attrs.field(type=kind) for name, kind in PLAN_JSON.items()},
    frozen=True,
    kw_only=True,
)
CLOSED_FORMS = (
    *("xored_bits", "measured_bits", "load", "own_unload", "kept_bits"),
    *("load_t_depth", "own_unload_t_depth", "load_cliffords", "own_unload_cliffords"),
    *("load_clifford_depth", "own_unload_clifford_depth", "table_ones"),
)


def _converter() -> Converter:
    converter = Converter()
    converter.register_unstructure_hook(float, _finite)
    converter.register_unstructure_hook(Plan, lambda plan: plan.to_dict())
    return converter


def _plan(document: Any, path: str) -> Plan:
    """A loader of somebody's own is named in a file, and not imported for it."""
    fields = attrs.asdict(structured(document, PlanFields, path), recurse=False)
    if ":" in fields["loader"]:
        fields["loader"] = named_only(fields["loader"])
    return Plan.of(**fields)


def named_only(name: str) -> LoaderKind:
    """The record of a loader that is not at hand: nothing can be asked of it but its name."""

    def absent(*_: object) -> Any:
        raise SpecError(bad("loader", name, "given with --loader: a file only names it"))

    forms: dict[str, Any] = dict.fromkeys(CLOSED_FORMS, absent)
    return LoaderKind(
        name=name,
        rank=0,
        bloq=name,
        arguments={},
        has_blocks=False,
        is_device=False,
        is_stock=False,
        only_asked=True,
        inverts=False,
        in_symbols=False,
        has_fix_up=True,
        leading=None,
        load_margin=Margin(),
        how=f"by {name}",
        source="the user's loader",
        limits="Named in a file, not at hand.",
        remake=named_only,
        **forms,
    )


CONVERTER = _converter()


def to_dict(value: Any, digits: int | None = None) -> dict[str, Any]:
    """An attrs value as JSON's types, in the order of its fields.

    Args:
        digits: significant ones of floats; all unless given, so that what is read back says the same.
    """
    made_by = next(kind for kind in type(value).__mro__ if "__attrs_attrs__" in vars(kind))
    plain: dict[str, Any] = CONVERTER.unstructure(value, unstructure_as=made_by)
    return plain if digits is None else rounded(plain, digits)


def rounded(plain: Any, digits: int) -> Any:
    """JSON's types with floats of so many significant digits."""
    if isinstance(plain, Mapping):
        return {name: rounded(item, digits) for name, item in plain.items()}
    if isinstance(plain, list | tuple):
        return [rounded(item, digits) for item in plain]
    return float(f"{plain:.{digits}g}") if isinstance(plain, float) else plain


def to_json(value: Any, indent: int | None = None, digits: int | None = None) -> str:
    """One JSON object; the same value gives the same bytes."""
    return json.dumps(to_dict(value, digits), indent=indent, allow_nan=False)


def estimate_from_json(text: str) -> Estimate:
    """The estimate that a file holds.

    Raises:
        SpecError: it is no JSON, has unknown, missing or ill-typed fields, or counts that are negative or
            beyond any float; a line for each.
    """
    document = read_json(text, "estimate")
    found = structured(document, Estimate, "estimate", {Plan: _plan})
    if problems := [line for name in COUNTED for line in _no_counts(document.get(name), f"estimate.{name}")]:
        raise SpecError(problems)
    return found


def _no_counts(value: Any, path: str) -> Iterator[str]:
    """A line for each number below `path` that counts nothing."""
    if isinstance(value, Mapping | list):
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, inner in pairs:
            yield from _no_counts(inner, f"{path}.{name}")
    elif isinstance(value, int | float) and not 0 <= value <= MOST:
        yield bad(path, f"{value:.3g}" if abs(value) <= MOST else "a longer number", "in 0..1e300")


def json_schema(kind: Any, is_input: bool = False) -> dict[str, Any]:
    """JSON Schema (2020-12) of an attrs class, or of a type that its fields use.

    All fields are required, or of what is read (`is_input`) those without a default, and there are no others.
    """
    origin, args = get_origin(kind), get_args(kind)
    if kind is LoaderKind:
        return {"type": "string"}
    if kind is object:
        return {}  # a schema that takes everything
    if kind in _SCALARS:
        return {"type": _SCALARS[kind]}
    if origin is Literal:
        return {"enum": list(args)}
    if origin in (types.UnionType, Union):
        return {"anyOf": [json_schema(arg, is_input) for arg in args]}
    if origin is tuple:
        return {"type": "array", "items": json_schema(args[0], is_input)}
    if origin is dict:
        return {"type": "object", "additionalProperties": json_schema(args[1], is_input)}
    if kind is Plan:
        kind = PlanFields
    hints = get_type_hints(kind)
    fields = {field.name: json_schema(hints[field.name], is_input) for field in attrs.fields(kind)}
    if not is_input:
        return {"type": "object", "properties": fields, "required": list(fields)}
    for one in declared(kind):
        fields[one.name] |= {"description": one.option.help}
        if one.option.choices is not None and one.type is str and one.default is not None:
            fields[one.name] |= {"examples": list(one.option.choices())}
    required = [field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def estimate_schema() -> dict[str, Any]:
    """What `schema/estimate-1.json` publishes."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "qattention/estimate/1"}
    return head | json_schema(Estimate)
