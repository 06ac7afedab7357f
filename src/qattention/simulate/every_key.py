"""Is a row's inner product right for every key, not only for those of one table?

The gates of the sum are run on symbols (`SymbolicState`): each adder is checked by itself for every value of
what it adds, and from all of them together follows that

    acc = 2**(W-1) sign + R modulo 2**W,   0 <= R < 2**(W-1),   acc = sum_c q_c k_c - T,

as an identity in the bits of the key. As W bits hold every acc, the sign is [acc < 0]. The gates that undo
the sum are run on the same forms: every wire must come back to 0, the key to itself, and each outcome's
coefficient must be 0. Nothing is tried out, so nothing is left out: but a sum whose adders are not found in
its gates is not said to be wrong, only not proved; then random keys are tried for one that shows a fault.

Apart from `verify` because it is a proof for all keys, where the others are runs on one table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import combinations_with_replacement, islice
from operator import xor
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.lowering.assembler import Assembler
from qattention.lowering.lower import lower
from qattention.lowering.program import GateProgram, Op
from qattention.simulate.bitslice import run_program
from qattention.simulate.column_sums import ColumnSums, Linear, add_to
from qattention.simulate.forms import ONE, Product, SymbolicState, literal

if TYPE_CHECKING:
    from qattention.bloqs.inner_product import InnerProduct

TRIED_KEYS = 4096  # random ones, when there is no proof
SEED = 1
MOST_ALONE = 3  # columns in which a carry meets nothing but a constant 1
MOST_WORK = 200_000  # relations used, in all ways that are tried: about a second
SIGN = -1  # the sign, among relations


@attrs.frozen(kw_only=True)
class KeyProof:
    """What is known of a row's sum for keys that its table does not hold.

    Attributes:
        holds: True if it is proved for every key; False if a key was found for which it is wrong; None if
            neither.
        why: what stands in the way, or the key; None if nothing does.
        adders: found in the gates and checked.
    """

    holds: bool | None
    why: str | None
    adders: int


def prove_every_key(
    bloq: InnerProduct, weights: tuple[int, ...], threshold: int, widths: NDArray[np.int64]
) -> KeyProof:
    """Prove the gates of a sum, and of its undoing, against q, T and the widths b_c of the components."""
    return prove_sum(lower(bloq), lower(bloq.adjoint()), weights, threshold, widths)


def prove_sum(
    forth: GateProgram,
    back: GateProgram,
    weights: tuple[int, ...],
    threshold: int,
    widths: NDArray[np.int64],
) -> KeyProof:
    """The same of the programs: registers key -> key, sign and perhaps junk; and back."""
    run = _Sum(forth, back)
    why = run.why_not(_accumulated(run.bits, weights, widths), *_width(weights, threshold, widths))
    if why is None:
        return KeyProof(holds=True, why=None, adders=run.n_adders)
    key = _wrong_key(forth, back, weights, threshold, widths)
    if key is not None:
        return KeyProof(holds=False, why=f"wrong for the key {key}; {why}", adders=run.n_adders)
    return KeyProof(holds=None, why=why, adders=run.n_adders)


def _width(weights: tuple[int, ...], threshold: int, widths: NDArray[np.int64]) -> tuple[int, int]:
    """W, the fewest bits that hold every acc in two's complement; T, clipped to where it still decides."""
    halves = [1 << int(b) - 1 for b in widths]
    ends = [sorted((-q * half, q * (half - 1))) for q, half in zip(weights, halves, strict=True)]
    low, high = sum(end[0] for end in ends), sum(end[1] for end in ends)
    clipped = min(max(threshold, low), high + 1)
    spread = [value if value >= 0 else ~value for value in (low - clipped, high - clipped)]
    return 1 + max(value.bit_length() for value in spread), clipped


def _accumulated(bits: list[int], weights: tuple[int, ...], widths: NDArray[np.int64]) -> Linear:
    """sum_c q_c k_c of the bits of the key, component after component, most significant first."""
    linear: Linear = {}
    first = 0
    for q, b in zip(weights, widths.tolist(), strict=True):
        for i in range(b):
            add_to(linear, bits[first + i], (-q if i == 0 else q) << b - 1 - i)
        first += b
    return linear


