"""Closed form of `XorWord`: CNOTs from a select wire into the key register."""

from __future__ import annotations

from numpy.typing import ArrayLike

from qattention.costs import Costs


def xor_word(word_bits: ArrayLike, selected: bool = True) -> Costs:
    """Clifford; the word and, if selected, the select wire."""
    return Costs().beside(word_bits).beside(int(selected))
