"""Is the lowered oracle right, on every address and for every measurement outcome?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.compiler import bloq_counts
from qattention.errors import SpecError, bad
from qattention.formulas.exclusion import ExclusionForm
from qattention.formulas.heavy_key_oracle import heavy_key_oracle as closed_form
from qattention.formulas.row_sums import RowSums
from qattention.formulas.shared_oracle import shared_oracle
from qattention.formulas.synthesis import t_per_rotation
from qattention.lowering.fan_out import FanOut, fan_out
from qattention.lowering.lower import lower
from qattention.lowering.program import GateProgram
from qattention.lowering.resources import count
from qattention.lowering.schedule import GateSchedule, schedule
from qattention.numerics import exact_matmul
from qattention.plan import Plan
from qattention.simulate.bitslice import RunResult, run_program
from qattention.simulate.every_key import KeyProof, prove_every_key
from qattention.simulate.exact import is_affine, prove_program

Oracle = HeavyKeyOracle | SharedOracle

MAX_SCHEDULED = 5_000_000  # operations; longer programs are verified without a T-depth
DRAWS = 10  # outcome vectors drawn where not all can be had in one run, unless another number is asked for
EPS_ROTATION = 1e-10  # accuracy at which a phased oracle's rotation enters its T-depth; the rule says so


@attrs.frozen(kw_only=True)
class VerifyReport:
    """What `verify` found; the fields of its JSON.

    Attributes:
        addresses: basis states run: n, or 2**m if padded.
        outcomes: "all" if the program was run for all outcomes of its measurements at once (`exact`), or how
            many outcome vectors were tried: a program with an X on an outcome is outside of that.
        mismatches: addresses that came back changed; with sampled vectors also (vector, address) pairs.
        dirty_ancillas: the same where a wire that had to be |0> was not.
        phase_errors: the same where, under some outcomes, the phase was applied to a key not heavy, or not to
            a heavy one (excluded keys count as not heavy).
        gates: gates of the program, a multi-target CNOT counted as its CNOTs.
        draws: outcome vectors tried, one by one: the drawn ones, all 0 and all 1; None if none were.
        first_failure: "address" and "outcome" of the first error: the bit that must be 1, all others 0, or
            None for all 0; or where vectors were tried the "draw". What `trace_oracle` reproduces it with.
        gate_states: gates times the states they were executed on, in the run for all outcomes; those skipped
            are not in it, and rows of tables count as the wires they are XORed into, once for 64 states.
        gate_states_per_s: of that run; None where outcomes were only sampled.
        seconds_simulation: of all runs.
        every_key: True if each row's sum is proved for every key, not only for those of the table; False if
            one was found for which it is wrong; None if neither, and then
        every_key_note: says what stands in the way.
        what: the oracle. plan: by which it is made. row: the first query row of a head on its load.
        note: what of the plan is larger than what was proved; "" where nothing is.
    """

    addresses: int
    mismatches: int
    dirty_ancillas: int
    phase_errors: int
    gates: int
    toffoli: int
    t_depth: int | None
    t_depth_without_fan_out: int | None
    fan_out_qubits: int | None
    qubits: int
    toffoli_from_bloqs: int
    toffoli_from_formula: int
    outcomes: Literal["all"] | int
    draws: int | None
    t_depth_rule: str | None
    first_failure: dict[str, int | None] | None
    gate_states: int | None
    gate_states_per_s: float | None
    seconds_lowering: float
    seconds_simulation: float
    every_key: bool | None
    every_key_note: str | None
    seconds_every_key: float
    what: str = ""
    plan: Plan | None = None
    row: int | None = None
    note: str = ""

    @property
    def is_right(self) -> bool:
        """No error of any kind, no key known for which a sum is wrong, and the three counts agree."""
        errors = self.mismatches + self.dirty_ancillas + self.phase_errors
        if self.every_key is False:
            return False
        return errors == 0 and self.toffoli == self.toffoli_from_bloqs == self.toffoli_from_formula


def heavy_keys(oracle: Oracle) -> NDArray[np.bool_]:
    """Whether <q_r, k_j> >= T_r for each row that the oracle serves, exact; shape (n_rows, n_keys)."""
    table = oracle.table
    weights = np.array([row for row, _ in oracle.rows], dtype=object)
    query_bits = 1 + max(abs(weight).bit_length() for row in weights for weight in row)
    if query_bits <= 64:
        weights = weights.astype(np.int64)
    acc = exact_matmul(weights, table.values, query_bits, int(table.key_bits))
    thresholds = np.array([[threshold] for _, threshold in oracle.rows], dtype=object)
    return np.asarray(acc.astype(object) >= thresholds, dtype=bool)


def expected_phase(oracle: Oracle) -> NDArray[np.bool_]:
    """True where the oracle must apply its phase, from exact integers and without any bloq; (n_items,)."""
    phase = np.zeros(int(oracle.n_items), dtype=bool)
    phase[: int(oracle.table.n_keys)] = heavy_keys(oracle).any(axis=0)
    excluded = list(oracle.excluded)
    phase[excluded] = ~phase[excluded] if oracle.turns_excluded else False
    return phase


def outcome_vectors(n_cbits: int, draws: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """Outcomes to run: all 0, all 1, and `draws` drawn ones.

    A fix-up fires with probability 1/2, so a missing one escapes k draws with probability 2**-k; all 1
    makes every single-bit fix-up fire.
    """
    yield np.zeros(n_cbits, dtype=np.uint8)
    yield np.ones(n_cbits, dtype=np.uint8)
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield rng.integers(0, 2, n_cbits, dtype=np.uint8)


def check_program(
    program: GateProgram, phase: NDArray[np.bool_], outcomes: NDArray[np.uint8]
) -> tuple[RunResult, tuple[int, int, int]]:
    """Run a phase oracle on all addresses; (mismatches, dirty ancillas, phase errors) beside the result.

    The phase is the sign, or where the program has a phase gate that gate's; then no sign may be left.
    """
    addresses = np.arange(len(phase))
    result = run_program(program, {"address": addresses}, outcomes)
    moved = int((result.outputs["address"] != addresses).sum())
    return result, (moved, int(result.dirty.sum()), int((marked_addresses(result) ^ phase).sum()))


def wrong_addresses(result: RunResult, phase: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Addresses that changed, left an ancilla dirty or have a wrong phase."""
    moved = result.outputs["address"] != np.arange(len(phase))
    return np.asarray(moved | result.dirty | (marked_addresses(result) ^ phase))


