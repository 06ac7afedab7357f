"""One address through an oracle, bloq by bloq: what every register holds, and which bloq is wrong first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.measure_junk import MeasureJunk
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.errors import SpecError, bad
from qattention.lowering.lower import Mark, lower_marked
from qattention.lowering.program import GateProgram
from qattention.simulate.bitslice import run_program
from qattention.simulate.exact import unit
from qattention.simulate.verify import DRAWS, expected_phase, outcome_vectors

Values = Mapping[str, list[int]]
Live = dict[str, tuple[NDArray[np.int32], bool]]  # register -> its wires, and whether it is signed


@attrs.frozen(kw_only=True)
class TraceStep:
    """The state after one bloq.

    Attributes:
        bloq: its name.
        registers: register -> values held (one a component), two's complement where signed; junk, which
            means nothing to a reader, is left out.
        sign: -1 or 1, the sign of the amplitude so far.
        expected: the registers that should hold something else, with what they should hold.
    """

    bloq: str
    registers: Values
    sign: int
    expected: Values

    @property
    def is_right(self) -> bool:
        """Whether all registers hold what they should."""
        return not self.expected


@attrs.frozen(kw_only=True)
class Trace:
    """One address under one outcome vector.

    Attributes:
        outcome: the only one that is 1 in the outcome vector, if it is such a one.
        draw: else the vector's number: 0 all 0, 1 all 1, then the drawn ones of `seed`.
    """

    address: int
    seed: int
    outcome: int | None
    draw: int | None
    steps: tuple[TraceStep, ...]

    @property
    def first_wrong(self) -> TraceStep | None:
        """The first bloq whose output is wrong."""
        return next((step for step in self.steps if not step.is_right), None)


def is_traced(oracle: HeavyKeyOracle | SharedOracle) -> bool:
    """Whether `trace_oracle` follows it: one row, its keys excluded by the fix-up."""
    return isinstance(oracle, HeavyKeyOracle) and oracle.exclusion == "fix-up"


def trace_oracle(
    oracle: HeavyKeyOracle | SharedOracle,
    address: int,
    *,
    seed: int = 0,
    draws: int | None = None,
    outcome: int | None = None,
) -> Trace:
    """Run one address through the oracle's program and look at every bloq boundary.

    The outcome vectors are that with only `outcome` 1, if given, and all 0, all 1 and drawn ones; the first
    under which something is wrong is shown, or else the last.

    Raises:
        SpecError: the address is outside the searched space, several rows share the load, or keys are
            excluded by a live bit or by gates.
    """
    if isinstance(oracle, SharedOracle):
        raise SpecError(bad("trace", address, "absent with several rows a load: only one row is traced"))
    if oracle.exclusion != "fix-up":
        raise SpecError(bad("exclusion", oracle.exclusion, "fix-up: the others are not traced"))
    if not 0 <= address < int(oracle.n_items):
        raise SpecError(bad("trace", address, f"an address in 0..{int(oracle.n_items) - 1}"))
    program, marks = lower_marked(oracle)
    return trace_program(oracle, program, marks, address, seed=seed, draws=draws or DRAWS, outcome=outcome)


def trace_program(
    oracle: HeavyKeyOracle,
    program: GateProgram,
    marks: list[Mark],
    address: int,
    *,
    seed: int,
    draws: int,
    outcome: int | None = None,
) -> Trace:
    """The same for a program that may differ from what the oracle lowers to."""
    trace = None
    for single, draw, outcomes in _vectors(program, seed, draws, outcome):
        steps = tuple(_steps(oracle, program, marks, address, outcomes))
        trace = Trace(address=address, seed=seed, outcome=single, draw=draw, steps=steps)
        if trace.first_wrong:
            break
    assert trace is not None
    return trace


def _vectors(
    program: GateProgram, seed: int, draws: int, outcome: int | None
) -> Iterator[tuple[int | None, int | None, NDArray[np.uint8]]]:
    """(the only outcome that is 1, number among the sampled, vector)."""
    if outcome is not None:
        yield outcome, None, unit(program, outcome)
    for draw, outcomes in enumerate(outcome_vectors(program.n_cbits, draws, seed)):
        yield None, draw, outcomes


def _steps(
    oracle: HeavyKeyOracle, program: GateProgram, marks: list[Mark], address: int, outcomes: NDArray[np.uint8]
) -> Iterator[TraceStep]:
    should_hold = reference_values(oracle, address)
    sign_expected, live = 1, Live()
    for mark in marks:
        live = {name: value for name, value in live.items() if name not in mark.consumed}
        live |= {_name(name): (wires, name in mark.signed) for name, wires in mark.outputs.items()}
        if isinstance(mark.bloq, MeasureJunk):
            sign_expected = _sign_of_junk(oracle, address, outcomes[list(mark.bits)])
        else:
            sign_expected = _sign_after(mark, sign_expected, should_hold, oracle, address)
        shown = {name: wires for name, wires in live.items() if name in should_hold}
        held, sign = _state(program, mark.end, shown, address, outcomes)
        wrong = {name: should_hold[name] for name in held if held[name] != should_hold[name]}
        if sign != sign_expected:
            wrong["sign of the amplitude"] = [sign_expected]
        yield TraceStep(bloq=str(mark.bloq), registers=held, sign=sign, expected=wrong)


def _name(register: str) -> str:
    """The Z gate calls the flag `q`."""
    return "flag" if register == "q" else register


def reference_values(oracle: HeavyKeyOracle, address: int) -> dict[str, list[int]]:
    """What each register should hold, from exact integers; `junk` is opaque."""
    table = oracle.table
    key = table.values[address] if address < int(table.n_keys) else 0 * table.values[0]
    acc = sum(q * int(k) for q, k in zip(oracle.weights, key, strict=True)) - oracle.threshold
    return {"address": [address], "key": key.tolist(), "sign": [int(acc < 0)], "flag": [int(acc >= 0)]}


def _sign_after(mark: Mark, sign: int, should_hold: Values, oracle: HeavyKeyOracle, address: int) -> int:
    if "q" in mark.outputs:
        return -sign if should_hold["flag"] == [1] else sign
    if isinstance(mark.bloq, MeasuredUnload):
        return -1 if expected_phase(oracle)[address] else 1
    return sign


def _sign_of_junk(oracle: HeavyKeyOracle, address: int, outcomes: NDArray[np.uint8]) -> int:
    """What measuring the load's junk leaves, until the unload mends it."""
    load = oracle.load
    junk = load.words[address, int(load.table.word_bits) :]
    return -1 if np.sum(junk & outcomes.astype(bool)) % 2 else 1


def _state(
    program: GateProgram, end: int, live: Live, address: int, outcomes: NDArray[np.uint8]
) -> tuple[Values, int]:
    """Registers and sign after the first `end` code rows."""
    outputs = {name: wires for name, (wires, _) in live.items()}
    prefix = attrs.evolve(program, code=program.code[:end], outputs=outputs)
    result = run_program(prefix, {"address": np.array([address])}, outcomes)
    held = {
        name: _integers(result.outputs[name][0], wires.shape[-1] if is_signed else 0)
        for name, (wires, is_signed) in live.items()
    }
    return held, -1 if result.phase[0] else 1


def _integers(values: NDArray[np.int64], sign_bits: int) -> list[int]:
    """Python integers; as two's complement of `sign_bits` bits unless that is 0."""
    numbers = [int(value) for value in np.ravel(values)]
    return [x - (1 << sign_bits) if sign_bits and x >> (sign_bits - 1) else x for x in numbers]
