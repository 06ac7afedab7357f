"""`JoinPhase` and `JoinPlan`: blocks of pairs searched one after another, and what one iteration costs."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from qattention.circuit import Circuit
from qattention.costs import Costs
from qattention.formulas import RowSums, fix_up_bit_ops, readout
from qattention.formulas.grover import iterate_of
from qattention.formulas.inner_product import sum_figures
from qattention.formulas.layers import Layers
from qattention.formulas.loader_costs import kept_bits_of, load_of, unload_of
from qattention.formulas.pair_layers import nested_iterate_layers, nested_readout_layers
from qattention.formulas.pair_oracle import PairShape, nested_iterate, nested_readout
from qattention.formulas.square_sum import SquareFigures, square_figures
from qattention.formulas.turn_layers import turn_iterate_layers
from qattention.plan.algorithms import PhaseKind


@attrs.frozen(kw_only=True, eq=False, slots=False)
class JoinSizes:
    """What the cost of joins depends on.

    Attributes:
        n_queries, n_keys: rows and keys. n_heavy: marked keys a row.
        sums: the rows' constants, or of one typical row; over them the costs of turns are means.
        widths: of components where both words are loaded: the wider of key and query.
        p_fail: of the certificate over all pairs.
        causal: row i sees the keys j <= i + n_keys - n_queries; limits: bounds that its word then holds.
        n_seen, n_marked: pairs that rows see, and of them those that are marked.
    """

    n_queries: int
    n_keys: int
    n_heavy: int
    sums: RowSums
    widths: tuple[int, ...]
    p_fail: float
    causal: bool
    limits: int
    n_seen: int
    n_marked: int

    @property
    def query_address(self) -> int:
        """Bits of a row's address."""
        return max(1, (self.n_queries - 1).bit_length())

    @property
    def key_address(self) -> int:
        """Bits of a key's address."""
        return max(1, (self.n_keys - 1).bit_length())

    @cached_property
    def figures(self) -> SquareFigures:
        """Of the sum of a pair."""
        return square_figures(self.widths)

    @property
    def density(self) -> float:
        """Marked pairs of those that are seen."""
        return self.n_marked / self.n_seen

    def n_blocks(self, key_bits: int, row_bits: int) -> int:
        """Blocks with a pair that is seen: of a causal head those that reach the diagonal or lie below."""
        rows = -(-self.n_queries >> row_bits)
        if not self.causal:
            return rows * -(-self.n_keys >> key_bits)
        last = [min((g + 1) << row_bits, self.n_queries) for g in _spread(rows)]
        seen = [-(-(end + self.n_keys - self.n_queries) >> key_bits) for end in last]
        return round(rows * sum(seen) / len(seen))


