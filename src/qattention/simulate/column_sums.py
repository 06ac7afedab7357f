"""Adders found in gates, and what follows from all of them for the sum of the bits that they add.

An And with the CNOTs around it is an adder of three *nodes* S, X, Y (bits that count) if the wire it leaves
is C = (S XOR X)(Y XOR X) XOR X, their majority: then S + X + Y = Z + 2 C with Z = S XOR X XOR Y, for every
value of the three. That is checked of the forms themselves, so a gate too many or too few leaves no adder.
Relations are then used backwards from the sign: each does away with its carry, and what is left is a linear
form in the bits of the key, and low bits that nobody added up further.

Apart from `every_key` because it follows bits through adders, and what they prove of a row is said there.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from types import MappingProxyType

import attrs

from qattention.simulate.forms import ONE, Product, SymbolicState, literal

MOST_COLUMNS = 512  # below which a weight can be halved once a column
NOTHING: Mapping[int, int] = MappingProxyType({})
Linear = dict[int, int]  # literal (0 for the constant) -> coefficient


@attrs.frozen
class Relation:
    """Added = z + 2 carry; `added` are nodes, complements of them or constants; carry is 0 where none is."""

    added: tuple[int, ...]
    z: int
    carry: int
    z_is_new: bool


def add_to(linear: Linear, form: int, times: int) -> None:
    """Add `times` the value of a form, a node or its complement or a constant."""
    node = literal(form)
    if form & ONE:
        linear[0] = linear.get(0, 0) + times
        times = -times
    if node:
        linear[node] = linear.get(node, 0) + times


def upper_bound(linear: Linear) -> int:
    """Of a linear form, its nodes being 0 or 1 whatever the others are."""
    return linear.get(0, 0) + sum(max(0, times) for node, times in linear.items() if node)


class ColumnSums:
    """The nodes and relations of a sum, in the order of its gates."""

    def __init__(self, bits: list[int]) -> None:
        self.nodes = set(bits)
        self.relations: list[Relation] = []
        self._pairs: dict[int, tuple[int, int]] = {}  # XOR of two nodes -> the two

    def note_xor(self, one: int, other: int) -> None:
        """Two nodes were XORed: should that count as a bit, they must never both be 1."""
        total = literal(one ^ other)
        if total and literal(one) in self.nodes and literal(other) in self.nodes and total not in self.nodes:
            self._pairs.setdefault(total, (literal(one), literal(other)))

    def find_adder(self, forms: SymbolicState, made: Product, carry: int) -> bool:
        """Whether the And `made`, whose wire now holds `carry`, adds up nodes; then they are related."""
        if literal(carry) in self.nodes:  # made before, on other wires
            return True
        both = forms.product(made.one, made.other)
        for known in (self._is_bit, self._becomes_bit):
            for one, other in product((0, 1), repeat=2):
                x = carry ^ both ^ (made.one if other else 0) ^ (made.other if one else 0) ^ (one & other)
                added = (made.one ^ one ^ x, x, made.other ^ other ^ x)
                if all(known(form) for form in added):
                    self._relate(added, carry)
                    return True
        return False

    def _is_bit(self, form: int) -> bool:
        return not literal(form) or literal(form) in self.nodes

    def _becomes_bit(self, form: int) -> bool:
        """A node, or the XOR of two that are never both 1, which is one from now on."""
        if self._is_bit(form):
            return True
        pair = self._pairs.get(literal(form))
        if pair is None:
            return False
        for one, other in product((pair[0], pair[0] ^ ONE), (pair[1], pair[1] ^ ONE)):
            if self._never_both(one, other):
                self.relations.append(Relation((one, other), one ^ other, 0, True))
                self.nodes.add(literal(form))
                return True
        return False

    def _never_both(self, one: int, other: int) -> bool:
        """By a bound: twice the weight of one of them is more than all that is added up can be."""
        weight = 1 << MOST_COLUMNS
        linear: Linear = {}
        add_to(linear, one, weight)
        add_to(linear, other, weight)
        return self.reduced(linear) and upper_bound(linear) < 2 * weight

    def _relate(self, added: tuple[int, int, int], carry: int) -> None:
        z = added[0] ^ added[1] ^ added[2]
        new = bool(literal(z)) and literal(z) not in self.nodes
        self.relations.append(Relation(added, z, carry, new))
        self.nodes |= {literal(z), literal(carry)} - {0}

    def parity(self, form: int) -> tuple[int, ...] | None:
        """Nodes, or complements of them, whose XOR is the form; None if they are not known."""
        if self._is_bit(form):
            return (form,)
        pair = self._pairs.get(literal(form))
        return pair and (pair[0] ^ (form & ONE), pair[1])

    def loose(self) -> list[int]:
        """Relations whose z is added up no further: the low bits of the sum."""
        used = {literal(form) for relation in self.relations for form in relation.added}
        relations = enumerate(self.relations)
        return [i for i, relation in relations if relation.z_is_new and literal(relation.z) not in used]

    def reduced(
        self, linear: Linear, modulus: int = 0, turned: bool = False, lower: Mapping[int, int] = NOTHING
    ) -> bool:
        """Put sums for carries, backwards, in place; False if a carry counts an odd number of times.

        With a `modulus` 2**W the form is kept modulo it. Then 2**(W-1) of a carry is also -2**(W-1) of it,
        and its half may be taken either way, `turned` or not, unless the sum bit beside it tells which.
        `lower` says of relations that their carry has come up so many columns by itself, a constant 1 being
        all that was added to it there.
        """
        for i in reversed(range(len(self.relations))):
            relation = self.relations[i]
            z, carry = relation.z, relation.carry
            if not literal(carry):
                self._put(linear, relation, linear.get(literal(z), 0) * (-1 if z & ONE else 1))
                continue
            of_carry = linear.get(literal(carry), 0) * (-1 if carry & ONE else 1)
            of_z = linear.get(literal(z), 0) * (-1 if z & ONE else 1)
            if of_carry % 2:
                return False
            times = of_carry // 2 >> lower.get(i, 0)
            if modulus and relation.z_is_new and (of_z - times) % (modulus // 2) == 0:
                times = of_z
            elif turned and of_z % (modulus // 2) == 0 and of_carry % modulus == modulus // 2:
                times = -times
            if times:
                self._put(linear, relation, times)
            if modulus and linear.get(literal(carry), 0) % modulus == 0:
                linear.pop(literal(carry), None)
        return True

    @staticmethod
    def _put(linear: Linear, relation: Relation, times: int) -> None:
        """linear + times * (added - z - 2 carry)."""
        if not times:
            return
        for form in relation.added:
            add_to(linear, form, times)
        add_to(linear, relation.z, -times)
        add_to(linear, relation.carry, -2 * times)
