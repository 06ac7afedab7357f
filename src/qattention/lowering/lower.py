"""`lower`: a bloq becomes a `GateProgram`, by recursion with one cached program a distinct bloq."""

from __future__ import annotations

from threading import Lock

import attrs
import numpy as np
from cachetools import LRUCache, cached
from qualtran import (
    Bloq,
    CBit,
    CompositeBloq,
    DecomposeNotImplementedError,
    DecomposeTypeError,
    LeftDangle,
    QInt,
    Register,
    RightDangle,
    Soquet,
)

from qattention.errors import SpecError
from qattention.lowering.assembler import Assembler, located
from qattention.lowering.emission import EMISSIONS
from qattention.lowering.leaves import RULES, Values
from qattention.lowering.program import GateProgram

_Assigned = dict[Soquet, np.ndarray]


MOST_BYTES = (
    2**28
)  # of code that is kept; programs differ in size a millionfold, so that a number bounds nothing


@cached(LRUCache(MOST_BYTES, getsizeof=lambda program: program.code.nbytes), lock=Lock())
def lower(bloq: Bloq, hot: bool = True) -> GateProgram:
    """The gates of a bloq.

    Args:
        bloq: any bloq of this package, or one made of Qualtran's basic gates.
        hot: let bloqs with a direct emission rule use it (tests hold it against the decomposition).

    Raises:
        SpecError: a part has neither a rule nor a decomposition; the message names the path to it.
    """
    if hot and type(bloq) in EMISSIONS:
        return EMISSIONS[type(bloq)](bloq, lower)
    if type(bloq) in RULES:
        return _lower_leaf(bloq)
    try:
        composite = bloq if isinstance(bloq, CompositeBloq) else bloq.decompose_bloq()
    except (DecomposeTypeError, DecomposeNotImplementedError) as error:
        raise SpecError(f"`{bloq}`: cannot be lowered to gates: {error}") from error
    with located(bloq):
        return _Composite(composite, hot).run()


def _bits(register: Register) -> int:
    return 1 if isinstance(register.dtype, CBit) else int(register.dtype.num_qubits)


def _lower_leaf(bloq: Bloq) -> GateProgram:
    asm = Assembler()
    ins = _fresh(asm, list(bloq.signature.lefts()))
    outs = RULES[type(bloq)](bloq, asm, dict(ins))
    return _finish(asm, bloq.signature, ins, outs)


def _fresh(asm: Assembler, registers: list[Register]) -> Values:
    values = {}
    for register in registers:
        shape = (*register.shape, _bits(register))
        make = asm.cbits if isinstance(register.dtype, CBit) else asm.wires
        values[register.name] = make(int(np.prod(shape))).reshape(shape)
    return values


def _finish(asm: Assembler, signature, ins: Values, outs: Values) -> GateProgram:  # type: ignore[no-untyped-def]
    def pick(registers, values: Values, classical: bool) -> Values:  # type: ignore[no-untyped-def]
        return {
            r.name: values[r.name].reshape(*r.shape, _bits(r))
            for r in registers
            if isinstance(r.dtype, CBit) == classical
        }

    lefts, rights = list(signature.lefts()), list(signature.rights())
    return asm.finish(
        pick(lefts, ins, False), pick(rights, outs, False), pick(lefts, ins, True), pick(rights, outs, True)
    )


@attrs.frozen(eq=False)
class Mark:
    """Where one part of a composite ends in the code.

    Attributes:
        bloq: the part.
        end: code rows up to and with it.
        consumed: its registers that are not there any more.
        outputs: its right-hand registers of qubits -> wires, shape (*register shape, bitsize).
        signed: those of them that hold two's complement integers.
        bits: its right-hand classical bits, one register after the other.
    """

    bloq: Bloq
    end: int
    consumed: frozenset[str]
    outputs: Values
    signed: frozenset[str]
    bits: tuple[int, ...] = ()

    @classmethod
    def of(cls, bloq: Bloq, end: int, outs: Values) -> Mark:
        """The mark of `bloq`, whose outputs are `outs`."""
        rights = list(bloq.signature.rights())
        classical = [r.name for r in rights if isinstance(r.dtype, CBit)]
        return cls(
            bloq=bloq,
            end=end,
            consumed=frozenset({r.name for r in bloq.signature.lefts()} - {r.name for r in rights}),
            outputs={
                r.name: outs[r.name].reshape(*r.shape, _bits(r)) for r in rights if r.name not in classical
            },
            bits=tuple(bit for name in classical for bit in outs[name].ravel().tolist()),
            signed=frozenset(r.name for r in rights if isinstance(r.dtype, QInt)),
        )


def lower_marked(bloq: Bloq) -> tuple[GateProgram, list[Mark]]:
    """The program that `lower` gives, and where each part of the bloq's decomposition ends in it."""
    composite = _Composite(bloq.decompose_bloq(), hot=True)
    return composite.run(), composite.marks


class _Composite:
    """One pass over a composite bloq in the order in which it was built."""

    def __init__(self, composite: CompositeBloq, hot: bool) -> None:
        self.composite, self.hot = composite, hot
        self.asm = Assembler()
        self.at: _Assigned = {}
        self.marks: list[Mark] = []

    def run(self) -> GateProgram:
        signature = self.composite.signature
        ins = _fresh(self.asm, list(signature.lefts()))
        self._assign(LeftDangle, signature.lefts(), ins)
        # Building order, not any topological one: ancillas then leave as soon as they can.
        for instance, before, _ in sorted(self.composite.iter_bloqnections(), key=lambda item: item[0].i):
            for connection in before:
                self.at[connection.right] = self.at.pop(connection.left)
            bloq = instance.bloq
            given = self._gather(instance, list(bloq.signature.lefts()))
            outs = self._add(bloq, given)
            self.marks.append(Mark.of(bloq, len(self.asm), outs))
            self._assign(instance, bloq.signature.rights(), outs)
        for connection in self.composite.connections:
            if connection.right.binst is RightDangle:
                self.at[connection.right] = self.at[connection.left]
        outs = self._gather(RightDangle, list(signature.rights()))
        return _finish(self.asm, signature, ins, outs)

    def _add(self, bloq: Bloq, given: Values) -> Values:
        if type(bloq) in RULES:
            return RULES[type(bloq)](bloq, self.asm, given)
        program = lower(bloq, self.hot)
        return self.asm.splice(program, given, given)

    def _gather(self, instance, registers: list[Register]) -> Values:  # type: ignore[no-untyped-def]
        values = {}
        for register in registers:
            parts = [self.at.pop(Soquet(instance, register, idx=idx)) for idx in register.all_idxs()]
            values[register.name] = np.array(parts, dtype=np.int32).reshape(*register.shape, _bits(register))
        return values

    def _assign(self, instance, registers, values: Values) -> None:  # type: ignore[no-untyped-def]
        for register in registers:
            value = values[register.name].reshape(*register.shape, _bits(register))
            for idx in register.all_idxs():
                self.at[Soquet(instance, register, idx=idx)] = value[idx]
