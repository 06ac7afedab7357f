"""Documents from outside: what is refused, and how it is told."""

from typing import Any, Literal

import attrs
import pytest

from qattention.errors import SpecError, bad
from qattention.estimates.strict import structured


@attrs.frozen(kw_only=True)
class Inner:
    low: int
    share: float = 0.5

    def __attrs_post_init__(self) -> None:
        if self.low < 0:
            raise SpecError([bad("low", self.low, "at least 0"), bad("share", self.share, "unasked")])


@attrs.frozen(kw_only=True)
class Outer:
    name: str
    kind: Literal["a", "b"] = "a"
    flag: bool = False
    inner: Inner
    parts: tuple[Inner, ...] = ()


SOUND: dict[str, Any] = {"name": "x", "inner": {"low": 1, "share": 2}}


def test_a_sound_document_is_its_value() -> None:
    found = structured({**SOUND, "parts": [{"low": 2}]}, Outer, "outer")
    assert found == Outer(name="x", inner=Inner(low=1, share=2.0), parts=(Inner(low=2),))
    assert type(found.inner.share) is float


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"name": 3}, ["`outer.name`: got 3; must be of type str"]),
        ({"kind": "c"}, ["`outer.kind`: got 'c'; must be 'a' or 'b'"]),
        ({"flag": 1}, ["`outer.flag`: got 1; must be of type bool"]),
        ({"inner": {"low": "1"}}, ["`outer.inner.low`: got '1'; must be of type int"]),
        ({"inner": {"low": True}}, ["`outer.inner.low`: got True; must be of type int"]),
        ({"inner": {"low": 1.0}}, ["`outer.inner.low`: got 1.0; must be of type int"]),
        ({"inner": {"low": 1, "share": float("nan")}}, ["`outer.inner.share`: got nan; must be finite"]),
        ({"inner": {"low": -1}}, ["`low`: got -1; must be at least 0", "`share`: got 0.5; must be unasked"]),
        ({"parts": "text"}, ["`outer.parts`: got 'text'; must be a list"]),
        ({"parts": {"low": 1}}, ["`outer.parts`: got {'low': 1}; must be a list"]),
        ({"inner": "low"}, ["`outer.inner`: got 'low'; must be an object"]),
        ({"inner": {"low": 1, "share": 10**400}}, ["`outer.inner.share`: got an integer of 1329 bits"]),
        ({"parts": [{"low": 1}, {}]}, ["`outer.parts[1].low`: is missing"]),
        (
            {"colour": 1, "name": None},
            [
                "`outer.name`: got None; must be of type str",
                "`outer`: got unknown fields colour; known are name, kind, flag, inner, parts",
            ],
        ),
    ],
)
def test_every_problem_is_a_line(change: dict[str, Any], lines: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        structured({**SOUND, **change}, Outer, "outer")
    assert len(caught.value.problems) == len(lines)
    for told, expected in zip(caught.value.problems, lines, strict=True):
        assert told.startswith(expected)


def test_a_list_is_no_object() -> None:
    with pytest.raises(SpecError, match=r"`outer`: got \[\{.*; must be an object"):
        structured([SOUND], Outer, "outer")


def lines_of(document: Any) -> list[str]:
    with pytest.raises(SpecError) as caught:
        structured(document, Outer, "outer")
    return str(caught.value).splitlines()


def test_many_problems_are_few_lines_and_a_count_of_the_rest() -> None:
    """Items and unknown fields by the hundred thousand, and one value of as many characters."""
    lines = lines_of({**SOUND, "parts": [0] * 10**5})
    assert len(lines) == 20
    assert lines[-1] == "`outer.parts`: the other 99981 of 100000 items were not looked at"
    lines = lines_of({**SOUND, **{f"x{i}": i for i in range(10**5)}})
    assert lines == [
        "`outer`: got unknown fields x0, x1, x2, x3, x4, x5 and 99994 more; "
        "known are name, kind, flag, inner, parts"
    ]
    (line,) = lines_of({**SOUND, "parts": "x" * 10**5})
    assert len(line) < 300
    (line,) = lines_of({**SOUND, "y" * 10**5: 1})
    assert len(line) < 400


def test_what_a_value_says_cannot_be_taken_for_a_place() -> None:
    assert lines_of({**SOUND, "kind": "x @ y"}) == ["`outer.kind`: got 'x @ y'; must be 'a' or 'b'"]


@attrs.frozen(kw_only=True)
class Hooked:
    kind: str | Inner


def test_fields_of_a_type_can_be_made_by_a_hook() -> None:
    def named(value: Any, path: str) -> Inner:
        if value != "one":
            raise SpecError(bad(path, value, "one"))
        return Inner(low=1)

    hooks = {str | Inner: named}
    assert structured({"kind": "one"}, Hooked, "outer", hooks).kind == Inner(low=1)
    with pytest.raises(SpecError, match=r"`outer\.kind`: got 'two'; must be one"):
        structured({"kind": "two"}, Hooked, "outer", hooks)
