"""Every basis state under every outcome of the measurements, in one run.

Where no wire depends on an outcome, a program gives basis state x a phase and a sign (-1)**(s(x) + r . c(x)):
the sign is affine in the outcomes r. The run carries s and, for each outcome until it is settled, its
coefficient c. The program is right for *every* r if it is for r = 0 and each c is the same at all x, where
its outcome gives no more than a global sign. `docs/gate_level.md` has the proof.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.lowering.operands import flatten_masks, wires_of
from qattention.lowering.program import GateProgram, Op
from qattention.simulate.bitslice import Words, pack_rows, require_classical, run_program
from qattention.simulate.exact_kernel import Outcomes, Registers, run_batch
from qattention.simulate.stretches import stretch_plan

BATCH_BYTES = 1 << 21  # wires and coefficients of one batch: about a core's second-level cache
LEAST_WORDS = 8  # of 64 states in a batch, however many the wires


def is_affine(program: GateProgram) -> bool:
    """Whether no wire can depend on an outcome: there is no X on one."""
    return not (program.code[:, 0] == Op.X_IF).any()


@attrs.frozen(eq=False, kw_only=True)
class ExactResult:
    """What a phase oracle does to its addresses, whatever the outcomes.

    Attributes:
        moved, dirty: bool, shape (n_addresses,): the address came back changed; a wire that had to be |0> was
            not.
        unphased: bool, shape (n_addresses,): with all outcomes 0 the phase is not the expected one.
        stray: bool, shape (n_addresses,): some outcome's coefficient is not what it is at address 0.
        varies: bool, shape (n_cbits,): the outcomes whose coefficient is not the same at all addresses.
        executed: states times gates executed on them, 64 states at a time; those skipped are not in it.
    """

    moved: NDArray[np.bool_]
    dirty: NDArray[np.bool_]
    unphased: NDArray[np.bool_]
    stray: NDArray[np.bool_]
    varies: NDArray[np.bool_]
    executed: int

    @property
    def errors(self) -> tuple[int, int, int]:
        """Addresses moved, with a dirty ancilla, and with a wrong phase for some outcomes."""
        wrong = self.unphased | self.stray
        moved, dirty, unphased = (int(np.count_nonzero(one)) for one in (self.moved, self.dirty, wrong))
        return moved, dirty, unphased

    def first_failure(self, program: GateProgram) -> dict[str, int | None] | None:
        """An address that is wrong, and the outcome that must be 1 (None: with all 0) for it to be.

        With only that outcome 1 `run_program` shows the same fault.
        """
        wrong = self.moved | self.dirty | self.unphased
        if wrong.any():
            return {"outcome": None, "address": int(np.argmax(wrong))}
        if not self.varies.any():
            return None
        outcome = int(np.argmax(self.varies))
        addresses = {"address": np.arange(len(wrong))}
        plain, odd = (run_program(program, addresses, unit(program, i)).phase for i in (None, outcome))
        return {"outcome": outcome, "address": int(np.argmax(plain ^ odd))}


def unit(program: GateProgram, outcome: int | None) -> NDArray[np.uint8]:
    """The outcome vector in which only this one is 1, or none."""
    vector = np.zeros(program.n_cbits, dtype=np.uint8)
    if outcome is not None:
        vector[outcome] = 1
    return vector


def prove_program(
    program: GateProgram,
    phase: NDArray[np.bool_],
    batch_words: int | None = None,
    states: Words | None = None,
) -> ExactResult:
    """Run a phase oracle on all addresses, for all outcomes at once.

    Args:
        program: with a register `address`; `is_affine`.
        states: what its registers hold in place of the addresses, a row a wire of theirs in order
            (`pack_rows`): one state for each entry of `phase`.
        phase: where its phase belongs, shape (n_addresses,).
        batch_words: of 64 addresses, run together; as many as BATCH_BYTES holds unless given.

    Raises:
        SpecError: the program has a gate that leaves the computational basis.
    """
    require_classical(program)
    run = _Run(program, len(phase), batch_words, states=states)
    result = run.result(phase)
    if run.outcomes.base.any() and run.plan.skip_to.any():  # a skipped outcome has coefficient 0: look at all
        result = _Run(program, len(phase), batch_words, skips=False, states=states).result(phase)
    return result


class _Run:
    """All batches of one program."""

    def __init__(
        self,
        program: GateProgram,
        n_states: int,
        batch_words: int | None,
        skips: bool = True,
        states: Words | None = None,
    ) -> None:
        self.program, self.masks = program, flatten_masks(program)
        self.n_states, self.n_words = n_states, -(-n_states // 64)
        row_bytes = 8 * (2 * program.n_wires + 1)  # no more coefficients at once than wires were measured
        self.step = min(self.n_words, batch_words or max(LEAST_WORDS, BATCH_BYTES // row_bytes))
        n_bits = program.n_cbits
        names = ("address",) if states is None else tuple(program.inputs)
        before, after = (wires_of(held[name] for name in names) for held in (program.inputs, program.outputs))
        self.registers = Registers(before, after, wires_of(program.outputs.values()))
        self.plan = stretch_plan(program, self.masks, skips and self.step < self.n_words)
        # a bit of a span of outcomes -> its row; spans of wires have none, and are never asked
        of_bit = np.append(self.plan.slot, np.int32(-1))
        self.slots = of_bit[np.minimum(self.masks.span_items, n_bits)].astype(np.int32)
        self.outcomes = Outcomes(np.zeros(n_bits, dtype=np.uint8), np.zeros(n_bits, dtype=np.uint8))
        self.states = states

    def result(self, phase: NDArray[np.bool_]) -> ExactResult:
        """Run every batch and compare."""
        found, executed = np.zeros((4, self.n_words), dtype=np.uint64), 0
        expected = pack_rows(phase[None])[0]
        for first in range(0, self.n_words, self.step):
            batch = slice(first, min(first + self.step, self.n_words))
            found[:, batch], work = run_batch(
                self.program.code,
                self.program.n_wires,
                self.plan,
                self.masks,
                self.slots,
                self.registers,
                self._states(batch),
                self.n_states - 64 * first,
                expected[batch],
                self.outcomes,
                first == 0,
            )
            executed += int(work)
        bits = np.unpackbits(found.astype("<u8").view(np.uint8), axis=1, bitorder="little")
        moved, dirty, unphased, stray = bits[:, : self.n_states].view(np.bool_)
        return ExactResult(
            moved=moved,
            dirty=dirty,
            unphased=unphased,
            stray=stray,
            varies=self.outcomes.varies.view(np.bool_),
            executed=64 * executed,
        )

    def _states(self, batch: slice) -> Words:
        """What the registers of a batch hold: the address, rows from the most significant bit."""
        if self.states is not None:
            return self.states[:, batch]
        addresses = np.arange(64 * batch.start, 64 * batch.stop)
        addresses[addresses >= self.n_states] = 0
        n_bits = len(self.registers.before)
        return pack_rows(np.array([addresses >> (n_bits - 1 - i) & 1 for i in range(n_bits)]).astype(bool))
