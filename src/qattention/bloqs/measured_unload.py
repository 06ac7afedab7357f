"""`MeasuredUnload`: give a loaded key back by measuring it, and mend the phase."""

from functools import cached_property
from typing import Any, ClassVar

import attrs
import numpy as np
from qualtran import (
    AddControlledT,
    Bloq,
    BloqBuilder,
    CBit,
    CtrlSpec,
    DecomposeTypeError,
    QAny,
    QUInt,
    Register,
    Side,
    Signature,
    SoquetT,
)
from qualtran.bloqs.basic_gates import Discard, MeasureX
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box
from qualtran.resource_counting import CostKey, GateCounts, QECGatesCost
from qualtran.symbolics import SymbolicInt, ceil, floor, smax

from .controlled_load import control
from .key_table import KeyTable
from .one_hot import OneHot
from .parity_phase import ParityPhase
from .storing import integers
from .unary_walk import walk_ands
from .walk_builder import WalkWires
from .xor_word import key_register


def junk_register(load: Any, side: Side) -> list[Register]:
    """The register of what a loader leaves beside the key; none if it leaves nothing."""
    return [Register("junk", QAny(load.junk_bits), side=side)] if load.junk_bits else []


def fix_up_ands(n_rows: int, low_bits: int) -> int:
    """And's of a fix-up over n_rows addresses, `low_bits` of them one-hot: walk the rest."""
    return walk_ands(-(-n_rows >> low_bits)) + max(0, 2**low_bits - 2)


def best_low_bits(n_rows: int) -> int:
    """The split of the address with the fewest And's (about half its bits), the smallest on a tie."""
    return min(range(max(1, (n_rows - 1).bit_length()) + 1), key=lambda low: fix_up_ands(n_rows, low))


