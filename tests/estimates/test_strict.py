"""Documents from outside: what is refused, and how it is told."""

from typing import Any, Literal

import attrs
import pytest

from qattention.errors import SpecError, bad
from qattention.estimates.strict import read_json, structured


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
        ({"parts": [{"low": 1}, {}]}, ["`outer.parts[1].low`: required field missing"]),
        (
            {"colour": 1, "name": None},
            ["`outer.name`: got None; must be of type str", "`outer`: extra fields"],
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
    with pytest.raises(SpecError, match="`outer`: got 'list'"):
        structured([SOUND], Outer, "outer")


@pytest.mark.parametrize("text", ["", "{", '{"a": 1, "a": 2}', "NaN", '{"a": -Infinity}', "[" * 10**5])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(SpecError, match="`file`: is not JSON"):
        read_json(text, "file")