def _ways(loose: list[int], most: int) -> Iterator[dict[int, int]]:
    """How many columns each loose carry, and the sign, may have come up by itself: the fewest first."""
    for n in range(most + 1):
        for chosen in combinations_with_replacement([SIGN, *loose], n):
            yield dict(Counter(chosen))


class _Sum:
    """The forms of one sum, forth and back."""

    def __init__(self, forth: GateProgram, back: GateProgram) -> None:
        self.forth, self.back, self.forms = forth, back, SymbolicState()
        self.key = forth.inputs["key"].ravel().tolist()
        self.bits = [self.forms.fresh() for _ in self.key]
        self.n_adders = 0
        self.strange: int | None = None  # the first And that is no adder

    def why_not(self, acc: Linear, width: int, threshold: int) -> str | None:
        """What is missing from the proof; None if it stands."""
        self.forms.of.update(zip(self.key, self.bits, strict=True))
        sums = ColumnSums(self.bits)
        sign = self._add_up(sums)
        add_to(acc, ONE, -threshold)
        if self.strange is not None:
            return f"the And of operation {self.strange} is not that of an adder of bits that are added up"
        reasons = (self._sign(sums, sign, acc, width), self._undone())
        return "; ".join(reason for reason in reasons if reason) or None

    def _add_up(self, sums: ColumnSums) -> list[int]:
        """Run forth, up to the first And that is no adder's; forms whose XOR the sign is."""
        (sign,) = self.forth.outputs["sign"].ravel().tolist()
        parts: list[int] = []
        made: Product | None = None
        of = self.forms.of
        for i, row in enumerate(self.forth.code.tolist()):
            op, a, b = row[:3]
            if made and not (op == Op.CNOT and b == made.wire):
                self._finish(sums, made)
                made = None
            if self.strange is not None:
                return []
            if op == Op.CNOT:
                sums.note_xor(of[a], of[b])
            if a == sign and op in (Op.ALLOC, Op.X):
                parts = [] if op == Op.ALLOC else [*parts, ONE]
            elif b == sign and op == Op.CNOT:
                parts.append(of[a])
            made = self.forms.step(i, row) or made
        if made:
            self._finish(sums, made)
        return parts if reduce(xor, parts, 0) == of[sign] else [of[sign]]

    def _finish(self, sums: ColumnSums, made: Product) -> None:
        if sums.find_adder(self.forms, made, self.forms.of[made.wire]):
            self.n_adders += 1
        else:
            self.strange = made.at

    def _sign(self, sums: ColumnSums, parts: list[int], acc: Linear, width: int) -> str | None:
        """In acc, modulo 2**W, the top bit must be the sign, whatever the bits that were added up no further.

        Where in the columns a carry counts is told by the bits it is added to, but not if it is added to a
        constant 1 alone: then it goes on as the carry of that, too. All such ways are tried.
        """
        bits = [sums.parity(part) for part in parts]
        if None in bits:
            return "the sign is no XOR of bits that are added up"
        flat = [bit for pair in bits for bit in pair or ()]
        flipped = sum(bit & ONE for bit in flat) % 2
        nodes = [literal(bit) for bit in flat if literal(bit)]
        loose = sums.loose()
        n_alone = min(MOST_ALONE, max(0, width - 1 - len(loose)))
        for alone in islice(_ways(loose, n_alone), 1 + MOST_WORK // (1 + len(sums.relations))):
            if self._follows(sums, nodes, flipped, acc, width, alone):
                return None
        return "the bits that are added up do not make the sum"

    @staticmethod
    def _follows(
        sums: ColumnSums, nodes: list[int], flipped: int, acc: Linear, width: int, lower: dict[int, int]
    ) -> bool:
        is_one = len(nodes) == 1
        alone = lower.get(SIGN, 0) if is_one else 0
        for turned in (False, True):
            times = (-1 if turned and is_one else 1) << width - 1 - alone
            total: Linear = {}
            for node in nodes:
                add_to(total, node, times)
            if not sums.reduced(total, 1 << width, turned and not is_one, lower):
                continue
            if is_one:
                tops = [_top_bit(acc, total, width, value * times) for value in (0, 1)]
                if tops == [flipped, 1 - flipped]:
                    return True
            elif _top_bit(acc, total, width, 0) == flipped:
                return True
        return False

    def _undone(self) -> str | None:
        """Run back from where forth ended; everything must be gone but the key."""
        held = self.forms.of
        given: Mapping[str, NDArray[np.int32]] = self.forth.outputs
        start = {
            wire: held[own]
            for name, wires in self.back.inputs.items()
            for wire, own in zip(wires.ravel().tolist(), given[name].ravel().tolist(), strict=True)
        }
        kept = {own for wires in given.values() for own in wires.ravel().tolist()}
        if any(form for wire, form in held.items() if wire not in kept):
            return "the sum leaves a wire that is not 0"
        if fault := self._fault("the sum"):
            return fault
        held.clear()
        held.update(start)
        self.forms.coefficients.clear()
        for i, row in enumerate(self.back.code.tolist()):
            self.forms.step(i, row)
        if fault := self._fault("its undoing"):
            return fault
        after = self.back.outputs["key"].ravel().tolist()
        if [held.pop(wire) for wire in after] != self.bits or any(held.values()):
            return "the key does not come back, or a wire is not 0"
        return None

    def _fault(self, part: str) -> str | None:
        if self.forms.faults:
            i, fault = self.forms.faults[0]
            return f"operation {i} of {part}: {fault}"
        odd = [bit for bit, form in self.forms.coefficients.items() if form]
        return f"outcome {odd[0]} of {part} leaves a sign" if odd else None


def _top_bit(acc: Linear, total: Linear, width: int, more: int = 0) -> int | None:
    """Bit W - 1 of acc - total + more, if it is the same whatever values the nodes have."""
    modulus = 1 << width
    rest = {node: acc.get(node, 0) - total.get(node, 0) for node in {*acc, *total}}
    centred = [_centred(times, modulus) for node, times in rest.items() if node]
    low, high = (sum(pick(0, times) for times in centred) for pick in (min, max))
    least = (rest.get(0, 0) + more + low) % modulus
    top = least >> width - 1
    return top if (least + high - low) >> width - 1 == top else None


def _centred(times: int, modulus: int) -> int:
    times %= modulus
    return times - modulus if times > modulus // 2 else times


def _wrong_key(
    forth: GateProgram,
    back: GateProgram,
    weights: tuple[int, ...],
    threshold: int,
    widths: NDArray[np.int64],
) -> list[int] | None:
    """A key, of some random ones, whose sign comes out wrong, or that is not undone under some outcomes."""
    rng = np.random.default_rng(SEED)
    bits = rng.integers(0, 2, (TRIED_KEYS, int(widths.sum())))
    keys, first = np.zeros((TRIED_KEYS, len(widths)), dtype=object), 0
    for c, b in enumerate(widths.tolist()):
        own = bits[:, first : first + b].astype(object)
        keys[:, c] = own @ np.array([(-1 if i == 0 else 1) << b - 1 - i for i in range(b)], dtype=object)
        first += b
    shape = forth.inputs["key"].shape
    given = bits.reshape(TRIED_KEYS, shape[0], -1) @ (1 << np.arange(shape[-1])[::-1])
    program = _forth_and_back(forth, back)
    result = run_program(program, {"key": given}, rng.integers(0, 2, program.n_cbits, dtype=np.uint8))
    heavy = keys @ np.array(weights, dtype=object) >= threshold
    wrong = (heavy == result.outputs["sign"].ravel().astype(bool)) | result.dirty | result.phase
    wrong |= (result.outputs["key"].reshape(given.shape) != given).any(axis=1)
    return [int(value) for value in keys[np.argmax(wrong)]] if wrong.any() else None


def _forth_and_back(forth: GateProgram, back: GateProgram) -> GateProgram:
    """The sum, a copy of its sign, and its undoing."""
    asm = Assembler()
    key = asm.wires(forth.inputs["key"].size).reshape(forth.inputs["key"].shape)
    held = asm.splice(forth, {"key": key}, {})
    (copy,) = asm.wires(1).tolist()
    asm.emit(Op.ALLOC, a=copy)
    asm.emit(Op.CNOT, a=int(held["sign"].ravel()[0]), b=copy)
    after = asm.splice(back, held, {})
    sign = np.array([copy], dtype=np.int32)
    return asm.finish({"key": key}, {"key": after["key"], "sign": sign})