def marked_addresses(result: RunResult) -> NDArray[np.bool_]:
    """Where the oracle's phase was applied; a stray sign of a phased oracle counts as one more."""
    applied = result.phase.copy()
    for turned in result.turns:
        applied ^= turned
    return applied


def formula_toffoli(oracle: Oracle) -> int:
    """Toffoli of an oracle by the closed form: the third witness."""
    table = oracle.table
    weights, thresholds = zip(*oracle.rows, strict=True)
    sums = RowSums.from_weights(weights, thresholds, table.word_widths)
    n_keys = int(oracle.load.table.n_keys)  # a phased oracle may look padding up too
    bits = int(table.address_bits)
    exclusion = ExclusionForm.of(oracle.exclusion, oracle.is_sign, bits, oracle.excluded)
    form = shared_oracle if isinstance(oracle, SharedOracle) else closed_form
    costs = form(n_keys, sums, oracle.circuit, exclusion)
    return int(np.ravel(costs.toffoli)[0])


def _depths(program: GateProgram) -> tuple[GateSchedule, FanOut]:
    each = t_per_rotation(EPS_ROTATION)
    depths = schedule(program, t_per_rotation=each)
    return depths, fan_out(program, depths, each)


def prove_rows(oracle: Oracle) -> KeyProof:
    """Whether the sum of each row that the oracle serves is right for every key; the first that is not."""
    shared = isinstance(oracle, SharedOracle)
    products = oracle.inner_products if shared else (oracle.inner_product,)
    widths = np.broadcast_to(np.array(oracle.table.word_widths), int(oracle.table.head_dim))
    proof = KeyProof(holds=True, why=None, adders=0)
    for i, (bloq, (weights, threshold)) in enumerate(zip(products, oracle.rows, strict=True)):
        found = prove_every_key(bloq, weights, threshold, widths)
        if not found.holds:
            return attrs.evolve(found, why=f"row {i} of the load: {found.why}" if shared else found.why)
        proof = attrs.evolve(proof, adders=proof.adders + found.adders)
    return proof


