"""Gates on wires that hold forms: XORs of atoms, for every value of the atoms at once.

An atom is a wire's value at the start, or the product of two forms; a form is an integer whose bit i says
whether atom i is in it, bit 0 for the constant 1. Two equal forms are equal functions; the other way round
holds where a circuit undoes what it did, gate by gate, which is what `SymbolicState` is for.
"""

from __future__ import annotations

from collections import defaultdict

import attrs

from qattention.lowering.program import Op

ONE = 1  # the form that is 1 everywhere


def literal(form: int) -> int:
    """The form without its constant."""
    return form & ~ONE


@attrs.frozen
class Product:
    """An And: its operands, the wire that holds it, and where in the code it stands."""

    at: int
    wire: int
    one: int
    other: int


@attrs.define(eq=False)
class SymbolicState:
    """The state after some gates.

    Attributes:
        of: wire -> form; 0 for a wire that is not named.
        n_atoms: so far, the constant among them.
        coefficients: outcome -> what its being 1 multiplies the sign by, as a form.
        faults: (operation, what is wrong there).
    """

    of: defaultdict[int, int] = attrs.field(factory=lambda: defaultdict(int))
    n_atoms: int = 1
    coefficients: defaultdict[int, int] = attrs.field(factory=lambda: defaultdict(int))
    faults: list[tuple[int, str]] = attrs.field(factory=list)
    _atoms: dict[tuple[int, int], int] = attrs.field(factory=dict)

    def fresh(self) -> int:
        """A new atom."""
        self.n_atoms += 1
        return 1 << (self.n_atoms - 1)

    def product(self, one: int, other: int) -> int:
        """The product of two forms, a new atom unless it is one already."""
        p, q = literal(one), literal(other)
        if not p or not q:
            return (other if one else 0) if not p else (one if other else 0)
        if p == q:
            return one if one == other else 0
        # pq, (p + q) p and (p + q) q differ by forms: one atom for the three.
        least, middle, _ = sorted((p, q, p ^ q))
        if (least, middle) not in self._atoms:
            self._atoms[least, middle] = self.fresh()
        total = self._atoms[least, middle]
        if (p, q) not in ((least, middle), (middle, least)):
            total ^= p if p in (least, middle) else q
        return total ^ (p if other & ONE else 0) ^ (q if one & ONE else 0) ^ (one & other & ONE)

    def step(self, i: int, row: list[int]) -> Product | None:
        """Run code row i; the And it is, if it is one.

        Signs that gates put on are left out: it is the wires and the outcomes that are asked for.
        """
        op, a, b, c, d, _ = row
        of = self.of
        match op:
            case Op.CNOT:
                of[b] ^= of[a]
            case Op.AND:
                if of[c]:
                    self.faults.append((i, f"wire {c} is not 0 where an And is put on it"))
                of[c] ^= self.product(of[a], of[b])
                return Product(i, c, of[a], of[b])
            case Op.X:
                of[a] ^= ONE
            case Op.MEASURE_X:
                self.coefficients[d] ^= of[a]
                of[a] = 0
            case Op.CZ_IF:
                self.coefficients[d] ^= self.product(of[a], of[b])
            case Op.Z_IF:
                self.coefficients[d] ^= of[a]
            case Op.ALLOC | Op.FREE:
                if of[a]:
                    self.faults.append((i, f"wire {a} is not 0 where it enters or leaves"))
                of[a] = 0
            case Op.TOFFOLI:
                of[c] ^= self.product(of[a], of[b])
            case Op.SWAP:
                of[a], of[b] = of[b], of[a]
            case Op.CSWAP:
                change = self.product(of[a], of[b] ^ of[c])
                of[b] ^= change
                of[c] ^= change
            case Op.Z | Op.CZ | Op.PHASE:
                pass
            case _:
                self.faults.append((i, f"{Op(op).name} is not followed"))
        return None
