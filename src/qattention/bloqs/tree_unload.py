"""`TreeUnload`: a measured unload that finds its address one-hot already, in the load's tree."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import BloqBuilder, DecomposeTypeError, QAny, QUInt, Register, Side, Signature, SoquetT
from qualtran.bloqs.basic_gates import Discard
from qualtran.resource_counting import CostKey, GateCounts, QECGatesCost
from qualtran.symbolics import SymbolicInt

from .measured_unload import MeasuredUnload
from .one_hot import OneHot


@attrs.frozen
class TreeUnload(MeasuredUnload):
    """|j>|k_j>|junk_j>|tree> -> (-1)**[j in flips] |j>, for any measurement outcome.

    Key and junk are measured as in `MeasuredUnload`. The load's tree has a line for each block of K
    addresses, so only the low bits are made one-hot here; then the tree is erased by measurement. A line of
    the tree that stands for padding stands for a range of addresses, whose phases are flipped together.

    Args:
        load: a load that keeps its tree, an `OneHotLoad`.
        flips: addresses whose phase is flipped, ascending; of a range of padding all or none.
        junk_measured: the junk was measured in X before.

    Registers:
        address: m bits.
        key, junk [left]: as the load puts them out, or the junk as classical bits.
        tree [left]: its lines.

    Costs: 2**l - 2 And's, l = log2 K; none without blocks.

    References:
        Berry et al., arXiv:1902.02134, appendix C (the fix-up); the tree's And's are kept for it.
    """

    @cached_property
    def signature(self) -> Signature:
        tree = Register("tree", QAny(self.load.tree_bits), side=Side.LEFT)
        return Signature([*self.registers(), tree])

    @property
    def low_bits(self) -> int:
        """Low address bits l, which the tree does not hold."""
        return int(self.load.low_bits)

    def n_ands(self) -> SymbolicInt:
        return max(0, 2**self.low_bits - 2)

    def flips_of(self, first: int, end: int) -> tuple[int, ...]:
        """`first` if the padding from it up to `end` is flipped, else nothing."""
        flipped = set(self.flips).intersection(range(first, end))
        if len(flipped) not in (0, end - first):
            raise DecomposeTypeError(f"`flips`: some of {first}..{end - 1}; padding is flipped all or none")
        return (first,) if flipped else ()

    def padding(self) -> list[tuple[int, int, tuple[int, ...]]]:
        """(line, address that stands for it, its flips) of the lines beyond the blocks."""
        lines = list(self.load.tree.beyond(int(self.load.n_blocks)))
        starts = [start << self.low_bits for start, _ in lines]
        ends = [*starts[1:], self.n_rows][: len(starts)]
        return [
            (line, start, self.flips_of(start, end))
            for (_, line), start, end in zip(lines, starts, ends, strict=True)
        ]

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT, **held: SoquetT) -> dict[str, SoquetT]:
        if not self.table.has_data:
            raise DecomposeTypeError("`table`: has no data (costs need none); a circuit needs all keys")
        outcomes, bits, low = self._measure(bb, held), bb.split(address), self.low_bits
        n_high, lines = len(bits) - low, list(bb.split(held["tree"]))
        bits, low_lines = self._one_hot(bb, bits, n_high)
        served = [(line, row << low, low_lines) for row, line in self.load.tree.rows(int(self.load.n_blocks))]
        served += [(line, start, None) for line, start, _ in self.padding()]
        for line, first, within in served:
            wires = {"select": lines[line]}
            outcomes, _ = self._fix_up(bb, first, wires, within, outcomes)
            lines[line] = wires["select"]
        for bit in outcomes:
            bb.add(Discard(), c=bit)
        self.load.tree.fell(bb, bits[:n_high], lines)
        if low:
            low_address = bb.join(bits[n_high:], dtype=QUInt(low))
            bits[n_high:] = bb.split(bb.add(OneHot(low).adjoint(), address=low_address, lines=low_lines))
        return {"address": bb.join(np.array(bits), dtype=self.address.dtype)}

    def my_static_costs(self, cost_key: CostKey):  # type: ignore[no-untyped-def]
        if not isinstance(cost_key, QECGatesCost):
            return NotImplemented
        ands, in_tree = self.n_ands(), self.load.n_ands()
        measured = self.measured_bits + ands + in_tree
        if self.table.is_symbolic:
            return GateCounts(and_bloq=ands, measurement=measured)
        n_padding = int(self.load.tree_bits) - int(self.load.n_blocks)
        blocks = int(self.load.n_blocks) << self.low_bits
        served = min(blocks, self.n_rows) + n_padding
        # A conditioned CZ an address. One-hot: 3 an And, four CNOTs, two X. Tree: a CZ an And, CNOTs, X.
        clifford = served + 3 * ands + (6 if self.low_bits else 0)
        clifford += int(in_tree) + int(self.load.tree_cnots) + 1
        return GateCounts(and_bloq=ands, clifford=clifford, measurement=int(measured))

    def my_tensors(self, incoming, outgoing):  # type: ignore[no-untyped-def]
        raise NotImplementedError("no tensor: the tree's lines are too many")

    def __str__(self) -> str:
        return "TreeUnload"