@attrs.frozen(kw_only=True)
class _Findings:
    """Errors of one way of running a program, the first of them, and what it took."""

    errors: tuple[int, int, int]
    first: dict[str, int | None] | None
    seconds: float
    gate_states: int | None = None
    draws: int | None = None


def _proved(program: GateProgram, phase: NDArray[np.bool_]) -> _Findings:
    started = time.perf_counter()
    found = prove_program(program, phase)
    seconds = time.perf_counter() - started
    first = found.first_failure(program)
    return _Findings(errors=found.errors, first=first, seconds=seconds, gate_states=found.executed)


def _sampled(program: GateProgram, phase: NDArray[np.bool_], draws: int, seed: int) -> _Findings:
    started, errors, n_runs = time.perf_counter(), np.zeros(3, dtype=np.int64), 0
    first: dict[str, int | None] | None = None
    for outcomes in outcome_vectors(program.n_cbits, draws, seed):
        result, found = check_program(program, phase, outcomes)
        if any(found) and first is None:
            first = {"draw": n_runs, "address": int(np.argmax(wrong_addresses(result, phase)))}
        errors += found
        n_runs += 1
    moved, dirty, wrong = errors.tolist()
    seconds = time.perf_counter() - started
    return _Findings(errors=(moved, dirty, wrong), first=first, seconds=seconds, draws=n_runs)


def verify_oracle(oracle: Oracle, *, seed: int = 0, draws: int | None = None) -> VerifyReport:
    """Lower an oracle and run its gates on every address, for all measurement outcomes at once.

    A program in which a wire depends on an outcome, which no lowering rule makes, is run under drawn and
    forced outcomes instead.

    Args:
        oracle: with data.
        seed: of the drawn outcomes.
        draws: outcome vectors to try besides, at least 1, with all 0 and all 1; none unless given.

    Raises:
        SpecError: the table has no data, or `draws` is below 1.
    """
    if draws is not None and draws < 1:
        raise SpecError(bad("draws", draws, "at least 1"))
    start = time.perf_counter()
    program = lower(oracle)
    lowered = time.perf_counter()
    phase = expected_phase(oracle)
    proof = _proved(program, phase) if is_affine(program) else None
    n_drawn = draws if proof else draws or DRAWS
    sample = _sampled(program, phase, n_drawn, seed) if n_drawn else None
    runs = [run for run in (proof, sample) if run]
    mismatches, dirty, wrong = (sum(run.errors[i] for run in runs) for i in range(3))
    gate_states = proof.gate_states if proof else None
    started = time.perf_counter()
    keys = prove_rows(oracle)
    proving = time.perf_counter() - started
    tally = count(program)
    gates = tally.toffoli + tally.t + tally.rotation + tally.clifford + tally.measurement
    depths, alone = _depths(program) if len(program) <= MAX_SCHEDULED else (None, None)
    return VerifyReport(
        addresses=len(phase),
        mismatches=mismatches,
        dirty_ancillas=dirty,
        phase_errors=wrong,
        gates=gates,
        toffoli=tally.toffoli,
        t_depth=depths.t_depth if depths else None,
        t_depth_without_fan_out=alone.t_depth if alone else None,
        fan_out_qubits=alone.qubits if alone else None,
        qubits=tally.qubits,
        toffoli_from_bloqs=bloq_counts(oracle).toffoli,
        toffoli_from_formula=formula_toffoli(oracle),
        outcomes="all" if proof else sample.draws if sample and sample.draws else 0,
        draws=sample.draws if sample else None,
        t_depth_rule=depths.rule if depths else None,
        first_failure=next((run.first for run in runs if run.first), None),
        gate_states=gate_states,
        gate_states_per_s=gate_states / proof.seconds if proof and gate_states else None,
        seconds_lowering=lowered - start,
        seconds_simulation=sum(run.seconds for run in runs),
        every_key=keys.holds,
        every_key_note=keys.why,
        seconds_every_key=proving,
    )
