"""A memory that is a device: its figures are the user's, in range, and only with the loader that has one."""

import pytest

from qattention.circuit import Circuit
from qattention.errors import SpecError
from qattention.plan import HardwareMemory, Plan


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