def _spread(n: int, most: int = 4096) -> list[int]:
    """Numbers of 0..n - 1: all, or `most` evenly spread."""
    return list(range(n)) if n <= most else [(2 * i + 1) * n // (2 * most) for i in range(most)]


@attrs.frozen(kw_only=True)
class JoinPhase:
    """One pass over all blocks of 2**row_bits rows and 2**key_bits keys.

    Attributes:
        kind: "turns": the rows' constants in turn on one loaded key, 2**key_bits items; "pairs": both are
            looked up, 2**(key_bits + row_bits) items.
        depth: Grover steps over rows under a key that is held, for pairs.
        key_circuit: of the keys' look-up, and for turns of the rows' sums. row_circuit: of the rows' look-up;
            None for turns.
        stop: finds an iteration below which a block is left, in units of sqrt(density) of its start.
        row_slots, key_slots: places in a word for pairs that were found before; for turns the unload's
            fix-up leaves them out.
    """

    kind: PhaseKind
    key_bits: int
    row_bits: int
    key_circuit: Circuit
    row_circuit: Circuit | None = None
    depth: int = 0
    stop: float = 0.0
    row_slots: int = 0
    key_slots: int = 0

    @property
    def log_items(self) -> int:
        """Address bits of a block."""
        return self.key_bits + (self.row_bits if self.kind == "pairs" else 0)

    def shape(self, sizes: JoinSizes) -> PairShape:
        """Of the pairs' oracle."""
        assert self.row_circuit is not None  # of pairs
        return PairShape(
            row_bits=self.row_bits,
            key_bits=self.key_bits,
            figures=sizes.figures,
            row_circuit=self.row_circuit,
            key_circuit=self.key_circuit,
            row_slots=self.row_slots,
            key_slots=self.key_slots,
            limits=sizes.limits,
        )

    def iterate(self, sizes: JoinSizes) -> Costs:
        """One iteration; of turns the mean over the rows, rounded up."""
        if self.kind == "pairs":
            return nested_iterate(self.shape(sizes), self.depth)
        return iterate_of(self._turns(sizes), np.int64(1) << self.key_bits)

    def readout(self, sizes: JoinSizes) -> Costs:
        """What a run takes beside its iterations."""
        read = readout(self.log_items)
        return read if self.kind == "turns" else nested_readout(self.shape(sizes), self.depth) + read

    def iterate_layers(self, sizes: JoinSizes) -> Layers:
        """Of one iteration: its parts one after another, an upper bound of its gates' layers."""
        if self.kind == "pairs":
            return nested_iterate_layers(self.shape(sizes), self.depth)
        return turn_iterate_layers(self.key_bits, 1 << self.row_bits, sizes.sums, self.key_circuit)

    def run_layers(self, sizes: JoinSizes) -> Layers:
        """Of what a run takes beside: a Hadamard a bit of the address, and what precedes a reading."""
        start = Layers(0, 1, self.log_items)
        return start if self.kind == "turns" else start + nested_readout_layers(self.shape(sizes), self.depth)

    @property
    def look_ups(self) -> int:
        """In one iteration: of a key, and of rows under it."""
        return 1 if self.kind == "turns" else 2 * self.depth + 2

    def fix_up_bit_ops(self, sizes: JoinSizes) -> float:
        """XORs of one iteration's fix-ups: half of all bits of the words that its unloads measure."""
        keys = 1 << self.key_bits
        if self.row_circuit is None:
            return float(fix_up_bit_ops(self.key_circuit, keys, sizes.sums.word_bits))
        shape = self.shape(sizes)
        outside = float(fix_up_bit_ops(self.key_circuit, keys, shape.key_word))
        inside = float(fix_up_bit_ops(self.row_circuit, 1 << self.row_bits, shape.row_word))
        return outside + (self.look_ups - 1) * inside

    def _turns(self, sizes: JoinSizes) -> Costs:
        circuit, n_keys, w = self.key_circuit, np.int64(1) << self.key_bits, sizes.sums.word_bits
        figures, n_rows = sum_figures(sizes.sums, circuit.inner_product), 1 << self.row_bits
        held = self.key_bits + int(kept_bits_of(circuit, n_keys, w)) + w
        return (
            load_of(circuit, n_keys, w)
            + Costs(
                toffoli=math.ceil(n_rows * float(np.mean(figures.ands + figures.again))),
                measurement=math.ceil(n_rows * float(np.mean(figures.ands + figures.again))),
                qubits=held + int(np.max(figures.junk + figures.work)) + 1,
            )
            + unload_of(circuit, n_keys, w)
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: look-ups in words."""
        plain = attrs.asdict(self, recurse=False)
        row = None if self.row_circuit is None else self.row_circuit.look_up
        return plain | {"key_circuit": self.key_circuit.look_up, "row_circuit": row}

    def __str__(self) -> str:
        inside = f", {self.depth} steps inside" if self.depth else ""
        return f"{self.kind} {2**self.key_bits:,} keys x {2**self.row_bits:,} rows{inside}"


@attrs.frozen(kw_only=True)
class JoinPlan:
    """Phases in order, then the certificate over all pairs, which finds what is left.

    Attributes:
        algorithm: as on the command. search: the certificate's schedule. n_promised: what steers it: no
            guarantee rests on it.
        certificate: pairs of all rows and keys, both padded to a power of two.
        minimize: what the choice minimised.
    """

    algorithm: str
    phases: tuple[JoinPhase, ...]
    certificate: JoinPhase
    search: str
    n_promised: int | None = None
    minimize: str = "toffoli"

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        phases = [phase.to_dict() for phase in self.phases]
        own = {field.name: getattr(self, field.name) for field in attrs.fields(JoinPlan)}
        return own | {"phases": phases, "certificate": self.certificate.to_dict()}

    def __str__(self) -> str:
        return "; ".join(map(str, (*self.phases, self.certificate)))
