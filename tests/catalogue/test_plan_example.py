"""What a report draws is the plan that it is of."""

from __future__ import annotations

import pytest

from qattention.catalogue.plan_example import plan_circuit
from qattention.circuit import INNER_PRODUCTS, LOADERS, Circuit
from qattention.plan import Plan

LOADS = {
    "qrom": ("QROMLoad", "MeasuredUnload"),
    "qroam": ("SelectSwapLoad", "MeasuredUnload"),
    "qroam-dirty": ("DirtySelectSwapLoad", "MeasuredUnload"),
    "one-hot": ("OneHotLoad", "TreeUnload"),
    "one-hot-swap": ("OneHotLoad", "TreeUnload"),
    "one-hot-halves": ("OneHotLoad", "TreeUnload"),
    "select-copy": ("SelectCopyLoad", "MeasuredUnload"),
    "select-copy-clean": ("SelectCopyLoad", "MeasuredUnload"),
    "bucket-brigade": ("BucketBrigadeLoad", "TreeUnload"),
    "bucket-brigade-parallel": ("BucketBrigadeLoad", "TreeUnload"),
    "swap-network": ("SwapNetworkLoad", "MeasuredUnload"),
    "hardware": ("HardwareLoad", "HardwareUnload"),
}
SUMS = {
    "compressor-tree": "InnerProduct",
    "bucket-tree": "BucketTree",
    "shift-add": "ShiftAdd",
    "product": "StockProduct",
}


def plan_of(**choices: object) -> Plan:
    return Plan(circuit=Circuit(**choices))  # type: ignore[arg-type]


def titles(plan: Plan) -> list[str]:
    return [step.title for step in plan_circuit(plan).steps if step.is_box]


def test_every_member_of_the_families_is_drawn() -> None:
    assert (set(LOADS), set(SUMS)) == (set(LOADERS), set(INNER_PRODUCTS))


@pytest.mark.parametrize(("loader", "parts"), LOADS.items())
def test_the_loader_is_drawn(loader: str, parts: tuple[str, str]) -> None:
    block = 16 if LOADERS[loader].has_blocks else None
    drawn = titles(plan_of(loader=loader, block_size=block))
    assert (drawn[0], drawn[-1]) == parts


@pytest.mark.parametrize(("form", "part"), SUMS.items())
def test_the_form_of_the_sum_is_drawn(form: str, part: str) -> None:
    assert titles(plan_of(inner_product=form))[1:3] == [part, f"{part}†"]


@pytest.mark.parametrize(("n_rows", "drawn"), [(2, 2), (3, 3), (16, 3)])
def test_rows_on_one_load_are_drawn(n_rows: int, drawn: int) -> None:
    plan = Plan(algorithm="shared-load", circuit=Circuit(rows_per_load=n_rows))
    assert titles(plan).count("InnerProduct") == drawn
    assert ("3 rows for 16" in plan_circuit(plan).summary) == (n_rows == 16)


def test_it_says_what_is_smaller_than_in_the_plan() -> None:
    assert plan_circuit(plan_of(loader="qroam", block_size=64)).summary == (
        "The phase oracle of one query row, of this plan's parts: an example, 5 keys, blocks of 2 for 64."
    )
    assert plan_circuit(plan_of(loader="qroam", block_size=2)).summary.endswith("an example, 5 keys.")


def test_what_goes_in_and_what_comes_out_do_not_lie_on_each_other() -> None:
    steps = plan_circuit(plan_of(loader="one-hot-swap", block_size=4)).steps
    (measure,) = (step for step in steps if step.title == "MeasureJunk")
    assert [port.text for port in measure.ports] == ["Mₓ → r"]
    assert [port.text for port in steps[0].ports] == ["j", "k[0], k[1]", "junk", "tree"]
    assert [port.text for port in steps[-1].ports] == ["fix-up", "Mₓ", "r", "tree"]
