"""A memory that is a device: its figures are the user's, in range, and only with the loader that has one."""

import pytest

from qattention.circuit import Circuit
from qattention.errors import SpecError
from qattention.plan import HardwareMemory, Plan, PlanOptions


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"latency_us": -1}, "`memory_latency_us`: got -1.0"),
        ({"latency_us": float("inf")}, "`memory_latency_us`: got inf"),
        ({"p_query": 1}, "`memory_error`: got 1.0"),
        ({"p_query": float("nan")}, "`memory_error`: got nan"),
    ],
)
def test_out_of_range_is_refused_by_the_option(fields: dict[str, float], line: str) -> None:
    with pytest.raises(SpecError, match="^" + line):
        HardwareMemory(**fields)


def test_the_default_is_the_ideal_device() -> None:
    assert HardwareMemory() == HardwareMemory(latency_us=0, p_query=0)


def test_a_table_in_gates_has_no_device() -> None:
    with pytest.raises(SpecError, match="unless the loader is a device"):
        Plan(circuit=Circuit(loader="qrom"), memory=HardwareMemory())


def test_a_brigade_slows_and_errs_with_the_address() -> None:
    """2 m steps, and 4 p m a step (arXiv:2012.05340): of 2**14 keys 28 and 1,568 p."""
    found = PlanOptions(loader="hardware", memory_step_us=0.5, memory_step_error=1e-9).memory_of(2**14)
    assert found == HardwareMemory(latency_us=14.0, p_query=1568e-9, grows=True)
    twice = PlanOptions(loader="hardware", memory_step_error=1e-9).memory_of(2**28)
    assert (twice.latency_us, twice.p_query) == (0.0, 4 * 1568e-9)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"memory_step_us": 1.0, "memory_latency_us": 1.0}, "`memory_step_us`: got 1.0; must be absent"),
        ({"memory_step_error": 0.2}, "`memory_step_error`: got 0.2"),
        ({"memory_step_us": -1.0}, "`memory_step_us`: got -1.0"),
    ],
)
def test_steps_out_of_range_are_refused(given: dict[str, float], line: str) -> None:
    with pytest.raises(SpecError, match="^" + line):
        PlanOptions(loader="hardware", **given)  # type: ignore[arg-type]
    with pytest.raises(SpecError, match="absent unless --loader hardware"):
        PlanOptions(loader="qrom", memory_step_us=1.0)