@attrs.frozen
class MeasuredUnload(Bloq):
    """|j>|k_j>|junk_j> -> (-1)**[j in flips] |j>, for any measurement outcome.

    Every bit of key and junk is measured in the X basis (outcomes r). That leaves the phase
    (-1)**parity(r AND word_j), a function of the address alone (word_j: the bits of key and junk), which a
    phase look-up takes away, one for both: the low address bits one-hot, the high ones walked, a conditioned
    CZ an address. Any other phase that depends on the address alone rides along at no cost: `flips`.

    Args:
        load: the loader it undoes, a `KeyLoad`; from it come `table`, `padded` (serve all 2**m addresses;
            those >= n hold the zero word) and what its junk holds.
        junk_measured: the junk was measured in X before, right after the load: its outcomes come in.
        flips: addresses whose phase is flipped (found keys, padding), ascending.
        block: addresses made one-hot at once, 2**l, at most all; None for the fewest And's.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [left]: shape (d,), signed integers of b bits.
        junk [left]: opaque, or classical bits; only if the loader leaves any.

    Costs: (ceil(n / 2**l) - 2) + (2**l - 2) And's at the best l, about 2 sqrt n - 4; n w / 2 classical bit
    operations expected between measurement and fix-up.

    References:
        Berry et al., arXiv:1902.02134, appendix C.
    """

    part: ClassVar[str] = "unload"  # its name in paths of parts

    load: Bloq
    flips: tuple[int, ...] = attrs.field(default=(), converter=integers)
    junk_measured: bool = False
    block: int | None = None

    @property
    def table(self) -> KeyTable:
        """The keys that are looked up."""
        return self.load.table

    @property
    def padded(self) -> bool:
        """Whether addresses beyond the keys exist and are looked up too."""
        return bool(self.load.padded)

    @cached_property
    def signature(self) -> Signature:
        return Signature(self.registers())

    def registers(self) -> list[Register]:
        """Those of the signature."""
        junk = junk_register(self.load, Side.LEFT)
        if self.junk_measured and junk:
            junk = [Register("junk", CBit(), shape=(self.load.junk_bits,), side=Side.LEFT)]
        return [self.address, key_register(self.table, Side.LEFT), *junk]

    @property
    def address(self) -> Register:
        """The register of the address, m bits."""
        return Register("address", QUInt(self.table.address_bits))

    @property
    def n_rows(self) -> int:
        """Addresses served: n, or 2**m if padded."""
        return 2 ** int(self.table.address_bits) if self.padded else int(self.table.n_keys)

    @property
    def measured_bits(self) -> SymbolicInt:
        """Bits of key and junk that are measured here."""
        return self.table.word_bits + (0 if self.junk_measured else self.load.junk_bits)

    @property
    def low_bits(self) -> int:
        """Low address bits l, which are made one-hot."""
        if self.block is None:
            return best_low_bits(self.n_rows)
        return min(self.block.bit_length() - 1, int(self.table.address_bits))

    def adjoint(self) -> Bloq:
        if self.junk_measured:
            raise NotImplementedError("the junk's measurement cannot be undone; use junk_measured=False")
        if self.flips:
            raise NotImplementedError("an unload that flips phases is no load backwards; use flips=()")
        return self.load

    def get_ctrl_system(self, ctrl_spec: CtrlSpec) -> tuple[Bloq, AddControlledT]:
        return control(self, ctrl_spec)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT, **held: SoquetT) -> dict[str, SoquetT]:
        if not self.table.has_data:
            raise DecomposeTypeError("`table`: has no data (costs need none); a circuit needs all keys")
        outcomes = self._measure(bb, held)
        bits = bb.split(address)
        low, n_high = self.low_bits, len(bits) - self.low_bits
        bits, lines = self._one_hot(bb, bits, n_high)
        walk = WalkWires(bb, bits[:n_high])
        for select, block in walk.leaves(-(-self.n_rows >> low), guard=self.n_rows == 1):
            wires = {} if select is None else {"select": walk.slots[select]}
            outcomes, lines = self._fix_up(bb, block << low, wires, lines, outcomes)
            if select is not None:
                walk.slots[select] = wires["select"]
        for bit in outcomes:
            bb.add(Discard(), c=bit)
        bits[:n_high] = walk.address()
        if low:
            low_address = bb.join(bits[n_high:], dtype=QUInt(low))
            bits[n_high:] = bb.split(bb.add(OneHot(low).adjoint(), address=low_address, lines=lines))
        return {"address": bb.join(bits, dtype=self.address.dtype)}

    def _measure(self, bb: BloqBuilder, held: dict[str, SoquetT]) -> SoquetT:
        """Outcomes of the key, then of the junk."""
        bits = [bit for part in held["key"] for bit in bb.split(part)]
        junk = held.get("junk", np.array([]))
        bits += [] if self.junk_measured or "junk" not in held else list(bb.split(junk))
        outcomes = [bb.add(MeasureX(), q=bit) for bit in bits]
        return np.array(outcomes + (list(junk) if self.junk_measured else []))

    def _one_hot(self, bb: BloqBuilder, bits: SoquetT, n_high: int) -> tuple[SoquetT, SoquetT | None]:
        if not self.low_bits:
            return bits, None
        low_address = bb.join(bits[n_high:], dtype=QUInt(self.low_bits))
        low_address, lines = bb.add(OneHot(self.low_bits), address=low_address)
        bits[n_high:] = bb.split(low_address)
        return bits, lines

    def _fix_up(
        self, bb: BloqBuilder, first: int, wires: dict[str, SoquetT], lines: Any, outcomes: SoquetT
    ) -> tuple[SoquetT, Any]:
        """One `ParityPhase` for the addresses of a block; a last block may be short."""
        n_lines = 0 if lines is None else min(len(lines), self.n_rows - first)
        served = range(first, first + max(1, n_lines))
        flips = tuple(address for address in self.flips if address in served)
        bloq = ParityPhase(self.load.loaded, first, n_lines, flips, selected=bool(wires))
        given = {**wires, "outcomes": outcomes, **({"lines": lines[:n_lines]} if n_lines else {})}
        out = bb.add_d(bloq, **given)
        if wires:
            wires["select"] = out["select"]
        if n_lines:
            lines[:n_lines] = out["lines"]
        return out["outcomes"], lines

    def n_ands(self) -> SymbolicInt:
        """As given under Costs; of a symbolic n at l = floor(m / 2), which is best for every n."""
        if self.table.is_symbolic:
            lines = 2 ** floor(self.table.address_bits / 2)
            rows = 2**self.table.address_bits if self.padded else self.table.n_keys
            return smax(0, ceil(rows / lines) - 2) + smax(0, lines - 2)
        return fix_up_ands(self.n_rows, self.low_bits)

    def my_static_costs(self, cost_key: CostKey):  # type: ignore[no-untyped-def]
        if not isinstance(cost_key, QECGatesCost):
            return NotImplemented
        if self.table.is_symbolic:
            ands = self.n_ands()
            return GateCounts(and_bloq=ands, measurement=self.measured_bits + ands)
        walked = walk_ands(-(-self.n_rows >> self.low_bits))
        one_hot = max(0, 2**self.low_bits - 2)
        # Walk: two CNOTs and a conditioned CZ an And, two X. One-hot: the same an And, four CNOTs, two X.
        walks = self.n_rows > 2**self.low_bits or (self.n_rows == 1 and not self.low_bits)
        clifford = 3 * walked + (2 if walks else 0)
        clifford += 3 * one_hot + (6 if self.low_bits else 0) + self.n_rows
        ands = walked + one_hot
        return GateCounts(and_bloq=ands, clifford=clifford, measurement=int(self.measured_bits) + ands)

    def on_classical_vals(self, address, **held):  # type: ignore[no-untyped-def]
        expected = self.load.on_classical_vals(address)
        for name, value in held.items():
            if name == "junk" and self.junk_measured:
                continue
            if not np.array_equal(value, expected[name]):
                raise ValueError(f"`{name}`: {value} is not what address {address} loads")
        return {"address": address}

    def basis_state_phase(self, address, **held):  # type: ignore[no-untyped-def]
        odd = address in self.flips
        if self.junk_measured and "junk" in held:
            junk = self.load.words[int(address), int(self.table.word_bits) :]
            odd ^= bool(np.sum(junk & np.asarray(held["junk"], dtype=bool)) & 1)
        return -1 if odd else 1

    def my_tensors(self, incoming, outgoing):  # type: ignore[no-untyped-def]
        """The ideal action, as an isometry: what any drawn outcome leaves once it is mended."""
        import quimb.tensor as qtn

        words, n_bits = self.load.words.astype(int), int(self.table.address_bits)
        data = np.zeros((2,) * (2 * n_bits + words.shape[1]))
        for j in range(self.n_rows):
            address = tuple(j >> i & 1 for i in reversed(range(n_bits)))
            data[address + address + tuple(words[j])] = -1 if j in self.flips else 1
        wires = [(incoming["address"], i) for i in range(n_bits)]
        wires += [(outgoing["address"], i) for i in range(n_bits)]
        wires += [(part, i) for part in incoming["key"] for i in range(int(self.table.key_bits))]
        wires += [(incoming["junk"], i) for i in range(int(self.load.junk_bits))]
        return [qtn.Tensor(data=data, inds=wires, tags=[str(self)])]

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        if reg.name == "address":
            return TextBox("fix-up")
        measured = "r" if reg.name == "junk" and self.junk_measured else "Mₓ"
        return directional_text_box("tree" if reg.name == "tree" else measured, side=reg.side)

    def __str__(self) -> str:
        return "MeasuredUnload"
