"""`Plan`: how a problem is solved, every choice made."""

from __future__ import annotations

from typing import Any, Literal

import attrs

from qattention.circuit import MOST_ROWS, Circuit, Padding
from qattention.errors import SpecError, bad
from qattention.plan.algorithms import ALGORITHMS, ALONE, RowAlgorithm
from qattention.plan.hardware import HardwareMemory
from qattention.search import DEFAULT_SCHEDULE

Minimize = Literal["toffoli", "t-depth", "qubits", "volume", "physical"]
# The `plan` of every JSON object: flat, in this order.
JSON: dict[str, Any] = {
    "algorithm": RowAlgorithm,
    "loader": str,
    "block_size": int | None,
    "unload": str,
    "unload_block": int | None,
    "inner_product": str,
    "search": str,
    "rows_per_load": int,
    "padding": Padding,
    "exclusion": str,
    "minimize": Minimize,
    "memory": HardwareMemory | None,
}


@attrs.frozen(kw_only=True)
class Plan:
    """The choices that a cost depends on.

    Attributes:
        algorithm: how rows share work: row by row is the paper's Algorithm 1; with a shared load the union of
            several rows' find sets is searched.
        circuit: of the oracles.
        search: the find-all schedule (`search.SCHEDULES`).
        minimize: what the choice minimised.
        memory: the device behind a loader that is one; None for tables in gates.
    Raises:
        SpecError: a memory with a loader in gates; rows a load that are none of the algorithm's.
    """

    algorithm: RowAlgorithm = ALONE
    circuit: Circuit = attrs.field(factory=Circuit)
    search: str = DEFAULT_SCHEDULE
    minimize: Minimize = "toffoli"
    memory: HardwareMemory | None = None

    def __attrs_post_init__(self) -> None:
        if self.memory is not None and not self.circuit.loader.is_device:
            raise SpecError(bad("memory", self.memory, "absent unless the loader is a device"))
        least, most = (2, MOST_ROWS) if ALGORITHMS[self.algorithm].shares else (1, 1)
        if not least <= self.circuit.rows_per_load <= most:
            allowed = f"{least}..{most} with the algorithm {self.algorithm}"
            raise SpecError(bad("rows_per_load", self.circuit.rows_per_load, allowed))

    def to_dict(self) -> dict[str, Any]:
        """The `plan` of every JSON object, flat."""
        memory = None if self.memory is None else attrs.asdict(self.memory)
        own = {"algorithm": self.algorithm, "search": self.search, "minimize": self.minimize}
        both = own | self.circuit.to_dict() | {"memory": memory}
        return {name: both[name] for name in JSON}

    @classmethod
    def of(cls, **choices: Any) -> Plan:
        """The plan of flat choices, those of its circuit among them; the others keep their defaults.

        Raises:
            SpecError: choices that there are not.
        """
        names = {field.name for field in attrs.fields(Circuit)}
        circuit = Circuit(**{name: value for name, value in choices.items() if name in names})
        return cls(circuit=circuit, **{name: value for name, value in choices.items() if name not in names})
