"""Qubits of `qdk.qre` that have Cliffords alone."""

from __future__ import annotations

from typing import Any

from qdk import qre
from qdk.qre import instruction_ids as ids


class CliffordQubits(qre.Architecture):
    """As the library's gate-based qubits, without T: it takes a bare qubit's for a factory of one qubit.

    Attributes:
        gate_time_ns, measurement_time_ns: of an operation; p_physical: its error.
    """

    def __init__(self, gate_time_ns: int, measurement_time_ns: int, p_physical: float) -> None:
        gates = ((ids.H, 1, gate_time_ns), (ids.CNOT, 2, gate_time_ns))
        self.times = (*gates, (ids.MEAS_Z, 1, measurement_time_ns))
        self.p_physical = p_physical

    def provided_isa(self, ctx: Any) -> Any:
        """One instruction a gate."""
        nodes = [
            ctx.add_instruction(gate, encoding=qre.PHYSICAL, arity=arity, time=ns, error_rate=self.p_physical)
            for gate, arity, ns in self.times
        ]
        return ctx.make_isa(*nodes)
