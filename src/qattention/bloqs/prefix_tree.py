"""Gates that recognise a set of addresses: one wire for each of their distinct prefixes.

Apart from `address_phase` because how prefixes of addresses share And's is a matter of sets alone.
"""

from __future__ import annotations

import attrs

Gate = tuple[str, tuple[int, ...]]  # a kind and the wires it acts on

REVERSE = {"and": "unand", "new": "free"}  # the others undo themselves


@attrs.define
class _Tree:
    """The tree of prefixes of `n_bits`-bit addresses, grown from the root; wires 0..n_bits-1 are the bits.

    A prefix's wire is 1 where the address begins with it. Of two siblings one costs an And, the other is
    their parent less it.
    """

    n_bits: int
    n_wires: int
    gates: list[Gate] = attrs.field(factory=list)

    def fresh(self) -> int:
        self.n_wires += 1
        return self.n_wires - 1

    def children(self, parent: int | None, bit: int, values: set[int]) -> dict[int, int]:
        """Wires for (prefix, `bit` = value), value in `values`."""
        if parent is None:
            one = bit
        else:
            one = self.fresh()
            self.gates.append(("and", (parent, bit, one)))
        if values == {1}:
            return {1: one}
        zero = one
        if 1 in values:
            zero = self.fresh()
            self.gates += [("new", (zero,)), ("cnot", (one, zero))]
        self.gates.append(("x", (zero,)) if parent is None else ("cnot", (parent, zero)))
        return {0: zero, 1: one} if 1 in values else {0: zero}

    def grow(self, depth: int, addresses: tuple[int, ...]) -> dict[int | None, tuple[int, ...]]:
        """Wires of all prefixes of `depth` bits, and the addresses that begin with each."""
        level: dict[int | None, tuple[int, ...]] = {None: addresses}
        for bit in range(depth):
            following: dict[int | None, tuple[int, ...]] = {}
            for parent, members in level.items():
                parts = {value: tuple(a for a in members if self.bit(a, bit) == value) for value in (0, 1)}
                parts = {value: part for value, part in parts.items() if part}
                for value, wire in self.children(parent, bit, set(parts)).items():
                    following[wire] = parts[value]
            level = following
        return level

    def bit(self, address: int, index: int) -> int:
        return address >> (self.n_bits - 1 - index) & 1


def _reversed(gates: list[Gate]) -> list[Gate]:
    return [(REVERSE.get(kind, kind), wires) for kind, wires in reversed(gates)]


def sign_gates(addresses: tuple[int, ...], n_bits: int) -> list[Gate]:
    """The sign on the addresses, on wires 0..n_bits-1 (most significant first); further wires are ancillas.

    The last bit needs no And: a CZ with the prefix before it, and a Z on the prefix where the bit is 0.
    """
    last = n_bits - 1
    tree = _Tree(n_bits, n_wires=n_bits)
    signs: list[Gate] = []
    for parent, members in tree.grow(last, addresses).items():
        for address in members:
            if parent is None:
                turned: list[Gate] = [] if address & 1 else [("x", (last,))]
                signs += [*turned, ("z", (last,)), *turned]
            else:
                signs += [("cz", (parent, last))] + ([] if address & 1 else [("z", (parent,))])
    return [*tree.gates, *signs, *_reversed(tree.gates)]


def flag_gates(addresses: tuple[int, ...], n_bits: int) -> tuple[list[Gate], list[Gate]]:
    """The gates of flag XOR [address in the set], the flag on wire n_bits, and those that take it back."""
    tree = _Tree(n_bits, n_wires=n_bits + 1)
    leaves = tree.grow(n_bits, addresses)
    flips: list[Gate] = [("cnot", (leaf, n_bits)) for leaf in leaves if leaf is not None]
    before = [*tree.gates, *flips]
    return before, _reversed(before)
