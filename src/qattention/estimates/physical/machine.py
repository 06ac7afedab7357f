"""Machines: qubits, their error rate and times, and the classical processor beside them."""

from __future__ import annotations

import math
from typing import Literal

import attrs

from qattention.errors import SpecError, bad

Kind = Literal["superconducting", "majorana", "neutral-atom"]
THRESHOLD = 0.01  # of the surface code in both engines (arXiv:2211.07629, arXiv:1808.06709)
MAJORANA_ERRORS = (1e-4, 1e-5, 1e-6)  # those for which `qdk.qre` knows the error of a physical T
MAX_NAME = 40  # characters: a column of a table
GATES_A_ROUND = 5  # one layer of one-qubit gates and four of CNOTs, then a measurement (arXiv:1009.3686)


@attrs.frozen(kw_only=True)
class Machine:
    """What an engine assumes of the hardware.

    Attributes:
        p_physical: error of a physical Clifford operation.
        gate_time_ns, measurement_time_ns: of the physical operations (Majorana: the measurement's only).
        cycle_time_ns: of a round of error correction; None: what the engine's code makes of the times above
            (Gidney-Fowler: 1 us). Superconducting qubits only.
        reaction_time_us: from a measurement to the gate that its outcome conditions; 10 us: Gidney and
            Ekera, arXiv:1905.09749, section 2.
        classical_bit_ops_per_s: XORs of bits for fix-ups; 1e12, 512 bits at 2 GHz on one core, is this
            package's assumption.
        label: its name in print; "" for kind and error: "superconducting 0.001".
    """

    kind: Kind = "superconducting"
    p_physical: float
    gate_time_ns: int = 50
    measurement_time_ns: int = 100
    cycle_time_ns: int | None = None
    reaction_time_us: float = 10.0
    classical_bit_ops_per_s: float = 1e12
    label: str = ""

    def __attrs_post_init__(self) -> None:
        """Raises SpecError with every problem."""
        times = ("gate_time_ns", "measurement_time_ns", "classical_bit_ops_per_s")
        found = [
            bad(name, value, "positive and finite")
            for name in times
            if not 0 < (value := getattr(self, name)) < math.inf
        ]
        if not 0 < self.p_physical < THRESHOLD:
            found.append(bad("p_physical", self.p_physical, f"above 0 and below the threshold {THRESHOLD}"))
        if not 0 <= self.reaction_time_us < math.inf:
            found.append(bad("reaction_time_us", self.reaction_time_us, "at least 0 and finite"))
        if found := [*found, *self._kind_problems(), *self._label_problems()]:
            raise SpecError(found)

    def _kind_problems(self) -> list[str]:
        found = []
        is_known = any(math.isclose(self.p_physical, known) for known in MAJORANA_ERRORS)
        if self.kind == "majorana" and 0 < self.p_physical < THRESHOLD and not is_known:
            known = " or ".join(f"{error:g}" for error in MAJORANA_ERRORS)
            found.append(bad("p_physical", self.p_physical, f"{known} for majorana"))
        if self.cycle_time_ns is not None:
            least = GATES_A_ROUND + 1  # a ns each
            if self.kind != "superconducting":
                found.append(bad("cycle_time_ns", self.cycle_time_ns, f"absent for {self.kind}"))
            elif self.cycle_time_ns < least:
                found.append(bad("cycle_time_ns", self.cycle_time_ns, f"at least {least}"))
        return found

    def _label_problems(self) -> list[str]:
        sound = self.label.isprintable() and len(self.label) <= MAX_NAME
        return [] if sound else [bad("label", self.label, f"at most {MAX_NAME} printable characters")]

    @property
    def name(self) -> str:
        """As printed."""
        return self.label or f"{self.kind} {self.p_physical:g}"

    @property
    def round_times_ns(self) -> tuple[int, int]:
        """(gate, measurement): as given, or in that proportion so that a round takes `cycle_time_ns`."""
        if self.cycle_time_ns is None:
            return self.gate_time_ns, self.measurement_time_ns
        share = self.gate_time_ns / (GATES_A_ROUND * self.gate_time_ns + self.measurement_time_ns)
        gate = min(max(1, round(self.cycle_time_ns * share)), (self.cycle_time_ns - 1) // GATES_A_ROUND)
        return gate, self.cycle_time_ns - GATES_A_ROUND * gate


# Realistic and optimistic superconducting qubits, and Majorana qubits (arXiv:2211.07629, table I).
SUPERCONDUCTING = Machine(p_physical=1e-3)
SUPERCONDUCTING_OPTIMISTIC = Machine(p_physical=1e-4)
MAJORANA_REALISTIC, MAJORANA = (
    Machine(kind="majorana", p_physical=p, gate_time_ns=1000, measurement_time_ns=1000) for p in (1e-4, 1e-6)
)
NEUTRAL_ATOM = Machine(kind="neutral-atom", p_physical=1e-3, gate_time_ns=500, measurement_time_ns=10_000)
MACHINES = (SUPERCONDUCTING, SUPERCONDUCTING_OPTIMISTIC, MAJORANA)
NAMED = {  # as on the command line
    "superconducting-1e-3": SUPERCONDUCTING,
    "superconducting-1e-4": SUPERCONDUCTING_OPTIMISTIC,
    "majorana-1e-4": MAJORANA_REALISTIC,
    "majorana-1e-6": MAJORANA,
    "neutral-atom-1e-3": NEUTRAL_ATOM,
}
