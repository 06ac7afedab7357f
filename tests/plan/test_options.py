"""Options of the contract that do not stand yet are refused by name."""

import pytest

from qattention.errors import SpecError
from qattention.plan import PlanOptions

REFUSED = {
    "loader": ("qram", "auto or qrom or qroam"),
    "algorithm": ("recursive-join", "row-by-row or shared-load or blocked or pair-join or auto"),
    "inner_product": ("karatsuba", "compressor-tree or bucket-tree or shift-add or product"),
    "search": ("grover", "adaptive"),
    "rows_per_load": (0, "an integer in 1..4096"),
    "padding": ("maybe", "on or off or auto"),
    "minimize": ("speed", "toffoli or t-depth or qubits or volume or physical"),
    "unload_block": (3, "a power of two"),
    "block_size": (3, "a power of two"),
    "plan": ("best", "must be naive"),
    "max_t_depth": (0, "at least 1"),
    "max_qubits": (0, "at least 1"),
    "memory_latency_us": (0.0, "absent unless --loader hardware"),
    "memory_error": (0.1, "absent unless --loader hardware"),
}


@pytest.mark.parametrize("field", REFUSED)
def test_what_does_not_stand_is_refused_in_one_line(field: str) -> None:
    value, available = REFUSED[field]
    with pytest.raises(SpecError) as caught:
        PlanOptions(**{field: value})
    (line,) = caught.value.problems
    assert line.startswith(f"`{field}`: got {value!r}; must be ")
    assert available in line


def test_a_named_plan_leaves_no_choice() -> None:
    with pytest.raises(SpecError) as caught:
        PlanOptions(plan="naive", loader="qroam", search="coupon")
    assert [line.split(":")[0] for line in caught.value.problems] == ["`loader`", "`search`"]
    assert PlanOptions(plan="naive") == PlanOptions(plan="naive", loader="qrom", search="bbht")


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        PlanOptions(loader="qram", minimize="speed", plan="best")
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("algorithm", "rows_per_load", "chosen"),
    [
        *((None, None, 1), (None, 1, 1), (None, "3", 3), (None, "auto", None), ("auto", None, 1)),
        *(("row-by-row", None, 1), ("row-by-row", "auto", 1)),
        *(("shared-load", None, None), ("shared-load", 2, 2), ("shared-load", "auto", None)),
    ],
)
def test_rows_a_load(algorithm: str | None, rows_per_load: int | str | None, chosen: int | None) -> None:
    assert PlanOptions(algorithm=algorithm, rows_per_load=rows_per_load).n_rows_per_load == chosen


@pytest.mark.parametrize(("algorithm", "rows_per_load"), [("row-by-row", 2), ("shared-load", 1)])
def test_rows_a_load_must_suit_the_algorithm(algorithm: str, rows_per_load: int) -> None:
    with pytest.raises(SpecError, match=f"`rows_per_load`: got {rows_per_load}; .* --algorithm {algorithm}"):
        PlanOptions(algorithm=algorithm, rows_per_load=rows_per_load)


@pytest.mark.parametrize("algorithm", ["blocked", "pair-join", "auto"])
def test_a_join_leaves_some_choices_to_nobody(algorithm: str) -> None:
    wrong = {"rows_per_load": 2, "search": "bbht", "max_t_depth": 9, "padding": "off", "minimize": "qubits"}
    with pytest.raises(SpecError) as caught:
        PlanOptions(algorithm=algorithm, **wrong)
    assert {line.split("`")[1] for line in caught.value.problems} == set(wrong)
    assert all(f"--algorithm {algorithm}" in line for line in caught.value.problems)


def test_a_device_cannot_look_up_pairs() -> None:
    with pytest.raises(SpecError, match="`loader`: got 'hardware'; must be one in gates"):
        PlanOptions(algorithm="pair-join", loader="hardware")
