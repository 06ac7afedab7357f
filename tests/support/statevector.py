"""Exact statevector execution of a small `GateProgram`: H, phases, measurement and feed-forward included."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray
from statevector_register import LiveState, State
from statevector_run import Operands, Outcomes, Run

from qattention.errors import SpecError, bad
from qattention.lowering.check import require_valid
from qattention.lowering.operands import wires_of
from qattention.lowering.program import GateProgram, Op, Wires

MAX_LIVE = 24  # wires; 2**24 amplitudes are 256 MiB, and a gate takes a copy


@attrs.frozen(eq=False, kw_only=True)
class StatevectorResult:
    """What a run left.

    Attributes:
        state: complex, shape (2,) * n over all output wires, register by register, most significant bit
            first; normalised, global phase included.
        registers: output register -> number of wires, in the order of the axes.
        bits: uint8, shape (n_cbits,): classical bits.
        p_outcomes: float, shape (n_cbits,): probability of each outcome when measured, 1 if it was not.
    """

    state: State
    registers: Mapping[str, int]
    bits: NDArray[np.uint8]
    p_outcomes: NDArray[np.float64]

    def probabilities(self, register: str) -> NDArray[np.float64]:
        """Probability of each value of an output register (all its wires, first the most significant bit)."""
        names = list(self.registers)
        ends = np.cumsum(list(self.registers.values()))
        at = names.index(register)
        mine = range(ends[at] - self.registers[register], ends[at])
        others = tuple(i for i in range(self.state.ndim) if i not in mine)
        return np.ravel((np.abs(self.state) ** 2).sum(axis=others))


def run_statevector(
    program: GateProgram,
    inputs: Mapping[str, ArrayLike] | State,
    *,
    seed: int = 0,
    outcomes: Outcomes | None = None,
    given_bits: Mapping[str, ArrayLike] | None = None,
) -> StatevectorResult:
    """Run `program` on one basis state, or on a superposition.

    Args:
        program: the gates.
        inputs: register -> integers of the register's shape (two's complement if negative), or an array of
            2**n amplitudes over all input wires, register by register, most significant bit first.
        seed: of the outcomes that are drawn.
        outcomes: one a classical bit: 0 or 1 forces it, -1 draws it. All are drawn if None.
        given_bits: classical input registers -> bits.

    Raises:
        SpecError: the program or an input is not well formed, or more than MAX_LIVE wires live at once.
        CheckFailed: a wire leaves outside |0>, or a forced outcome has probability zero.
    """
    walked = require_valid(program)
    if walked.peak > MAX_LIVE:
        raise SpecError(bad("qubits", walked.peak, f"at most {MAX_LIVE} for a statevector"))
    wires = wires_of(program.inputs.values())
    run = Run(program, LiveState(wires.tolist(), _start(program, inputs)), outcomes, seed)
    _give(program, run, given_bits or {})
    for row in program.code.tolist():
        run.step(Op(row[0]), Operands(*row[1:]))
    kept = wires_of(program.outputs.values()).tolist()
    return StatevectorResult(
        state=run.live.ordered(kept),
        registers={name: wires.size for name, wires in program.outputs.items()},
        bits=run.bits,
        p_outcomes=run.p_outcomes,
    )


def _give(program: GateProgram, run: Run, given: Mapping[str, ArrayLike]) -> None:
    if set(given) != set(program.cbit_inputs):
        raise SpecError(bad("given_bits", sorted(given), f"the registers {sorted(program.cbit_inputs)}"))
    for name, at in program.cbit_inputs.items():
        run.bits[at] = np.asarray(given[name], dtype=np.uint8).reshape(at.shape) & 1


def _start(program: GateProgram, inputs: Mapping[str, ArrayLike] | State) -> State:
    n = len(wires_of(program.inputs.values()))
    if not isinstance(inputs, Mapping):
        state = np.array(inputs, dtype=np.complex128)
        if state.size != 2**n or not np.isclose(np.linalg.norm(state), 1):
            raise SpecError(bad("inputs", f"{state.size} amplitudes", f"2**{n}, of norm 1"))
        return state.reshape((2,) * n)
    if set(inputs) != set(program.inputs):
        raise SpecError(bad("inputs", sorted(inputs), f"the registers {sorted(program.inputs)}"))
    state = np.zeros((2,) * n, dtype=np.complex128)
    bits = [_bits(name, wires, inputs[name]) for name, wires in program.inputs.items()]
    state[tuple(np.concatenate([np.zeros(0, int), *bits]).tolist())] = 1
    return state


def _bits(name: str, wires: Wires, value: ArrayLike) -> NDArray[np.int64]:
    """The bits of a register's integers, in the order of its wires."""
    values, n_bits = np.asarray(value, dtype=np.int64), wires.shape[-1]
    if values.shape != wires.shape[:-1]:
        raise SpecError(bad(f"inputs.{name}", f"shape {values.shape}", f"shape {wires.shape[:-1]}"))
    if np.any(values >= 2**n_bits) or np.any(values < -(2 ** max(n_bits - 1, 0))):
        raise SpecError(bad(f"inputs.{name}", values.tolist(), f"{n_bits} bits each"))
    return np.ravel((values[..., None] >> np.arange(n_bits)[::-1]) & 1)
